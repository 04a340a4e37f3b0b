import { describe, expect, test } from 'vitest';
import type { Process } from '../../../../../src/domain/process.ts';
import { verdictOf } from '../../../../../src/domain/verdict/verdict.ts';
import { PROCESS_ID } from '../../../../fixtures/s1-get-processes-v1.ts';
import { NEVER_CANCELLED, processId, unicoReplying } from '../../../../support/unico-client.ts';

const ID = processId(PROCESS_ID);

async function read(body: object): Promise<Process> {
  const { unico } = await unicoReplying({ body: { id: ID, ...body } });
  const answer = await unico.getProcess('PROCESSES_V1', ID, NEVER_CANCELLED);
  if (answer === null) throw new Error('expected a process');
  return answer;
}

const signalsOf = async (body: object) => (await read(body)).signals;

/** S1 `status`. */
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

/** S1 and upstream.md §5.2, §5.3: the members that hold a word in `result`. */
const WORDS = [
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
  ['riskLevel', 'orchestration', { approved: 'APPROVED', reproved: 'DENIED' }],
] as const;

/** A finished process that everything else speaks for. */
const POSITIVE = { status: 3, unicoId: { result: 'yes' }, liveness: 1 };

describe.each(WORDS)('%s', (member, signal, words) => {
  test.each(Object.entries(words))('%s is %s, in letters of any size', async (word, ours) => {
    for (const result of [word, word.toUpperCase(), (word[0] ?? '').toUpperCase() + word.slice(1)]) {
      expect((await signalsOf({ [member]: { result } }))[signal]).toBe(ours);
    }
  });

  test('absent, null and empty are not evaluated', async () => {
    for (const value of [undefined, null, {}, { result: null }, { result: '' }]) {
      expect((await signalsOf({ [member]: value }))[signal]).toBeNull();
    }
  });

  test('a member that says something, but no result, is UNKNOWN', async () => {
    const process = await read({ ...POSITIVE, [member]: { Result: 'no' } });
    expect(process.signals[signal]).toBe('UNKNOWN');
    expect(verdictOf(process).decision).toBe('REVIEW');
  });

  test('a result that is in no document is UNKNOWN, and no approval comes of it', async () => {
    for (const result of ['maybe', 'YES_', ' yes', 1, true, false, {}, [], ['yes']]) {
      const process = await read({ ...POSITIVE, [member]: { result } });
      expect(process.signals[signal]).toBe('UNKNOWN');
      expect(verdictOf(process).decision).toBe('REVIEW');
    }
  });

  test('a member that is no object is UNKNOWN too, and no approval comes of it', async () => {
    for (const value of ['no', 'yes', 1, true, false, [], [{ result: 'no' }]]) {
      const process = await read({ ...POSITIVE, [member]: value });
      expect([value, process.signals[signal]]).toEqual([value, 'UNKNOWN']);
      expect(verdictOf(process).decision).toBe('REVIEW');
    }
  });
});

test('a fraud classification never says that there is no risk: no is UNKNOWN', async () => {
  expect((await signalsOf({ identityFraudsters: { result: 'no' } })).fraudRisk).toBe('UNKNOWN');
});

test.each([
  ['approved', 'reproved', 'DENIED'],
  ['reproved', 'approved', 'DENIED'],
  ['approved', 'what', 'UNKNOWN'],
  ['retry', 'inconclusive', 'REVIEW'],
  ['approved', 'retry', 'RETRY'],
  ['approved', 'approved', 'APPROVED'],
])('of two pieces of advice, %s and %s, the more cautious counts', async (idCloud, riskLevel, advice) => {
  const signals = await signalsOf({ idCloud: { result: idCloud }, riskLevel: { result: riskLevel } });
  expect(signals).toMatchObject({ orchestration: advice, upstreamResult: idCloud });
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
  ['', 'UNKNOWN'],
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
  [7, null],
])('government %j is %j, and does not decide', async (government, serpro) => {
  const process = await read({ ...POSITIVE, government });
  expect(process.signals.serpro).toEqual(serpro);
  expect(verdictOf(process).decision).toBe('APPROVED');
});

test.each(['cpfMatch', 'faceMatch'])(
  'a document whose %s is no yes and no no is never approved',
  async (check) => {
    for (const value of ['false', 'no', 0, {}, []]) {
      const process = await read({
        status: 3,
        document: { cpfMatch: true, faceMatch: true, [check]: value },
      });
      expect(verdictOf(process).decision).not.toBe('APPROVED');
    }
  },
);
