import { verify } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { FIND_REUSABLE, GET_IDCLOUD } from '../../../../support/unico-client.ts';
import { ACCOUNT, publicKey, tokenBody, unicoWithTokens } from '../../../../support/token-service.ts';

afterEach(() => {
  vi.useRealTimers();
});

const jsonOf = (part: string | undefined): unknown =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'));

const assertionIn = (body: string): string => new URLSearchParams(body).get('assertion') ?? '';

test('a token request is the form of RFC 7523: grant type, assertion, nothing else', async () => {
  const { unico, tokenRequests } = await unicoWithTokens();
  await GET_IDCLOUD.run(unico);
  const [request] = tokenRequests();
  expect([request?.method, request?.path]).toEqual(['POST', '/oauth2/token']);
  expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect(request?.headers.authorization).toBeUndefined();
  expect(request?.headers['apikey']).toBeUndefined();
  expect([...new URLSearchParams(request?.body)]).toEqual([
    ['grant_type', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
    ['assertion', expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/)],
  ]);
});

test('the assertion has exactly the documented header and claims, and the signature of the account', async () => {
  vi.setSystemTime('2026-11-23T12:00:00Z');
  const { unico, upstream, tokenRequests } = await unicoWithTokens();
  await GET_IDCLOUD.run(unico);
  const [header, claims, signature] = assertionIn(tokenRequests()[0]?.body ?? '').split('.');
  expect(jsonOf(header)).toStrictEqual({ alg: 'RS256', typ: 'JWT' });
  const iat = Date.parse('2026-11-23T12:00:00Z') / 1000;
  expect(jsonOf(claims)).toStrictEqual({
    iss: `${ACCOUNT.account}@${ACCOUNT.tenantId}.iam.acesso.io`,
    aud: upstream.url,
    scope: '*',
    iat,
    exp: expect.any(Number),
  });
  const { exp } = jsonOf(claims) as { exp: number };
  expect(exp).toBeGreaterThan(iat);
  expect(exp).toBeLessThanOrEqual(iat + 3_600);
  const signed = Buffer.from(`${header}.${claims}`);
  expect(verify('RSA-SHA256', signed, publicKey, Buffer.from(signature ?? '', 'base64url'))).toBe(true);
});

test('the audience of the assertion has no final slash, even when the configured URL has one', async () => {
  const { upstream } = await unicoWithTokens();
  const url = `${upstream.url}/`;
  const { unico } = await unicoWithTokens(undefined, undefined, { identityUrl: url });
  await GET_IDCLOUD.run(unico);
  const claims = jsonOf(assertionIn(upstream.requests[0]?.body ?? '').split('.')[1]);
  expect(claims).toMatchObject({ aud: upstream.url });
});

/** upstream.md §1, code 1.2.7: a used assertion is refused, so two requests in one second must differ as well. */
test('an assertion is never used twice, not even within the same second', async () => {
  vi.setSystemTime('2026-11-23T12:00:00Z');
  const { unico, tokenRequests } = await unicoWithTokens(
    (nth) => ({ body: tokenBody(nth) }),
    (_request, token) =>
      token === 'token-1' ? { status: 401, body: 'Jwt is expired' } : { body: FIND_REUSABLE.body },
  );
  await FIND_REUSABLE.run(unico);
  const assertions = tokenRequests().map(({ body }) => assertionIn(body));
  expect(assertions).toHaveLength(2);
  expect(new Set(assertions).size).toBe(2);
});
