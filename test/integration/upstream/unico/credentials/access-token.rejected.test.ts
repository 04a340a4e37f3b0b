import { describe, expect, test } from 'vitest';
import type { Reply, SeenRequest } from '../../../../support/upstream.ts';
import {
  CALLS,
  CREATE_CAPTURE,
  factsOf,
  failureOf,
  FIND_REUSABLE,
  GET_IDCLOUD,
  SET_DOCUMENT,
} from '../../../../support/unico-client.ts';
import { validReply, tokenBody, unicoWithTokens } from '../../../../support/token-service.ts';
import { startClock } from '../../../../support/clock.ts';
import { callOptionsOf } from '../../../../support/call-options.ts';

const byName = CALLS.map((call) => [call.name, call] as const);
const apiCalls = CALLS.filter(({ family }) => family === 'api');

const apiError = (status: number, code: string): Reply => ({
  status,
  body: { error: { code, description: 'O token informado está expirado.' } },
});

/** Rejects these tokens with a reply, and accepts all others. */
const rejecting =
  (reply: Reply, ...rejected: string[]) =>
  (request: SeenRequest, token: string): Reply =>
    rejected.includes(token) ? reply : validReply(request);

const always = (reply: Reply) => (): Reply => reply;
const goodTokens = (nth: number): Reply => ({ body: tokenBody(nth) });

describe.each(byName)('%s', (_name, call) => {
  test('a 401 renews the token, and the same request is sent once more', async () => {
    for (const body of ['Jwt is expired', 'Jwt header is an invalid JSON', '', { code: 16, message: 'x' }]) {
      const { unico, upstream, tokensUsed, tokenRequests } = await unicoWithTokens(
        goodTokens,
        rejecting({ status: 401, body }, 'token-1'),
      );
      await call.run(unico);
      expect(tokensUsed()).toEqual(['token-1', 'token-2']);
      expect(tokenRequests()).toHaveLength(2);
      const [first, second] = upstream.requests.filter(({ path }) => path !== '/oauth2/token');
      expect([second?.method, second?.path, second?.body]).toEqual([first?.method, first?.path, first?.body]);
    }
  });

  test('a second 401 is an unauthorized failure, without another attempt', async () => {
    const { unico, tokensUsed, tokenRequests } = await unicoWithTokens(goodTokens, always({ status: 401 }));
    const failure = await failureOf(call.run(unico));
    expect(factsOf(failure)).toMatchObject({ kind: 'unauthorized', status: 401, mayHaveHappened: false });
    expect([tokensUsed().length, tokenRequests().length]).toEqual([2, 2]);
  });

  test.each([400, 404, 409, 429, 500, 503, 'drop', 'never answer'] as const)(
    'after %s neither the request nor a token request is sent again',
    async (fault) => {
      const reply = typeof fault === 'number' ? { status: fault } : fault;
      const { unico, tokensUsed, tokenRequests } = await unicoWithTokens(goodTokens, always(reply), {
        attemptTimeoutMs: 300,
        operationTimeoutMs: 300,
      });
      await call.run(unico).catch(() => {});
      expect([tokensUsed().length, tokenRequests().length]).toEqual([1, 1]);
    },
  );
});

describe.each(apiCalls.map((call) => [call.name, call] as const))('%s', (_name, call) => {
  test.each(['10501', '10502'])('a 403 with code %s renews the token once', async (code) => {
    const { unico, tokensUsed } = await unicoWithTokens(
      goodTokens,
      rejecting(apiError(403, code), 'token-1'),
    );
    await call.run(unico);
    expect(tokensUsed()).toEqual(['token-1', 'token-2']);
  });

  test.each([
    [403, '10201'],
    [403, '30017'],
    [403, '30020'],
    [403, '10999'],
    [400, '20001'],
    [400, '20002'],
    [400, '10501'],
  ])('a %d with code %s does not renew the token', async (status, code) => {
    const { unico, tokensUsed, tokenRequests } = await unicoWithTokens(
      goodTokens,
      always(apiError(status, code)),
    );
    expect((await failureOf(call.run(unico))).kind).toBe('unauthorized');
    expect([tokensUsed().length, tokenRequests().length]).toEqual([1, 1]);
  });

  test('a 403 without a body does not renew the token', async () => {
    const { unico, tokenRequests } = await unicoWithTokens(goodTokens, always({ status: 403 }));
    await failureOf(call.run(unico));
    expect(tokenRequests()).toHaveLength(1);
  });
});

