import { SAMPLE as S0 } from '../../../fixtures/s0-get-idcloud-process.ts';
import { describe, expect, test } from 'vitest';
import { POLICY_VERSION } from '../../../../src/domain/verdict/verdict.ts';
import { erroredProcess } from '../../../../src/upstream/unico/processes-v1/to-process.ts';
import type { ProcessId } from '../../../../src/domain/process-id.ts';
import {
  idcloudProcess as idcloud,
  outcomeOfProcess as outcome,
  POLICY_BY_DEFAULT,
  v1Process as v1,
} from '../../../support/verdicts.ts';

const ID = '53060f52-f146-4c12-a234-5bb5031f6f5b' as ProcessId;

describe("Unico's table for flows with every check (upstream.md §6.1)", () => {
  test.each([
    ['CREATED', '-', '-', '-', '-', '-', 'PENDING'],
    ['FAILED', '-', '-', '-', '-', '-', 'RETRY'],
    ['FAILED', 'ERROR', '-', '-', '-', '-', 'RETRY'],
    ['FINISHED', 'ERROR', '-', '-', '-', '-', 'RETRY'],
    ['FINISHED', 'EXPIRED', '-', '-', '-', '-', 'RETRY'],
    ['FINISHED', 'OK', 'UNSPECIFIED', '-', '-', '-', 'RETRY'],
    ['FINISHED', 'OK', 'LIVE', 'UNSPECIFIED', '-', '-', 'RETRY'],
    ['FINISHED', 'INVALID_IDENTITY', 'LIVE', 'UNSPECIFIED', '-', '-', 'RETRY'],
    ['FINISHED', 'OK', 'LIVE', 'INCONCLUSIVE', 'INCONCLUSIVE', 0, 'RETRY'],
    ['FINISHED', 'INVALID_IDENTITY', 'NOT_LIVE', '-', '-', '-', 'DENIED'],
    ['FINISHED', 'INVALID_IDENTITY', 'LIVE', 'NEGATIVE', '-', '-', 'DENIED'],
    ['FINISHED', 'OK', 'LIVE', 'INCONCLUSIVE', 'YES', -1, 'DENIED'],
    ['FINISHED', 'OK', 'LIVE', 'INCONCLUSIVE', 'INCONCLUSIVE', -1, 'DENIED'],
    // Below here Unico's table was cut: these are the fact sheet's readings of it.
    ['FINISHED', 'OK', 'LIVE', 'POSITIVE', '-', '-', 'APPROVED'],
    ['FINISHED', 'OK', 'LIVE', 'INCONCLUSIVE', 'INCONCLUSIVE', 1, 'REVIEW'],
    ['FINISHED', 'OK', 'LIVE', 'INCONCLUSIVE', 'INCONCLUSIVE', 50, 'APPROVED'],
    ['FINISHED', 'OK', 'LIVE', 'INCONCLUSIVE', 'YES', 0, 'DENIED'],
    ['FINISHED', 'OK', 'LIVE', 'INCONCLUSIVE', 'YES', 50, 'REVIEW'],
  ])('a process with state %s, result %s, liveness %s, identity %s, fraud %s, score %s is %s', (...row) => {
    const [state, result, livenessResult, authenticationResult, identityFraudstersResult, value, decision] =
      row.map((cell) => (cell === '-' ? undefined : cell));
    const process = idcloud({
      flow: 'idchecktrust',
      state,
      result,
      authenticationInfo: {
        livenessResult,
        authenticationResult,
        identityFraudstersResult,
        scoreEngineResult: { scoreEnabled: value === undefined ? 'FALSE' : 'TRUE', score: value ?? 0 },
      },
    });
    expect(POLICY_BY_DEFAULT.verdictOf(process).decision).toBe(decision);
  });
});

const OPEN = { unicoId: { result: 'inconclusive' }, liveness: 1 };
const SIGNS = { identityFraudsters: { result: 'yes' } };
const NO_SIGNS = { identityFraudsters: { result: 'inconclusive' } };

