import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { RateLimiter } from '../../../../src/upstream/resilience/rate-limiter.ts';
import { Resilience } from '../../../../src/upstream/resilience/resilience.ts';
import { LocalRateWindow } from '../../../../src/storage/rate-window.ts';
import { HttpClient } from '../../../../src/upstream/http/http-client.ts';
import type { HttpRequest } from '../../../../src/upstream/http/types.ts';
import { mostInOneSecond, startChaos } from '../../../support/chaos.ts';
import { callOptionsOf } from '../../../support/call-options.ts';

const QUOTA = 10;

/** The circuit stays open for five seconds. */
const PROBE_AFTER_MS = 5_050;

test('a recovered host gets no more requests than the quota, however many calls waited for the probe', async () => {
  const chaos = await startChaos(() => {
    if (chaos.arrivals.length <= QUOTA) return { status: 503 };
    // Long enough for many calls to arrive and wait while three calls probe the endpoint.
    return chaos.arrivals.length <= QUOTA + 3 ? { body: {}, afterMs: 1_500 } : { body: {} };
  });
  onTestFinished(() => chaos.close());
  const http = new HttpClient(chaos.url);
  onTestFinished(() => http.close());
  const rateLimiter = new RateLimiter(new LocalRateWindow(QUOTA), QUOTA);
  const options = { rateLimiter, operationTimeoutMs: 60_000 };
  const send = new Resilience(options).wrap('idcloud', (sent) => http.send(sent));
  const call = (): Promise<unknown> => {
    const request = {
      name: 'a call',
      method: 'POST',
      path: '/',
      headers: {},
      body: '{}',
      resource: null,
    } as const;
    const whole: HttpRequest = { ...request, timeoutMs: 3_000, callOptions: callOptionsOf() };
    return send(whole).catch(() => {});
  };
  await Promise.all(Array.from({ length: QUOTA }, call));
  await sleep(PROBE_AFTER_MS);
  const waiting: Promise<unknown>[] = [];
  for (let count = 0; count < 30; count += 1) {
    waiting.push(call());
    await sleep(40);
  }
  await Promise.all(waiting);
  expect(chaos.arrivals).toHaveLength(QUOTA + 30);
  expect(mostInOneSecond(chaos.arrivals)).toBeLessThanOrEqual(QUOTA);
});
