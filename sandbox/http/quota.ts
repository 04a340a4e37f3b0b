/**
 * The tenant's requests per second, shared by all hosts and every call (upstream.md §2: 10 by default). The quota of
 * a full second may be used in a burst.
 */
export class Quota {
  readonly #requestsPerSecond: number;
  readonly #now: () => number;
  /** A quota below one per second still admits one request at a time. */
  readonly #capacity: number;
  #remaining: number;
  #refilledAt: number;

  /** `Infinity` switches the quota off; `now` gives milliseconds. */
  constructor(requestsPerSecond: number, now: () => number) {
    this.#requestsPerSecond = requestsPerSecond;
    this.#now = now;
    this.#capacity = Math.max(1, requestsPerSecond);
    this.#remaining = this.#capacity;
    this.#refilledAt = now();
  }

  /** Takes one request. Returns 0, or the whole seconds for `Retry-After` when the quota is used up. */
  take(): number {
    if (this.#requestsPerSecond === Infinity) return 0;
    this.#refill();
    if (this.#remaining >= 1) {
      this.#remaining -= 1;
      return 0;
    }
    return Math.max(1, Math.ceil((1 - this.#remaining) / this.#requestsPerSecond));
  }

  #refill(): void {
    const elapsedMs = Math.max(0, this.#now() - this.#refilledAt);
    this.#refilledAt += elapsedMs;
    const refilled = this.#remaining + (elapsedMs / 1000) * this.#requestsPerSecond;
    this.#remaining = Math.min(this.#capacity, refilled);
  }
}
