import { expect, test } from 'vitest';
import { RateLimiter } from '../../../../src/upstream/resilience/rate-limiter.ts';
import { LocalRateWindow } from '../../../../src/storage/rate-window.ts';
import { callOptionsOf, claimOf } from '../../../support/call-options.ts';

/** Many rounds, because a fault in tenths of a millisecond is rare. */
const ROUNDS = 200;

test('a creation that waits for the end of a pause is always sent then, also when it is the only request', async () => {
  const rateLimiter = new RateLimiter(new LocalRateWindow(10_000), 10_000);
  let sent = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    await rateLimiter.pause(2 + Math.random());
    const callOptions = callOptionsOf(AbortSignal.timeout(2_000), {
      claims: [claimOf({ lane: 'mutation' })],
    });
    const release = await rateLimiter.acquire(callOptions, 0).catch(() => null);
    if (release === null) break;
    release();
    sent += 1;
  }
  expect(sent).toBe(ROUNDS);
});
