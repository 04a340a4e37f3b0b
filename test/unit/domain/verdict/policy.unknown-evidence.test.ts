import { describe, expect, test } from 'vitest';
import type { Process } from '../../../../src/domain/process.ts';
import { HOLDER, PASSED, ONBOARDING, YES } from '../../../support/verdict-processes.ts';
import { idcloudProcess, outcomeOfProcess as outcome, v1Process } from '../../../support/verdicts.ts';

describe('the spelling of authenticationInfo', () => {
  const MASK = { liveness_result: 'NOT_LIVE', authentication_result: 'NEGATIVE' };
  const services = [{ documents: [PASSED] }];
  const finishedAs = (info: object): Process =>
    idcloudProcess({ flow: 'ours', state: 'FINISHED', result: 'OK', services, ...info });

  test('snake case is read as camel case, of the object and of its properties', () => {
    for (const info of [{ authentication_info: MASK }, { authenticationInfo: MASK }]) {
      expect(outcome(finishedAs(info))).toBe('DENIED LIVENESS_FAILED IDENTITY_MISMATCH');
    }
  });

  test.each([
    { AuthenticationInfo: MASK },
    { authenticationinfo: { livenessResult: 'NOT_LIVE' } },
    { authenticationInfo: { ...HOLDER, LivenessResult: 'NOT_LIVE' } },
    { authenticationInfo: { ...HOLDER, liveness_v2_result: 'LIVENESS_RESULT_NOT_LIVE' } },
    { authenticationInfo: HOLDER, deepfakeResult: { detected: true } },
  ])('evidence under another name, %j, is reviewed', (info) => {
    expect(outcome(finishedAs(info))).toBe('REVIEW UNKNOWN_UPSTREAM_VALUE');
  });

  test('two spellings of one result that contradict each other are reviewed', () => {
    const authenticationInfo = { ...HOLDER, authentication_result: 'NEGATIVE' };
    expect(outcome(finishedAs({ authenticationInfo }))).toBe('REVIEW UNKNOWN_UPSTREAM_VALUE');
  });

  test('results of older payloads and unspecified results under other names change nothing', () => {
    const authenticationInfo = {
      ...HOLDER,
      trustResult: 'TRUST_RESULT_INCONCLUSIVE',
      newResult: 'NEW_UNSPECIFIED',
    };
    expect(outcome(finishedAs({ authenticationInfo }))).toMatch(/^APPROVED/);
  });
});

const GOOD = { flow: 'id', state: 'FINISHED', result: 'OK', authenticationInfo: HOLDER };

