/** Keeps retries a small part of all calls, so that an outage is not made worse by those who suffer from it. */
export type RetryBudget = {
  /** A first attempt was made: it pays for a part of a retry. */
  earn(): void;
  /** Whether there may be a retry, which is paid for then. */
  spend(): boolean;
};

/** A fifth of the calls may be repeated in the long run, and ten at once after a quiet time. */
const EARNED = 0.2;
const MAX_SAVED = 10;

/** A budget that begins full. */
export function createRetryBudget(): RetryBudget {
  let saved = MAX_SAVED;
  return {
    earn() {
      saved = Math.min(MAX_SAVED, saved + EARNED);
    },
    spend() {
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
}
