import { unreachable } from '../../lib/unreachable.ts';
import type { ProcessSource } from '../process.ts';
import type { Outcome } from './policy.ts';
import type { VerdictReasonCode } from './reasons.ts';

/** What the company does next. */
export const NEXT_STEPS = [
  'WAIT',
  'CONTINUE_JOURNEY',
  'GIVE_DOCUMENT_NUMBER',
  'NEW_SELFIE',
  'NEW_DOCUMENT_PHOTO',
  'START_AGAIN',
  'HUMAN_REVIEW',
  'STOP',
  'PROCEED',
] as const;
/** What the company does next. */
export type NextStep = (typeof NEXT_STEPS)[number];

function stepOfPending(reasons: readonly VerdictReasonCode[]): NextStep {
  if (reasons.includes('JOURNEY_NOT_FINISHED')) return 'CONTINUE_JOURNEY';
  return reasons.includes('AWAITING_DOCUMENT') ? 'GIVE_DOCUMENT_NUMBER' : 'WAIT';
}

/** The retries after which a new capture alone is not enough: the process ended without looking at the capture. */
const ENDED_WITHOUT_RESULT: ReadonlySet<VerdictReasonCode> = new Set([
  'PROCESSING_ERROR',
  'JOURNEY_EXPIRED',
  'CANCELED',
]);

/** In a journey Unico takes the captures, so every retry is a new journey. */
function stepOfRetry(reasons: readonly VerdictReasonCode[], source: ProcessSource): NextStep {
  if (source === 'IDCLOUD' || reasons.some((code) => ENDED_WITHOUT_RESULT.has(code))) {
    return 'START_AGAIN';
  }
  return reasons[0] === 'DOCUMENT_CHECK_UNAVAILABLE' ? 'NEW_DOCUMENT_PHOTO' : 'NEW_SELFIE';
}

/** What to do after an outcome of a process of this contract. */
export function nextStepOf({ decision, reasons }: Outcome, source: ProcessSource): NextStep {
  switch (decision) {
    case 'PENDING':
      return stepOfPending(reasons);
    case 'RETRY':
      return stepOfRetry(reasons, source);
    case 'REVIEW':
      return 'HUMAN_REVIEW';
    case 'DENIED':
      return 'STOP';
    case 'APPROVED':
      return 'PROCEED';
    default:
      return unreachable(decision, 'decision');
  }
}
