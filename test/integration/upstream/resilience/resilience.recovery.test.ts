import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createRateLimiter } from '../../../../src/upstream/resilience/rate-limiter.ts';
import { createResilience } from '../../../../src/upstream/resilience/resilience.ts';
import { createRetryBudget } from '../../../../src/upstream/resilience/retry-budget.ts';
import { LocalRateWindow } from '../../../../src/storage/rate-window.ts';
import { createHttpClient } from '../../../../src/upstream/http/http-client.ts';
import type { HttpRequest } from '../../../../src/upstream/http/types.ts';
import { mostInOneSecond, startChaos } from '../../../support/chaos.ts';
import { callOptionsOf } from '../../../support/call-options.ts';

const QUOTA = 10;

/** A host is left alone for five seconds. */
const TRIED_AGAIN_MS = 5_050;

test('a host that is up again gets no more than the quota, though many have waited for it', async () => {
  const chaos = await startChaos(() => {
    if (chaos.arrivals.length <= QUOTA) return { status: 503 };
    // Long enough for many to come and wait while one call tries the host.
    return chaos.arrivals.length === QUOTA + 1 ? { body: {}, afterMs: 1_500 } : { body: {} };
  });
  onTestFinished(() => chaos.close());
  const http = createHttpClient(chaos.url);
  onTestFinished(() => http.close());
  const rateLimiter = createRateLimiter(new LocalRateWindow(QUOTA), QUOTA);
  const send = createResilience(rateLimiter, createRetryBudget(), 60_000)('idcloud', http.send);
  const call = (): Promise<unknown> => {
    const request = { name: 'a call', method: 'POST', path: '/', headers: {}, body: '{}' } as const;
    const whole: HttpRequest = { ...request, timeoutMs: 3_000, callOptions: callOptionsOf() };
    return send(whole).catch(() => {});
  };
  await Promise.all(Array.from({ length: QUOTA }, call));
  await sleep(TRIED_AGAIN_MS);
  const waiting: Promise<unknown>[] = [];
  for (let count = 0; count < 30; count += 1) {
    waiting.push(call());
    await sleep(40);
  }
  await Promise.all(waiting);
  expect(chaos.arrivals).toHaveLength(QUOTA + 30);
  expect(mostInOneSecond(chaos.arrivals)).toBeLessThanOrEqual(QUOTA);
});
