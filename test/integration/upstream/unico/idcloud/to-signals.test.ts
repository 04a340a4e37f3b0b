import { describe, expect, test } from 'vitest';
import type { Process } from '../../../../../src/domain/process.ts';
import { POLICY_BY_DEFAULT } from '../../../../support/verdicts.ts';
import { SAMPLE } from '../../../../fixtures/s0-get-idcloud-process.ts';
import { NEVER_CANCELLED, ID, unicoReplying } from '../../../../support/unico-client.ts';

async function read(wire: object): Promise<Process> {
  const { unico } = await unicoReplying({ body: { process: { id: ID, ...wire } } });
  const process = await unico.getProcess('IDCLOUD', ID, NEVER_CANCELLED);
  if (process === null) throw new Error('expected a process');
  return process;
}

const readInfo = async (authenticationInfo: unknown) => (await read({ authenticationInfo })).signals;

/** Values that are in no vocabulary, and values of other types. */
const UNKNOWN_VALUES = ['SUSPICIOUS', 'positive', ' POSITIVE', 'LIVE ', 1, 0, true, false, {}, [], ['LIVE']];

/** upstream.md §S0 "process.state" and the older enum of upstream.md §4.4. */
test.each([
  ['PROCESS_STATE_CREATED', 'CREATED'],
  ['CREATED', 'CREATED'],
  ['AWAITING_FOR_DOCUMENT', 'AWAITING_DOCUMENT'],
  ['PROCESS_STATE_AWAITING_FOR_DOCUMENT', 'AWAITING_DOCUMENT'],
  ['PROCESS_STATE_FINISHED', 'FINISHED'],
  ['PROCESS_STATE_FAILED', 'FAILED'],
  ['PROCESS_STATE_CANCELED', 'CANCELED'],
  ['PROCESS_STATE_UNSPECIFIED', 'UNKNOWN'],
  ['PROCESS_STATE_PAUSED', 'UNKNOWN'],
  ['process_state_finished', 'UNKNOWN'],
  ['', 'UNKNOWN'],
])('state %s is %s, and upstreamState has the raw value', async (state, ours) => {
  expect(await read({ state })).toMatchObject({ state: ours, upstreamState: state });
});

test.each([undefined, null, 3, true, {}, [[]]])('a state of %j is UNKNOWN', async (state) => {
  expect(await read({ state })).toMatchObject({ state: 'UNKNOWN', upstreamState: null });
});

/** upstream.md §S0 "process.result"; WARNING and REFUSED are of the older enum (upstream.md §4.4), and no document explains them. */
test.each([
  ['PROCESS_RESULT_OK', 'OK'],
  ['OK', 'OK'],
  ['PROCESS_RESULT_INVALID_IDENTITY', 'INVALID_IDENTITY'],
  ['PROCESS_RESULT_ERROR', 'ERROR'],
  ['PROCESS_RESULT_EXPIRED', 'EXPIRED'],
  ['PROCESS_RESULT_UNSPECIFIED', null],
  ['PROCESS_RESULT_WARNING', 'UNKNOWN'],
  ['PROCESS_RESULT_REFUSED', 'UNKNOWN'],
  ['ok', 'UNKNOWN'],
])('result %s is %s, and upstreamResult has the raw value', async (result, ours) => {
  expect((await read({ result })).signals).toMatchObject({ result: ours, upstreamResult: result });
});

test.each([undefined, null])('a result of %j is null', async (result) => {
  expect((await read({ result })).signals).toMatchObject({ result: null, upstreamResult: null });
});

/** upstream.md §S0 "authenticationInfo": every value of every feature. */
const VOCABULARIES = [
  ['livenessResult', 'LIVENESS_RESULT_', 'liveness', { LIVE: 'LIVE', NOT_LIVE: 'NOT_LIVE' }],
  [
    'authenticationResult',
    'AUTHENTICATION_RESULT_',
    'identity',
    { POSITIVE: 'POSITIVE', NEGATIVE: 'NEGATIVE', INCONCLUSIVE: 'INCONCLUSIVE' },
  ],
  [
    'identityFraudstersResult',
    'TRUST_RESULT_',
    'fraudRisk',
    { YES: 'SIGNS_FOUND', INCONCLUSIVE: 'NO_SIGNS_FOUND' },
  ],
  [
    'bioTokenEngineResult',
    'BIO_TOKEN_ENGINE_RESULT_',
    'faceMatch',
    { POSITIVE: 'POSITIVE', NEGATIVE: 'NEGATIVE' },
  ],
  [
    'smartRevalidationResult',
    'SMART_REVALIDATION_RESULT_',
    'smartRevalidation',
    { POSITIVE: 'POSITIVE', NEGATIVE: 'NEGATIVE' },
  ],
  [
    'idAgeResult',
    'ID_AGE_RESULT_',
    'age',
    { POSITIVE: 'ADULT', NEGATIVE: 'MINOR', INCONCLUSIVE: 'INCONCLUSIVE' },
  ],
] as const;

