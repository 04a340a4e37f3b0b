import { createHmac, createPublicKey, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { CompactEncrypt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SCOPES } from '../../../../src/domain/caller.ts';
import type { AuthenticateCaller } from '../../../../src/server/auth/authenticate-caller.ts';
import { RequestRejected } from '../../../../src/server/request-rejected.ts';
import { ID, idcloudBody } from '../../../support/bodies.ts';
import { onboarding } from '../../../support/creation.ts';
import { startSubgraph, type Subgraph } from '../../../support/subgraph.ts';
import {
  base64url,
  authenticationOf,
  makeSigningKey,
  sign,
  startTokenIssuer,
  type Algorithm,
  type Claims,
  type TokenIssuer,
} from '../../../support/token-issuer.ts';
import { unicoOf } from '../../../support/unico.ts';
import { startUpstream, type Upstream } from '../../../support/upstream.ts';

/** A server of somebody who makes up tokens: whatever they name, it must never be asked. */
let foreign: Upstream;
let issuer: TokenIssuer;
let upstream: Upstream;
let subgraph: Subgraph;
let authenticate: AuthenticateCaller;

beforeAll(async () => {
  foreign = await startUpstream(() => ({ body: { keys: [] } }));
  upstream = await startUpstream(() => ({ body: idcloudBody() }));
  issuer = await startTokenIssuer();
  authenticate = authenticationOf(issuer);
  subgraph = await startSubgraph(unicoOf(upstream), { authenticate });
});
beforeEach(() => {
  upstream.requests.length = 0;
});
afterAll(async () => {
  await subgraph.close();
  await Promise.all([issuer.close(), upstream.close(), foreign.close()]);
});

const now = (): number => Math.floor(Date.now() / 1000);
const READ = `{ process(id: "${ID}") { state } }`;
const CREATE = `mutation ($input: CreateProcessInput!) {
  createProcess(idempotencyKey: "a-key", input: $input) { process { id } }
}`;
const ALL = { scope: SCOPES.join(' ') };

type Received = { status: number; headers: Headers; text: string };

async function post(body: object, headers: Record<string, string> = {}, search = ''): Promise<Received> {
  const response = await fetch(`${subgraph.url}/graphql${search}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('a caller without a token', () => {
  test('is told for each field, in its own place, that it takes one', async () => {
    const { status, data, errors } = await subgraph.ask(
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
    expect(upstream.requests).toEqual([]);
  });

  test('is told so for each entity', async () => {
    const { status, data, errors } = await subgraph.ask(
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

  test('creates nothing', async () => {
    const { data, errors } = await subgraph.ask(CREATE, { input: onboarding() });
    expect(data).toEqual({ createProcess: null });
    expect(errors).toMatchObject([{ path: ['createProcess'], extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(upstream.requests).toEqual([]);
  });

  test('is answered the SDL, which a router composes without a caller', async () => {
    const { status, data, errors } = await subgraph.ask('{ _service { sdl } }');
    expect({ status, errors }).toEqual({ status: 200, errors: [] });
    expect(data._service.sdl).toContain('type Process');
  });

  test('is not made somebody by what is no token', async () => {
    const token = await issuer.issue(ALL);
    const headers: [Record<string, string>, string?][] = [
      [{ 'x-user-id': 'caller-1', 'x-scopes': ALL.scope, scope: ALL.scope }],
      [{ 'x-authorization': `Bearer ${token}`, 'x-forwarded-authorization': `Bearer ${token}` }],
      [{ cookie: `authorization=${token}; access_token=${token}` }],
      [{}, `?access_token=${token}&authorization=${token}`],
      [{ 'proxy-authorization': `Bearer ${token}` }],
    ];
    for (const [given, search] of headers) {
      const body = { query: READ, access_token: token, extensions: { authorization: `Bearer ${token}` } };
      const { status, text } = await post(body, given, search);
      expect(status).toBe(200);
      expect(JSON.parse(text)).toMatchObject({
        data: { process: null },
        errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
      });
    }
    expect(upstream.requests).toEqual([]);
  });
});

/** Signed with a shared secret, which whoever verifies would have to know too. */
function signedWithSecret(secret: string | Buffer): string {
  const signed = `${base64url({ alg: 'HS256', kid: 'key-1' })}.${base64url(issuer.claims(ALL))}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** The public key, which everybody can know: taken for a shared secret, it would let everybody sign. */
const publicKey = (): KeyObject => createPublicKey(issuer.key().privateKey);

/** Signed by somebody else, with a key of this name. */
function forged(kid: string, header: Claims = {}, alg: Algorithm = 'ES256'): string {
  const key = makeSigningKey(kid, alg);
  return sign(key, issuer.claims(ALL), { jwk: key.jwk, ...header });
}

/** A token of which a part is another than the one that was signed. */
async function altered(place: 0 | 1 | 2, change: (part: string) => string): Promise<string> {
  const parts = (await issuer.issue(ALL)).split('.');
  return parts.map((part, i) => (i === place ? change(part) : part)).join('.');
}

/** Another character in the middle: of the last one, not all bits count. */
const misspell = (part: string): string =>
  part.slice(0, 20) + (part[20] === 'A' ? 'B' : 'A') + part.slice(21);

async function encrypted(): Promise<string> {
  const plain = new TextEncoder().encode(JSON.stringify(issuer.claims(ALL)));
  return new CompactEncrypt(plain)
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(new Uint8Array(32));
}

type BadToken = [name: string, make: () => string | Promise<string>];

const issued = (more: Claims, header?: Claims) => (): Promise<string> =>
  issuer.issue({ ...ALL, ...more }, header);
const payload = (text: string) => (): string => sign(issuer.key(), text);

/** By what the answer says is wrong with them. */
const BAD_TOKENS: { [said: string]: BadToken[] } = {
  'its claim iss': [
    ['of another issuer', issued({ iss: 'https://other.example.com/' })],
    ['of an issuer whose name is the beginning of ours', issued({ iss: 'https://issuer.example.com' })],
    ['of an issuer whose name begins like ours', issued({ iss: 'https://issuer.example.com/x' })],
    ['of a list of issuers', issued({ iss: ['https://issuer.example.com/'] })],
    ['of no issuer', issued({ iss: undefined })],
  ],
  'its claim aud': [
    ['for another service', issued({ aud: 'another-service' })],
    ['for several other services', issued({ aud: ['another-service', 'identity-subgraph-2'] })],
    ['for services whose names hold ours', issued({ aud: 'identity-subgraph another-service' })],
    ['for an object', issued({ aud: { 'identity-subgraph': true } })],
    ['for nobody', issued({ aud: undefined })],
  ],
  'it has expired': [
    ['that has expired', () => issuer.issue({ ...ALL, exp: now() - 31 })],
    ['that has expired long ago', issued({ exp: 0 })],
    ['that expired before it began', issued({ exp: -1 })],
  ],
  'its claim exp': [
    ['that never expires', issued({ exp: undefined })],
    ['whose end is a text', issued({ exp: '9999999999' })],
    ['whose end is null', issued({ exp: null })],
  ],
  'its claim nbf': [
    ['that does not count yet', () => issuer.issue({ ...ALL, nbf: now() + 60 })],
    ['whose beginning is a text', issued({ nbf: '0' })],
  ],
  'expected it to be signed with RS256, PS256, ES256, EdDSA': [
    ['that nobody has signed', () => `${base64url({ alg: 'none' })}.${base64url(issuer.claims(ALL))}.`],
    [
      'that nobody has signed, in capitals',
      () => `${base64url({ alg: 'NONE' })}.${base64url(issuer.claims(ALL))}.`,
    ],
    ['signed, which says that it is not', issued({}, { alg: 'none' })],
    ['signed with a shared secret', () => signedWithSecret('a secret')],
    ['signed with an empty secret', () => signedWithSecret('')],
    [
      'signed with the public key as a secret (PEM)',
      () => signedWithSecret(publicKey().export({ type: 'spki', format: 'pem' })),
    ],
    [
      'signed with the public key as a secret (PEM, without its last line end)',
      () => signedWithSecret(publicKey().export({ type: 'spki', format: 'pem' }).toString().trim()),
    ],
    [
      'signed with the public key as a secret (DER)',
      () => signedWithSecret(publicKey().export({ type: 'spki', format: 'der' })),
    ],
    [
      'signed with the public key as a secret (JWK)',
      () => signedWithSecret(JSON.stringify(issuer.key().jwk)),
    ],
    ['signed in a way that is not taken', () => forged('key-1', {}, 'ES384')],
    ['that says it was signed in another way', issued({}, { alg: 'ES512' })],
  ],
  'a key that is not known': [
    ['signed with a key of another name', () => forged('key-9')],
    ['signed with a key of a known name and another kind', () => forged('key-1', {}, 'RS256')],
    ['signed with a known key that says it is of another kind', issued({}, { alg: 'EdDSA' })],
    ['whose key has an empty name', issued({}, { kid: '' })],
    ['whose key has a number for a name', issued({}, { kid: 1 })],
    ['whose key has a path for a name', issued({}, { kid: '../../../../dev/null' })],
  ],
  'its signature is wrong': [
    ['signed with another key of a known name', () => forged('key-1')],
    ['signed with another key, without its name', () => forged('key-1', { kid: undefined })],
    [
      'whose claims were replaced',
      () => altered(1, () => base64url(issuer.claims({ ...ALL, sub: 'admin' }))),
    ],
    ['whose header was changed', () => altered(0, () => base64url({ alg: 'ES256', kid: 'key-1', typ: 'x' }))],
    ['whose signature was changed', () => altered(2, misspell)],
    ['whose signature was cut short', () => altered(2, (part) => part.slice(0, -4))],
    ['whose signature is empty', () => altered(2, () => '')],
    ['whose signature is zero', () => altered(2, () => Buffer.alloc(64).toString('base64url'))],
  ],
  'it is not a signed JWT': [
    ['without a signature', async () => (await issuer.issue(ALL)).split('.').slice(0, 2).join('.')],
    ['with a part too many', async () => `${await issuer.issue(ALL)}.x`],
    ['that is encrypted', encrypted],
    ['that is a word', () => 'an-opaque-token'],
    ['that is dots', () => '..'],
    ['that is a token twice', async () => `${await issuer.issue(ALL)},${await issuer.issue(ALL)}`],
    ['with a header that is no JSON', () => altered(0, () => base64url('{'))],
    ['with a header that is null', () => altered(0, () => base64url('null'))],
    ['with a header without an algorithm', issued({}, { alg: undefined })],
    ['with a list of algorithms', issued({}, { alg: ['ES256'] })],
    ['that asks for something that is not known', issued({}, { crit: ['x-new'], 'x-new': 1 })],
    ['that asks for something that is not there', issued({}, { crit: ['x-new'] })],
    ['that asks for nothing', issued({}, { crit: [] })],
    ['whose claims are not encoded', issued({}, { b64: false, crit: ['b64'] })],
    ['whose claims are no JSON', payload('{')],
    ['whose claims are a list', payload('[]')],
    ['whose claims are null', payload('null')],
    ['without claims', payload('')],
  ],
};

/** What a read, a look at the SDL and a creation with this header come to, and what of it is repeated. */
function answersTo(authorization: string): Promise<object[]> {
  // Neither of the first and the last is answered out of what is kept: what is carried out of them is seen.
  const bodies = [
    { query: '{ reusableDocuments(code: "12345678909", type: BR_CNH) { documentId } }' },
    { query: '{ _service { sdl } }' },
    { query: CREATE, variables: { input: onboarding() } },
  ];
  const parts = authorization.split(/[\s.,]+/).filter((part) => part.length > 8);
  return Promise.all(
    bodies.map(async (body) => {
      const { status, headers, text } = await post(body, { authorization });
      return {
        status,
        challenge: headers.get('www-authenticate'),
        kept: headers.get('cache-control'),
        body: JSON.parse(text),
        repeated: parts.filter((part) => text.includes(part)),
        calls: upstream.calls(),
      };
    }),
  );
}

/** All refused as a whole: nothing is answered, nothing is carried out, and nothing of the token is repeated. */
const refused = (said: string): object[] =>
  Array.from({ length: 3 }, () => ({
    status: 401,
    challenge: 'Bearer error="invalid_token"',
    kept: 'no-store',
    body: { errors: [{ message: expect.stringContaining(said), extensions: { code: 'UNAUTHENTICATED' } }] },
    repeated: [],
    calls: [],
  }));

describe.each(Object.entries(BAD_TOKENS))('a token that does not count (%s)', (said, tokens) => {
  test.each(tokens)('is refused: %s', async (_, make) => {
    expect(await answersTo(`Bearer ${await make()}`)).toEqual(refused(said));
  });
});

describe('a token', () => {
  test('is never followed to where it says its keys are', async () => {
    foreign.requests.length = 0;
    const addresses = { jku: `${foreign.url}/jku`, x5u: `${foreign.url}/x5u`, iss: foreign.url };
    expect(await answersTo(`Bearer ${forged('key-9', addresses)}`)).toEqual(
      refused('a key that is not known'),
    );
    expect(await answersTo(`Bearer ${forged('key-1', addresses)}`)).toEqual(
      refused('its signature is wrong'),
    );
    // One that counts does so by the key of its issuer, whatever it says.
    const token = await issuer.issue(ALL, { ...addresses, jwk: makeSigningKey('key-1', 'ES256').jwk });
    expect((await subgraph.ask(READ, {}, { authorization: `Bearer ${token}` })).errors).toEqual([]);
    expect(foreign.requests).toEqual([]);
  });

  const counting: [string, () => string | Promise<string>][] = [
    ['for several services, ours among them', issued({ aud: ['another-service', 'identity-subgraph'] })],
    [
      'that expired a moment ago, by a clock that is a little off',
      () => issuer.issue({ ...ALL, exp: now() - 25 }),
    ],
    [
      'that begins in a moment, by a clock that is a little off',
      () => issuer.issue({ ...ALL, nbf: now() + 25 }),
    ],
    ['that was issued in the future', () => issuer.issue({ ...ALL, iat: now() + 3_600 })],
    ['that does not name its key, where there is but one', issued({}, { kid: undefined })],
    ['that says what it is', issued({}, { typ: 'at+jwt' })],
    ['with claims of others', issued({ roles: ['admin'], nested: { deep: [1] }, '': '' })],
  ];

  test.each(counting)('counts: one %s', async (_, make) => {
    const answer = await subgraph.ask(READ, {}, { authorization: `Bearer ${await make()}` });
    expect(answer).toMatchObject({ status: 200, data: { process: { state: 'FINISHED' } }, errors: [] });
  });

  test.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)(
    'counts when it is signed with %s',
    async (alg) => {
      await using other = await issuerAndSubgraph(alg);
      const headers = await other.issuer.bearer('identity:read');
      expect((await other.subgraph.ask(READ, {}, headers)).errors).toEqual([]);
    },
  );

  test('of an RSA key counts with either padding where the key does not say which', async () => {
    await using other = await issuerAndSubgraph('RS256', (its) =>
      its.publish({ ...its.key().jwk, alg: undefined }),
    );
    for (const alg of ['RS256', 'PS256'] as const) {
      const token = sign({ ...other.issuer.key(), alg }, other.issuer.claims(ALL));
      expect((await other.subgraph.ask(READ, {}, { authorization: `Bearer ${token}` })).errors).toEqual([]);
    }
  });

  test('is refused once it has expired, though it was seen before', async () => {
    // It counts for half a minute longer than it says, of which two seconds are left.
    const headers = { authorization: `Bearer ${await issuer.issue({ ...ALL, exp: now() - 28 })}` };
    expect((await subgraph.ask(READ, {}, headers)).status).toBe(200);
    await expect
      .poll(async () => (await subgraph.ask(READ, {}, headers)).status, { timeout: 10_000 })
      .toBe(401);
  });

  test('that was refused does not make another one of the same caller fail', async () => {
    expect(await answersTo(`Bearer ${forged('key-1')}`)).toEqual(refused('its signature is wrong'));
    expect((await subgraph.ask(READ, {}, await issuer.bearer('identity:read'))).errors).toEqual([]);
  });
});

/** An issuer that signs with `alg`, and is got ready before the subgraph asks for its keys. */
async function issuerAndSubgraph(
  alg: Algorithm,
  ready: (its: TokenIssuer) => void = () => {},
): Promise<AsyncDisposable & { issuer: TokenIssuer; subgraph: Subgraph }> {
  const its = await startTokenIssuer(alg);
  ready(its);
  const server = await startSubgraph(unicoOf(upstream), { authenticate: authenticationOf(its) });
  return {
    issuer: its,
    subgraph: server,
    async [Symbol.asyncDispose]() {
      await server.close();
      await its.close();
    },
  };
}

describe('the header', () => {
  const good: [string, (token: string) => string][] = [
    ['as usual', (token) => `Bearer ${token}`],
    ['in small letters', (token) => `bearer ${token}`],
    ['in capitals', (token) => `BEARER ${token}`],
    ['with more spaces', (token) => `Bearer   ${token}  `],
  ];
  test.each(good)('is read %s', async (_, write) => {
    const headers = { authorization: write(await issuer.issue(ALL)) };
    expect((await subgraph.ask(READ, {}, headers)).errors).toEqual([]);
  });

  const bad: [string, (token: string) => string][] = [
    ['nothing', () => ''],
    ['no token', () => 'Bearer'],
    ['no token but spaces', () => 'Bearer   '],
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
  test.each(bad)('that says %s is refused, and not read as that of nobody', async (_, write) => {
    const token = await issuer.issue(ALL);
    const { status, text } = await post({ query: '{ __typename }' }, { authorization: write(token) });
    expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(status).toBe(401);
    expect(text).not.toContain(token);
  });

  test('that is there twice is refused: the router may have looked at the other one', async () => {
    const tokens = [await issuer.issue({ ...ALL, sub: 'one' }), await issuer.issue({ ...ALL, sub: 'two' })];
    const request = httpRequest(`${subgraph.url}/graphql`, { method: 'POST' });
    request.setHeader('content-type', 'application/json');
    request.setHeader(
      'authorization',
      tokens.map((token) => `Bearer ${token}`),
    );
    request.end(JSON.stringify({ query: READ }));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(await textOf(response)).toContain('UNAUTHENTICATED');
    expect(response.statusCode).toBe(401);
    expect(upstream.requests).toEqual([]);
  });
});

/** What a caller with these scopes is answered of a process. */
async function readBy(...scopes: string[]): Promise<unknown> {
  const { data } = await subgraph.ask(READ, {}, await issuer.bearer(...scopes));
  return data.process;
}

describe('scopes', () => {
  const READ_AND_PII = ['identity:read', 'identity:pii'];
  const forms: [string, Claims, string[]][] = [
    ['words with spaces between', { scope: 'identity:read identity:pii' }, READ_AND_PII],
    ['a list', { scope: READ_AND_PII }, READ_AND_PII],
    ['words under another name', { scp: 'identity:read identity:pii' }, READ_AND_PII],
    ['a list under another name', { scp: READ_AND_PII }, READ_AND_PII],
    ['both', { scope: 'identity:read', scp: ['identity:pii'] }, READ_AND_PII],
    ['with other words around them', { scope: 'openid identity:pii profile identity:read' }, READ_AND_PII],
    ['twice', { scope: 'identity:read identity:read', scp: ['identity:read'] }, ['identity:read']],
    ['with more spaces', { scope: '  identity:read   identity:pii ' }, READ_AND_PII],
  ];
  test.each(forms)('are read as %s', async (_, claims, expected) => {
    const { scopes } = await authenticate(`Bearer ${await issuer.issue(claims)}`);
    expect([...scopes].toSorted()).toEqual(expected.toSorted());
  });

  const none: [string, Claims][] = [
    ['no claim', {}],
    ['nothing', { scope: '' }],
    ['null', { scope: null, scp: null }],
    ['a number', { scope: 7, scp: 7 }],
    ['true', { scope: true, scp: true }],
    ['an object', { scope: { 'identity:read': true }, scp: { 0: 'identity:read', length: 1 } }],
    ['scopes of other services', { scope: 'customers:read orders:write', scp: ['read', 'write', 'pii'] }],
    ['more at the end of a word', { scope: 'identity:readx identity:read: identity:reader' }],
    ['more at the beginning of a word', { scope: 'xidentity:read unidentity:pii :identity:write' }],
    ['less of a word', { scope: 'identity:rea identity: identity dentity:read' }],
    ['capitals', { scope: 'IDENTITY:READ Identity:Pii identity:Write' }],
    ['words for all', { scope: '* identity:* identity all', scp: ['*', 'identity:*'] }],
    ['tabs between', { scope: 'identity:read\tidentity:pii' }],
    ['line ends between', { scope: 'identity:read\nidentity:pii\r\nidentity:write' }],
    ['spaces that look alike', { scope: 'identity:read\u00a0identity:pii\u2003identity:write' }],
    ['commas between', { scope: 'identity:read,identity:pii' }],
    ['letters that look alike', { scope: 'identity:re\u0430d' }],
    ['signs that are not seen', { scope: 'identity:read\u200b identity\u0000:pii' }],
    ['several in one word of a list', { scope: ['identity:read identity:pii'] }],
    ['lists in a list', { scope: [['identity:read']], scp: [{ scope: 'identity:read' }] }],
    [
      'other claims',
      { permissions: READ_AND_PII, roles: READ_AND_PII, scopes: READ_AND_PII, 'scope ': 'identity:read' },
    ],
  ];
  test.each(none)('are not read out of %s', async (_, claims) => {
    expect([...(await authenticate(`Bearer ${await issuer.issue(claims)}`)).scopes]).toEqual([]);
  });

  test('are those of the token, and of no other token of the same caller', async () => {
    expect(await readBy('identity:read')).toEqual({ state: 'FINISHED' });
    expect(await readBy()).toBeNull();
    expect(await readBy('identity:read')).toEqual({ state: 'FINISHED' });
    expect(await readBy('identity:pii', 'identity:write')).toBeNull();
  });

  test('that lack are said to somebody who is known, with those that they have', async () => {
    const { status, data, errors } = await subgraph.ask(
      READ,
      {},
      await issuer.bearer('identity:write', 'openid'),
    );
    expect({ status, data }).toEqual({ status: 200, data: { process: null } });
    expect(errors).toMatchObject([{ path: ['process'], extensions: { code: 'FORBIDDEN' } }]);
    expect(errors[0]?.message).toBe('expected a token with the scope identity:read, got identity:write');
  });

  test('tell how large a request may be: images are sent by those alone who may create', async () => {
    const input = onboarding({ imageBase64: 'x'.repeat(512 * 1024) });
    const large = { query: CREATE, variables: { input } };
    for (const [scopes, status] of [
      [[], 413],
      [['identity:read', 'identity:pii'], 413],
      [['identity:write'], 200],
    ] as const) {
      expect((await post(large, await issuer.bearer(...scopes))).status).toBe(status);
    }
  });
});

/** Somebody, or refused for what is wrong with the token: never a fault of ours. */
const outcome = (authorization: string): Promise<string> =>
  authenticate(authorization).then(
    () => 'somebody',
    (error: unknown) => (error instanceof RequestRejected ? error.code : String(error)),
  );

describe('whatever is sent for a token', () => {
  test('is refused unless our issuer has signed it', async () => {
    const part = fc.oneof(fc.jsonValue().map(base64url), fc.base64String(), fc.string());
    const header = fc.record(
      {
        alg: fc.constantFrom('ES256', 'RS256', 'EdDSA', 'none', 'HS256', null, 1),
        kid: fc.oneof(fc.constant('key-1'), fc.jsonValue()),
        crit: fc.jsonValue(),
        b64: fc.jsonValue(),
        typ: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const token = fc
      .tuple(fc.oneof(header.map(base64url), part), part, part)
      .map((parts) => `Bearer ${parts.join('.')}`);
    await fc.assert(
      fc.asyncProperty(fc.oneof(token, fc.string()), async (authorization) => {
        expect(await outcome(authorization)).toBe('UNAUTHENTICATED');
      }),
      { numRuns: 500 },
    );
  });

  test('is somebody or refused when our issuer has signed it, whatever it claims', async () => {
    const claim = fc.constantFrom(
      'iss',
      'aud',
      'sub',
      'exp',
      'nbf',
      'iat',
      'scope',
      'scp',
      'client_id',
      'azp',
      'jti',
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(claim, fc.jsonValue()), async (claims) => {
        const whole = await outcome(`Bearer ${await issuer.issue(claims)}`);
        expect(['somebody', 'UNAUTHENTICATED']).toContain(whole);
        const bare = await outcome(`Bearer ${sign(issuer.key(), claims)}`);
        expect(bare).toBe('UNAUTHENTICATED');
      }),
      { numRuns: 300 },
    );
  });
});
