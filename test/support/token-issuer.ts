import { constants, createHash, generateKeyPairSync, sign as signBytes, type KeyObject } from 'node:crypto';
import {
  createCallerAuthentication,
  type JwtSettings,
  type AuthenticateCaller,
} from '../../src/server/auth/authenticate-caller.ts';
import type { JwksObserver } from '../../src/server/auth/jwks.ts';
import { DEFAULT_CLAIM_NAMES } from '../../src/server/auth/token-claims.ts';
import { startUpstream, type Reply } from './upstream.ts';

/*
 * Signs tokens with Node's own cryptography. jose, which verifies them, would refuse to create most of the tokens that a test
 * needs.
 */

type Jwk = { [property: string]: unknown };
/** A private key that signs, and its public key as published in the JWKS. */
export type SigningKey = { kid: string; alg: string; privateKey: KeyObject; jwk: Jwk };

const { RSA_PKCS1_PSS_PADDING: padding } = constants;
const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });

/** How each algorithm of RFC 7518 and 8037 generates keys and signs. */
const ALGORITHMS = {
  RS256: { keys: rsa, sign: (data: Buffer, key: KeyObject) => signBytes('sha256', data, key) },
  PS256: {
    keys: rsa,
    sign: (data: Buffer, key: KeyObject) => signBytes('sha256', data, { key, padding, saltLength: 32 }),
  },
  ES256: {
    keys: () => ec('P-256'),
    sign: (data: Buffer, key: KeyObject) => signBytes('sha256', data, { key, dsaEncoding: 'ieee-p1363' }),
  },
  ES384: {
    keys: () => ec('P-384'),
    sign: (data: Buffer, key: KeyObject) => signBytes('sha384', data, { key, dsaEncoding: 'ieee-p1363' }),
  },
  EdDSA: {
    keys: () => generateKeyPairSync('ed25519'),
    sign: (data: Buffer, key: KeyObject) => signBytes(null, data, key),
  },
};
export type Algorithm = keyof typeof ALGORITHMS;

function algorithmOf(alg: string): (typeof ALGORITHMS)[Algorithm] {
  if (!Object.hasOwn(ALGORITHMS, alg)) throw new Error(`no algorithm ${alg}`);
  return ALGORITHMS[alg as Algorithm];
}

export function makeSigningKey(kid: string, alg: Algorithm): SigningKey {
  const { privateKey, publicKey } = algorithmOf(alg).keys();
  return { kid, alg, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } };
}

/** Claims, or properties of a token's header. Of any type, because a forged token keeps no rule. */
export type Claims = { [name: string]: unknown };

export const base64url = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Signs a token. `payload` is its claims, or raw text instead; `header` overrides the default header. */
export function sign(key: SigningKey, payload: Claims | string, header: Claims = {}): string {
  const signed = `${base64url({ alg: key.alg, kid: key.kid, ...header })}.${base64url(payload)}`;
  return `${signed}.${algorithmOf(key.alg).sign(Buffer.from(signed), key.privateKey).toString('base64url')}`;
}

/** An issuer of callers' tokens: a JWKS on a real socket, and tokens signed with its keys. */
export type TokenIssuer = {
  tokens: JwtSettings;
  /**
   * The default claims (five minutes, the right issuer and audience, client `client-1` for its user `caller-1`),
   * overridden by `more`.
   */
  claims(more?: Claims): Claims;
  /** Issues a token; `claims` and `header` override the defaults. */
  issue(claims?: Claims, header?: Claims): Promise<string>;
  /** Returns the header `authorization` of a caller with these scopes. */
  bearer(...scopes: string[]): Promise<{ authorization: string }>;
  /** The current signing key. */
  key(): SigningKey;
  /** Replaces the signing key; the old one is no longer published. */
  rotate(alg?: Algorithm): Promise<void>;
  /** Publishes these values, of any kind, instead of the signing key. */
  publish(...keys: unknown[]): void;
  /** Responds to requests for the keys with this from now on; `null`: with the keys again. */
  answerWith(reply: Reply | null): void;
  /** How many requests for the keys have come. */
  asked(): number;
  close(): Promise<void>;
};

const ISSUER = 'https://issuer.example.com/';
const AUDIENCE = 'identity-subgraph';

/** Starts an issuer that signs with `alg`. */
export async function startTokenIssuer(alg: Algorithm = 'ES256'): Promise<TokenIssuer> {
  let generation = 1;
  let algorithm = alg;
  let key = makeSigningKey('key-1', alg);
  let published: unknown[] = [key.jwk];
  let reply: Reply | null = null;
  const server = await startUpstream(() => reply ?? { body: { keys: published } });

  function claims(more: Claims = {}): Claims {
    const now = Math.floor(Date.now() / 1000);
    const names = { sub: 'caller-1', client_id: 'client-1' };
    return { iss: ISSUER, aud: AUDIENCE, ...names, iat: now, exp: now + 300, ...more };
  }
  const issue = async (more?: Claims, header?: Claims): Promise<string> => sign(key, claims(more), header);

  return {
    tokens: {
      jwksUrl: `${server.url}/jwks`,
      issuer: ISSUER,
      audience: AUDIENCE,
      claims: DEFAULT_CLAIM_NAMES,
    },
    claims,
    issue,
    bearer: async (...scopes) => ({ authorization: `Bearer ${await issue({ scope: scopes.join(' ') })}` }),
    key: () => key,
    async rotate(next = algorithm) {
      generation += 1;
      algorithm = next;
      key = makeSigningKey(`key-${generation}`, next);
      published = [key.jwk];
    },
    publish(...keys) {
      published = keys;
    },
    answerWith(next) {
      reply = next;
    },
    asked: () => server.requests.length,
    close: server.close,
  };
}

/** The pseudonym of a personal name; the program derives it from the data key instead. */
export function pseudonymOf(name: string): string {
  return `hmac:${createHash('sha256').update(`a data key ${name}`).digest('hex').slice(0, 32)}`;
}

/** Authenticates callers by the tokens of an issuer. Requests the keys at once. */
export function authenticationOf({ tokens }: TokenIssuer, observe?: JwksObserver): AuthenticateCaller {
  return createCallerAuthentication(tokens, pseudonymOf, observe);
}
