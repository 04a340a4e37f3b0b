import { createHash } from 'node:crypto';

/** Permission to call: so many tokens in any one second. */
export type RateWindow = {
  /** Takes as many tokens as there are, up to `most`. `waitMs` is when to come again: 0 when all were there. */
  tryAcquire(most: number): Promise<{ taken: number; waitMs: number }>;
  /** Gives out none for so long, to nobody. A shorter pause never ends a longer one. */
  pause(ms: number): Promise<void>;
  /** A token that was taken so many milliseconds ago is used only now: it comes back a second from now. */
  recordLateUse(ms: number): Promise<void>;
};

/**
 * A token comes back this long after it was taken, so that no window of one second ever sees more than its share leave. The
 * 25 milliseconds over the second are for requests that overtake each other on their way to Unico's own counter.
 */
export const WINDOW_MS = 1_025;

/** The tokens of one replica. */
export type Permits = {
  /** Takes up to `most`, as long as no more than `share` are away; `waitMs` is when to come again. */
  tryAcquire(most: number, share: number): { taken: number; waitMs: number };
  /** Gives back so many of those that were taken last: they were not used. */
  release(unused: number): void;
  pause(ms: number): void;
  recordLateUse(ms: number): void;
  /** How much longer the pause is, in milliseconds; 0 where there is none. */
  pausedMs(): number;
};

/** Makes tokens of which none is away. `now` in milliseconds, of a clock that never goes back. */
export function createPermits(now = (): number => performance.now()): Permits {
  /** When each token that is away comes back, the next one first. */
  let backAt: number[] = [];
  let pausedUntil = -Infinity;

  const pausedMs = (): number => Math.max(0, pausedUntil - now());

  return {
    pausedMs,
    tryAcquire(most, share) {
      const at = now();
      const stillAway = backAt.findIndex((back) => back > at);
      backAt = stillAway === -1 ? [] : backAt.slice(stillAway);
      const taken = pausedMs() > 0 ? 0 : Math.max(0, Math.min(most, share - backAt.length));
      for (let count = 0; count < taken; count += 1) backAt.push(at + WINDOW_MS);
      if (taken === most) return { taken, waitMs: 0 };
      // One is free when all but `share` of them, and the one itself, are back.
      const free = backAt[backAt.length - share] ?? at;
      return { taken, waitMs: Math.max(free, pausedUntil) - at };
    },
    release(unused) {
      backAt = backAt.slice(0, backAt.length - unused);
    },
    recordLateUse(ms) {
      const taken = now() - ms + WINDOW_MS;
      const distances = backAt.map((back) => Math.abs(back - taken));
      const its = distances.indexOf(Math.min(...distances));
      if (its !== -1) backAt.splice(its, 1);
      backAt.push(now() + WINDOW_MS);
    },
    pause(ms) {
      pausedUntil = Math.max(pausedUntil, now() + ms);
    },
  };
}

/** A bucket of this replica alone. */
export function createLocalRateWindow(perSecond: number, now?: () => number): RateWindow {
  const tokens = createPermits(now);
  return {
    tryAcquire: async (most) => tokens.tryAcquire(most, perSecond),
    pause: async (ms) => tokens.pause(ms),
    recordLateUse: async (ms) => tokens.recordLateUse(ms),
  };
}

/** The name of a tenant's quota in a store that others share: neither secret nor readable. */
export function quotaName(scope: string): string {
  return `quota:${createHash('sha256').update(scope).digest('base64url')}`;
}
