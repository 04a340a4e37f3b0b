import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ClientId } from '../../../src/domain/caller.ts';
import { Metrics } from '../../../src/observability/metrics.ts';
import { RateLimitWatch, SUMMARY_INTERVAL_MS } from '../../../src/observability/rate-limit-watch.ts';
import { startLog } from '../../support/log.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const client = (name: string): ClientId => name as ClientId;

function startWatch() {
  const metrics = new Metrics({ rejectionReasons: [] });
  const { logger, lines } = startLog();
  const nameOf = vi.fn<(id: ClientId) => string>((id) =>
    id.includes('@') ? 'hmac:0123456789abcdef0123456789abcdef' : id,
  );
  const watch = new RateLimitWatch({ metrics, logger, nameOf });
  const refuse = (id: ClientId | null, times: number): void => {
    for (let i = 0; i < times; i += 1) watch.refused(id);
  };
  const series = async (): Promise<string[]> =>
    (await metrics.render()).split('\n').filter((line) => line.startsWith('upstream_rate_limited_total{'));
  return { watch, refuse, lines, series, nameOf };
}

describe('RateLimitWatch', () => {
  test('ten seconds of refusals are one line with the clients that had the most of them', () => {
    const { refuse, lines } = startWatch();
    refuse(client('orders-web'), 3);
    refuse(client('orders-batch'), 300);
    refuse(null, 2);
    for (let i = 0; i < 10; i += 1) refuse(client(`other-${i}`), 1);
    expect(lines()).toEqual([]);
    vi.advanceTimersByTime(SUMMARY_INTERVAL_MS);
    expect(lines()).toEqual([
      {
        level: 40,
        time: expect.any(String),
        event: 'rate-limited',
        count: 315,
        clients: ['orders-batch: 300', 'orders-web: 3', 'none: 2', 'other-0: 1', 'other-1: 1'],
        msg: expect.any(String),
      },
    ]);
  });

  test('no line is written where nothing was refused, and each line counts its own ten seconds', () => {
    const { refuse, lines } = startWatch();
    vi.advanceTimersByTime(10 * SUMMARY_INTERVAL_MS);
    expect(lines()).toEqual([]);
    refuse(client('a'), 2);
    vi.advanceTimersByTime(5 * SUMMARY_INTERVAL_MS);
    refuse(client('a'), 3);
    vi.advanceTimersByTime(5 * SUMMARY_INTERVAL_MS);
    expect(lines().map(({ count }) => count)).toEqual([2, 3]);
  });

  test('twenty clients have a series of their own, and all others share one, however many there are', async () => {
    const { watch, refuse, series, lines } = startWatch();
    for (let i = 0; i < 5_000; i += 1) refuse(client(`client-${i}`), 1);
    refuse(client('client-3'), 4);
    refuse(null, 2);
    const written = await series();
    expect(written).toHaveLength(22);
    expect(written).toContain('upstream_rate_limited_total{client="client-3"} 5');
    expect(written).toContain('upstream_rate_limited_total{client="other"} 4980');
    expect(written).toContain('upstream_rate_limited_total{client="none"} 2');
    watch.flush();
    expect(lines()).toMatchObject([{ count: 5_006 }]);
  });

  test('a client whose id looks personal is written as its pseudonym, which is not computed for each refusal', async () => {
    const { watch, refuse, series, lines, nameOf } = startWatch();
    refuse(client('maria@example.com'), 100);
    watch.flush();
    expect(await series()).toEqual([
      'upstream_rate_limited_total{client="hmac:0123456789abcdef0123456789abcdef"} 100',
    ]);
    expect(lines()).toMatchObject([{ clients: ['hmac:0123456789abcdef0123456789abcdef: 100'] }]);
    expect(nameOf.mock.calls.length).toBeLessThanOrEqual(2);
  });
});
