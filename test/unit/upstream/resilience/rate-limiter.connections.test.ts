import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Lane } from '../../../../src/domain/call-options.ts';
import { MAX_CONCURRENT, MAX_OF_KIND } from '../../../../src/upstream/resilience/connections.ts';
import { RateLimiter } from '../../../../src/upstream/resilience/rate-limiter.ts';
import { finish, pass, rateWindowOf, send, type TestRequest } from '../../../support/rate-limiter.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A rate limiter with more permits than any test needs: only connections are short. */
function unlimited() {
  const rateWindow = rateWindowOf(() => 1_000);
  return { rateWindow, rateLimiter: new RateLimiter(rateWindow, 1_000) };
}

const sentOf = (requests: readonly TestRequest[]): number =>
  requests.filter(({ outcomes }) => outcomes.includes('sent')).length;

describe('RateLimiter, requests without a response', () => {
  test.each<[string, Lane, Lane]>([
    ['creations without a response leave connections for reads', 'mutation', 'interactive'],
    ['reads without a response leave connections for creations', 'interactive', 'mutation'],
    ['pages without a response leave connections for creations', 'page', 'mutation'],
  ])('%s', async (_what, lane, other) => {
    const { rateLimiter, rateWindow } = unlimited();
    const silent = Array.from({ length: 100 }, () => send(rateLimiter, { lane }));
    await pass(0);
    expect(sentOf(silent)).toBe(MAX_OF_KIND);
    const others = Array.from({ length: 100 }, () => send(rateLimiter, { lane: other }));
    await pass(0);
    expect(sentOf(others)).toBe(MAX_CONCURRENT - MAX_OF_KIND);
    // No permit was taken for a request that had no connection.
    expect(rateWindow.taken).toBe(MAX_CONCURRENT);
  });

  test('single reads and pages share the connections of reads', async () => {
    const { rateLimiter } = unlimited();
    const pages = Array.from({ length: 100 }, () => send(rateLimiter, { lane: 'page' }));
    const singles = Array.from({ length: 100 }, () => send(rateLimiter, { lane: 'interactive' }));
    await pass(0);
    expect(sentOf(pages) + sentOf(singles)).toBe(MAX_OF_KIND);
  });

  test('an access token is requested while neither reads nor creations get a response', async () => {
    const { rateLimiter } = unlimited();
    for (let i = 0; i < 100; i += 1) send(rateLimiter, { lane: i % 2 === 0 ? 'mutation' : 'interactive' });
    await pass(0);
    const token = send(rateLimiter, { lane: 'token' });
    await pass(0);
    expect(sentOf([token])).toBe(1);
  });

  test('each response makes room for the next request of its kind', async () => {
    const { rateLimiter } = unlimited();
    const all = Array.from({ length: MAX_OF_KIND + 3 }, () => send(rateLimiter, { lane: 'mutation' }));
    await pass(0);
    for (const request of all.slice(0, 3)) finish(request);
    await pass(0);
    expect(sentOf(all)).toBe(MAX_OF_KIND + 3);
  });
});