describe.each(VOCABULARIES)('%s', (property, prefix, signal, vocabulary) => {
  test.each(Object.entries(vocabulary))(
    `${property}: %s, with or without its prefix, is %s`,
    async (value, ours) => {
      expect((await readInfo({ [property]: prefix + value }))[signal]).toBe(ours);
      expect((await readInfo({ [property]: value }))[signal]).toBe(ours);
    },
  );

  test(`${property}: unspecified, absent, null and empty are not evaluated`, async () => {
    for (const value of [`${prefix}UNSPECIFIED`, 'UNSPECIFIED', undefined, null, '']) {
      expect((await readInfo({ [property]: value }))[signal]).toBeNull();
    }
  });

  test(`${property}: an undocumented value is UNKNOWN, and approves nothing`, async () => {
    for (const value of [
      ...UNKNOWN_VALUES,
      `${prefix}NEW`,
      `OTHER_${prefix}POSITIVE`,
      `${prefix}${prefix}LIVE`,
    ]) {
      const authenticationInfo = { ...SAMPLE.process.authenticationInfo, [property]: value };
      const process = await read({ ...SAMPLE.process, authenticationInfo });
      expect(process.signals[signal]).toBe('UNKNOWN');
      expect(POLICY_BY_DEFAULT.verdictOf(process).decision).toBe('REVIEW');
    }
  });
});

test('an inconclusive 1:1 or smart revalidation, which is undocumented, is UNKNOWN', async () => {
  const signals = await readInfo({
    bioTokenEngineResult: 'BIO_TOKEN_ENGINE_RESULT_INCONCLUSIVE',
    smartRevalidationResult: 'SMART_REVALIDATION_RESULT_INCONCLUSIVE',
  });
  expect([signals.faceMatch, signals.smartRevalidation]).toEqual(['UNKNOWN', 'UNKNOWN']);
});

test('a fraud classification of NO, which is undocumented, is UNKNOWN', async () => {
  expect((await readInfo({ identityFraudstersResult: 'TRUST_RESULT_NO' })).fraudRisk).toBe('UNKNOWN');
});

const scoreOf = async (scoreEngineResult: unknown) => (await readInfo({ scoreEngineResult })).riskScore;

