import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, test } from 'vitest';
import { NotSentError } from '../../../../../src/upstream/resilience/not-sent.ts';
import { ServiceAccountToken } from '../../../../../src/upstream/unico/credentials/access-token.ts';
import type { Reply } from '../../../../support/upstream.ts';
import { startUpstream } from '../../../../support/upstream.ts';
import { CALLS, CREATE_CAPTURE, factsOf, failureOf, GET_IDCLOUD } from '../../../../support/unico-client.ts';
import { ACCOUNT, tokenBody, unicoWithTokens } from '../../../../support/token-service.ts';
import { startClock, type TestClock } from '../../../../support/clock.ts';
import { callOptionsOf } from '../../../../support/call-options.ts';

let clock: TestClock;
beforeEach(() => void (clock = startClock()));

/** upstream.md §1: the error of the token service. */
const refusal = (code: string): Reply => ({
  status: 401,
  body: { error: 'server_error', error_description: `Falha na autenticação ${code}` },
});

const CODES =
  '1.0.1 1.0.14 1.1.1 1.2.4 1.2.5 1.2.6 1.2.7 1.2.11 1.2.14 1.2.18 1.2.19 1.2.20 1.2.21 1.2.22 1.3.1 1.3.2'.split(
    ' ',
  );

test.each(CODES)(
  'a refusal with code %s is an unauthorized failure, whose message has the code and its meaning',
  async (code) => {
    const { unico, tokensUsed } = await unicoWithTokens(() => refusal(code));
    const failure = await failureOf(CREATE_CAPTURE.run(unico));
    expect(factsOf(failure)).toMatchObject({
      kind: 'unauthorized',
      status: 401,
      upstreamCode: code,
      mayHaveHappened: false,
    });
    expect(failure.message).toMatch(/^POST oauth2\/token: HTTP 401, .+ \([\d.]+\)$/);
    expect(failure.message).not.toContain('authentication failed');
    expect(tokensUsed()).toEqual([]);
  },
);

const FAULTS: [string, Reply, string][] = [
  ['HTTP 400', { status: 400 }, 'unauthorized'],
  ['HTTP 401 of HTML', { status: 401, body: '<html>' }, 'unauthorized'],
  ['HTTP 403', { status: 403, body: 'RBAC: access denied' }, 'unauthorized'],
  ['HTTP 404', { status: 404 }, 'unauthorized'],
  ['HTTP 500', { status: 500 }, 'unavailable'],
  ['HTTP 502 of HTML', { status: 502, body: '<html><center>nginx/1.2.5</center>' }, 'unavailable'],
  ['HTTP 503', { status: 503 }, 'unavailable'],
  ['HTTP 302', { status: 302, headers: { location: '/' } }, 'contract'],
  ['HTTP 204', { status: 204 }, 'contract'],
  ['a closed connection', 'drop', 'unavailable'],
  ['half a response', 'drop in the middle of the body', 'unavailable'],
  ['no response', 'never answer', 'unavailable'],
  ['a response without a body', 'never send the body', 'unavailable'],
  ['HTML', { body: '<html>' }, 'contract'],
  ['an empty body', { body: '' }, 'contract'],
  ['a list', { body: [] }, 'contract'],
  ['a text', { body: '"token"' }, 'contract'],
  ['null', { body: 'null' }, 'contract'],
  ['no access_token', { body: { expires_in: 3600 } }, 'contract'],
  ['an error with HTTP 200', { body: { error: 'server_error' } }, 'contract'],
  ['an empty access_token', { body: { access_token: '' } }, 'contract'],
  ['an access_token that is a number', { body: { access_token: 7 } }, 'contract'],
  ['an access_token that is null', { body: { access_token: null } }, 'contract'],
  ['a token of two lines', { body: { access_token: 'canary\r\nx: y' } }, 'contract'],
  ['a body of 3 MB', { body: 'x'.repeat(3 * 1024 * 1024) }, 'contract'],
];