describe("Unico's table for onboarding (upstream.md §6.2) and real answers (upstream.md §5.3)", () => {
  test.each<[string, object, string]>([
    ['6.2 row 1', { status: 5 }, 'RETRY PROCESSING_ERROR'],
    ['6.2 row 2', { status: 3, ...OPEN, ...NO_SIGNS, score: 0 }, 'RETRY SCORE_NEUTRAL'],
    ['6.2 row 3', { status: 3, ...OPEN, ...NO_SIGNS }, 'RETRY SCORE_UNAVAILABLE'],
    ['6.2 row 4, "or GET later"', { status: 1, ...OPEN, ...SIGNS }, 'PENDING IN_PROGRESS'],
    ['6.2 row 4, "or GET later"', { status: 2, ...OPEN, ...SIGNS }, 'PENDING IN_PROGRESS'],
    ['6.2 row 5', { status: 1, ...OPEN, ...NO_SIGNS }, 'PENDING IN_PROGRESS'],
    ['6.2 row 5', { status: 2, ...OPEN, ...NO_SIGNS }, 'PENDING IN_PROGRESS'],
    ['6.2 row 6', { status: 3, ...OPEN, ...SIGNS, score: 0 }, 'DENIED FRAUD_SIGNS'],
    ['6.2 row 7', { status: 3, ...OPEN, liveness: 2 }, 'DENIED LIVENESS_FAILED'],
    ['6.2 row 8', { status: 3, ...OPEN, ...SIGNS, score: -1 }, 'DENIED SCORE_NEGATIVE FRAUD_SIGNS'],
    ['6.2, the rest', { status: 3, unicoId: { result: 'no' } }, 'DENIED IDENTITY_MISMATCH'],
    ['5.3', { status: 3, unicoId: { result: 'yes' } }, 'APPROVED IDENTITY_CONFIRMED'],
    ['5.3', { status: 3, ...OPEN, score: 28 }, 'REVIEW SCORE_MODERATE'],
    ['5.3', { status: 2, ...OPEN }, 'PENDING IN_PROGRESS'],
    ['5.3, status 4', { status: 4 }, 'RETRY CANCELED'],
    ['6.2, a liveness key', { status: 3, liveness: 1 }, 'REVIEW EVIDENCE_INCOMPLETE'],
    ['6.2, a liveness key', { status: 3, liveness: 2 }, 'DENIED LIVENESS_FAILED'],
    [
      '6.2, 1:1',
      { status: 3, authenticated: true, liveness: 1 },
      'APPROVED FACE_CONFIRMED LIVENESS_CONFIRMED',
    ],
    ['6.2, 1:1', { status: 3, authenticated: false, liveness: 1 }, 'DENIED FACE_MISMATCH'],
    ['6.2, 1:1', { status: 3, authenticated: true, liveness: 2 }, 'DENIED LIVENESS_FAILED'],
  ])('the row %s, %j, is decided as published', (_source, body, expected) => {
    expect(outcome(v1(body))).toBe(expected);
  });

  test('HTTP 410, S1: the process ended in an error', () => {
    expect(POLICY_BY_DEFAULT.verdictOf(erroredProcess(ID))).toMatchObject({
      decision: 'RETRY',
      reasons: [{ code: 'PROCESSING_ERROR', decision: 'RETRY', audience: 'PERSON' }],
      nextStep: 'START_AGAIN',
      final: true,
    });
  });
});

describe("Unico's values for keys that it orchestrates (upstream.md §6.3)", () => {
  test.each([
    ['approved', 'APPROVED ORCHESTRATED_APPROVED'],
    ['reproved', 'DENIED ORCHESTRATED_DENIED'],
    ['denied', 'DENIED ORCHESTRATED_DENIED'],
    ['risk-critical', 'DENIED ORCHESTRATED_DENIED'],
    ['critical-risk', 'DENIED ORCHESTRATED_DENIED'],
    ['risk-high', 'REVIEW ORCHESTRATED_REVIEW'],
    ['high-risk', 'REVIEW ORCHESTRATED_REVIEW'],
    ['inconclusive', 'REVIEW ORCHESTRATED_REVIEW'],
    ['retry', 'RETRY ORCHESTRATED_RETRY'],
    ['a new word', 'REVIEW UNKNOWN_UPSTREAM_VALUE'],
  ])('the orchestrated result %s is %s', (result, expected) => {
    expect(outcome(v1({ status: 3, idCloud: { result } }))).toBe(expected);
    const fraudRisk = expected.replace('ORCHESTRATED_APPROVED', 'FRAUD_RISK_CLEARED');
    expect(outcome(v1({ status: 3, riskLevel: { result } }, ['fraud-risk']))).toBe(fraudRisk);
  });
});

