import type { Outcome } from './policy.ts';
import type { VerdictReasonCode } from './reasons.ts';
import { positiveReasons } from './established-signals.ts';
import type { Evidence } from './evidence.ts';

/** What an approval can confirm. */
export const CONFIRMATIONS = [
  'IDENTITY',
  'SAME_PERSON',
  'AGE',
  'DOCUMENT',
  'LIVENESS',
  'FRAUD_RISK',
] as const;
/** What an approval confirms. */
export type Confirmation = (typeof CONFIRMATIONS)[number];

/** What each reason of an approval confirms. A 1:1 and a revalidation confirm the same person, never an identity. */
const CONFIRMED_BY: Partial<Record<VerdictReasonCode, Confirmation>> = {
  IDENTITY_CONFIRMED: 'IDENTITY',
  SCORE_STRONG: 'IDENTITY',
  ORCHESTRATED_APPROVED: 'IDENTITY',
  FACE_CONFIRMED: 'SAME_PERSON',
  REVALIDATION_CONFIRMED: 'SAME_PERSON',
  AGE_CONFIRMED: 'AGE',
  DOCUMENT_CONFIRMED: 'DOCUMENT',
  LIVENESS_CONFIRMED: 'LIVENESS',
  FRAUD_RISK_CLEARED: 'FRAUD_RISK',
};

/** What an outcome confirms, in the order of `CONFIRMATIONS`; empty unless it is an approval. */
export function confirmationsOf({ decision, reasons }: Outcome, evidence: Evidence): Confirmation[] {
  if (decision !== 'APPROVED') return [];
  // An approval by score or advice gives no reasons for what is established beside the identity.
  const confirmed = new Set([...reasons, ...positiveReasons(evidence)].map((code) => CONFIRMED_BY[code]));
  return CONFIRMATIONS.filter((confirmation) => confirmed.has(confirmation));
}
