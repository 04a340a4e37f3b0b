import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CALLS, failureOf, GET_IDCLOUD, unicoReplying } from '../../../../support/unico-client.ts';
import { startClock, type TestClock } from '../../../../support/clock.ts';
import { tokenBody, unicoWithTokens } from '../../../../support/token-service.ts';

let clock: TestClock;
let passed = 0;

/** Lets time pass until so many seconds after the start of the test. */
function at(seconds: number): void {
  clock.pass((seconds - passed) * 1000);
  passed = seconds;
}

beforeEach(() => {
  passed = 0;
  clock = startClock();
});

test('fifty callers at once share one token request', async () => {
  const { unico, tokenRequests, tokensUsed } = await unicoWithTokens();
  await Promise.all(Array.from({ length: 50 }, (_, i) => CALLS[i % CALLS.length]?.run(unico)));
  expect(tokenRequests()).toHaveLength(1);
  expect(tokensUsed()).toEqual(Array.from({ length: 50 }, () => 'token-1'));
});

test('no token is requested before the first call', async () => {
  const { upstream } = await unicoWithTokens();
  expect(upstream.requests).toEqual([]);
});

test('one token serves both contracts until ten minutes before it expires', async () => {
  const { unico, tokenRequests } = await unicoWithTokens();
  for (const seconds of [0, 60, 1_500, 2_999]) {
    at(seconds);
    for (const call of CALLS) await call.run(unico);
  }
  expect(tokenRequests()).toHaveLength(1);
});

test('a token with less than ten minutes left is renewed in the background, while callers use the old one', async () => {
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

test('a short-lived token is renewed when a fifth of its lifetime is left', async () => {
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

test('callers wait for the renewal of an expired token, which is never sent', async () => {
  const { unico, tokensUsed, tokenRequests } = await unicoWithTokens();
  await GET_IDCLOUD.run(unico);
  at(3_600);
  await Promise.all(Array.from({ length: 50 }, () => GET_IDCLOUD.run(unico)));
  expect(new Set(tokensUsed().slice(1))).toEqual(new Set(['token-2']));
  expect(tokenRequests()).toHaveLength(2);
});

test('a failed renewal does not affect callers while the old token is valid, and is retried', async () => {
  const { unico, tokenRequests, tokensUsed } = await unicoWithTokens((nth) =>
    nth === 2 || nth === 3 ? { status: 503 } : { body: tokenBody(nth) },
  );
  await GET_IDCLOUD.run(unico);
  for (const requests of [2, 3, 4]) {
    at(3_000 + requests * 100);
    // A failed renewal may not have settled yet, so a later call may start the next one.
    await vi.waitFor(async () => {
      await GET_IDCLOUD.run(unico);
      expect(tokenRequests().length).toBeGreaterThanOrEqual(requests);
    });
  }
  await vi.waitFor(async () => {
    await GET_IDCLOUD.run(unico);
    expect(tokensUsed().at(-1)).toBe('token-4');
  });
  expect(new Set(tokensUsed())).toEqual(new Set(['token-1', 'token-4']));
});

/** Returns a function that makes a call at a time, and returns how many tokens were requested by then. */
async function withLifetime(expiresIn: unknown): Promise<(seconds: number) => Promise<number>> {
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

test.each([
  ['an hour forward', 3_600_000],
  ['an hour back', -3_600_000],
  ['a year forward', 365 * 86_400_000],
])('a token lives for its lifetime when the wall clock jumps %s, and back', async (_way, jumpMs) => {
  const { unico, tokenRequests } = await unicoWithTokens();
  await GET_IDCLOUD.run(unico);
  clock.jumpWallClock(jumpMs);
  at(2_990);
  await GET_IDCLOUD.run(unico);
  expect(tokenRequests()).toHaveLength(1);
  clock.jumpWallClock(-jumpMs);
  at(3_601);
  await GET_IDCLOUD.run(unico);
  expect(tokenRequests()).toHaveLength(2);
});

describe('expires_in of the token service', () => {
  test.each([3600, '3600', 3600.5, undefined, null, '', 'soon', 0, '0', -5, {}, [[]], true, false])(
    'expires_in %j means the default of an hour',
    async (expiresIn) => {
      const tokenRequestsAt = await withLifetime(expiresIn);
      expect(await tokenRequestsAt(2_990)).toBe(1);
      expect(await tokenRequestsAt(3_601)).toBe(2);
    },
  );

  test.each([1e300, '99999999999999999999', Number.MAX_SAFE_INTEGER])(
    'expires_in %j means a day: a token is renewed at last then',
    async (expiresIn) => {
      const tokenRequestsAt = await withLifetime(expiresIn);
      expect(await tokenRequestsAt(85_000)).toBe(1);
      expect(await tokenRequestsAt(86_401)).toBe(2);
    },
  );

  test.each([0.001, 1, '1', 59])(
    'expires_in %j means a minute: not every call may request a token',
    async (expiresIn) => {
      const tokenRequestsAt = await withLifetime(expiresIn);
      expect(await tokenRequestsAt(47)).toBe(1);
      expect(await tokenRequestsAt(61)).toBe(2);
    },
  );

  test.each([600, '600'])('expires_in %j means ten minutes', async (expiresIn) => {
    const tokenRequestsAt = await withLifetime(expiresIn);
    expect(await tokenRequestsAt(470)).toBe(1);
    expect(await tokenRequestsAt(601)).toBe(2);
  });
});

test('a fixed token is sent unchanged, and no token is ever requested', async () => {
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