describe('evidence that no reader knows', () => {
  test.each<[string, object]>([
    [
      'beside a score',
      { authenticationInfo: { ...HOLDER, scoreEngineResult: { scoreEnabled: 'FALSE', fraudResult: 'YES' } } },
    ],
    [
      'beside a similarity',
      { authenticationInfo: { ...HOLDER, serproResult: { score: 90, result: 'NEGATIVE' } } },
    ],
    ['as a text among the results', { authenticationInfo: { ...HOLDER, deepfake: 'DETECTED' } }],
    ['as a number among the results', { authenticationInfo: { ...HOLDER, injection: 0.98 } }],
    ['as an object among the results', { authenticationInfo: { ...HOLDER, pad: { value: 'HIT' } } }],
    ['in the data of the reference', { bioTokenData: { bioTokenResult: 'NEGATIVE' } }],
    ['in the person', { person: { isMinor: true } }],
    ['in the person as a result', { person: { identityResult: 'NEGATIVE' } }],
    ['in a service', { services: [{ documentCheck: 'NOT_DONE' }] }],
    ['as a service', { services: ['DOC_RESULT_INVALID'] }],
    ['as all services', { services: 'DOC_RESULT_INVALID' }],
    ['in a document', { services: [{ documents: [{ ...PASSED, tampered: true }] }] }],
    [
      'in the kind of a document',
      { services: [{ documents: [{ ...PASSED, doc: { code: 'RG', authentic: false } }] }] },
    ],
    ['as the kind of a document', { services: [{ documents: [{ ...PASSED, typified: 'false' }] }] }],
    ['as a reuse', { services: [{ documents: [{ ...PASSED, reused_doc: 'true' }] }] }],
    ['on the process', { watchlist: 'HIT' }],
  ])('idcloud: %s it is reviewed', (_place, properties) => {
    expect(outcome(idcloudProcess({ ...GOOD, ...properties }))).toBe('REVIEW UNKNOWN_UPSTREAM_VALUE');
  });

  test.each<[string, object]>([
    ['beside a result', { unicoId: { result: 'yes', fraud: true } }],
    ['as a score beside a result', { unicoId: { result: 'yes', score: -90 } }],
    [
      'as a list beside a result',
      { ...YES, idCloud: { result: 'approved', riskFactors: ['synthetic_identity'] } },
    ],
    ['beside a similarity', { ...YES, government: { serpro: 90, faceMatch: 'no' } }],
    ['as all of the government', { ...YES, government: 'down' }],
    ['as a number', { ...YES, deepfake: 2 }],
    ['as a number of a new name', { ...YES, over18: 0 }],
    ['as a word of a new name', { ...YES, maioridade: 'N' }],
    ['in a document', { ...YES, document: { cpfMatch: true, faceMatch: true, authentic: false } }],
  ])('processes/v1: %s it is reviewed', (_place, body) => {
    expect(outcome(v1Process({ status: 3, ...body }, ONBOARDING))).toBe('REVIEW UNKNOWN_UPSTREAM_VALUE');
  });

  test.each<[string, object]>([
    ['an echoed reference', { bioTokenId: '80371b2a-3ac7-432e-866d-57fe37896ac6' }],
    ['what the person gave', { person: { email: 'live@example.com', phone: '5519725570707', name: 'Live' } }],
    [
      'metadata with words of checks',
      { verificationUrl: 'https://example.com', validUntil: '2030-01-01', imageUrl: '/a' },
    ],
    [
      'metadata without',
      { language: 'pt-BR', stage: 'done', pages: 2, userAgent: 'Mozilla/5.0', device: { isMobile: true } },
    ],
    ['a country', { companyData: { countryCode: 'BR', country: 'NO' } }],
    ['an empty token', { token: '', useCase: '', services: [{ documents: [] }] }],
    ['what a flow echoes', { flowConfig: { biometryCapture: { enabledBackCamera: true } } }],
    [
      'metadata among the results',
      { authenticationInfo: { ...HOLDER, requestId: 'a1b2', evaluatedAt: '2024-01-01T00:00:00Z' } },
    ],
  ])('idcloud: %s is none, and the holder is approved', (_what, properties) => {
    expect(outcome(idcloudProcess({ ...GOOD, ...properties }))).toMatch(/^APPROVED/);
  });

  test.each<[string, object]>([
    ['a message', { message: 'OK', language: 'pt-BR' }],
    ['ids and instants', { requestId: 'abc', finishedAt: '2024-12-23T13:23:49Z', trace: '0af7651916cd43dd' }],
    ['an echoed subject', { subject: { name: 'Live', code: '12345678909' } }],
    ['empty signals', { authenticated: '', document: '', idAge: null, score: '' }],
  ])('processes/v1: %s is none, and the holder is approved', (_what, body) => {
    expect(outcome(v1Process({ status: 3, ...YES, ...body }, ONBOARDING))).toBe(
      'APPROVED IDENTITY_CONFIRMED',
    );
  });

  test('a list of documents that is too long makes the response unreadable, and hides no document', () => {
    const documents = Array.from({ length: 201 }, () => ({ ...PASSED, face_match: false }));
    expect(() => idcloudProcess({ ...GOOD, services: [{ documents }] })).toThrow(/too_big|expected array/i);
  });
});
