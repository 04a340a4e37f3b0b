import { expect, test } from 'vitest';
import { createRateLimiter } from '../../../../src/upstream/resilience/rate-limiter.ts';
import { LocalRateWindow } from '../../../../src/storage/rate-window.ts';
import { callOptionsOf } from '../../../support/call-options.ts';

/** Often, because what goes wrong only in some tenths of a millisecond goes wrong now and then. */
const ROUNDS = 200;

test('a creation that waits until a pause is over is sent then, every time, also when nobody else asks for anything', async () => {
  const rateLimiter = createRateLimiter(new LocalRateWindow(10_000), 10_000);
  let sent = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    await rateLimiter.pause(2 + Math.random());
    const callOptions = callOptionsOf(AbortSignal.timeout(2_000), { priority: 'write' });
    const leave = await rateLimiter.acquire(callOptions, 0).catch(() => null);
    if (leave === null) break;
    leave();
    sent += 1;
  }
  expect(sent).toBe(ROUNDS);
});