describe('the samples of Unico', () => {
  test('S0, an open identity with a score of 85.5, is approved for the score', () => {
    expect(outcome(idcloud(S0.process))).toBe('APPROVED SCORE_STRONG');
  });

  test('S0 with a document that is not authentic is reviewed, although its score is strong', () => {
    expect(outcome(idcloud({ ...S0.process, services: [{ documents: [{ validate_doc: false }] }] }))).toBe(
      'REVIEW DOCUMENT_CHECK_FAILED',
    );
  });

  test('S1 and S2, the living holder, are approved', () => {
    const sample = {
      status: 3,
      unicoId: { result: 'yes' },
      ...NO_SIGNS,
      government: { serpro: 87 },
      liveness: 1,
    };
    expect(outcome(v1(sample))).toBe('APPROVED IDENTITY_CONFIRMED LIVENESS_CONFIRMED');
  });

  test('a verdict names the policy and the time, and keeps the signals it was made of', () => {
    expect(POLICY_BY_DEFAULT.verdictOf(idcloud(S0.process))).toEqual({
      decision: 'APPROVED',
      reasons: [{ code: 'SCORE_STRONG', decision: 'APPROVED', audience: 'PERSON' }],
      confirms: ['IDENTITY', 'DOCUMENT', 'LIVENESS'],
      nextStep: 'PROCEED',
      final: true,
      policyVersion: POLICY_VERSION,
      decidedAt: '2024-01-01T10:15:00.000Z',
      liveness: 'LIVE',
      identity: 'INCONCLUSIVE',
      fraudRisk: 'NO_SIGNS_FOUND',
      faceMatch: null,
      smartRevalidation: null,
      age: null,
      riskScore: { value: 85.5, band: 'STRONG_POSITIVE' },
      serpro: { similarity: 92, status: 'COMPARED' },
      upstreamResult: 'PROCESS_RESULT_OK',
    });
  });
});

const HOLDER = { livenessResult: 'LIVE', authenticationResult: 'POSITIVE' };

describe('a flow of idcloud without the signals that it promises', () => {
  test.each<[string, object, string]>([
    ['id', HOLDER, 'APPROVED IDENTITY_CONFIRMED LIVENESS_CONFIRMED'],
    ['idtoken', HOLDER, 'RETRY FACE_MATCH_UNAVAILABLE'],
    [
      'idtoken',
      { livenessResult: 'LIVE', bioTokenEngineResult: 'UNSPECIFIED' },
      'RETRY FACE_MATCH_UNAVAILABLE',
    ],
    ['idage', HOLDER, 'RETRY AGE_UNAVAILABLE'],
    ['idagedocumentless', { livenessResult: 'LIVE', idAgeResult: '' }, 'RETRY AGE_UNAVAILABLE'],
    ['idsmart', { smartRevalidationResult: null }, 'REVIEW UNKNOWN_UPSTREAM_VALUE'],
    [
      'idsmart',
      { smartRevalidationResult: 'SMART_REVALIDATION_RESULT_UNSPECIFIED' },
      'RETRY REVALIDATION_UNAVAILABLE',
    ],
    ['idtoken', { ...HOLDER, bioTokenEngineResult: 'MAYBE' }, 'REVIEW UNKNOWN_UPSTREAM_VALUE'],
  ])('the flow %s with %j is %s', (flow, authenticationInfo, expected) => {
    expect(outcome(idcloud({ flow, state: 'FINISHED', result: 'OK', authenticationInfo }))).toBe(expected);
  });

  test.each([undefined, null, {}, { authenticationId: 'an id' }, { livenessResult: '' }])(
    'a good result with the authenticationInfo %j is not understood: all its fields are always returned',
    (authenticationInfo) => {
      const process = idcloud({ flow: 'id', state: 'FINISHED', result: 'OK', authenticationInfo });
      expect(outcome(process)).toBe('REVIEW UNKNOWN_UPSTREAM_VALUE');
    },
  );
});

/** A flow of a tenant promises nothing, so what stands here for a signal is all that can keep it from an approval. */
const ODD_INFOS = [
  'POSITIVE',
  1,
  true,
  ['POSITIVE'],
  ...['livenessResult', 'authenticationResult', 'identityFraudstersResult', 'bioTokenEngineResult'].map(
    (name) => ({ ...HOLDER, [name]: { result: 'POSITIVE' } }),
  ),
  { ...HOLDER, smartRevalidationResult: ['POSITIVE'] },
  { ...HOLDER, idAgeResult: true },
  { ...HOLDER, scoreEngineResult: 'high' },
  { ...HOLDER, scoreEngineResult: { scoreEnabled: 'TRUE', score: 'high' } },
  { ...HOLDER, scoreEngineResult: { scoreEnabled: 'TRUE', score: {} } },
  { ...HOLDER, scoreEngineResult: { scoreEnabled: true, score: 90 } },
];

