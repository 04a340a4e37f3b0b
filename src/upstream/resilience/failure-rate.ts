import { CircuitState, type IBreaker } from 'cockatiel';

/**
 * A host has failed when half of the calls of ten seconds have, and there were ten of them at least: a few ids that
 * Unico answers with 500 whenever they are asked for do not shut out all others.
 */
const SAMPLED_MS = 10_000;
const FAILED_SHARE = 0.5;
const MIN_CALLS = 10;

/**
 * Judges a host by its calls of the last seconds. cockatiel's own sampling judges by the last seconds in which there were
 * calls: with few of them those reach back for minutes.
 */
export function createFailureRate(): IBreaker {
  /** Calls of the same millisecond are one entry: there are no more than ten thousand, however many calls there are. */
  let recent: { at: number; calls: number; failures: number }[] = [];
  let calls = 0;
  let failures = 0;

  function forget(): void {
    recent = [];
    calls = 0;
    failures = 0;
  }

  function count(failed: 0 | 1): void {
    const at = Date.now();
    for (let first = recent[0]; first !== undefined && first.at <= at - SAMPLED_MS; first = recent[0]) {
      recent.shift();
      calls -= first.calls;
      failures -= first.failures;
    }
    let last = recent.at(-1);
    if (last?.at !== at) {
      last = { at, calls: 0, failures: 0 };
      recent.push(last);
    }
    last.calls += 1;
    last.failures += failed;
    calls += 1;
    failures += failed;
  }

  return {
    // Kept by a breaker that is made anew from its past, which ours never is.
    state: null,
    success(state) {
      if (state === CircuitState.HalfOpen) forget();
      count(0);
    },
    failure(state) {
      count(1);
      if (state !== CircuitState.Closed) return true;
      return calls >= MIN_CALLS && failures >= FAILED_SHARE * calls;
    },
  };
}
