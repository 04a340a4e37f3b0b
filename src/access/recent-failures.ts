import { CircuitState, type IBreaker } from 'cockatiel';

/**
 * A host has failed when half of the calls of ten seconds have, and there were ten of them at least: a few ids that
 * Unico answers with 500 whenever they are asked for do not shut out all others.
 */
const SAMPLED_MS = 10_000;
const FAILED_SHARE = 0.5;
const LEAST_CALLS = 10;

/**
 * Judges a host by its calls of the last seconds. cockatiel's own sampling judges by the last seconds in which there were
 * calls: with few of them those reach back for minutes.
 */
export function createRecentFailures(): IBreaker {
  let calls: { at: number; failed: boolean }[] = [];

  function count(failed: boolean): void {
    const at = Date.now();
    const recent = calls.findIndex((call) => call.at > at - SAMPLED_MS);
    calls = recent === -1 ? [] : calls.slice(recent);
    calls.push({ at, failed });
  }

  return {
    // Kept by a breaker that is made anew from its past, which ours never is.
    state: null,
    success(state) {
      if (state === CircuitState.HalfOpen) calls = [];
      count(false);
    },
    failure(state) {
      count(true);
      if (state !== CircuitState.Closed) return true;
      const failures = calls.filter(({ failed }) => failed).length;
      return calls.length >= LEAST_CALLS && failures >= FAILED_SHARE * calls.length;
    },
  };
}
