import { documentChecks, type Check, type Document } from '../document.ts';
import { expectedSignals } from './flow-signals.ts';
import { isFinal, type ProcessState } from '../process.ts';
import type { Signals } from '../signals.ts';
import type { Decision } from './decision.ts';
import type { VerdictReasonCode } from './reasons.ts';

/** The properties of a process that a verdict depends on; every `Process` has them. */
export type Evidence = {
  state: ProcessState;
  signals: Signals;
  flow: string | null;
  capacities: readonly string[];
  documents: readonly Document[];
};

/** A decision with its reasons, the deciding ones first, and whether it is final. */
export type Outcome = { decision: Decision; reasons: VerdictReasonCode[]; final: boolean };

/** A row of the policy: its reasons, none where the row does not apply. */
type Row = { row: number; decision: Decision; reasons: (evidence: Evidence) => VerdictReasonCode[] };

/** The reasons whose condition holds, in the order of `conditions`. */
function reasonsWhere(conditions: [VerdictReasonCode, boolean][]): VerdictReasonCode[] {
  return conditions.filter(([, holds]) => holds).map(([code]) => code);
}

function reasonWhere(code: VerdictReasonCode, holds: boolean): VerdictReasonCode[] {
  return holds ? [code] : [];
}

function someCheckIs(result: Check, documents: readonly Document[]): boolean {
  return documents.some((document) => documentChecks(document).includes(result));
}

/** Whether a signal or a check has a value that cannot be read. Serpro is left out: it informs and never decides. */
function hasUnknownValue({ state, signals, documents }: Evidence): boolean {
  const { result, liveness, identity, fraudRisk, faceMatch, smartRevalidation, age, orchestration } = signals;
  const matches = [identity, faceMatch, smartRevalidation];
  const values = [state, result, liveness, fraudRisk, age, orchestration, ...matches];
  const hasUnreadableScore = signals.riskScore !== null && signals.riskScore.band === null;
  return values.includes('UNKNOWN') || hasUnreadableScore || someCheckIs('UNKNOWN', documents);
}

/** The signals that the process should have and does not have. */
function missingSignals({ flow, capacities, signals }: Evidence): VerdictReasonCode[] {
  const expected = expectedSignals(flow, capacities);
  return reasonsWhere([
    ['LIVENESS_UNAVAILABLE', expected.liveness && signals.liveness === null],
    [
      'IDENTITY_UNAVAILABLE',
      signals.identity === null && (expected.identity || (expected.anyFace && signals.faceMatch === null)),
    ],
    ['FACE_MATCH_UNAVAILABLE', expected.faceMatch && signals.faceMatch === null],
    ['REVALIDATION_UNAVAILABLE', expected.smartRevalidation && signals.smartRevalidation === null],
    ['AGE_UNAVAILABLE', expected.age && signals.age === null],
  ]);
}

const scoreOf = (signals: Signals): number | null => signals.riskScore?.value ?? null;
const isInconclusive = (signals: Signals): boolean => signals.identity === 'INCONCLUSIVE';
const hasFraudSigns = (signals: Signals): boolean => signals.fraudRisk === 'SIGNS_FOUND';

/**
 * The published verdict policy: the first row that applies decides. `docs/verdict.md` describes this table, and a test
 * compares the two; the numbers are those of the table. Rows 12 to 17 are about inconclusive identities.
 */
