/** Limits calls: no interval of one second has more of them than the quota. */
export type RateWindow = {
  /** Takes up to `max` permits. */
  tryAcquire(max: number): Promise<Grant>;
  /** Grants no permits to any caller for `ms` milliseconds. A shorter pause does not end a longer one. */
  pause(ms: number): Promise<void>;
  /** Reports that a permit taken `ms` milliseconds ago is used only now: it returns one window from now. */
  recordLateUse(ms: number): Promise<void>;
};

/** How many permits were taken, and the time until the next one in milliseconds: 0 where all were granted. */
export type Grant = { taken: number; waitMs: number };

/**
 * A permit returns this long after it was taken, so that no interval of one second has more calls than the quota. The
 * 25 milliseconds above the second are for requests that overtake each other on their way to Unico's own counter.
 */
export const WINDOW_MS = 1_025;

/** The permits that one replica has taken. */
export class Permits {
  readonly #now: () => number;
  /** When each permit that is taken returns, in ascending order. */
  #returnTimes: number[] = [];
  #pausedUntil = -Infinity;

  /** `now` returns milliseconds of a clock that never goes back. */
  constructor(now = (): number => performance.now()) {
    this.#now = now;
  }

  /** Takes up to `max` permits, as long as no more than `limit` are taken in total. */
  tryAcquire(max: number, limit: number): Grant {
    const now = this.#now();
    const firstTaken = this.#returnTimes.findIndex((time) => time > now);
    this.#returnTimes = firstTaken === -1 ? [] : this.#returnTimes.slice(firstTaken);
    const free = limit - this.#returnTimes.length;
    const taken = this.pausedMs() > 0 ? 0 : Math.max(0, Math.min(max, free));
    for (let count = 0; count < taken; count += 1) this.#returnTimes.push(now + WINDOW_MS);
    if (taken === max) return { taken, waitMs: 0 };
    // The next permit is free once fewer than `limit` are taken. The limit may have shrunk since they were.
    const freeAt = this.#returnTimes[this.#returnTimes.length - limit] ?? now;
    return { taken, waitMs: Math.max(freeAt, this.#pausedUntil) - now };
  }

  /** Returns the `unused` permits that were taken last. */
  release(unused: number): void {
    this.#returnTimes = this.#returnTimes.slice(0, this.#returnTimes.length - unused);
  }

  /** See `RateWindow`. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#now() + ms);
  }

  /** See `RateWindow`. */
  recordLateUse(ms: number): void {
    const returnTime = this.#now() - ms + WINDOW_MS;
    const distances = this.#returnTimes.map((time) => Math.abs(time - returnTime));
    const nearest = distances.indexOf(Math.min(...distances));
    if (nearest !== -1) this.#returnTimes.splice(nearest, 1);
    this.#returnTimes.push(this.#now() + WINDOW_MS);
  }

  /** The remaining time of the pause, in milliseconds; 0 where there is none. */
  pausedMs(): number {
    return Math.max(0, this.#pausedUntil - this.#now());
  }
}

/** The rate window of this replica alone. `now` returns milliseconds of a clock that never goes back. */
export class LocalRateWindow implements RateWindow {
  readonly #permits: Permits;
  readonly #perSecond: number;

  constructor(perSecond: number, now?: () => number) {
    this.#permits = new Permits(now);
    this.#perSecond = perSecond;
  }

  async tryAcquire(max: number): Promise<Grant> {
    return this.#permits.tryAcquire(max, this.#perSecond);
  }

  async pause(ms: number): Promise<void> {
    this.#permits.pause(ms);
  }

  async recordLateUse(ms: number): Promise<void> {
    this.#permits.recordLateUse(ms);
  }
}
