import { describe, expect, test } from 'vitest';
import type { Process } from '../../../../../src/domain/process.ts';
import { POLICY_BY_DEFAULT } from '../../../../support/verdicts.ts';
import { PROCESS_ID } from '../../../../fixtures/s1-get-processes-v1.ts';
import { NEVER_CANCELLED, processId, unicoReplying } from '../../../../support/unico-client.ts';

const ID = processId(PROCESS_ID);

async function read(body: object): Promise<Process> {
  const { unico } = await unicoReplying({ body: { id: ID, ...body } });
  const process = await unico.getProcess('PROCESSES_V1', ID, NEVER_CANCELLED);
  if (process === null) throw new Error('expected a process');
  return process;
}

const signalsOf = async (body: object) => (await read(body)).signals;

/** upstream.md §S1 `status`. */
test.each([
  [1, 'PROCESSING', '1'],
  [2, 'DIVERGENT', '2'],
  [3, 'FINISHED', '3'],
  [4, 'CANCELED', '4'],
  [5, 'FAILED', '5'],
  ['3', 'FINISHED', '3'],
  [0, 'UNKNOWN', '0'],
  [6, 'UNKNOWN', '6'],
  [-3, 'UNKNOWN', '-3'],
  [3.5, 'UNKNOWN', '3.5'],
  ['done', 'UNKNOWN', 'done'],
  [true, 'UNKNOWN', null],
  [[3], 'UNKNOWN', null],
  [null, 'UNKNOWN', null],
  [undefined, 'UNKNOWN', null],
])('status %j is %s', async (status, state, upstreamState) => {
  expect(await read({ status })).toMatchObject({ state, upstreamState });
});

/** The properties with an enum value in `result` (upstream.md §S1; upstream.md §5.2, §5.3). */
const VOCABULARIES = [
  ['unicoId', 'identity', { yes: 'POSITIVE', no: 'NEGATIVE', inconclusive: 'INCONCLUSIVE' }],
  ['identityFraudsters', 'fraudRisk', { yes: 'SIGNS_FOUND', inconclusive: 'NO_SIGNS_FOUND' }],
  ['idAge', 'age', { yes: 'ADULT', no: 'MINOR', inconclusive: 'INCONCLUSIVE' }],
  [
    'idCloud',
    'orchestration',
    {
      approved: 'APPROVED',
      reproved: 'DENIED',
      denied: 'DENIED',
      'risk-critical': 'DENIED',
      'critical-risk': 'DENIED',
      'risk-high': 'REVIEW',
      'high-risk': 'REVIEW',
      inconclusive: 'REVIEW',
      retry: 'RETRY',
    },
  ],
  ['riskLevel', 'riskLevel', { approved: 'APPROVED', reproved: 'DENIED' }],
] as const;

/** A finished process with only positive signals. */
const POSITIVE = { status: 3, unicoId: { result: 'yes' }, liveness: 1 };

describe.each(VOCABULARIES)('%s', (property, signal, vocabulary) => {
  test.each(Object.entries(vocabulary))(
    `${property}: %s is %s, in upper and lower case`,
    async (value, ours) => {
      for (const result of [value, value.toUpperCase(), (value[0] ?? '').toUpperCase() + value.slice(1)]) {
        expect((await signalsOf({ [property]: { result } }))[signal]).toBe(ours);
      }
    },
  );

  test(`${property}: absent, null and empty are not evaluated`, async () => {
    for (const value of [undefined, null, {}, { result: null }, { result: '' }]) {
      expect((await signalsOf({ [property]: value }))[signal]).toBeNull();
    }
  });

  test(`${property}: an object without a result is UNKNOWN`, async () => {
    const process = await read({ ...POSITIVE, [property]: { Result: 'no' } });
    expect(process.signals[signal]).toBe('UNKNOWN');
    expect(POLICY_BY_DEFAULT.verdictOf(process).decision).toBe('REVIEW');
  });

  test(`${property}: an undocumented result is UNKNOWN, and approves nothing`, async () => {
    for (const result of ['maybe', 'YES_', ' yes', 1, true, false, {}, [], ['yes']]) {
      const process = await read({ ...POSITIVE, [property]: { result } });
      expect(process.signals[signal]).toBe('UNKNOWN');
      expect(POLICY_BY_DEFAULT.verdictOf(process).decision).toBe('REVIEW');
    }
  });

  test(`${property}: a value that is not an object is UNKNOWN, and approves nothing`, async () => {
    for (const value of ['no', 'yes', 1, true, false, [], [{ result: 'no' }]]) {
      const process = await read({ ...POSITIVE, [property]: value });
      expect([value, process.signals[signal]]).toEqual([value, 'UNKNOWN']);
      expect(POLICY_BY_DEFAULT.verdictOf(process).decision).toBe('REVIEW');
    }
  });
});