test('a 403 of idcloud means no permission, and does not renew the token', async () => {
  const reply = { status: 403, body: { code: 7, message: 'no permission' } };
  const { unico, tokenRequests } = await unicoWithTokens(goodTokens, always(reply));
  expect((await failureOf(GET_IDCLOUD.run(unico))).kind).toBe('unauthorized');
  expect(tokenRequests()).toHaveLength(1);
});

test('fifty callers whose token is dead share one renewal', async () => {
  const { unico, tokenRequests, tokensUsed } = await unicoWithTokens(
    goodTokens,
    rejecting({ status: 401 }, 'token-1'),
  );
  await Promise.all(Array.from({ length: 50 }, () => GET_IDCLOUD.run(unico)));
  expect(tokenRequests()).toHaveLength(2);
  expect(tokensUsed().filter((token) => token === 'token-2')).toHaveLength(50);
});

test('a refusal that comes late, when others have renewed already, asks for no third token', async () => {
  const late = Promise.withResolvers<void>();
  const { unico, tokenRequests } = await unicoWithTokens(goodTokens, async (request, token) => {
    if (token !== 'token-1') return validReply(request);
    if (request.method === 'POST') await late.promise;
    return { status: 401 };
  });
  const slow = CREATE_CAPTURE.run(unico);
  await GET_IDCLOUD.run(unico);
  late.resolve();
  await slow;
  expect(tokenRequests()).toHaveLength(2);
});

test('when renewed tokens are rejected too, the next renewal waits 30 seconds', async () => {
  const clock = startClock();
  const { unico, tokenRequests } = await unicoWithTokens(goodTokens, always({ status: 401 }));
  for (let i = 0; i < 10; i++) await failureOf(GET_IDCLOUD.run(unico));
  expect(tokenRequests()).toHaveLength(2);
  // The wall clock says nothing about how much time has passed.
  clock.jumpWallClock(3_600_000);
  await failureOf(GET_IDCLOUD.run(unico));
  expect(tokenRequests()).toHaveLength(2);
  clock.jumpWallClock(-7_200_000);
  clock.pass(31_000);
  await failureOf(GET_IDCLOUD.run(unico));
  expect(tokenRequests()).toHaveLength(3);
});

test.each<[Reply, string]>([
  [{ status: 401, body: { error_description: 'Falha 1.2.6' } }, 'unauthorized'],
  [{ status: 503 }, 'unavailable'],
  ['drop', 'unavailable'],
  [{ body: '<html>' }, 'contract'],
])(
  'a failed renewal (%j) is the failure %s of the call, and a POST is not sent again',
  async (reply, kind) => {
    const { unico, tokensUsed } = await unicoWithTokens(
      (nth) => (nth === 1 ? { body: tokenBody(1) } : reply),
      always({ status: 401, body: 'Jwt is expired' }),
    );
    const failure = await failureOf(CREATE_CAPTURE.run(unico));
    expect(factsOf(failure)).toMatchObject({ kind, mayHaveHappened: false });
    expect(tokensUsed()).toEqual(['token-1']);
  },
);

test('a caller that leaves during a renewal gets an unavailable failure', async () => {
  const caller = new AbortController();
  const { unico, tokensUsed } = await unicoWithTokens(
    (nth) => {
      if (nth === 1) return { body: tokenBody(1) };
      caller.abort();
      return 'never answer';
    },
    always({ status: 401, body: 'Jwt is expired' }),
  );
  const failure = await failureOf(SET_DOCUMENT.run(unico, callOptionsOf(caller.signal)));
  expect(tokensUsed()).toEqual(['token-1']);
  expect(factsOf(failure)).toMatchObject({ kind: 'unavailable', mayHaveHappened: false });
});

test('a request with a renewed token that fails otherwise ends with that failure', async () => {
  const { unico } = await unicoWithTokens(goodTokens, (_request, token) =>
    token === 'token-1' ? { status: 401 } : 'drop',
  );
  expect(factsOf(await failureOf(CREATE_CAPTURE.run(unico)))).toMatchObject({
    kind: 'unavailable',
    status: undefined,
    mayHaveHappened: true,
  });
  expect(await failureOf(FIND_REUSABLE.run(unico))).toMatchObject({ kind: 'unavailable' });
});
