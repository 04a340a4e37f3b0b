import type { SignalPromise } from '../capability.ts';
import {
  isChecked,
  isDocumentFlow,
  isIdentityPromised,
  isOnlyAboutFraudRisk,
  promises,
  type Evidence,
} from './evidence.ts';
import { reasonsWhere, type VerdictReasonCode } from './reasons.ts';

/**
 * Whether the liveness is missing. On processes/v1 Unico leaves it out where the identity implies it (upstream.md §5.3).
 */
function lacksLiveness({ source, signals }: Evidence): boolean {
  const isImplied =
    source === 'PROCESSES_V1' && (signals.identity === 'POSITIVE' || signals.identity === 'NEGATIVE');
  return signals.liveness === null && !isImplied;
}

/** Whether the identity is missing: Unico's own advice satisfies it where the APIKEY is orchestrated. */
function lacksIdentity({ signals }: Evidence, promise: SignalPromise): boolean {
  if (signals.identity !== null) return false;
  if (isIdentityPromised(promise)) {
    return !promises(promise, 'orchestrated') || signals.orchestration === null;
  }
  return promises(promise, 'any-face') && signals.faceMatch === null;
}

/** Whether no document has its checks. A flow with documents may have none at all, which a later row decides. */
function lacksDocumentChecks({ flow, documents }: Evidence): boolean {
  return documents.length === 0 ? !isDocumentFlow(flow) : !documents.some(isChecked);
}

/**
 * The reasons for the signals that a process was to establish and that are missing; none for an unknown promise. A
 * missing risk score is not among them: it matters only beside an inconclusive identity. `creditoconsignado` branches
 * (upstream.md §4.3), so its identity is decided by a later row.
 */
export function missingSignals(evidence: Evidence, promise: SignalPromise | null): VerdictReasonCode[] {
  if (promise === null) return [];
  const { signals, flow } = evidence;
  const has = (...names: SignalPromise): boolean => promises(promise, ...names);
  return reasonsWhere([
    ['LIVENESS_UNAVAILABLE', has('liveness') && lacksLiveness(evidence)],
    ['IDENTITY_UNAVAILABLE', flow !== 'creditoconsignado' && lacksIdentity(evidence, promise)],
    ['FACE_MATCH_UNAVAILABLE', has('face-match') && signals.faceMatch === null],
    ['REVALIDATION_UNAVAILABLE', has('revalidation') && signals.smartRevalidation === null],
    ['AGE_UNAVAILABLE', has('age') && signals.age === null],
    [
      'FRAUD_RISK_UNAVAILABLE',
      isOnlyAboutFraudRisk(promise) && signals.fraudRisk === null && signals.riskLevel === null,
    ],
    ['DOCUMENT_CHECK_UNAVAILABLE', has('document', 'reused-document') && lacksDocumentChecks(evidence)],
  ]);
}

/** Whether the missing checks are those of a reused document: a second reuse would not bring them. */
export function lacksReusedDocumentChecks(evidence: Evidence, promise: SignalPromise | null): boolean {
  if (!missingSignals(evidence, promise).includes('DOCUMENT_CHECK_UNAVAILABLE')) return false;
  return promises(promise, 'reused-document') || evidence.documents.some(({ reused }) => reused === true);
}