test('a fraud classification of no, which is undocumented, is UNKNOWN', async () => {
  expect((await signalsOf({ identityFraudsters: { result: 'no' } })).fraudRisk).toBe('UNKNOWN');
});

test('the advice on the whole verification and on the fraud risk alone are two signals', async () => {
  const signals = await signalsOf({ idCloud: { result: 'approved' }, riskLevel: { result: 'retry' } });
  expect(signals).toMatchObject({
    orchestration: 'APPROVED',
    riskLevel: 'RETRY',
    upstreamResult: 'approved',
  });
});

test.each([
  [undefined, 'approved', 'NO_SIGNS_FOUND'],
  ['yes', 'approved', 'SIGNS_FOUND'],
  [undefined, 'reproved', null],
  [undefined, 'inconclusive', null],
])('identityFraudsters %s and riskLevel %s are the fraud risk %s', async (fraudsters, level, fraudRisk) => {
  const identityFraudsters = fraudsters === undefined ? undefined : { result: fraudsters };
  expect(await signalsOf({ identityFraudsters, riskLevel: { result: level } })).toMatchObject({ fraudRisk });
});

test.each([
  [1, 'LIVE'],
  ['1', 'LIVE'],
  [2, 'NOT_LIVE'],
  [0, 'UNKNOWN'],
  [3, 'UNKNOWN'],
  ['live', 'UNKNOWN'],
  [true, 'UNKNOWN'],
  [{ result: 1 }, 'UNKNOWN'],
  [null, null],
  [undefined, null],
])('liveness %j is %s', async (liveness, ours) => {
  expect((await signalsOf({ liveness })).liveness).toBe(ours);
});

/** upstream.md §5.3: the verdict of 1:1. */
test.each([
  [true, 'POSITIVE'],
  [false, 'NEGATIVE'],
  ['true', 'UNKNOWN'],
  [1, 'UNKNOWN'],
  ['', null],
  [{}, 'UNKNOWN'],
  [null, null],
  [undefined, null],
])('authenticated %j is %s', async (authenticated, ours) => {
  expect((await signalsOf({ authenticated })).faceMatch).toBe(ours);
});

test.each([
  [-100, { value: -100, band: 'STRONG_NEGATIVE' }],
  [-12, { value: -12, band: 'MODERATE_NEGATIVE' }],
  [0, { value: 0, band: 'NEUTRAL' }],
  [28, { value: 28, band: 'MODERATE_POSITIVE' }],
  ['28', { value: 28, band: 'MODERATE_POSITIVE' }],
  [50, { value: 50, band: 'STRONG_POSITIVE' }],
  [101, { value: 101, band: null }],
  ['a lot', { value: null, band: null }],
  [true, { value: null, band: null }],
  [[50], { value: null, band: null }],
  [null, null],
  [undefined, null],
])('score %j is %j', async (score, riskScore) => {
  expect((await signalsOf({ score })).riskScore).toEqual(riskScore);
});

test.each([
  [{ serpro: 0 }, { similarity: 0, status: 'COMPARED' }],
  [{ serpro: 87 }, { similarity: 87, status: 'COMPARED' }],
  [{ serpro: -1 }, { similarity: null, status: 'NO_FACE_ON_FILE' }],
  [{ serpro: -2 }, { similarity: null, status: 'INTEGRATION_ERROR' }],
  [{ serpro: 500 }, { similarity: null, status: 'UNKNOWN' }],
  [{ serpro: true }, { similarity: null, status: 'UNKNOWN' }],
  [{ serpro: null }, null],
  [{}, null],
  [null, null],
])('government %j is %j, and does not decide', async (government, serpro) => {
  const process = await read({ ...POSITIVE, government });
  expect(process.signals.serpro).toEqual(serpro);
  expect(POLICY_BY_DEFAULT.verdictOf(process).decision).toBe('APPROVED');
});

test.each(['cpfMatch', 'faceMatch'])(
  'a document whose %s is not a boolean is never approved',
  async (check) => {
    for (const value of ['false', 'no', 0, {}, []]) {
      const process = await read({
        status: 3,
        document: { cpfMatch: true, faceMatch: true, [check]: value },
      });
      expect(POLICY_BY_DEFAULT.verdictOf(process).decision).not.toBe('APPROVED');
    }
  },
);
