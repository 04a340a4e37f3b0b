import { constantFrom, oneof, sample, uniqueArray } from 'fast-check';
import { expect, test } from 'vitest';
import { documentChecks, type Check } from '../../../../src/domain/document.ts';
import { missingSignals } from '../../../../src/domain/verdict/missing-signals.ts';
import { POLICY, type Outcome } from '../../../../src/domain/verdict/policy.ts';
import { VERDICT_REASON_CODES, type VerdictReasonCode } from '../../../../src/domain/verdict/reasons.ts';
import { DECISIONS } from '../../../../src/domain/verdict/decision.ts';
import {
  combinations,
  decided,
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
  documents: [document({ cpfMatch: true, faceMatch: true })],
  promise: ['liveness', 'identity'],
} satisfies Known);

const ANYTHING = NAMES.flatMap((name) =>
  VALUES[name].map((value: unknown): [string, unknown] => [name, value]),
);

const MANY_THINGS = uniqueArray(
  oneof(
    { weight: 4, arbitrary: constantFrom<[string, unknown][]>(...HARMLESS) },
    { weight: 1, arbitrary: constantFrom(...ANYTHING) },
  ),
  { selector: ([name]) => name, maxLength: NAMES.length, size: 'max' },
).map((pairs): Known => Object.fromEntries(pairs));

/** Every combination of up to three things known, and 20,000, always the same, of up to all of them at once. */
const SAMPLE = [...combinations(3), ...sample(MANY_THINGS, { numRuns: 20_000, seed: 2026 })];
const DECIDED = SAMPLE.map((known): [Known, Outcome] => [known, decided(known)]);

/** The first few of the sample that break a promise; a test expects none. */
function broken(breaks: (known: Known, outcome: Outcome) => boolean): [Known, Outcome][] {
  return DECIDED.filter(([known, outcome]) => breaks(known, outcome)).slice(0, 3);
}

const approvedAlthough = (against: (known: Known) => boolean) =>
  broken((known, { decision }) => decision === 'APPROVED' && against(known));

/** Whether Unico's own advice approves: it decides about everything that does not speak against the person. */
const isAdvised = ({ orchestration }: Known): boolean => orchestration === 'APPROVED';

const checks = ({ documents = [] }: Known): Check[] => documents.flatMap(documentChecks);

/** Whether a signal that was promised is missing. */
function lacksPromised(known: Known): boolean {
  const { promise = null } = known;
  return missingSignals(evidence(known), promise).length > 0;
}

const UNFINISHED = new Set(['CREATED', 'AWAITING_DOCUMENT', 'PROCESSING', 'DIVERGENT']);
/** Whether Unico has not finished the process: a journey of idcloud needs a result. */
function isUnfinished({ source, state = 'FINISHED', result = 'OK' }: Known): boolean {
  return UNFINISHED.has(state) || (source === 'IDCLOUD' && state === 'FINISHED' && result === null);
}
const ENDED = new Set(['FINISHED', 'CANCELED', 'FAILED']);

