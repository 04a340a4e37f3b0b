import { describe, expect, test } from 'vitest';
import type { SignalPromise } from '../../../../src/domain/capability.ts';
import type { Confirmation } from '../../../../src/domain/verdict/confirmations.ts';
import type { Process } from '../../../../src/domain/process.ts';
import {
  idcloudProcess,
  outcomeOfProcess as outcome,
  POLICY_BY_DEFAULT,
  v1Process,
} from '../../../support/verdicts.ts';

const HOLDER = { livenessResult: 'LIVE', authenticationResult: 'POSITIVE' };
const OPEN = { livenessResult: 'LIVE', authenticationResult: 'INCONCLUSIVE' };
const scoreOf = (score: number) => ({ scoreEngineResult: { scoreEnabled: 'SCORE_ENABLED_TRUE', score } });
const FRAUD = { identityFraudstersResult: 'TRUST_RESULT_YES' };
const PASSED = { typified: true, cpf_match: true, face_match: true, validate_doc: true };
const NO_FILE = { serproResult: { score: -1 } };

type Services = { documents: object[] }[];

/** A finished process of a flow with these results and documents. */
function finished(flow: string, authenticationInfo: object, ...documents: object[]): Process {
  const services: Services = documents.length === 0 ? [] : [{ documents }];
  return idcloudProcess({ flow, state: 'FINISHED', result: 'OK', authenticationInfo, services });
}

/** The same with the result INVALID_IDENTITY. */
function invalid(flow: string, authenticationInfo: object): Process {
  return idcloudProcess({ flow, state: 'FINISHED', result: 'INVALID_IDENTITY', authenticationInfo });
}