describe.each(FAULTS)('a token service that replies with %s', (_case, reply, kind) => {
  const options = { attemptTimeoutMs: 200 };

  test(`every call is ${kind}, and nothing happened at Unico`, async () => {
    const { unico, tokensUsed } = await unicoWithTokens(() => reply, undefined, options);
    for (const call of CALLS) {
      expect(factsOf(await failureOf(call.run(unico)))).toMatchObject({ kind, mayHaveHappened: false });
    }
    expect(tokensUsed()).toEqual([]);
  });

  test('notReadyReason says that there is no access token', async () => {
    const { unico } = await unicoWithTokens(() => reply, undefined, options);
    expect(await unico.notReadyReason()).toMatch(/^no access token \(.+\)$/);
  });
});

test('a token service that refuses connections is an unavailable failure, and nothing happened', async () => {
  const closed = await startUpstream(() => ({}));
  await closed.close();
  const { unico } = await unicoWithTokens(undefined, undefined, { identityUrl: closed.url });
  expect(factsOf(await failureOf(CREATE_CAPTURE.run(unico)))).toMatchObject({
    kind: 'unavailable',
    mayHaveHappened: false,
  });
});

test('a 429 of the token service is a rate-limited failure with its Retry-After', async () => {
  const { unico } = await unicoWithTokens(() => ({ status: 429, headers: { 'retry-after': '12' } }));
  expect(factsOf(await failureOf(CREATE_CAPTURE.run(unico)))).toMatchObject({
    kind: 'rate-limited',
    retryAfterSeconds: 12,
    mayHaveHappened: false,
  });
});

test.each(['3600', '99999999999', new Date(Date.now() + 86_400_000).toUTCString()])(
  'after a 429 of the token service with a Retry-After of %s it is asked again after a minute, and not before',
  async (retryAfter) => {
    const { unico, tokenRequests } = await unicoWithTokens((nth) =>
      nth === 1 ? { status: 429, headers: { 'retry-after': retryAfter } } : { body: tokenBody(nth) },
    );
    expect(await failureOf(GET_IDCLOUD.run(unico))).toMatchObject({ retryAfterSeconds: 60 });
    clock.pass(55_000);
    await failureOf(GET_IDCLOUD.run(unico));
    expect(tokenRequests()).toHaveLength(1);
    clock.pass(5_001);
    expect(await unico.notReadyReason()).toBeNull();
    expect(tokenRequests()).toHaveLength(2);
  },
);

test('a version number in an HTML page is not taken for an error code', async () => {
  const { unico } = await unicoWithTokens(() => ({
    status: 502,
    body: '<html><center>nginx/1.2.5</center>',
  }));
  const failure = await failureOf(GET_IDCLOUD.run(unico));
  expect(failure.upstreamCode).toBeUndefined();
});

describe('a refusal of the token service', () => {
  test.each<Reply>([
    refusal('1.2.5'),
    refusal('1.2.18'),
    { status: 400 },
    { body: '<html>' },
    { status: 429 },
  ])('a refusal is remembered for five seconds, so that a lock-out is not fed: %j', async (reply) => {
    const { unico, tokenRequests } = await unicoWithTokens(() => reply);
    const first = await failureOf(GET_IDCLOUD.run(unico));
    // The wall clock says nothing about how much time has passed.
    clock.jumpWallClock(3_600_000);
    clock.pass(4_000);
    for (const call of CALLS) expect(factsOf(await failureOf(call.run(unico)))).toEqual(factsOf(first));
    expect(tokenRequests()).toHaveLength(1);
    clock.jumpWallClock(-7_200_000);
    clock.pass(1_001);
    await failureOf(GET_IDCLOUD.run(unico));
    expect(tokenRequests()).toHaveLength(2);
  });

  test('a remembered refusal ends with the next token', async () => {
    const { unico } = await unicoWithTokens((nth) =>
      nth === 1 ? refusal('1.2.4') : { body: tokenBody(nth) },
    );
    await failureOf(GET_IDCLOUD.run(unico));
    clock.pass(5_001);
    await GET_IDCLOUD.run(unico);
    expect(await unico.notReadyReason()).toBeNull();
  });

  test('fifty callers at once share one refused token request', async () => {
    const { unico, tokenRequests } = await unicoWithTokens(() => refusal('1.2.5'));
    await Promise.all(Array.from({ length: 50 }, () => failureOf(GET_IDCLOUD.run(unico))));
    expect(tokenRequests()).toHaveLength(1);
  });
});

