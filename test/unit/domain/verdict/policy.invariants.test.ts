import { constantFrom, oneof, sample, uniqueArray } from 'fast-check';
import { expect, test } from 'vitest';
import { documentChecks, type Check } from '../../../../src/domain/document.ts';
import { expectedSignals } from '../../../../src/domain/verdict/flow-signals.ts';
import { decide, POLICY, type Outcome } from '../../../../src/domain/verdict/policy.ts';
import { VERDICT_REASON_CODES } from '../../../../src/domain/verdict/reasons.ts';
import { DECISIONS } from '../../../../src/domain/verdict/decision.ts';
import {
  combinations,
  document,
  evidence,
  NAMES,
  score,
  VALUES,
  type Facts,
} from '../../../support/evidence.ts';

/** What is known of a finished process, or of one in the state given. */
type Known = Partial<Facts>;

/** Values that leave the way to an approval open: a fair mix of all values would hardly ever find it. */
const HARMLESS = Object.entries({
  result: 'OK',
  liveness: 'LIVE',
  identity: 'POSITIVE',
  fraudRisk: 'NO_SIGNS_FOUND',
  faceMatch: 'POSITIVE',
  smartRevalidation: 'POSITIVE',
  age: 'ADULT',
  riskScore: score(50),
  orchestration: 'APPROVED',
  documents: [document({ cpfMatch: true })],
} satisfies Known);

const ANYTHING = NAMES.flatMap((name) => VALUES[name].map((value): [string, unknown] => [name, value]));

const MANY_THINGS = uniqueArray(
  oneof(
    { weight: 4, arbitrary: constantFrom<[string, unknown][]>(...HARMLESS) },
    { weight: 1, arbitrary: constantFrom(...ANYTHING) },
  ),
  { selector: ([name]) => name, maxLength: NAMES.length, size: 'max' },
).map((pairs): Known => Object.fromEntries(pairs));

/** Every combination of up to three things known, and 20,000, always the same, of up to all of them at once. */
const SAMPLE = [...combinations(3), ...sample(MANY_THINGS, { numRuns: 20_000, seed: 2026 })];
const DECIDED = SAMPLE.map((known): [Known, Outcome] => [known, decide(evidence(known))]);

/** The first few of the sample that break a promise; a test expects none. */
function broken(breaks: (known: Known, outcome: Outcome) => boolean): [Known, Outcome][] {
  return DECIDED.filter(([known, outcome]) => breaks(known, outcome)).slice(0, 3);
}

const approvedAlthough = (against: (known: Known) => boolean) =>
  broken((known, { decision }) => decision === 'APPROVED' && against(known));

const checks = ({ documents = [] }: Known): Check[] => documents.flatMap(documentChecks);

const PROMISED = ['liveness', 'identity', 'faceMatch', 'smartRevalidation', 'age'] as const;

/** Whether a signal that the flow promises did not come. */
function lacksPromised(known: Known): boolean {
  const promise = expectedSignals(known.flow ?? null, known.capacities ?? []);
  return PROMISED.some((signal) => promise[signal] && (known[signal] ?? null) === null);
}

const UNFINISHED = new Set(['CREATED', 'AWAITING_DOCUMENT', 'PROCESSING', 'DIVERGENT']);
const ENDED = new Set(['FINISHED', 'CANCELED', 'FAILED']);

test('the sample reaches every row of the policy', () => {
  const reached = SAMPLE.map((known) => POLICY.find(({ reasons }) => reasons(evidence(known)).length > 0));
  expect(new Set(reached)).toEqual(new Set(POLICY));
});

test('the sample contains approvals of processes with many known facts', () => {
  const rich = DECIDED.filter(
    ([known, { decision }]) => decision === 'APPROVED' && Object.keys(known).length > 6,
  );
  expect(rich.length).toBeGreaterThan(500);
});

test('whatever the evidence, there is one decision with its reasons, each given once', () => {
  expect(
    broken(
      (_known, { decision, reasons }) =>
        !DECISIONS.includes(decision) ||
        reasons.length === 0 ||
        reasons.length > new Set(reasons.filter((code) => VERDICT_REASON_CODES.includes(code))).size,
    ),
  ).toEqual([]);
});

