import { createHmac, createPublicKey, type KeyObject } from 'node:crypto';
import * as fc from 'fast-check';
import { CompactEncrypt } from 'jose';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SCOPES } from '../../../../src/domain/caller.ts';
import { RequestRejected } from '../../../../src/server/request-rejected.ts';
import { onboarding } from '../../../support/creation.ts';
import { CREATE, READ, startAuthenticatedSubgraph } from '../../../support/authenticated-subgraph.ts';
import { serverForFile } from '../../../support/server-for-file.ts';
import {
  base64url,
  makeSigningKey,
  sign,
  type Algorithm,
  type Claims,
} from '../../../support/token-issuer.ts';
import { startUpstream } from '../../../support/upstream.ts';

const server = serverForFile(() => startAuthenticatedSubgraph());

const now = (): number => Math.floor(Date.now() / 1000);
const ALL = { scope: SCOPES.join(' ') };

/** A token that is signed with a shared secret, which a service that verifies it would have to know too. */
function signedWithSecret(secret: string | Buffer): string {
  const signed = `${base64url({ alg: 'HS256', kid: 'key-1' })}.${base64url(server().issuer.claims(ALL))}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** The public key, which anyone may know: if it were accepted as a shared secret, anyone could sign. */
const publicKey = (): KeyObject => createPublicKey(server().issuer.key().privateKey);

/** A token that is not signed by the issuer, with a key of this name. */
function forged(kid: string, header: Claims = {}, alg: Algorithm = 'ES256'): string {
  const key = makeSigningKey(kid, alg);
  return sign(key, server().issuer.claims(ALL), { jwk: key.jwk, ...header });
}

/** A token of which a part was changed after it was signed. */
async function altered(place: 0 | 1 | 2, change: (part: string) => string): Promise<string> {
  const parts = (await server().issuer.issue(ALL)).split('.');
  return parts.map((part, i) => (i === place ? change(part) : part)).join('.');
}

/** Changes a character in the middle: not all bits of the last one are significant. */
const misspell = (part: string): string =>
  part.slice(0, 20) + (part[20] === 'A' ? 'B' : 'A') + part.slice(21);

async function encrypted(): Promise<string> {
  const plain = new TextEncoder().encode(JSON.stringify(server().issuer.claims(ALL)));
  return new CompactEncrypt(plain)
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(new Uint8Array(32));
}

type BadToken = [name: string, make: () => string | Promise<string>];

const issued = (more: Claims, header?: Claims) => (): Promise<string> =>
  server().issuer.issue({ ...ALL, ...more }, header);
const payload = (text: string) => (): string => sign(server().issuer.key(), text);

/** By what the response says is wrong with them. */
const BAD_TOKENS: { [said: string]: BadToken[] } = {
  'its claim iss': [
    ['of another issuer', issued({ iss: 'https://other.example.com/' })],
    [
      'of an issuer whose name is a prefix of the expected one',
      issued({ iss: 'https://server.issuer.example.com' }),
    ],
    [
      'of an issuer whose name has the expected one as a prefix',
      issued({ iss: 'https://server.issuer.example.com/x' }),
    ],
    ['of a list of issuers', issued({ iss: ['https://server.issuer.example.com/'] })],
    ['of no issuer', issued({ iss: undefined })],
  ],
  'its claim aud': [
    ['for another service', issued({ aud: 'another-service' })],
    ['for several other services', issued({ aud: ['another-service', 'identity-subgraph-2'] })],
    [
      'for services whose names contain the expected one',
      issued({ aud: 'identity-subgraph another-service' }),
    ],
    ['for an object', issued({ aud: { 'identity-subgraph': true } })],
    ['without an audience', issued({ aud: undefined })],
  ],
  'it has expired': [
    ['that has expired', () => server().issuer.issue({ ...ALL, exp: now() - 31 })],
    ['that has expired long ago', issued({ exp: 0 })],
    ['that expired before it began', issued({ exp: -1 })],
  ],
  'its claim exp': [
    ['that never expires', issued({ exp: undefined })],
    ['whose end is a text', issued({ exp: '9999999999' })],
    ['whose end is null', issued({ exp: null })],
  ],
  'its claim nbf': [
    ['that is not valid yet', () => server().issuer.issue({ ...ALL, nbf: now() + 60 })],
    ['whose beginning is a text', issued({ nbf: '0' })],
  ],
  'expected it to be signed with RS256, PS256, ES256, EdDSA': [
    [
      'without a signature, with the algorithm none',
      () => `${base64url({ alg: 'none' })}.${base64url(server().issuer.claims(ALL))}.`,
    ],
    [
      'without a signature, with the algorithm NONE',
      () => `${base64url({ alg: 'NONE' })}.${base64url(server().issuer.claims(ALL))}.`,
    ],
    ['signed, with the algorithm none', issued({}, { alg: 'none' })],
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
      () => signedWithSecret(JSON.stringify(server().issuer.key().jwk)),
    ],
    ['signed with an algorithm that is not accepted', () => forged('key-1', {}, 'ES384')],
    ['that names another algorithm than it is signed with', issued({}, { alg: 'ES512' })],
  ],
  'an unknown key': [
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
      () => altered(1, () => base64url(server().issuer.claims({ ...ALL, sub: 'admin' }))),
    ],
    ['whose header was changed', () => altered(0, () => base64url({ alg: 'ES256', kid: 'key-1', typ: 'x' }))],
    ['whose signature was changed', () => altered(2, misspell)],
    ['whose signature was cut short', () => altered(2, (part) => part.slice(0, -4))],
    ['whose signature is empty', () => altered(2, () => '')],
    ['whose signature is zero', () => altered(2, () => Buffer.alloc(64).toString('base64url'))],
  ],
  'it is not a signed JWT': [
    ['without a signature', async () => (await server().issuer.issue(ALL)).split('.').slice(0, 2).join('.')],
    ['with a part too many', async () => `${await server().issuer.issue(ALL)}.x`],
    ['that is encrypted', encrypted],
    ['that is opaque', () => 'an-opaque-token'],
    ['that is dots', () => '..'],
    [
      'that is a token twice',
      async () => `${await server().issuer.issue(ALL)},${await server().issuer.issue(ALL)}`,
    ],
    ['with a header that is no JSON', () => altered(0, () => base64url('{'))],
    ['with a header that is null', () => altered(0, () => base64url('null'))],
    ['with a header without an algorithm', issued({}, { alg: undefined })],
    ['with a list of algorithms', issued({}, { alg: ['ES256'] })],
    ['with a critical extension that is unknown', issued({}, { crit: ['x-new'], 'x-new': 1 })],
    ['with a critical extension that is missing', issued({}, { crit: ['x-new'] })],
    ['with an empty list of critical extensions', issued({}, { crit: [] })],
    ['whose claims are not encoded', issued({}, { b64: false, crit: ['b64'] })],
    ['whose claims are no JSON', payload('{')],
    ['whose claims are a list', payload('[]')],
    ['whose claims are null', payload('null')],
    ['without claims', payload('')],
  ],
};

/** The responses to a read, a query of the SDL and a creation with this header, and the parts of the header that they repeat. */
function responsesTo(authorization: string): Promise<object[]> {
  // The first and the last are never answered from the cache, so that their calls to Unico are seen.
  const bodies = [
    { query: '{ reusableDocuments(code: "12345678909", type: BR_CNH) { documentId } }' },
    { query: '{ _service { sdl } }' },
    { query: CREATE, variables: { input: onboarding() } },
  ];
  const parts = authorization.split(/[\s.,]+/).filter((part) => part.length > 8);
  return Promise.all(
    bodies.map(async (body) => {
      const { status, headers, text } = await server().post(body, { authorization });
      return {
        status,
        challenge: headers.get('www-authenticate'),
        cacheControl: headers.get('cache-control'),
        body: JSON.parse(text),
        repeated: parts.filter((part) => text.includes(part)),
        calls: server().upstream.calls(),
      };
    }),
  );
}

/** All three are rejected as a whole: nothing is answered or executed, and nothing of the token is repeated. */
const rejected = (said: string): object[] =>
  Array.from({ length: 3 }, () => ({
    status: 401,
    challenge: 'Bearer error="invalid_token"',
    cacheControl: 'no-store',
    body: { errors: [{ message: expect.stringContaining(said), extensions: { code: 'UNAUTHENTICATED' } }] },
    repeated: [],
    calls: [],
  }));

describe('CallerAuthentication: rejected tokens', () => {
  const cases = Object.entries(BAD_TOKENS).flatMap(([said, tokens]) =>
    tokens.map(([name, make]): [name: string, said: string, make: BadToken[1]] => [name, said, make]),
  );
  test.each(cases)('a token is rejected: one %s (%s)', async (_, said, make) => {
    expect(await responsesTo(`Bearer ${await make()}`)).toEqual(rejected(said));
  });

  test('the addresses of keys in a token are never requested', async () => {
    const foreign = await startUpstream(() => ({ body: { keys: [] } }));
    onTestFinished(() => foreign.close());
    const addresses = { jku: `${foreign.url}/jku`, x5u: `${foreign.url}/x5u`, iss: foreign.url };
    expect(await responsesTo(`Bearer ${forged('key-9', addresses)}`)).toEqual(rejected('an unknown key'));
    expect(await responsesTo(`Bearer ${forged('key-1', addresses)}`)).toEqual(
      rejected('its signature is wrong'),
    );
    // A token of the issuer is verified by the key of the issuer, whatever else it names.
    const token = await server().issuer.issue(ALL, {
      ...addresses,
      jwk: makeSigningKey('key-1', 'ES256').jwk,
    });
    expect((await server().subgraph.ask(READ, {}, { authorization: `Bearer ${token}` })).errors).toEqual([]);
    expect(foreign.requests).toEqual([]);
  });

  test('a rejected token does not affect another one of the same caller', async () => {
    expect(await responsesTo(`Bearer ${forged('key-1')}`)).toEqual(rejected('its signature is wrong'));
    expect(
      (await server().subgraph.ask(READ, {}, await server().issuer.bearer('identity:read'))).errors,
    ).toEqual([]);
  });
});

/** `authenticated`, or the code of the rejection; any other error is a fault. */
const outcome = (authorization: string): Promise<string> =>
  server()
    .authenticate(authorization)
    .then(
      () => 'authenticated',
      (error: unknown) => (error instanceof RequestRejected ? error.code : String(error)),
    );

describe('CallerAuthentication: arbitrary tokens', () => {
  test('every token that the issuer has not signed is rejected, and causes no fault', async () => {
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

  test('every token that the issuer has signed is accepted or rejected, whatever it claims, and causes no fault', async () => {
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
        const whole = await outcome(`Bearer ${await server().issuer.issue(claims)}`);
        expect(['authenticated', 'UNAUTHENTICATED']).toContain(whole);
        const bare = await outcome(`Bearer ${sign(server().issuer.key(), claims)}`);
        expect(bare).toBe('UNAUTHENTICATED');
      }),
      { numRuns: 300 },
    );
  });
});