const FLOWS: [title: string, process: Process, outcome: string][] = [
  ['id, the holder', finished('id', HOLDER), 'APPROVED IDENTITY_CONFIRMED LIVENESS_CONFIRMED'],
  [
    'idunicosign, the holder',
    finished('idunicosign', HOLDER),
    'APPROVED IDENTITY_CONFIRMED LIVENESS_CONFIRMED',
  ],
  ['id, a mask', finished('id', { ...HOLDER, livenessResult: 'NOT_LIVE' }), 'DENIED LIVENESS_FAILED'],
  [
    'id, another face',
    finished('id', { ...HOLDER, authenticationResult: 'NEGATIVE' }),
    'DENIED IDENTITY_MISMATCH',
  ],
  ['id, no liveness', finished('id', { authenticationResult: 'POSITIVE' }), 'RETRY LIVENESS_UNAVAILABLE'],
  ['id, no identity', finished('id', { livenessResult: 'LIVE' }), 'RETRY IDENTITY_UNAVAILABLE'],
  [
    'idcheck, invalid and inconclusive with 0',
    invalid('idcheck', { ...OPEN, ...scoreOf(0) }),
    'REVIEW INVALID_IDENTITY',
  ],
  [
    'creditoconsignado, compared',
    finished('creditoconsignado', { ...HOLDER, serproResult: { score: 90 } }),
    'APPROVED IDENTITY_CONFIRMED LIVENESS_CONFIRMED',
  ],
  [
    'creditoconsignado, no face on file and no document',
    finished('creditoconsignado', { ...HOLDER, ...NO_FILE }),
    'REVIEW EVIDENCE_INCOMPLETE NO_FACE_ON_FILE',
  ],
  [
    'creditoconsignado, no face on file and a good document',
    finished('creditoconsignado', { ...HOLDER, ...NO_FILE }, PASSED),
    'APPROVED IDENTITY_CONFIRMED DOCUMENT_CONFIRMED LIVENESS_CONFIRMED NO_FACE_ON_FILE',
  ],
  [
    'creditoconsignado, no identity',
    finished('creditoconsignado', { livenessResult: 'LIVE' }),
    'REVIEW EVIDENCE_INCOMPLETE',
  ],
  [
    'iddocs, a strong score and a document of another face',
    finished('iddocs', { ...OPEN, ...scoreOf(85) }, { ...PASSED, face_match: false }),
    'REVIEW DOCUMENT_CHECK_FAILED',
  ],
  [
    'idunicodocs, a strong score and no document',
    finished('idunicodocs', { ...OPEN, ...scoreOf(85) }),
    'REVIEW EVIDENCE_INCOMPLETE',
  ],
  ['iddocs, the holder without a document', finished('iddocs', HOLDER), 'REVIEW EVIDENCE_INCOMPLETE'],
  [
    'iddocs, a document of the wrong kind',
    finished('iddocs', HOLDER, { ...PASSED, typified: false }),
    'REVIEW DOCUMENT_CHECK_FAILED',
  ],
  [
    'iddocs, a reused document without its face',
    finished('iddocs', HOLDER, { cpf_match: true, reused_doc: true }),
    'REVIEW EVIDENCE_INCOMPLETE',
  ],
  [
    'iddocs, all checks',
    finished('iddocs', HOLDER, PASSED),
    'APPROVED IDENTITY_CONFIRMED DOCUMENT_CONFIRMED LIVENESS_CONFIRMED',
  ],
  [
    'idtrust, fraud signs and no identity',
    finished('idtrust', { livenessResult: 'LIVE', ...FRAUD }),
    'REVIEW FRAUD_SIGNS IDENTITY_UNAVAILABLE',
  ],
  [
    'idtokentrust, fraud signs and no 1:1',
    finished('idtokentrust', { livenessResult: 'LIVE', ...FRAUD }),
    'REVIEW FRAUD_SIGNS FACE_MATCH_UNAVAILABLE',
  ],
  ['idlive, a living person', finished('idlive', { livenessResult: 'LIVE' }), 'APPROVED LIVENESS_CONFIRMED'],
  ['idlive, invalid', invalid('idlive', { livenessResult: 'LIVE' }), 'DENIED INVALID_IDENTITY'],
  [
    'idlivetrust, no fraud answer',
    finished('idlivetrust', { livenessResult: 'LIVE' }),
    'REVIEW EVIDENCE_INCOMPLETE',
  ],
  [
    'idlivetrust, fraud signs',
    finished('idlivetrust', { livenessResult: 'LIVE', ...FRAUD }),
    'REVIEW FRAUD_SIGNS',
  ],
  [
    'idlivetrust, no fraud signs',
    finished('idlivetrust', {
      livenessResult: 'LIVE',
      identityFraudstersResult: 'TRUST_RESULT_INCONCLUSIVE',
    }),
    'APPROVED LIVENESS_CONFIRMED',
  ],
  [
    'idtoken, the face of the reference',
    finished('idtoken', { livenessResult: 'LIVE', bioTokenEngineResult: 'POSITIVE' }),
    'APPROVED FACE_CONFIRMED LIVENESS_CONFIRMED',
  ],
  [
    'idtokensign, no 1:1',
    finished('idtokensign', { livenessResult: 'LIVE' }),
    'RETRY FACE_MATCH_UNAVAILABLE',
  ],
  [
    'idtoken, invalid without a 1:1',
    invalid('idtoken', { livenessResult: 'LIVE' }),
    'DENIED INVALID_IDENTITY',
  ],
  [
    'idtoken, invalid with a positive 1:1',
    invalid('idtoken', { livenessResult: 'LIVE', bioTokenEngineResult: 'POSITIVE' }),
    'REVIEW INVALID_IDENTITY',
  ],
  [
    'idsmart, the same person',
    finished('idsmart', { smartRevalidationResult: 'POSITIVE' }),
    'APPROVED REVALIDATION_CONFIRMED',
  ],
  [
    'idsmart, another person',
    finished('idsmart', { smartRevalidationResult: 'NEGATIVE' }),
    'DENIED REVALIDATION_FAILED',
  ],
  [
    'idsmart, not evaluated',
    finished('idsmart', { smartRevalidationResult: 'SMART_REVALIDATION_RESULT_UNSPECIFIED' }),
    'RETRY REVALIDATION_UNAVAILABLE',
  ],
  ['idsmart, invalid and not evaluated', invalid('idsmart', {}), 'DENIED INVALID_IDENTITY'],
  [
    'idage, an adult holder',
    finished('idage', { ...HOLDER, idAgeResult: 'POSITIVE' }),
    'APPROVED IDENTITY_CONFIRMED AGE_CONFIRMED LIVENESS_CONFIRMED',
  ],
  [
    'idage, an adult with an open identity',
    finished('idage', { ...OPEN, idAgeResult: 'POSITIVE' }),
    'REVIEW IDENTITY_INCONCLUSIVE',
  ],
  ['idage, a minor', finished('idage', { ...HOLDER, idAgeResult: 'NEGATIVE' }), 'DENIED UNDERAGE'],
  [
    'idagedocumentless, an adult',
    finished('idagedocumentless', { livenessResult: 'LIVE', idAgeResult: 'POSITIVE' }),
    'APPROVED AGE_CONFIRMED LIVENESS_CONFIRMED',
  ],
  [
    'idagedocumentless, no age',
    finished('idagedocumentless', { livenessResult: 'LIVE' }),
    'RETRY AGE_UNAVAILABLE',
  ],
  [
    'idagedocumentless, invalid without an age',
    invalid('idagedocumentless', { livenessResult: 'LIVE' }),
    'RETRY AGE_UNAVAILABLE',
  ],
  [
    'a tenant flow, liveness alone',
    finished('ours', { livenessResult: 'LIVE' }),
    'REVIEW EVIDENCE_INCOMPLETE',
  ],
  [
    'a tenant flow, a document alone',
    finished('ours', { livenessResult: 'LIVENESS_RESULT_UNSPECIFIED' }, PASSED),
    'REVIEW EVIDENCE_INCOMPLETE',
  ],
];

