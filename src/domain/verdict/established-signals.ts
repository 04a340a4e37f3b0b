import type { PromisedSignal, SignalPromise } from '../capability.ts';
import { unreachable } from '../../lib/unreachable.ts';
import { allDocumentsPass, isAboutFraudRisk, isOnlyAboutFraudRisk, type Evidence } from './evidence.ts';
import { reasonsWhere, type VerdictReasonCode } from './reasons.ts';

/**
 * Whether a promised signal is as good as it must be for an approval. Earlier rows have decided about signals that are
 * missing or negative; liveness that is missing here is implied by the identity.
 */
function isEstablished(signal: PromisedSignal, { signals, documents }: Evidence): boolean {
  switch (signal) {
    case 'liveness':
      return signals.liveness === 'LIVE' || signals.liveness === null;
    case 'identity':
      return signals.identity === 'POSITIVE';
    case 'any-face':
      return signals.identity === 'POSITIVE' || signals.faceMatch === 'POSITIVE';
    case 'face-match':
      return signals.faceMatch === 'POSITIVE';
    case 'revalidation':
      return signals.smartRevalidation === 'POSITIVE';
    case 'age':
      return signals.age === 'ADULT';
    case 'document':
    case 'reused-document':
      return allDocumentsPass(documents);
    case 'fraud-risk':
      return signals.fraudRisk !== 'SIGNS_FOUND';
    case 'risk-score':
    case 'orchestrated':
      // They weigh an inconclusive identity, or stand in for it: rows 11, 12 and 15 have decided about them.
      return true;
    default:
      return unreachable(signal, 'promised signal');
  }
}

/** Whether everything that was promised besides the identity is established. */
export function areOthersEstablished(evidence: Evidence, promise: SignalPromise): boolean {
  return promise.every((signal) => signal === 'identity' || isEstablished(signal, evidence));
}

/** The reasons of everything that speaks for a person. */
export function positiveReasons({ signals, documents }: Evidence): VerdictReasonCode[] {
  return reasonsWhere([
    ['IDENTITY_CONFIRMED', signals.identity === 'POSITIVE'],
    ['FACE_CONFIRMED', signals.faceMatch === 'POSITIVE'],
    ['REVALIDATION_CONFIRMED', signals.smartRevalidation === 'POSITIVE'],
    ['AGE_CONFIRMED', signals.age === 'ADULT'],
    ['DOCUMENT_CONFIRMED', allDocumentsPass(documents)],
    ['LIVENESS_CONFIRMED', signals.liveness === 'LIVE'],
  ]);
}

/** The reasons of an approval where every promised signal is established; empty otherwise. */
export function establishedReasons(evidence: Evidence, promise: SignalPromise): VerdictReasonCode[] {
  // A promise of a risk score alone establishes nothing about the person.
  if (promise.every((signal) => signal === 'risk-score')) return [];
  if (!promise.every((signal) => isEstablished(signal, evidence))) return [];
  const isCleared = evidence.signals.fraudRisk === 'NO_SIGNS_FOUND';
  if (isOnlyAboutFraudRisk(promise)) return isCleared ? ['FRAUD_RISK_CLEARED'] : [];
  if (isAboutFraudRisk(promise) && !isCleared) return [];
  return positiveReasons(evidence);
}

/** The reasons of an approval of a process with an unknown promise: one of its signals must identify the person. */
export function identifyingReasons(evidence: Evidence): VerdictReasonCode[] {
  const { identity, faceMatch, smartRevalidation } = evidence.signals;
  return [identity, faceMatch, smartRevalidation].includes('POSITIVE') ? positiveReasons(evidence) : [];
}
