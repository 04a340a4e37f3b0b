import { CircuitState, type IBreaker } from 'cockatiel';

/**
 * A host has failed when half of its calls of the last ten seconds failed, of at least ten calls: a few ids for which
 * Unico always responds with 500 do not block all others.
 */
const SAMPLE_MS = 10_000;
const FAILED_SHARE = 0.5;
const MIN_CALLS = 10;

/** The calls that ended in the same millisecond. */
type Sample = { at: number; calls: number; failures: number };

/**
 * The failure rate of a host over a sliding window. cockatiel's `SamplingBreaker` counts the last seconds that had
 * calls, which are minutes ago when calls are rare.
 */
export class FailureRate implements IBreaker {
  /** Required by `IBreaker`, for breakers that are restored from a serialized state. */
  readonly state = null;
  /** Oldest first; at most one for each millisecond, so at most ten thousand. */
  #samples: Sample[] = [];
  #calls = 0;
  #failures = 0;

  /** Records a success. A success while the circuit is half open starts a new window. */
  success(state: CircuitState): void {
    if (state === CircuitState.HalfOpen) this.#reset();
    this.#record(0);
  }

  /** Records a failure. Returns whether the circuit has to open. */
  failure(state: CircuitState): boolean {
    this.#record(1);
    if (state !== CircuitState.Closed) return true;
    return this.#calls >= MIN_CALLS && this.#failures >= FAILED_SHARE * this.#calls;
  }

  #reset(): void {
    this.#samples = [];
    this.#calls = 0;
    this.#failures = 0;
  }

  #record(failures: 0 | 1): void {
    const at = Date.now();
    this.#dropUntil(at - SAMPLE_MS);
    let last = this.#samples.at(-1);
    if (last?.at !== at) {
      last = { at, calls: 0, failures: 0 };
      this.#samples.push(last);
    }
    last.calls += 1;
    last.failures += failures;
    this.#calls += 1;
    this.#failures += failures;
  }

  #dropUntil(at: number): void {
    for (let first = this.#samples[0]; first !== undefined && first.at <= at; first = this.#samples[0]) {
      this.#samples.shift();
      this.#calls -= first.calls;
      this.#failures -= first.failures;
    }
  }
}
