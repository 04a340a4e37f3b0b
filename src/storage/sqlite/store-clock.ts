/** The most that a pause of the program counts for, in milliseconds: a day. */
const MAX_PAUSE_MS = 24 * 60 * 60 * 1000;

/** Where a clock was, and the time of day then, both in milliseconds since the epoch. */
export type ClockState = { clock: number; timeOfDay: number };

/**
 * The clock by which the entries of a SQLite store expire. While the program runs it advances with the monotonic
 * clock; while the program is stopped, with the time of day, a day at most and never backwards. So a wrong time of day
 * moves no expiry while the program runs, and at most by a day at a restart: the records of creations, which are kept
 * for 30 days, do not vanish because a clock jumped.
 */
export class StoreClock {
  readonly #base: number;
  readonly #startedAt = performance.now();

  /** `state`: what was last stored of the clock. */
  constructor({ clock, timeOfDay }: ClockState) {
    this.#base = clock + Math.min(Math.max(0, Date.now() - timeOfDay), MAX_PAUSE_MS);
  }

  /** Whole milliseconds. They resemble the time of day, and are only compared with each other. */
  now(): number {
    return Math.floor(this.#base + performance.now() - this.#startedAt);
  }

  /** What to store of the clock. */
  state(): ClockState {
    return { clock: this.now(), timeOfDay: Date.now() };
  }
}