test.each<[string, (known: Known) => boolean]>([
  ['an unknown value', (known) => Object.values(known).some((value) => value === 'UNKNOWN')],
  ['a score that is not readable', (known) => known.riskScore?.band === null],
  ['a mask', (known) => known.liveness === 'NOT_LIVE'],
  ['a face of another person', (known) => [known.identity, known.faceMatch].includes('NEGATIVE')],
  ['a failed revalidation', (known) => known.smartRevalidation === 'NEGATIVE'],
  ['a minor', (known) => known.age === 'MINOR'],
  ['an age that could not be determined', (known) => known.age === 'INCONCLUSIVE'],
  [
    'a comparison that says nothing',
    (known) => [known.faceMatch, known.smartRevalidation].includes('INCONCLUSIVE'),
  ],
  ['signs of fraud', (known) => known.fraudRisk === 'SIGNS_FOUND'],
  ['a document that failed a check', (known) => checks(known).includes(false)],
  ['a check of a document that is not readable', (known) => checks(known).includes('UNKNOWN')],
  ['a process without a signal that its flow promises', lacksPromised],
  ['a bad result', ({ result = 'OK' }) => result !== null && result !== 'OK'],
  ['bad advice of Unico', ({ orchestration = 'APPROVED' }) => orchestration !== 'APPROVED'],
  ['a negative score', (known) => (known.riskScore?.value ?? 0) < 0],
  [
    'an open identity and no strong score',
    (known) => known.identity === 'INCONCLUSIVE' && known.riskScore?.band !== 'STRONG_POSITIVE',
  ],
  ['a process that is not finished', ({ state = 'FINISHED' }) => state !== 'FINISHED'],
])('evidence of %s is never approved', (_what, against) => {
  expect(approvedAlthough(against)).toEqual([]);
});

/** Whether a signal speaks for the person: a result, a score, Serpro or a fraud check do not. */
function speaksFor(known: Known): boolean {
  return (
    known.liveness === 'LIVE' ||
    [known.identity, known.faceMatch, known.smartRevalidation].includes('POSITIVE') ||
    known.age === 'ADULT' ||
    known.orchestration === 'APPROVED' ||
    (known.identity === 'INCONCLUSIVE' && known.riskScore?.band === 'STRONG_POSITIVE') ||
    checks(known).includes(true)
  );
}

test('no process is approved without a positive signal', () => {
  expect(approvedAlthough((known) => !speaksFor(known))).toEqual([]);
});

test('an identity is called confirmed where it is positive and approved, and nowhere else', () => {
  expect(
    broken((known, { decision, reasons }) => {
      const confirmed = decision === 'APPROVED' && known.identity === 'POSITIVE';
      return reasons.includes('IDENTITY_CONFIRMED') !== confirmed;
    }),
  ).toEqual([]);
});

test('a signal is called unavailable only where there is none', () => {
  const UNAVAILABLE = {
    LIVENESS_UNAVAILABLE: 'liveness',
    IDENTITY_UNAVAILABLE: 'identity',
    FACE_MATCH_UNAVAILABLE: 'faceMatch',
    REVALIDATION_UNAVAILABLE: 'smartRevalidation',
    AGE_UNAVAILABLE: 'age',
  } as const;
  expect(
    broken((known, { reasons }) =>
      Object.entries(UNAVAILABLE).some(
        ([code, signal]) => reasons.some((reason) => reason === code) && known[signal] !== undefined,
      ),
    ),
  ).toEqual([]);
});

test('a decision is pending while the process is not finished, and only then', () => {
  expect(
    broken(({ state = 'FINISHED' }, { decision }) => (decision === 'PENDING') !== UNFINISHED.has(state)),
  ).toEqual([]);
});

test('a decision is final once the process has ended, and not while its state is unknown', () => {
  expect(broken(({ state = 'FINISHED' }, { final }) => final !== ENDED.has(state))).toEqual([]);
});

test('Serpro changes no decision: it adds a remark of its own after the reasons', () => {
  expect(
    broken((known, { reasons, ...outcome }) => {
      const { reasons: others, ...without } = decide(evidence({ ...known, serpro: null }));
      const remark = ['NO_FACE_ON_FILE', 'INTEGRATION_ERROR'].filter((code) => code === known.serpro?.status);
      const same = JSON.stringify([reasons, outcome]) === JSON.stringify([[...others, ...remark], without]);
      return !same;
    }),
  ).toEqual([]);
});

test('the order of documents changes nothing', () => {
  expect(
    broken((known, outcome) => {
      const documents = (known.documents ?? []).toReversed();
      return JSON.stringify(decide(evidence({ ...known, documents }))) !== JSON.stringify(outcome);
    }),
  ).toEqual([]);
});
