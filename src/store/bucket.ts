/** Permission to call: so many tokens in any one second. */
export type Bucket = {
  /** Takes as many tokens as there are, up to `most`. `waitMs` is when to come again: 0 when all were there. */
  take(most: number): Promise<{ taken: number; waitMs: number }>;
  /** Gives out none for so long, to nobody. A shorter pause never ends a longer one. */
  pause(ms: number): Promise<void>;
};

/**
 * A token comes back this long after it was taken, so that no window of one second ever sees more than its share. The
 * 25 milliseconds over the second are for requests that overtake each other on their way to Unico's own counter.
 */
export const TOKEN_AWAY_MS = 1_025;

/** A bucket of this replica alone. `now` in milliseconds, of a clock that never goes back. */
export function createLocalBucket(perSecond: number, now = (): number => performance.now()): Bucket {
  /** When each token was last taken, as a ring: the one at `next` has been away longest. */
  const takenAt = new Float64Array(perSecond).fill(-Infinity);
  let next = 0;
  let pausedUntil = -Infinity;

  return {
    async take(most) {
      const at = now();
      if (at < pausedUntil) return { taken: 0, waitMs: pausedUntil - at };
      let taken = 0;
      for (; taken < most; taken += 1) {
        const back = (takenAt[next] ?? 0) + TOKEN_AWAY_MS;
        if (back > at) return { taken, waitMs: back - at };
        takenAt[next] = at;
        next = (next + 1) % perSecond;
      }
      return { taken, waitMs: 0 };
    },
    async pause(ms) {
      pausedUntil = Math.max(pausedUntil, now() + ms);
    },
  };
}
