import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CALLS, failureOf, GET_IDCLOUD, unicoReplying } from '../../../../support/unico-client.ts';
import { tokenBody, unicoWithTokens } from '../../../../support/token-service.ts';

const NOON = Date.parse('2026-11-23T12:00:00Z');
const at = (seconds: number): void => void vi.setSystemTime(NOON + seconds * 1000);

beforeEach(() => at(0));
afterEach(() => {
  vi.useRealTimers();
});

test('fifty callers at once share one request for a token', async () => {
  const { unico, tokenRequests, tokensUsed } = await unicoWithTokens();
  await Promise.all(Array.from({ length: 50 }, (_, i) => CALLS[i % CALLS.length]?.run(unico)));
  expect(tokenRequests()).toHaveLength(1);
  expect(tokensUsed()).toEqual(Array.from({ length: 50 }, () => 'token-1'));
});

test('nothing is asked for before the first call', async () => {
  const { upstream } = await unicoWithTokens();
  expect(upstream.requests).toEqual([]);
});

test('one token serves both contracts for most of its hour', async () => {
  const { unico, tokenRequests } = await unicoWithTokens();
  for (const seconds of [0, 60, 1_500, 2_999]) {
    at(seconds);
    for (const call of CALLS) await call.run(unico);
  }
  expect(tokenRequests()).toHaveLength(1);
});

test('with ten minutes left it is renewed in the background: nobody waits, the next caller has the new one', async () => {
  const renewed = Promise.withResolvers<void>();
  const { unico, tokenRequests, tokensUsed } = await unicoWithTokens(async (nth) => {
    if (nth === 2) await renewed.promise;
    return { body: tokenBody(nth) };
  });
  await GET_IDCLOUD.run(unico);
  at(3_001);
  await Promise.all(Array.from({ length: 20 }, () => GET_IDCLOUD.run(unico)));
  expect(new Set(tokensUsed())).toEqual(new Set(['token-1']));
  await vi.waitFor(() => expect(tokenRequests()).toHaveLength(2));
  renewed.resolve();
  await vi.waitFor(async () => {
    await GET_IDCLOUD.run(unico);
    expect(tokensUsed().at(-1)).toBe('token-2');
  });
  expect(tokenRequests()).toHaveLength(2);
});

test('a short-lived token is renewed when a fifth of its life is left', async () => {
  const { unico, tokenRequests } = await unicoWithTokens((nth) => ({
    body: { access_token: `token-${nth}`, expires_in: 100 },
  }));
  await GET_IDCLOUD.run(unico);
  at(79);
  await GET_IDCLOUD.run(unico);
  expect(tokenRequests()).toHaveLength(1);
  at(81);
  await GET_IDCLOUD.run(unico);
  await vi.waitFor(() => expect(tokenRequests()).toHaveLength(2));
});

test('a token that has ended is waited for, and the ended one is never sent', async () => {
  const { unico, tokensUsed, tokenRequests } = await unicoWithTokens();
  await GET_IDCLOUD.run(unico);
  at(3_600);
  await Promise.all(Array.from({ length: 50 }, () => GET_IDCLOUD.run(unico)));
  expect(new Set(tokensUsed().slice(1))).toEqual(new Set(['token-2']));
  expect(tokenRequests()).toHaveLength(2);
});

test('a renewal that fails hurts nobody while the old token lives, and is tried again', async () => {
  const { unico, tokenRequests, tokensUsed } = await unicoWithTokens((nth) =>
    nth === 2 || nth === 3 ? { status: 503 } : { body: tokenBody(nth) },
  );
  await GET_IDCLOUD.run(unico);
  for (const asked of [2, 3, 4]) {
    at(3_000 + asked * 100);
    // A renewal that has just failed may still be winding up, so the call that starts the next one may be a later one.
    await vi.waitFor(async () => {
      await GET_IDCLOUD.run(unico);
      expect(tokenRequests().length).toBeGreaterThanOrEqual(asked);
    });
  }
  await vi.waitFor(async () => {
    await GET_IDCLOUD.run(unico);
    expect(tokensUsed().at(-1)).toBe('token-4');
  });
  expect(new Set(tokensUsed())).toEqual(new Set(['token-1', 'token-4']));
});

async function lifeOf(expiresIn: unknown): Promise<(seconds: number) => Promise<number>> {
  const { unico, tokenRequests } = await unicoWithTokens((nth) => ({
    body: { access_token: `token-${nth}`, expires_in: expiresIn },
  }));
  await GET_IDCLOUD.run(unico);
  return async (seconds) => {
    at(seconds);
    await GET_IDCLOUD.run(unico);
    return tokenRequests().length;
  };
}

describe('expires_in', () => {
  test.each([3600, '3600', 3600.5, undefined, null, '', 'soon', 0, '0', -5, {}, [[]], true, false])(
    'of %j is the usual hour',
    async (expiresIn) => {
      const tokensAskedForAt = await lifeOf(expiresIn);
      expect(await tokensAskedForAt(2_990)).toBe(1);
      expect(await tokensAskedForAt(3_601)).toBe(2);
    },
  );

  test.each([600, '600'])('of %j is ten minutes', async (expiresIn) => {
    const tokensAskedForAt = await lifeOf(expiresIn);
    expect(await tokensAskedForAt(470)).toBe(1);
    expect(await tokensAskedForAt(601)).toBe(2);
  });
});

test('a fixed token is used as it is, and no token is ever asked for', async () => {
  const { unico, upstream } = await unicoReplying({ status: 401, body: 'Jwt is expired' });
  for (const call of CALLS) expect((await failureOf(call.run(unico))).kind).toBe('unauthorized');
  at(86_400);
  await failureOf(GET_IDCLOUD.run(unico));
  expect(upstream.calls()).not.toContain('POST /oauth2/token');
  expect(upstream.requests).toHaveLength(CALLS.length + 1);
  expect(new Set(upstream.requests.map(({ headers }) => headers.authorization))).toEqual(
    new Set(['Bearer a-token']),
  );
});
