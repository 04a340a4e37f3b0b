import { expect, test } from 'vitest';
import { CALLS, factsOf, failureOf, GET_IDCLOUD, unicoReplying } from '../../../../support/unico-client.ts';

test.each(CALLS.map((call) => [call.name, call] as const))(
  '%s: a 429 is a rate-limited failure with its Retry-After, and nothing happened',
  async (_name, call) => {
    for (const body of ['', '<html>', 'null', { error: { code: '42900', description: 'slow down' } }]) {
      const { unico, upstream } = await unicoReplying({
        status: 429,
        headers: { 'retry-after': '12' },
        body,
      });
      expect(factsOf(await failureOf(call.run(unico)))).toMatchObject({
        kind: 'rate-limited',
        status: 429,
        retryAfterSeconds: 12,
        refusal: undefined,
        mayHaveHappened: false,
      });
      expect(upstream.requests).toHaveLength(1);
    }
  },
);

test('a 429 without Retry-After is a rate-limited failure with a second to wait, as Unico advises', async () => {
  const { unico } = await unicoReplying({ status: 429 });
  expect(factsOf(await failureOf(GET_IDCLOUD.run(unico)))).toMatchObject({
    kind: 'rate-limited',
    retryAfterSeconds: 1,
  });
});

test('the HTTP date of a Retry-After counts from now', async () => {
  const { unico } = await unicoReplying({
    status: 429,
    headers: { 'retry-after': new Date(Date.now() + 50_000).toUTCString() },
  });
  const { retryAfterSeconds } = await failureOf(GET_IDCLOUD.run(unico));
  expect(retryAfterSeconds).toBeGreaterThan(40);
  expect(retryAfterSeconds).toBeLessThanOrEqual(50);
});

test.each(['3600', '99999999999', new Date(Date.now() + 86_400_000).toUTCString()])(
  'no Retry-After makes a caller wait for more than a minute: %s',
  async (retryAfter) => {
    const { unico } = await unicoReplying({ status: 429, headers: { 'retry-after': retryAfter } });
    expect((await failureOf(GET_IDCLOUD.run(unico))).retryAfterSeconds).toBe(60);
  },
);