test.each(ODD_INFOS.map((info) => [info]))(
  'idcloud: authenticationInfo in an unknown shape, %j, is not taken for one that was not evaluated',
  (authenticationInfo) => {
    const process = { state: 'FINISHED', result: 'OK', authenticationInfo };
    expect(outcome(idcloud({ ...process, flow: 'ours' }))).toBe('REVIEW UNKNOWN_UPSTREAM_VALUE');
    expect(outcome(idcloud({ ...process, flow: 'id' }))).toBe('REVIEW UNKNOWN_UPSTREAM_VALUE');
  },
);

test.each([
  { unicoId: 'no' },
  { unicoId: ['no'] },
  { unicoId: { result: false } },
  { idAge: 'no' },
  { idAge: false },
  { idCloud: 'reproved' },
  { riskLevel: 3 },
  { identityFraudsters: 'yes' },
  { authenticated: 'no' },
  { liveness: 'failed' },
  { score: 'high' },
  { score: { value: 90 } },
])(
  'processes/v1: a signal in an unknown shape, %j, is not taken for one that was not evaluated',
  (signal) => {
    expect(outcome(v1({ status: 3, liveness: 1, ...signal }))).toBe('REVIEW UNKNOWN_UPSTREAM_VALUE');
  },
);

describe('checks of documents that cannot be read', () => {
  test.each(['cpf_match', 'face_match', 'validate_doc'])(
    'a check %s of idcloud that cannot be read is reviewed',
    (check) => {
      for (const answer of ['true', 'no', 1, {}]) {
        const services = [{ documents: [{ cpf_match: true, [check]: answer }] }];
        const process = idcloud({ state: 'FINISHED', result: 'OK', authenticationInfo: HOLDER, services });
        expect(outcome(process)).toBe('REVIEW UNKNOWN_UPSTREAM_VALUE');
      }
    },
  );

  test.each(['cpfMatch', 'faceMatch'])(
    'a check %s of processes/v1 that cannot be read is reviewed',
    (check) => {
      for (const answer of ['true', 'no', 1, {}]) {
        const document = { cpfMatch: true, faceMatch: true, [check]: answer };
        expect(outcome(v1({ status: 3, document }))).toBe('REVIEW UNKNOWN_UPSTREAM_VALUE');
      }
    },
  );

  test('a check that was not made is not one that cannot be read', () => {
    const document = { cpfMatch: true, faceMatch: null };
    expect(outcome(v1({ status: 3, document }, ['document']))).toBe('RETRY DOCUMENT_CHECK_UNAVAILABLE');
  });
});

describe('a result of processes/v1 under an unknown name (upstream.md §5.2)', () => {
  const HOLDER_V1 = { status: 3, liveness: 1, unicoId: { result: 'yes' } };

  test.each([
    { ageVerification: { result: 'no' } },
    { ageVerification: { result: 'yes' } },
    { idage: { result: 'no' } },
    { ageVerification: 'no' },
    { ageVerification: false },
    { isAdult: false },
    { trace: 'yes' },
    { list: [{ result: 'no' }] },
    { livenessV2: 1 },
    { data: { person: { adult: 'no' } } },
  ])('a process with the unknown result %j is reviewed: the person may be a minor', (members) => {
    expect(outcome(v1({ ...HOLDER_V1, ...members }))).toBe('REVIEW UNKNOWN_UPSTREAM_VALUE');
  });

  test.each<[object, string]>([
    [{ status: 1 }, 'PENDING IN_PROGRESS'],
    [{ liveness: 2 }, 'DENIED LIVENESS_FAILED'],
    [{ unicoId: { result: 'no' } }, 'DENIED IDENTITY_MISMATCH'],
    [{ idCloud: { result: 'reproved' } }, 'DENIED ORCHESTRATED_DENIED'],
    [{ idCloud: { result: 'approved' } }, 'REVIEW UNKNOWN_UPSTREAM_VALUE'],
  ])('an unknown result next to %j is %s', (members, expected) => {
    expect(outcome(v1({ ...HOLDER_V1, ageVerification: { result: 'no' }, ...members }))).toBe(expected);
  });

  test.each([
    { trace: '0af7651916cd43dd' },
    { meta: { id: 'a text' } },
    { meta: null },
    { elapsedMs: 240 },
    { age: { result: null, id: 1 } },
    { createdAt: '2024-12-23T13:23:49Z' },
    { clientReference: 'yes' },
  ])('%j holds no result and changes nothing', (members) => {
    expect(outcome(v1({ ...HOLDER_V1, ...members }))).toBe('APPROVED IDENTITY_CONFIRMED LIVENESS_CONFIRMED');
  });
});