describe('the risk score of idcloud', () => {
  test.each([
    [-100, 'STRONG_NEGATIVE'],
    [-40, 'STRONG_NEGATIVE'],
    [-39.5, 'MODERATE_NEGATIVE'],
    [-1, 'MODERATE_NEGATIVE'],
    [-0.5, 'MODERATE_NEGATIVE'],
    [0, 'NEUTRAL'],
    [0.5, 'MODERATE_POSITIVE'],
    [49, 'MODERATE_POSITIVE'],
    [49.9, 'MODERATE_POSITIVE'],
    [50, 'STRONG_POSITIVE'],
    [85.5, 'STRONG_POSITIVE'],
    [100, 'STRONG_POSITIVE'],
  ])('a score of %d is %s', async (score, band) => {
    expect(await scoreOf({ scoreEnabled: 'SCORE_ENABLED_TRUE', score })).toEqual({ value: score, band });
    expect(await scoreOf({ scoreEnabled: 'TRUE', score: String(score) })).toEqual({ value: score, band });
  });

  test.each([null, undefined, ''])(
    'a score other than 0 with scoreEnabled %j is not readable, and a score of 0 is none',
    async (scoreEnabled) => {
      expect(await scoreOf({ scoreEnabled, score: -80 })).toEqual({ value: null, band: null });
      expect(await scoreOf({ scoreEnabled, score: 0 })).toBeNull();
    },
  );

  test.each(['SCORE_ENABLED_FALSE', 'SCORE_ENABLED_UNSPECIFIED', 'FALSE'])(
    'a score with scoreEnabled %j does not count',
    async (scoreEnabled) => {
      expect(await scoreOf({ scoreEnabled, score: 85.5 })).toBeNull();
    },
  );

  test.each([null, undefined, ''])('a score of %j is null', async (score) => {
    expect(await scoreOf({ scoreEnabled: 'SCORE_ENABLED_TRUE', score })).toBeNull();
  });

  test.each([100.5, -101, 1e9])('a score of %d is in no band, and approves nothing', async (score) => {
    const scoreEngineResult = { scoreEnabled: 'SCORE_ENABLED_TRUE', score };
    expect(await scoreOf(scoreEngineResult)).toEqual({ value: score, band: null });
    const authenticationInfo = { ...SAMPLE.process.authenticationInfo, scoreEngineResult };
    expect(POLICY_BY_DEFAULT.verdictOf(await read({ ...SAMPLE.process, authenticationInfo })).decision).toBe(
      'REVIEW',
    );
  });

  test.each([
    [{ scoreEnabled: 'SCORE_ENABLED_TRUE', score: 'high' }],
    [{ scoreEnabled: 'SCORE_ENABLED_TRUE', score: true }],
    [{ scoreEnabled: 'SCORE_ENABLED_TRUE', score: { value: 85 } }],
    [{ scoreEnabled: 'SCORE_ENABLED_MAYBE', score: 85 }],
    [{ scoreEnabled: true, score: 85 }],
    ['85'],
    [85],
    [[85]],
  ])('a score engine result of %j cannot be read, and approves nothing', async (scoreEngineResult) => {
    const authenticationInfo = { ...SAMPLE.process.authenticationInfo, scoreEngineResult };
    const process = await read({ ...SAMPLE.process, authenticationInfo });
    expect(process.signals.riskScore).toEqual({ value: null, band: null });
    expect(POLICY_BY_DEFAULT.verdictOf(process).decision).toBe('REVIEW');
  });
});

test.each([
  [0, { similarity: 0, status: 'COMPARED' }],
  [92, { similarity: 92, status: 'COMPARED' }],
  ['92', { similarity: 92, status: 'COMPARED' }],
  [100, { similarity: 100, status: 'COMPARED' }],
  [-1, { similarity: null, status: 'NO_FACE_ON_FILE' }],
  [-2, { similarity: null, status: 'INTEGRATION_ERROR' }],
  [-3, { similarity: null, status: 'UNKNOWN' }],
  [101, { similarity: null, status: 'UNKNOWN' }],
  ['many', { similarity: null, status: 'UNKNOWN' }],
  [null, null],
])('a Serpro number of %j is %j', async (score, serpro) => {
  expect((await readInfo({ serproResult: { score } })).serpro).toEqual(serpro);
});

test.each(['LIVENESS_RESULT_LIVE', 7, true, [[]], [[{ livenessResult: 'LIVENESS_RESULT_LIVE' }]]])(
  'authenticationInfo of %j cannot be read, and approves nothing',
  async (authenticationInfo) => {
    const own = { flow: 'a-flow-of-the-tenant', capacities: [] };
    for (const flow of [{}, own]) {
      const process = await read({ ...SAMPLE.process, ...flow, authenticationInfo });
      expect(POLICY_BY_DEFAULT.verdictOf(process).decision).not.toBe('APPROVED');
    }
  },
);

test.each(['cpf_match', 'face_match', 'validate_doc'])(
  'a document whose %s is not a boolean is never approved',
  async (check) => {
    const authenticationInfo = {
      livenessResult: 'LIVENESS_RESULT_LIVE',
      authenticationResult: 'AUTHENTICATION_RESULT_POSITIVE',
    };
    const positive = { ...SAMPLE.process, authenticationInfo };
    for (const value of ['false', 'no', 0, {}, []]) {
      const services = [
        { documents: [{ cpf_match: true, face_match: true, validate_doc: true, [check]: value }] },
      ];
      expect(POLICY_BY_DEFAULT.verdictOf(await read({ ...positive, services })).decision).not.toBe(
        'APPROVED',
      );
    }
  },
);
