import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SCOPES } from '../../../../src/domain/caller.ts';
import { ID } from '../../../support/bodies.ts';
import { onboarding } from '../../../support/creation.ts';
import {
  CREATE,
  READ,
  startAuthenticatedSubgraph,
  type AuthenticatedSubgraph,
} from '../../../support/authenticated-subgraph.ts';
import { serverForFile } from '../../../support/server-for-file.ts';
import { sign, type Algorithm, type Claims, type TokenIssuer } from '../../../support/token-issuer.ts';

const server = serverForFile(() => startAuthenticatedSubgraph());

const now = (): number => Math.floor(Date.now() / 1000);
const ALL = { scope: SCOPES.join(' ') };

describe('CallerAuthentication: a caller without a token', () => {
  test('a caller without a token gets an error for each field that requires one, at the path of the field', async () => {
    const { status, data, errors } = await server().subgraph.ask(
      `{ one: process(id: "${ID}") { state } many: processes(ids: ["${ID}"]) { id } __typename }`,
    );
    expect(status).toBe(200);
    expect(data).toEqual({ one: null, many: null, __typename: 'Query' });
    expect(errors).toMatchObject([
      { path: ['one'], extensions: { code: 'UNAUTHENTICATED' } },
      { path: ['many'], extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    expect(errors[0]?.message).toBe(
      'expected a token with the scope identity:read (header "authorization: Bearer <token>"), got no token',
    );
    expect(server().upstream.requests).toEqual([]);
  });

  test('a caller without a token gets an error for each entity', async () => {
    const { status, data, errors } = await server().subgraph.ask(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Process { id } } }',
      { r: [{ __typename: 'Process', id: ID }, { __typename: 'Nonsense' }] },
    );
    expect(status).toBe(200);
    expect(data).toEqual({ _entities: [null, null] });
    expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['_entities', 0], 'UNAUTHENTICATED'],
      [['_entities', 1], 'UNAUTHENTICATED'],
    ]);
  });

  test('a caller without a token creates nothing', async () => {
    const { data, errors } = await server().subgraph.ask(CREATE, { input: onboarding() });
    expect(data).toEqual({ createProcess: null });
    expect(errors).toMatchObject([{ path: ['createProcess'], extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(server().upstream.requests).toEqual([]);
  });

  test('a caller without a token gets the SDL, which a router composes without a caller', async () => {
    const { status, data, errors } = await server().subgraph.ask('{ _service { sdl } }');
    expect({ status, errors }).toEqual({ status: 200, errors: [] });
    expect(data._service.sdl).toContain('type Process');
  });

  test('nothing but a token in the header authorization authenticates a caller', async () => {
    const token = await server().issuer.issue(ALL);
    const headers: [Record<string, string>, string?][] = [
      [{ 'x-user-id': 'caller-1', 'x-scopes': ALL.scope, scope: ALL.scope }],
      [{ 'x-authorization': `Bearer ${token}`, 'x-forwarded-authorization': `Bearer ${token}` }],
      [{ cookie: `authorization=${token}; access_token=${token}` }],
      [{}, `?access_token=${token}&authorization=${token}`],
      [{ 'proxy-authorization': `Bearer ${token}` }],
    ];
    for (const [given, search] of headers) {
      const body = { query: READ, access_token: token, extensions: { authorization: `Bearer ${token}` } };
      const { status, text } = await server().post(body, given, search);
      expect(status).toBe(200);
      expect(JSON.parse(text)).toMatchObject({
        data: { process: null },
        errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
      });
    }
    expect(server().upstream.requests).toEqual([]);
  });
});

const issued = (more: Claims, header?: Claims) => (): Promise<string> =>
  server().issuer.issue({ ...ALL, ...more }, header);

/** Another subgraph, whose issuer signs with `alg`. `prepare` is called before the subgraph requests the keys. */
async function startOther(
  alg: Algorithm,
  prepare?: (issuer: TokenIssuer) => void,
): Promise<AuthenticatedSubgraph> {
  const other = await startAuthenticatedSubgraph(alg, prepare);
  onTestFinished(() => other.close());
  return other;
}

describe('CallerAuthentication: accepted tokens', () => {
  const accepted: [string, () => string | Promise<string>][] = [
    ['for several services, ours among them', issued({ aud: ['another-service', 'identity-subgraph'] })],
    [
      'that expired a moment ago, within the clock tolerance',
      () => server().issuer.issue({ ...ALL, exp: now() - 25 }),
    ],
    [
      'that begins in a moment, within the clock tolerance',
      () => server().issuer.issue({ ...ALL, nbf: now() + 25 }),
    ],
    ['that was issued in the future', () => server().issuer.issue({ ...ALL, iat: now() + 3_600 })],
    ['that does not name its key, where only one is published', issued({}, { kid: undefined })],
    ['that names its type', issued({}, { typ: 'at+jwt' })],
    ['with claims of other services', issued({ roles: ['admin'], nested: { deep: [1] }, '': '' })],
  ];

  test.each(accepted)('a token is accepted: one %s', async (_, make) => {
    const answer = await server().subgraph.ask(READ, {}, { authorization: `Bearer ${await make()}` });
    expect(answer).toMatchObject({ status: 200, data: { process: { state: 'FINISHED' } }, errors: [] });
  });

  test.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)(
    'a token that is signed with %s is accepted',
    async (alg) => {
      const other = await startOther(alg);
      const headers = await other.issuer.bearer('identity:read');
      expect((await other.subgraph.ask(READ, {}, headers)).errors).toEqual([]);
    },
  );

  test('a token of an RSA key is accepted with either padding where the key names no algorithm', async () => {
    const other = await startOther('RS256', (issuer) =>
      issuer.publish({ ...issuer.key().jwk, alg: undefined }),
    );
    for (const alg of ['RS256', 'PS256'] as const) {
      const token = sign({ ...other.issuer.key(), alg }, other.issuer.claims(ALL));
      expect((await other.subgraph.ask(READ, {}, { authorization: `Bearer ${token}` })).errors).toEqual([]);
    }
  });

  test('a remembered token is rejected once it has expired', async () => {
    // The clock tolerance is half a minute, of which two seconds are left.
    const headers = { authorization: `Bearer ${await server().issuer.issue({ ...ALL, exp: now() - 28 })}` };
    expect((await server().subgraph.ask(READ, {}, headers)).status).toBe(200);
    await expect
      .poll(async () => (await server().subgraph.ask(READ, {}, headers)).status, { timeout: 10_000 })
      .toBe(401);
  });
});

