import type { SignalPromise } from '../capability.ts';
import { isFinal } from '../process.ts';
import type { Decision } from './decision.ts';
import {
  hasEvidence,
  hasFailedDocument,
  hasFraudSigns,
  hasNegativeScore,
  hasUnknownEvidence,
  isAboutFraudRisk,
  isChecked,
  isDocumentFlow,
  isIdentityPromised,
  isInconclusive,
  isOnlyAboutFraudRisk,
  promises,
  scoreOf,
  type Evidence,
} from './evidence.ts';
import { areOthersEstablished, establishedReasons, identifyingReasons } from './established-signals.ts';
import { lacksReusedDocumentChecks, missingSignals } from './missing-signals.ts';
import { reasonsWhere, reasonWhere, type VerdictReasonCode } from './reasons.ts';

/** A decision with its reasons, the deciding ones first, and whether it is final. */
export type Outcome = { decision: Decision; reasons: VerdictReasonCode[]; final: boolean };

/** A row of the policy: its reasons, none where the row does not apply. `promise` is `null` where it is unknown. */
type Row = {
  row: number;
  decision: Decision;
  reasons: (evidence: Evidence, promise: SignalPromise | null) => VerdictReasonCode[];
};

/** What speaks against a person without deciding by itself. */
function warnings({ signals, documents }: Evidence): VerdictReasonCode[] {
  return reasonsWhere([
    ['FRAUD_SIGNS', hasFraudSigns(signals)],
    ['SCORE_NEGATIVE', hasNegativeScore(signals)],
    ['DOCUMENT_CHECK_FAILED', hasFailedDocument(documents)],
  ]);
}