test('the sample reaches every row of the policy', () => {
  const reached = SAMPLE.map((known) =>
    POLICY.find(({ reasons }) => reasons(evidence(known), known.promise ?? null).length > 0),
  );
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
  [
    'an age that could not be determined, without advice',
    (known) => !isAdvised(known) && known.age === 'INCONCLUSIVE',
  ],
  [
    'a comparison that says nothing, without advice',
    (known) => !isAdvised(known) && [known.faceMatch, known.smartRevalidation].includes('INCONCLUSIVE'),
  ],
  ['signs of fraud', (known) => known.fraudRisk === 'SIGNS_FOUND'],
  ['a document that failed a check', (known) => checks(known).includes(false)],
  ['a check of a document that is not readable', (known) => checks(known).includes('UNKNOWN')],
  ['a process without a promised signal', lacksPromised],
  [
    'a document without its checks, without advice',
    ({ documents = [], orchestration }) =>
      orchestration !== 'APPROVED' && documents.some(({ faceMatch }) => faceMatch === null),
  ],
  [
    'a document of the wrong kind',
    ({ documents = [] }) => documents.some(({ typified }) => typified === false),
  ],
  ['an unknown property', ({ unknownEvidence = false }) => unknownEvidence],
  ['a reference that was not approved', ({ referenceApproved }) => referenceApproved === false],
  [
    'a flow with documents and none, without advice',
    ({ flow, documents = [], orchestration }) =>
      orchestration !== 'APPROVED' && flow === 'iddocs' && documents.length === 0,
  ],
  ['a bad result', ({ result = 'OK' }) => result !== null && result !== 'OK'],
  [
    'bad advice of Unico',
    ({ orchestration = 'APPROVED', riskLevel = 'APPROVED' }) =>
      [orchestration, riskLevel].some((advice) => advice !== 'APPROVED'),
  ],
  ['a negative score', (known) => (known.riskScore?.value ?? 0) < 0],
  [
    'an open identity, no strong score and no advice, where age is not all',
    ({ identity, riskScore, orchestration, promise }) =>
      identity === 'INCONCLUSIVE' &&
      riskScore?.band !== 'STRONG_POSITIVE' &&
      orchestration !== 'APPROVED' &&
      !promise?.includes('age'),
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
    checks(known).includes(true) ||
    (known.fraudRisk === 'NO_SIGNS_FOUND' && known.promise?.[0] === 'fraud-risk')
  );
}

test('no process is approved without a positive signal', () => {
  expect(approvedAlthough((known) => !speaksFor(known))).toEqual([]);
});

/** Whether a signal identifies the person. */
function identifies({
  identity,
  faceMatch,
  smartRevalidation,
  orchestration,
  riskScore,
  liveness,
}: Known): boolean {
  const isStrong =
    identity === 'INCONCLUSIVE' && riskScore?.band === 'STRONG_POSITIVE' && liveness === 'LIVE';
  return (
    [identity, faceMatch, smartRevalidation].includes('POSITIVE') || orchestration === 'APPROVED' || isStrong
  );
}

test('a process with an unknown promise is approved only where a signal identifies the person', () => {
  expect(approvedAlthough((known) => (known.promise ?? null) === null && !identifies(known))).toEqual([]);
});

test('a finished process with an unknown promise is no retry, except by its score or the advice of Unico', () => {
  const allowed = new Set<VerdictReasonCode>([
    'SCORE_NEUTRAL',
    'SCORE_UNAVAILABLE',
    'ORCHESTRATED_RETRY',
    'PROCESSING_ERROR',
    'JOURNEY_EXPIRED',
    'CANCELED',
  ]);
  expect(
    broken(
      ({ promise = null }, { decision, reasons }) =>
        promise === null && decision === 'RETRY' && !reasons.some((code) => allowed.has(code)),
    ),
  ).toEqual([]);
});

test('an identity is called confirmed where it is positive and approved, and nowhere else', () => {
  expect(
    broken((known, { decision, reasons }) => {
      const weighed = reasons.includes('ORCHESTRATED_APPROVED') || reasons.includes('FRAUD_RISK_CLEARED');
      const confirmed = decision === 'APPROVED' && known.identity === 'POSITIVE' && !weighed;
      return reasons.includes('IDENTITY_CONFIRMED') !== confirmed;
    }),
  ).toEqual([]);
});

test('a signal is called unavailable only where there is none', () => {
  const UNAVAILABLE = {
    LIVENESS_UNAVAILABLE: 'liveness',
    IDENTITY_UNAVAILABLE: 'identity',
    FRAUD_RISK_UNAVAILABLE: 'fraudRisk',
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
  expect(broken((known, { decision }) => (decision === 'PENDING') !== isUnfinished(known))).toEqual([]);
});

test('a decision is final once the process has ended, and not while its state is unknown', () => {
  expect(
    broken((known, { final }) => {
      const { state = 'FINISHED' } = known;
      return final !== (ENDED.has(state) && !(state === 'FINISHED' && isUnfinished(known)));
    }),
  ).toEqual([]);
});

test('Serpro changes no decision, except of creditoconsignado: it adds a remark after the reasons', () => {
  expect(
    broken((known, { reasons, ...outcome }) => {
      const { reasons: others, ...without } = decided({ ...known, serpro: null });
      const remark = ['NO_FACE_ON_FILE', 'INTEGRATION_ERROR'].filter((code) => code === known.serpro?.status);
      if (known.flow === 'creditoconsignado') return false;
      const same = JSON.stringify([reasons, outcome]) === JSON.stringify([[...others, ...remark], without]);
      return !same;
    }),
  ).toEqual([]);
});

test('the order of documents changes nothing', () => {
  expect(
    broken((known, outcome) => {
      const documents = (known.documents ?? []).toReversed();
      return JSON.stringify(decided({ ...known, documents })) !== JSON.stringify(outcome);
    }),
  ).toEqual([]);
});