export const POLICY: readonly Row[] = [
  {
    row: 1,
    decision: 'PENDING',
    reasons: ({ state }) =>
      reasonsWhere([
        ['AWAITING_DOCUMENT', state === 'AWAITING_DOCUMENT'],
        ['IN_PROGRESS', state === 'CREATED' || state === 'PROCESSING' || state === 'DIVERGENT'],
      ]),
  },
  {
    row: 2,
    decision: 'RETRY',
    reasons: ({ state, signals }) =>
      reasonWhere('PROCESSING_ERROR', state === 'FAILED' || signals.result === 'ERROR'),
  },
  {
    row: 3,
    decision: 'RETRY',
    reasons: ({ signals }) => reasonWhere('JOURNEY_EXPIRED', signals.result === 'EXPIRED'),
  },
  { row: 4, decision: 'RETRY', reasons: ({ state }) => reasonWhere('CANCELED', state === 'CANCELED') },
  {
    row: 5,
    decision: 'DENIED',
    reasons: ({ signals }) => reasonWhere('LIVENESS_FAILED', signals.liveness === 'NOT_LIVE'),
  },
  {
    row: 6,
    decision: 'DENIED',
    reasons: ({ signals }) =>
      reasonsWhere([
        ['IDENTITY_MISMATCH', signals.identity === 'NEGATIVE'],
        ['FACE_MISMATCH', signals.faceMatch === 'NEGATIVE'],
        ['REVALIDATION_FAILED', signals.smartRevalidation === 'NEGATIVE'],
        ['UNDERAGE', signals.age === 'MINOR'],
      ]),
  },
  {
    row: 7,
    decision: 'REVIEW',
    reasons: (evidence) => reasonWhere('UNKNOWN_UPSTREAM_VALUE', hasUnknownValue(evidence)),
  },
  {
    row: 8,
    decision: 'RETRY',
    reasons: ({ signals }) =>
      reasonWhere('IDENTITY_UNAVAILABLE', signals.result === 'INVALID_IDENTITY' && signals.identity === null),
  },
  {
    row: 9,
    decision: 'DENIED',
    reasons: ({ signals }) => reasonWhere('INVALID_IDENTITY', signals.result === 'INVALID_IDENTITY'),
  },
  { row: 10, decision: 'RETRY', reasons: missingSignals },
  {
    row: 11,
    decision: 'DENIED',
    reasons: ({ signals }) => reasonWhere('ORCHESTRATED_DENIED', signals.orchestration === 'DENIED'),
  },
  {
    row: 11,
    decision: 'REVIEW',
    reasons: ({ signals }) => reasonWhere('ORCHESTRATED_REVIEW', signals.orchestration === 'REVIEW'),
  },
  {
    row: 11,
    decision: 'RETRY',
    reasons: ({ signals }) => reasonWhere('ORCHESTRATED_RETRY', signals.orchestration === 'RETRY'),
  },
  {
    row: 12,
    decision: 'DENIED',
    reasons: ({ signals }) => {
      const score = scoreOf(signals);
      const negative = isInconclusive(signals) && score !== null && score < 0;
      return reasonsWhere([
        ['SCORE_NEGATIVE', negative],
        ['FRAUD_SIGNS', negative && hasFraudSigns(signals)],
      ]);
    },
  },
  {
    row: 13,
    decision: 'DENIED',
    reasons: ({ signals }) =>
      reasonWhere('FRAUD_SIGNS', isInconclusive(signals) && hasFraudSigns(signals) && !scoreOf(signals)),
  },
  {
    row: 14,
    decision: 'RETRY',
    reasons: ({ signals }) =>
      reasonsWhere([
        ['SCORE_NEUTRAL', isInconclusive(signals) && scoreOf(signals) === 0],
        [
          'SCORE_UNAVAILABLE',
          isInconclusive(signals) && scoreOf(signals) === null && signals.fraudRisk === 'NO_SIGNS_FOUND',
        ],
      ]),
  },
  {
    row: 15,
    decision: 'REVIEW',
    reasons: ({ signals, documents }) =>
      reasonsWhere([
        ['DOCUMENT_CHECK_FAILED', someCheckIs(false, documents)],
        // Not for an inconclusive identity, whose rows weigh fraud signs and score together.
        ['FRAUD_SIGNS', hasFraudSigns(signals) && !isInconclusive(signals)],
        ['SCORE_NEGATIVE', (scoreOf(signals) ?? 0) < 0 && !isInconclusive(signals)],
        ['AGE_INCONCLUSIVE', signals.age === 'INCONCLUSIVE'],
        // Unico documents no inconclusive comparison of faces; if one occurs, it must not count as a match.
        ['IDENTITY_INCONCLUSIVE', [signals.faceMatch, signals.smartRevalidation].includes('INCONCLUSIVE')],
      ]),
  },
  {
    row: 16,
    decision: 'REVIEW',
    reasons: ({ signals }) => {
      const score = scoreOf(signals);
      return reasonsWhere([
        ['SCORE_MODERATE', isInconclusive(signals) && signals.riskScore?.band === 'MODERATE_POSITIVE'],
        ['FRAUD_SIGNS', isInconclusive(signals) && hasFraudSigns(signals)],
        ['IDENTITY_INCONCLUSIVE', isInconclusive(signals) && score === null],
      ]);
    },
  },
  {
    row: 17,
    decision: 'APPROVED',
    reasons: ({ signals }) =>
      reasonWhere('SCORE_STRONG', isInconclusive(signals) && signals.riskScore?.band === 'STRONG_POSITIVE'),
  },
  {
    row: 18,
    decision: 'APPROVED',
    reasons: ({ signals, documents }) =>
      reasonsWhere([
        ['IDENTITY_CONFIRMED', signals.identity === 'POSITIVE'],
        ['FACE_CONFIRMED', signals.faceMatch === 'POSITIVE'],
        ['REVALIDATION_CONFIRMED', signals.smartRevalidation === 'POSITIVE'],
        ['AGE_CONFIRMED', signals.age === 'ADULT'],
        ['DOCUMENT_CONFIRMED', someCheckIs(true, documents)],
        ['ORCHESTRATED_APPROVED', signals.orchestration === 'APPROVED'],
        ['LIVENESS_CONFIRMED', signals.liveness === 'LIVE'],
      ]),
  },
  { row: 19, decision: 'RETRY', reasons: () => ['NO_SIGNAL'] },
];

/** The remarks of Serpro, which are added to the reasons of any decision. */
function serproRemarks({ serpro }: Signals): VerdictReasonCode[] {
  return reasonsWhere([
    ['NO_FACE_ON_FILE', serpro?.status === 'NO_FACE_ON_FILE'],
    ['INTEGRATION_ERROR', serpro?.status === 'INTEGRATION_ERROR'],
  ]);
}

/** Applies the policy: the first row that applies decides. */
export function decide(evidence: Evidence): Outcome {
  for (const { decision, reasons } of POLICY) {
    const codes = reasons(evidence);
    if (codes.length > 0) {
      return {
        decision,
        reasons: [...codes, ...serproRemarks(evidence.signals)],
        final: isFinal(evidence.state),
      };
    }
  }
  throw new Error('unreachable: the last row of the policy always applies');
}