test.each(FLOWS)('the flow %s is decided by the policy', (_title, process, expected) => {
  expect(outcome(process)).toBe(expected);
});

const ONBOARDING: SignalPromise = ['identity', 'orchestrated'];
const WITH_LIVENESS: SignalPromise = ['liveness', 'identity', 'orchestrated'];
const TRANSACTIONAL: SignalPromise = ['face-match'];
const DOCUMENT: SignalPromise = ['document'];
const REUSED: SignalPromise = ['reused-document'];
const AGE: SignalPromise = ['age'];

const YES = { unicoId: { result: 'yes' } };
const INCONCLUSIVE = { unicoId: { result: 'inconclusive' } };
const advice = (result: string) => ({ idCloud: { result } });

const FORMS: [title: string, promise: SignalPromise | null, body: object, outcome: string][] = [
  ['onboarding, yes', ONBOARDING, YES, 'APPROVED IDENTITY_CONFIRMED'],
  ['onboarding, no', ONBOARDING, { unicoId: { result: 'no' } }, 'DENIED IDENTITY_MISMATCH'],
  [
    'onboarding, a strong score',
    ONBOARDING,
    { ...INCONCLUSIVE, liveness: 1, score: 50 },
    'APPROVED SCORE_STRONG',
  ],
  [
    'onboarding, a strong score without the promised liveness',
    WITH_LIVENESS,
    { ...INCONCLUSIVE, score: 50 },
    'RETRY LIVENESS_UNAVAILABLE',
  ],
  ['onboarding, liveness alone', ONBOARDING, { liveness: 1 }, 'RETRY IDENTITY_UNAVAILABLE'],
  [
    'orchestrated, approved',
    ONBOARDING,
    { ...INCONCLUSIVE, ...advice('approved') },
    'APPROVED ORCHESTRATED_APPROVED',
  ],
  [
    'orchestrated, reproved beside an unknown word',
    ONBOARDING,
    { unicoId: { result: 'maybe' }, ...advice('reproved') },
    'DENIED ORCHESTRATED_DENIED',
  ],
  ['orchestrated, risk-high', ONBOARDING, advice('risk-high'), 'REVIEW ORCHESTRATED_REVIEW'],
  ['orchestrated, retry', ONBOARDING, advice('retry'), 'RETRY ORCHESTRATED_RETRY'],
  [
    'riskLevel approved, a fraud-risk-only key',
    ['fraud-risk'],
    { riskLevel: { result: 'approved' } },
    'APPROVED FRAUD_RISK_CLEARED',
  ],
  [
    'riskLevel approved, onboarding',
    ONBOARDING,
    { riskLevel: { result: 'approved' } },
    'RETRY IDENTITY_UNAVAILABLE',
  ],
  [
    'riskLevel approved, made elsewhere',
    null,
    { riskLevel: { result: 'approved' } },
    'REVIEW EVIDENCE_INCOMPLETE',
  ],
  [
    'transactional, authenticated',
    TRANSACTIONAL,
    { authenticated: true, liveness: 1 },
    'APPROVED FACE_CONFIRMED LIVENESS_CONFIRMED',
  ],
  ['transactional, liveness alone', TRANSACTIONAL, { liveness: 1 }, 'RETRY FACE_MATCH_UNAVAILABLE'],
  ['transactional, another face', TRANSACTIONAL, { authenticated: false }, 'DENIED FACE_MISMATCH'],
  [
    'transactional, no promised liveness',
    ['liveness', 'face-match'],
    { authenticated: true },
    'RETRY LIVENESS_UNAVAILABLE',
  ],
  [
    'document, all checks',
    DOCUMENT,
    { document: { cpfMatch: true, faceMatch: true } },
    'APPROVED DOCUMENT_CONFIRMED',
  ],
  ['document, no face', DOCUMENT, { document: { cpfMatch: true } }, 'RETRY DOCUMENT_CHECK_UNAVAILABLE'],
  ['document, reused without a face', REUSED, { document: { cpfMatch: true } }, 'REVIEW EVIDENCE_INCOMPLETE'],
  [
    'document, another holder',
    DOCUMENT,
    { document: { cpfMatch: false, faceMatch: true } },
    'REVIEW DOCUMENT_CHECK_FAILED',
  ],
  [
    'document, two and one unchecked',
    DOCUMENT,
    { document: [{ cpfMatch: true, faceMatch: true }, { cpfMatch: true }] },
    'REVIEW EVIDENCE_INCOMPLETE',
  ],
  [
    'ageVerification, an adult',
    AGE,
    { liveness: 1, idAge: { result: 'yes' } },
    'APPROVED AGE_CONFIRMED LIVENESS_CONFIRMED',
  ],
  ['ageVerification, a minor', AGE, { idAge: { result: 'no' } }, 'DENIED UNDERAGE'],
  ['ageVerification, inconclusive', AGE, { idAge: { result: 'inconclusive' } }, 'REVIEW AGE_INCONCLUSIVE'],
  ['ageVerification, no age', AGE, { liveness: 1 }, 'RETRY AGE_UNAVAILABLE'],
  ['ageVerification, an identity instead', AGE, { liveness: 1, ...YES }, 'RETRY AGE_UNAVAILABLE'],
  [
    'ageVerification, a scalar that may be the age',
    AGE,
    { liveness: 1, ageVerification: 'no' },
    'REVIEW UNKNOWN_UPSTREAM_VALUE',
  ],
  ['made elsewhere, yes', null, YES, 'APPROVED IDENTITY_CONFIRMED'],
  [
    'made elsewhere, authenticated',
    null,
    { authenticated: true, liveness: 1 },
    'APPROVED FACE_CONFIRMED LIVENESS_CONFIRMED',
  ],
  ['made elsewhere, liveness alone', null, { liveness: 1 }, 'REVIEW EVIDENCE_INCOMPLETE'],
  [
    'made elsewhere, a scalar that may be an age',
    null,
    { ...YES, ageVerification: 'no' },
    'REVIEW UNKNOWN_UPSTREAM_VALUE',
  ],
  ['made elsewhere, nothing', null, {}, 'REVIEW EVIDENCE_INCOMPLETE'],
  [
    'made elsewhere, no score where fraud was checked',
    null,
    { ...INCONCLUSIVE, liveness: 1, identityFraudsters: { result: 'inconclusive' } },
    'RETRY SCORE_UNAVAILABLE',
  ],
  [
    'made elsewhere, a moderate score',
    null,
    { ...INCONCLUSIVE, liveness: 1, score: 28 },
    'REVIEW SCORE_MODERATE',
  ],
  [
    'a score in hexadecimal',
    ONBOARDING,
    { ...INCONCLUSIVE, liveness: 1, score: '0x55' },
    'REVIEW UNKNOWN_UPSTREAM_VALUE',
  ],
];