describe('CallerAuthentication: the header authorization', () => {
  const good: [string, (token: string) => string][] = [
    ['as usual', (token) => `Bearer ${token}`],
    ['in lower case', (token) => `bearer ${token}`],
    ['in upper case', (token) => `BEARER ${token}`],
    ['with more spaces', (token) => `Bearer   ${token}  `],
  ];
  test.each(good)('the header is read %s', async (_, write) => {
    const headers = { authorization: write(await server().issuer.issue(ALL)) };
    expect((await server().subgraph.ask(READ, {}, headers)).errors).toEqual([]);
  });

  const bad: [string, (token: string) => string][] = [
    ['an empty value', () => ''],
    ['no token', () => 'Bearer'],
    ['only spaces for a token', () => 'Bearer   '],
    ['a token alone', (token) => token],
    ['a name and a password', () => `Basic ${Buffer.from('user:password').toString('base64')}`],
    ['a token of another scheme', (token) => `DPoP ${token}`],
    ['a token of a scheme that begins alike', (token) => `BearerX ${token}`],
    ['no space before the token', (token) => `Bearer${token}`],
    ['a colon', (token) => `Bearer: ${token}`],
    ['a tab for the space', (token) => `Bearer\t${token}`],
    ['a token in quotation marks', (token) => `Bearer "${token}"`],
    ['a token by its name', (token) => `Bearer token=${token}`],
    ['two tokens', (token) => `Bearer ${token} ${token}`],
    ['two tokens, as of two headers', (token) => `Bearer ${token}, Bearer ${token}`],
    ['a token after something else', (token) => `Basic x, Bearer ${token}`],
  ];
  test.each(bad)(
    'a header with %s is rejected, and not read as that of an anonymous caller',
    async (_, write) => {
      const token = await server().issuer.issue(ALL);
      const { status, text } = await server().post(
        { query: '{ __typename }' },
        { authorization: write(token) },
      );
      expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
      expect(status).toBe(401);
      expect(text).not.toContain(token);
    },
  );

  test('a header that is sent twice is rejected: the router may have checked the other one', async () => {
    const tokens = [
      await server().issuer.issue({ ...ALL, sub: 'one' }),
      await server().issuer.issue({ ...ALL, sub: 'two' }),
    ];
    const request = httpRequest(`${server().subgraph.url}/graphql`, { method: 'POST' });
    request.setHeader('content-type', 'application/json');
    request.setHeader(
      'authorization',
      tokens.map((token) => `Bearer ${token}`),
    );
    request.end(JSON.stringify({ query: READ }));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(await textOf(response)).toContain('UNAUTHENTICATED');
    expect(response.statusCode).toBe(401);
    expect(server().upstream.requests).toEqual([]);
  });
});
