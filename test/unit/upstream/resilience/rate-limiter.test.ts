import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RateLimiter } from '../../../../src/upstream/resilience/rate-limiter.ts';
import { callOptionsOf, claimOf } from '../../../support/call-options.ts';
import { fillableWindow, finish, pass, rateWindowOf, send, WAIT_MS } from '../../../support/rate-limiter.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('RateLimiter', () => {
  test('a request is sent at once when there are permits', async () => {
    const { rateWindow, fill } = fillableWindow();
    fill(1);
    const request = send(new RateLimiter(rateWindow, 10));
    await pass(0);
    expect(request.outcomes).toEqual(['sent']);
  });

  test('at most 32 requests are in flight, however many permits there are', async () => {
    const rateLimiter = new RateLimiter(
      rateWindowOf(() => 1_000),
      1_000,
    );
    const all = Array.from({ length: 40 }, (_, i) =>
      send(rateLimiter, { lane: i % 2 === 0 ? 'mutation' : 'interactive' }),
    );
    await pass(1_000);
    expect(all.filter(({ release }) => release !== null)).toHaveLength(32);
    for (const request of all.slice(0, 3)) finish(request);
    await pass(0);
    expect(all.filter(({ outcomes }) => outcomes.includes('sent'))).toHaveLength(35);
  });

  test('the next request takes the position of a cancelled one', async () => {
    const { rateWindow, fill } = fillableWindow();
    const rateLimiter = new RateLimiter(rateWindow, 10);
    const [first, second] = [send(rateLimiter), send(rateLimiter)];
    await pass(0);
    first.caller.abort();
    fill(1);
    await pass(WAIT_MS);
    expect([first.outcomes, second.outcomes]).toEqual([['cancelled'], ['sent']]);
  });

  test('no permit is taken for cancelled requests', async () => {
    const { rateWindow, fill } = fillableWindow();
    const rateLimiter = new RateLimiter(rateWindow, 10);
    const all = Array.from({ length: 20 }, () => send(rateLimiter));
    await pass(0);
    for (const { caller } of all) caller.abort();
    fill(10);
    await pass(10 * WAIT_MS);
    expect(rateWindow.taken).toBe(0);
  });

  test('no more permits are taken than requests are queued', async () => {
    const { rateWindow, fill } = fillableWindow();
    const rateLimiter = new RateLimiter(rateWindow, 10);
    const all = Array.from({ length: 10 }, () => send(rateLimiter));
    await pass(0);
    for (const { caller } of all.slice(1)) caller.abort();
    fill(10);
    await pass(10 * WAIT_MS);
    expect([all[0]?.outcomes, rateWindow.taken]).toEqual([['sent'], 1]);
  });

  test('a request that was cancelled before it is queued fails without a permit', async () => {
    const { rateWindow, fill } = fillableWindow();
    fill(1);
    const rateLimiter = new RateLimiter(rateWindow, 10);
    await expect(rateLimiter.acquire(callOptionsOf(AbortSignal.abort()), 0)).rejects.toMatchObject({
      kind: 'unavailable',
      mayHaveHappened: false,
    });
    expect(rateWindow.taken).toBe(0);
  });

  test('a request that cannot get a response in time is rejected at once, with the seconds until it could be sent', async () => {
    const { rateWindow } = fillableWindow();
    const rateLimiter = new RateLimiter(rateWindow, 10);
    await rateLimiter.pause(4_200);
    const urgent = send(rateLimiter, { timeMs: 5_000, needsMs: 1_000 });
    const relaxed = send(rateLimiter, { timeMs: 6_000, needsMs: 1_000 });
    await pass(0);
    expect([urgent.outcomes, relaxed.outcomes]).toEqual([['rejected'], []]);
    expect(urgent.failure).toMatchObject({ retryAfterSeconds: 5, mayHaveHappened: false });
  });

  test('the last requests of a queue that is too long for their time are rejected, and no others', async () => {
    const { rateWindow } = fillableWindow();
    const rateLimiter = new RateLimiter(rateWindow, 10);
    const all = Array.from({ length: 50 }, (_, sequence) => send(rateLimiter, { sequence, timeMs: 3_000 }));
    await pass(0);
    const rejected = all.map(({ outcomes }) => outcomes.includes('rejected'));
    // Ten at once and ten after each second: the first thirty get a slot within three seconds.
    expect(rejected).toEqual(all.map((_, i) => i >= 30));
  });

  test('a queued request that a pause makes too late is rejected when the pause begins', async () => {
    const { rateWindow } = fillableWindow();
    const rateLimiter = new RateLimiter(rateWindow, 10);
    const [urgent, relaxed] = [send(rateLimiter, { timeMs: 2_000 }), send(rateLimiter, { timeMs: 30_000 })];
    await pass(0);
    await rateLimiter.pause(10_000);
    await pass(0);
    expect([urgent.outcomes, relaxed.outcomes]).toEqual([['rejected'], []]);
    expect(urgent.failure?.retryAfterSeconds).toBeGreaterThanOrEqual(10);
  });

  test('a later, shorter pause does not shorten a longer one', async () => {
    const { rateWindow, fill } = fillableWindow();
    fill(10);
    const rateLimiter = new RateLimiter(rateWindow, 10);
    await rateLimiter.pause(5_000);
    await rateLimiter.pause(1_000);
    const request = send(rateLimiter);
    await pass(4_999);
    expect(request.outcomes).toEqual([]);
    await pass(2);
    expect(request.outcomes).toEqual(['sent']);
  });

  test('a pause that begins during a call of the rate window is respected', async () => {
    const { rateWindow } = fillableWindow();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    let calls = 0;
    rateWindow.tryAcquire = async () => {
      calls += 1;
      await answered;
      return { taken: 1, waitMs: 0 };
    };
    const rateLimiter = new RateLimiter(rateWindow, 10);
    const all = Array.from({ length: 5 }, () => send(rateLimiter));
    const pausing = rateLimiter.pause(5_000);
    answer();
    await pausing;
    await pass(4_000);
    expect(all.filter(({ outcomes }) => outcomes.includes('sent')).length).toBeLessThanOrEqual(1);
    expect(calls).toBe(1);
  });

  test('a mutation is sent before reads that have waited longer', async () => {
    const { rateWindow, fill } = fillableWindow();
    const rateLimiter = new RateLimiter(rateWindow, 10);
    const reads = Array.from({ length: 5 }, () => send(rateLimiter));
    const write = send(rateLimiter, { lane: 'mutation', sequence: 9 });
    fill(1);
    await pass(WAIT_MS);
    expect(write.outcomes).toEqual(['sent']);
    expect(reads.flatMap(({ outcomes }) => outcomes)).toEqual([]);
  });

  test('a caller that joins a queued call can improve its position', async () => {
    const { rateWindow, fill } = fillableWindow();
    const rateLimiter = new RateLimiter(rateWindow, 10);
    const [first, shared] = [send(rateLimiter, { sequence: 5 }), send(rateLimiter, { sequence: 100 })];
    await pass(0);
    Object.assign(shared.callOptions, { claims: [...shared.callOptions.claims, claimOf()] });
    fill(1);
    await pass(WAIT_MS);
    expect([first.outcomes, shared.outcomes]).toEqual([[], ['sent']]);
  });

  test('the wait of each request is reported in seconds', async () => {
    const { rateWindow, fill } = fillableWindow();
    const waits: number[] = [];
    const rateLimiter = new RateLimiter(rateWindow, 10, { waited: (seconds) => void waits.push(seconds) });
    send(rateLimiter);
    await pass(0);
    fill(1);
    await pass(WAIT_MS);
    expect(waits).toEqual([WAIT_MS / 1000]);
  });

  test('requests are sent again after the rate window has failed once', async () => {
    const { rateWindow, fill } = fillableWindow();
    fill(5);
    const { tryAcquire } = rateWindow;
    let failed = false;
    rateWindow.tryAcquire = async (most) => {
      if (failed) return tryAcquire(most);
      failed = true;
      throw new Error('the rate window failed');
    };
    const faults: unknown[] = [];
    const onFault = (fault: unknown): void => void faults.push(fault);
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', onFault);
    try {
      const rateLimiter = new RateLimiter(rateWindow, 10);
      const first = send(rateLimiter);
      await pass(0);
      const second = send(rateLimiter);
      await pass(WAIT_MS);
      expect([first.outcomes, second.outcomes]).toEqual([['sent'], ['sent']]);
    } finally {
      process.removeListener('unhandledRejection', onFault);
      for (const listener of listeners) process.on('unhandledRejection', listener);
    }
  });
});
