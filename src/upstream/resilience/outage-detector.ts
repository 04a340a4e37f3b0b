import type { CircuitState, IBreaker } from 'cockatiel';
import type { FailingResources } from './failing-resources.ts';

/**
 * An endpoint is down when ten different resources have failed within ten seconds, one after another, without a success
 * of any request. Fewer say too little: they may be ids that Unico cannot answer.
 */
export const MIN_RESOURCES = 10;
const WITHIN_MS = 10_000;

/**
 * Finds out whether an endpoint is down, by resources and not by requests: each counts once until it succeeds, however
 * often it is tried, so that an id that always fails cannot open the circuit, nor can any number of them that are read
 * over and over beside others (decision 0034). Any success shows that the endpoint works.
 */
export class OutageDetector implements IBreaker {
  /** Required by `IBreaker`, for breakers that are restored from a serialized state. */
  readonly state = null;
  readonly #failing: FailingResources;
  /** When each resource began to fail since the last success: oldest first, at most `MIN_RESOURCES`. */
  #failures: number[] = [];

  /** `failing` is updated here. */
  constructor(failing: FailingResources) {
    this.#failing = failing;
  }

  /** Records that a request succeeded. */
  recordSuccess(resource: string | null): void {
    this.#failing.delete(resource);
    this.#failures = [];
  }

  /** Records that a request failed. */
  recordFailure(resource: string | null): void {
    const isNew = this.#failing.failedAt(resource) === undefined;
    this.#failing.add(resource);
    if (isNew) this.#failures = [...this.#failures, performance.now()].slice(-MIN_RESOURCES);
  }

  /** Does nothing, because cockatiel does not say of which resource: see `recordSuccess`. */
  success(_state: CircuitState): void {}

  /** Whether the circuit has to open. cockatiel asks after each failure. */
  failure(_state: CircuitState): boolean {
    const [oldest = -Infinity] = this.#failures;
    const isDown = this.#failures.length === MIN_RESOURCES && performance.now() - oldest <= WITHIN_MS;
    // What has opened the circuit does not open it again.
    if (isDown) this.#failures = [];
    return isDown;
  }
}
