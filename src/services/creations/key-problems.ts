import { userError, type UserError } from '../../domain/user-error.ts';

/* Why a creation is refused because of its key, or of the store that knows the keys. */

const FIELD = ['idempotencyKey'];

/** The key was used for another input. */
export function keyReused(): UserError {
  const message = 'this key was used for another input: use a new key for a new creation';
  return userError('IDEMPOTENCY_KEY_REUSED', message, { field: FIELD });
}

/** What to do when the outcome of a creation is unknown. */
export const UNKNOWN_OUTCOME_ADVICE =
  'the process may exist and be billed. Look for it in the portal of Unico before you create it under a new key';

/** An earlier creation under the key may have been carried out. */
export function outcomeUnknown(): UserError {
  const message = `a creation was sent under this key before, and its outcome is unknown: ${UNKNOWN_OUTCOME_ADVICE}`;
  return userError('OUTCOME_UNKNOWN', message, { field: FIELD });
}

/** Another creation under the key did not finish within the caller's time. */
export function keyInFlight(): UserError {
  const message =
    'a creation under this key is in flight and did not finish within the time of this request: retry with the same key';
  const details = { field: FIELD, retryable: true, retryAfterSeconds: 1 };
  return userError('IDEMPOTENCY_KEY_IN_FLIGHT', message, details);
}

/** The store cannot be reached, so that no key can be claimed. */
export function storeUnavailable(): UserError {
  const message =
    'the store that prevents duplicate creations cannot be reached, so nothing was created: retry with the same key';
  return userError('IDEMPOTENCY_UNAVAILABLE', message, { retryable: true, retryAfterSeconds: 1 });
}

/** How long to wait while an operator has to act, in seconds: that takes minutes, and retries are of no use before. */
const LOST_RETRY_SECONDS = 60;

/** The store may no longer know the keys of earlier creations. */
export function storeLost(): UserError {
  const message =
    'the store that prevents duplicate creations has lost data, so nothing was created: the operator of this service has to act; then retry with the same key';
  const details = { retryable: true, retryAfterSeconds: LOST_RETRY_SECONDS };
  return userError('IDEMPOTENCY_UNAVAILABLE', message, details);
}
