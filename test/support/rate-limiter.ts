import { vi } from 'vitest';
import type { CallOptions, Claim } from '../../src/domain/call-options.ts';
import { UpstreamFailure } from '../../src/domain/upstream-failure.ts';
import type { RateWindow } from '../../src/storage/rate-window.ts';
import type { RateLimiter } from '../../src/upstream/resilience/rate-limiter.ts';
import { callOptionsOf, claimOf } from './call-options.ts';

/** After how long a test rate window that has too few permits asks to be called again. */
export const WAIT_MS = 100;

export type TestRateWindow = RateWindow & {
  /** How many permits were taken so far. */
  taken: number;
  readonly isPaused: boolean;
};

/** A rate window that has as many permits at each call as `nextPermits` returns. */
export function rateWindowOf(nextPermits: () => number): TestRateWindow {
  let pausedUntil = 0;
  return {
    taken: 0,
    get isPaused() {
      return performance.now() < pausedUntil;
    },
    async tryAcquire(limit) {
      const pauseMs = pausedUntil - performance.now();
      if (pauseMs > 0) return { taken: 0, waitMs: pauseMs };
      const taken = Math.min(limit, nextPermits());
      this.taken += taken;
      return { taken, waitMs: taken < limit ? WAIT_MS : 0 };
    },
    async pause(ms) {
      pausedUntil = Math.max(pausedUntil, performance.now() + ms);
    },
    recordLateUse: async () => {},
  };
}

/** A rate window that has the permits that the test adds. */
export function fillableWindow(): { rateWindow: TestRateWindow; fill(permits: number): void } {
  let available = 0;
  const rateWindow = rateWindowOf(() => available);
  const tryAcquire = rateWindow.tryAcquire.bind(rateWindow);
  rateWindow.tryAcquire = async (limit) => {
    const permits = await tryAcquire(limit);
    available -= permits.taken;
    return permits;
  };
  return { rateWindow, fill: (permits) => void (available += permits) };
}

export type TestOutcome = 'sent' | 'rejected' | 'cancelled';
export type TestRequest = {
  callOptions: CallOptions;
  outcomes: TestOutcome[];
  failure: UpstreamFailure | null;
  caller: AbortController;
  /** Releases the slot, once the request has one. */
  release: (() => void) | null;
};

export type TestRequestOptions = Partial<Claim> & { timeMs?: number; needsMs?: number };

/** Acquires a slot for a request whose caller aborts when its time has run out, as operations do. */
export function send(
  rateLimiter: RateLimiter,
  { timeMs = 60_000, needsMs = 0, ...claim }: TestRequestOptions = {},
  onEnd: (request: TestRequest) => void = () => {},
): TestRequest {
  const caller = new AbortController();
  const deadline = performance.now() + timeMs;
  const callOptions = callOptionsOf(caller.signal, { deadline, claims: [claimOf(claim)] });
  const request: TestRequest = { callOptions, outcomes: [], failure: null, caller, release: null };
  const timer = setTimeout(() => caller.abort(), timeMs);
  const end = (outcome: TestOutcome): void => {
    request.outcomes.push(outcome);
    clearTimeout(timer);
    onEnd(request);
  };
  async function acquire(): Promise<void> {
    try {
      request.release = await rateLimiter.acquire(callOptions, needsMs);
      end('sent');
    } catch (failure) {
      if (!(failure instanceof UpstreamFailure)) throw failure;
      request.failure = failure;
      end(failure.kind === 'rate-limited' ? 'rejected' : 'cancelled');
    }
  }
  void acquire();
  return request;
}

/** Advances the fake timers. */
export async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

/** Ends a request that was sent. */
export function finish(request: TestRequest): void {
  request.release?.();
  request.release = null;
}