/** Rows 1 to 6: they do not depend on what the process was to establish. */
const INDEPENDENT_ROWS: readonly Row[] = [
  {
    row: 1,
    decision: 'PENDING',
    reasons: ({ source, state, signals }) =>
      reasonsWhere([
        ['JOURNEY_NOT_FINISHED', state === 'CREATED'],
        ['AWAITING_DOCUMENT', state === 'AWAITING_DOCUMENT'],
        [
          'IN_PROGRESS',
          state === 'PROCESSING' ||
            state === 'DIVERGENT' ||
            // upstream.md §S0: a process whose result is unspecified is not completed.
            (source === 'IDCLOUD' && state === 'FINISHED' && signals.result === null),
        ],
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
    reasons: ({ signals }) =>
      reasonsWhere([
        ['LIVENESS_FAILED', signals.liveness === 'NOT_LIVE'],
        ['IDENTITY_MISMATCH', signals.identity === 'NEGATIVE'],
        ['FACE_MISMATCH', signals.faceMatch === 'NEGATIVE'],
        ['REVALIDATION_FAILED', signals.smartRevalidation === 'NEGATIVE'],
        ['UNDERAGE', signals.age === 'MINOR'],
        ['ORCHESTRATED_DENIED', signals.orchestration === 'DENIED' || signals.riskLevel === 'DENIED'],
      ]),
  },
  {
    row: 6,
    decision: 'REVIEW',
    reasons: (evidence) => reasonWhere('UNKNOWN_UPSTREAM_VALUE', hasUnknownEvidence(evidence)),
  },
];

/** Rows 7 to 10: what the process was to establish, and its reference. */
const PROMISE_ROWS: readonly Row[] = [
  {
    row: 7,
    decision: 'REVIEW',
    reasons: (evidence, promise) => {
      const missing = missingSignals(evidence, promise);
      const against = warnings(evidence);
      return missing.length > 0 && against.length > 0 ? [...against, ...missing] : [];
    },
  },
  {
    row: 8,
    decision: 'RETRY',
    reasons: ({ signals }, promise) => {
      const isInvalid = signals.result === 'INVALID_IDENTITY';
      const identityPromised = isIdentityPromised(promise) || promises(promise, 'any-face');
      // A face that may be the identity was evaluated as a 1:1.
      const isOtherFace = promises(promise, 'any-face') && signals.faceMatch !== null;
      const lacksIdentity = identityPromised && signals.identity === null && !isOtherFace;
      return reasonsWhere([
        ['IDENTITY_UNAVAILABLE', isInvalid && lacksIdentity],
        [
          'AGE_UNAVAILABLE',
          isInvalid && !identityPromised && promises(promise, 'age') && signals.age === null,
        ],
      ]);
    },
  },
  {
    row: 8,
    decision: 'REVIEW',
    reasons: ({ signals }) =>
      reasonWhere(
        'INVALID_IDENTITY',
        signals.result === 'INVALID_IDENTITY' &&
          ((isInconclusive(signals) && !scoreOf(signals)) ||
            signals.faceMatch === 'POSITIVE' ||
            signals.smartRevalidation === 'POSITIVE'),
      ),
  },
  {
    row: 8,
    decision: 'DENIED',
    reasons: ({ signals }) => reasonWhere('INVALID_IDENTITY', signals.result === 'INVALID_IDENTITY'),
  },
  {
    row: 9,
    decision: 'REVIEW',
    reasons: (evidence, promise) =>
      reasonWhere('EVIDENCE_INCOMPLETE', lacksReusedDocumentChecks(evidence, promise)),
  },
  { row: 9, decision: 'RETRY', reasons: missingSignals },
  {
    row: 10,
    decision: 'REVIEW',
    reasons: ({ referenceApproved }) => reasonWhere('REFERENCE_NOT_APPROVED', referenceApproved === false),
  },
];

/** Rows 11 to 15: Unico's advice, the risk score, warnings and evidence that is not complete. */
const WEIGHING_ROWS: readonly Row[] = [
  {
    row: 11,
    decision: 'REVIEW',
    reasons: ({ signals }) =>
      reasonWhere('ORCHESTRATED_REVIEW', [signals.orchestration, signals.riskLevel].includes('REVIEW')),
  },
  {
    row: 11,
    decision: 'RETRY',
    reasons: ({ signals }) =>
      reasonWhere('ORCHESTRATED_RETRY', [signals.orchestration, signals.riskLevel].includes('RETRY')),
  },
  {
    row: 11,
    decision: 'APPROVED',
    reasons: (evidence, promise) =>
      reasonWhere(
        'ORCHESTRATED_APPROVED',
        evidence.signals.orchestration === 'APPROVED' &&
          warnings(evidence).length === 0 &&
          // The advice stands in for an identity, and for nothing else that was promised.
          (promise === null || (isIdentityPromised(promise) && areOthersEstablished(evidence, promise))),
      ),
  },
  {
    row: 12,
    decision: 'DENIED',
    reasons: ({ signals }) => {
      const isNegative = isInconclusive(signals) && hasNegativeScore(signals);
      const hasUnweighedSigns = isInconclusive(signals) && hasFraudSigns(signals) && !scoreOf(signals);
      return reasonsWhere([
        ['SCORE_NEGATIVE', isNegative],
        ['FRAUD_SIGNS', (isNegative && hasFraudSigns(signals)) || hasUnweighedSigns],
      ]);
    },
  },
  {
    row: 12,
    decision: 'RETRY',
    reasons: ({ signals }, promise) => {
      const isExpected = promises(promise, 'risk-score') || signals.fraudRisk !== null;
      return reasonsWhere([
        ['SCORE_NEUTRAL', isInconclusive(signals) && scoreOf(signals) === 0],
        ['SCORE_UNAVAILABLE', isInconclusive(signals) && scoreOf(signals) === null && isExpected],
      ]);
    },
  },
  {
    row: 13,
    decision: 'REVIEW',
    reasons: ({ signals, documents }) =>
      reasonsWhere([
        ['DOCUMENT_CHECK_FAILED', hasFailedDocument(documents)],
        // Not for an inconclusive identity, whose rows weigh fraud signs and score together.
        ['FRAUD_SIGNS', hasFraudSigns(signals) && !isInconclusive(signals)],
        ['SCORE_NEGATIVE', hasNegativeScore(signals) && !isInconclusive(signals)],
        ['AGE_INCONCLUSIVE', signals.age === 'INCONCLUSIVE'],
        // Unico documents no inconclusive comparison of faces; if one occurs, it must not count as a match.
        ['IDENTITY_INCONCLUSIVE', [signals.faceMatch, signals.smartRevalidation].includes('INCONCLUSIVE')],
      ]),
  },
  {
    row: 14,
    decision: 'REVIEW',
    reasons: (evidence, promise) => reasonWhere('EVIDENCE_INCOMPLETE', isIncomplete(evidence, promise)),
  },
  {
    row: 15,
    decision: 'REVIEW',
    reasons: ({ signals }) =>
      reasonsWhere([
        ['SCORE_MODERATE', isInconclusive(signals) && signals.riskScore?.band === 'MODERATE_POSITIVE'],
        ['FRAUD_SIGNS', isInconclusive(signals) && hasFraudSigns(signals)],
      ]),
  },
  {
    row: 15,
    decision: 'APPROVED',
    reasons: ({ signals }, promise) => {
      // An approval by score needs a living person where nothing is known of what the process was to establish.
      const hasLiveness = promise !== null || signals.liveness === 'LIVE';
      const isStrong = isInconclusive(signals) && signals.riskScore?.band === 'STRONG_POSITIVE';
      return reasonWhere('SCORE_STRONG', isStrong && hasLiveness);
    },
  },
  {
    row: 15,
    decision: 'REVIEW',
    reasons: ({ signals }, promise) => {
      const isAboutAge =
        promises(promise, 'age') && !isIdentityPromised(promise) && !promises(promise, 'any-face');
      return reasonWhere('IDENTITY_INCONCLUSIVE', isInconclusive(signals) && !isAboutAge);
    },
  },
];

/** Rows 16 and 17: approval, or not enough evidence for one. */
const CLOSING_ROWS: readonly Row[] = [
  {
    row: 16,
    decision: 'APPROVED',
    reasons: (evidence, promise) =>
      promise === null ? identifyingReasons(evidence) : establishedReasons(evidence, promise),
  },
  {
    row: 17,
    decision: 'RETRY',
    reasons: (evidence, promise) => reasonWhere('NO_SIGNAL', promise !== null && !hasEvidence(evidence)),
  },
  { row: 17, decision: 'REVIEW', reasons: () => ['EVIDENCE_INCOMPLETE'] },
];

/**
 * The published verdict policy: the first row that applies decides. `docs/verdict.md` describes this table, and a test
 * compares the two; the numbers are those of the table.
 */
export const POLICY: readonly Row[] = [
  ...INDEPENDENT_ROWS,
  ...PROMISE_ROWS,
  ...WEIGHING_ROWS,
  ...CLOSING_ROWS,
];

/** Row 14: evidence that looks good as far as it goes, and does not go far enough. */
function isIncomplete({ flow, signals, documents }: Evidence, promise: SignalPromise | null): boolean {
  if (isDocumentFlow(flow) && documents.length === 0) return true;
  if (documents.some((document) => !isChecked(document))) return true;
  if (isAboutFraudRisk(promise) && !isOnlyAboutFraudRisk(promise) && signals.fraudRisk === null) return true;
  if (flow !== 'creditoconsignado') return false;
  const noComparison = signals.serpro?.status !== 'COMPARED';
  const hasFace = documents.some(({ faceMatch }) => faceMatch === true);
  return signals.identity === null || (noComparison && !hasFace);
}

/** The remarks of Serpro, which are added to the reasons of any decision. */
function serproRemarks({ signals: { serpro } }: Evidence): VerdictReasonCode[] {
  return reasonsWhere([
    ['NO_FACE_ON_FILE', serpro?.status === 'NO_FACE_ON_FILE'],
    ['INTEGRATION_ERROR', serpro?.status === 'INTEGRATION_ERROR'],
  ]);
}

/** The first row that applies, and its reasons. */
function firstRow(evidence: Evidence, promise: SignalPromise | null): Row & { codes: VerdictReasonCode[] } {
  for (const row of POLICY) {
    const codes = row.reasons(evidence, promise);
    if (codes.length > 0) return { ...row, codes };
  }
  throw new Error('unreachable: the last row of the policy always applies');
}

/** Applies the policy to what a process was to establish; `null` where that is unknown. */
export function decide(evidence: Evidence, promise: SignalPromise | null): Outcome & { row: number } {
  const { row, decision, codes } = firstRow(evidence, promise);
  return { row, decision, reasons: [...codes, ...serproRemarks(evidence)], final: isFinal(evidence) };
}