test('an outage of the token service is not remembered: the next call requests a token again', async () => {
  const { unico } = await unicoWithTokens((nth) => (nth === 1 ? { status: 503 } : { body: tokenBody(nth) }));
  await failureOf(GET_IDCLOUD.run(unico));
  expect(await GET_IDCLOUD.run(unico)).toMatchObject({ state: 'CREATED' });
});

test('a token request that our own rate limiter did not send is no refusal: the next call requests a token at once', async () => {
  let requests = 0;
  const tokens = new ServiceAccountToken({
    account: ACCOUNT,
    audience: 'https://identity.example',
    timeoutMs: 1_000,
    async send() {
      requests += 1;
      if (requests === 1) throw new NotSentError('rate-limited', 'no slot', { retryAfterSeconds: 60 });
      return { status: 200, retryAfter: null, body: JSON.stringify(tokenBody(1)) };
    },
  });
  const { signal } = new AbortController();
  expect(await failureOf(tokens.get(signal))).toMatchObject({ kind: 'rate-limited' });
  expect(await tokens.get(signal)).toBe('token-1');
});

test('a caller that leaves during a token request does not affect other callers', async () => {
  const caller = new AbortController();
  const requested = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const { unico, tokenRequests, tokensUsed } = await unicoWithTokens(async (nth) => {
    requested.resolve();
    await released.promise;
    return { body: tokenBody(nth) };
  });
  const left = failureOf(CREATE_CAPTURE.run(unico, callOptionsOf(caller.signal)));
  const stayed = GET_IDCLOUD.run(unico);
  await requested.promise;
  caller.abort();
  expect(factsOf(await left)).toMatchObject({ kind: 'unavailable', mayHaveHappened: false });
  released.resolve();
  await stayed;
  expect([tokenRequests().length, tokensUsed()]).toEqual([1, ['token-1']]);
});

test('no failure contains the assertion, the key, the tenant or the response of the token service', async () => {
  const replies: Reply[] = [
    { status: 401, body: { error: 'canary', error_description: 'canary 12345678909 1.2.5' } },
    { status: 500, body: 'canary' },
    { body: { canary: 1, access_token: { canary: 'canary' } } },
    { body: '{"canary' },
    'drop',
  ];
  for (const reply of replies) {
    const { unico, tokenRequests } = await unicoWithTokens(() => reply);
    const failure = await failureOf(GET_IDCLOUD.run(unico));
    const text = inspect(failure, { depth: 9, showHidden: true }) + String(await unico.notReadyReason());
    const assertion = new URLSearchParams(tokenRequests()[0]?.body).get('assertion') ?? 'none';
    for (const secret of [
      'canary',
      '12345678909',
      '127.0.0.1',
      ACCOUNT.tenantId,
      ACCOUNT.account,
      assertion,
    ]) {
      expect(text).not.toContain(secret);
    }
  }
});

test.each([
  ['text that is not a key', 'a canary that is not a key'],
  ['an empty key', ''],
  [
    'a key of another kind',
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  ],
  ['half a key', ACCOUNT.privateKey.slice(0, 400)],
])('%s as private key is an unauthorized failure that does not contain it', async (_case, privateKey) => {
  const { unico, upstream } = await unicoWithTokens(undefined, undefined, {
    credential: { ...ACCOUNT, privateKey },
  });
  const failure = await failureOf(CREATE_CAPTURE.run(unico));
  expect(factsOf(failure)).toMatchObject({ kind: 'unauthorized', mayHaveHappened: false });
  expect(inspect(failure, { depth: 9, showHidden: true })).not.toMatch(/canary|PRIVATE KEY/);
  expect(upstream.requests).toEqual([]);
});