test.each(FORMS)('the form %s is decided by the policy', (_title, promise, body, expected) => {
  expect(outcome(v1Process({ status: 3, ...body }, promise))).toBe(expected);
});

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

test.each<[string, Process, Confirmation[], string]>([
  ['an identity', finished('id', HOLDER), ['IDENTITY', 'LIVENESS'], 'PROCEED'],
  ['a strong score', finished('idcheck', { ...OPEN, ...scoreOf(85) }), ['IDENTITY', 'LIVENESS'], 'PROCEED'],
  ['advice', v1Process({ status: 3, ...advice('approved') }, ONBOARDING), ['IDENTITY'], 'PROCEED'],
  ['a 1:1', v1Process({ status: 3, authenticated: true }, TRANSACTIONAL), ['SAME_PERSON'], 'PROCEED'],
  [
    'a revalidation',
    finished('idsmart', { smartRevalidationResult: 'POSITIVE' }),
    ['SAME_PERSON'],
    'PROCEED',
  ],
  ['an age', v1Process({ status: 3, idAge: { result: 'yes' } }, AGE), ['AGE'], 'PROCEED'],
  [
    'a document',
    v1Process({ status: 3, document: { cpfMatch: true, faceMatch: true } }, DOCUMENT),
    ['DOCUMENT'],
    'PROCEED',
  ],
  ['liveness', finished('idlive', { livenessResult: 'LIVE' }), ['LIVENESS'], 'PROCEED'],
  [
    'a cleared fraud risk',
    v1Process({ status: 3, riskLevel: { result: 'approved' } }, ['fraud-risk']),
    ['FRAUD_RISK'],
    'PROCEED',
  ],
  ['nothing, when denied', finished('id', { ...HOLDER, livenessResult: 'NOT_LIVE' }), [], 'STOP'],
  ['nothing, when reviewed', finished('ours', { livenessResult: 'LIVE' }), [], 'HUMAN_REVIEW'],
  [
    'nothing, in a journey that has to start again',
    finished('id', { livenessResult: 'LIVE' }),
    [],
    'START_AGAIN',
  ],
  ['nothing, with a selfie to repeat', v1Process({ status: 3 }, AGE), [], 'NEW_SELFIE'],
  [
    'nothing, with a document to photograph again',
    v1Process({ status: 3 }, DOCUMENT),
    [],
    'NEW_DOCUMENT_PHOTO',
  ],
  ['nothing, after an error', v1Process({ status: 5 }, DOCUMENT), [], 'START_AGAIN'],
  ['nothing, while Unico works', v1Process({ status: 1 }, ONBOARDING), [], 'WAIT'],
  ['nothing, in a journey', idcloudProcess({ flow: 'id', state: 'CREATED' }), [], 'CONTINUE_JOURNEY'],
  [
    'nothing, without a document number',
    idcloudProcess({ state: 'AWAITING_FOR_DOCUMENT' }),
    [],
    'GIVE_DOCUMENT_NUMBER',
  ],
])('a verdict on %s says what it confirms and what to do next', (_title, process, confirms, nextStep) => {
  expect(POLICY_BY_DEFAULT.verdictOf(process)).toMatchObject({ confirms, nextStep });
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

test.each<[string, Process, string, Confirmation[]]>([
  [
    'a 1:1 with advice to approve',
    v1Process({ status: 3, authenticated: true, ...advice('approved') }, TRANSACTIONAL),
    'APPROVED FACE_CONFIRMED',
    ['SAME_PERSON'],
  ],
  [
    'an inconclusive age with advice to approve',
    v1Process({ status: 3, idAge: { result: 'inconclusive' }, ...advice('approved') }, AGE),
    'REVIEW AGE_INCONCLUSIVE',
    [],
  ],
  [
    'an age with advice to approve',
    v1Process({ status: 3, idAge: { result: 'yes' }, ...advice('approved') }, AGE),
    'APPROVED AGE_CONFIRMED',
    ['AGE'],
  ],
  [
    'a 1:1 of an orchestrated APIKEY without advice',
    v1Process({ status: 3, authenticated: true, liveness: 1 }, ['liveness', 'face-match', 'orchestrated']),
    'APPROVED FACE_CONFIRMED LIVENESS_CONFIRMED',
    ['SAME_PERSON', 'LIVENESS'],
  ],
  [
    'no advice where there is nothing else',
    v1Process({ status: 3, liveness: 1 }, ['orchestrated']),
    'RETRY IDENTITY_UNAVAILABLE',
    [],
  ],
  [
    'a strong score beside a good document',
    finished('iddocs', { ...OPEN, ...scoreOf(85) }, PASSED),
    'APPROVED SCORE_STRONG',
    ['IDENTITY', 'DOCUMENT', 'LIVENESS'],
  ],
  [
    'a strong score without liveness, made elsewhere',
    v1Process({ status: 3, ...INCONCLUSIVE, score: 85 }),
    'REVIEW EVIDENCE_INCOMPLETE',
    [],
  ],
  [
    'creditoconsignado with an unreadable similarity',
    finished('creditoconsignado', { ...HOLDER, serproResult: { score: -3 } }),
    'REVIEW EVIDENCE_INCOMPLETE',
    [],
  ],
  [
    'creditoconsignado without a similarity',
    finished('creditoconsignado', HOLDER),
    'REVIEW EVIDENCE_INCOMPLETE',
    [],
  ],
  [
    'an invalid identity with a positive 1:1 where the capacities name a face',
    idcloudProcess({
      flow: 'ours',
      state: 'FINISHED',
      result: 'INVALID_IDENTITY',
      capacities: ['liveness', 'face_match'],
      authenticationInfo: { livenessResult: 'LIVE', bioTokenEngineResult: 'POSITIVE' },
    }),
    'REVIEW INVALID_IDENTITY',
    [],
  ],
  [
    'a reused document whose id was empty',
    v1Process({ status: 3, document: { cpfMatch: true } }, DOCUMENT),
    'RETRY DOCUMENT_CHECK_UNAVAILABLE',
    [],
  ],
])('%s is decided by what was promised', (_title, process, expected, confirms) => {
  expect(outcome(process)).toBe(expected);
  expect(POLICY_BY_DEFAULT.verdictOf(process).confirms).toEqual(confirms);
});
