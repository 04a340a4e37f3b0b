import { createHash } from 'node:crypto';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import { EVERYBODY, NOBODY, scopesAmong, type Caller } from '../domain/caller.ts';
import { createCallerKeys } from './caller-keys.ts';
import { scrub } from './scrub.ts';

/** Whose tokens count: the keys that sign them, who issues them, and for whom they have to be. */
export type CallerTokens = { jwksUrl: string; issuer: string; audience: string };

/** Says who asks, by the header `Authorization`. Throws `TokenRefused` and `KeysUnavailable`. */
export type IdentifyCaller = (authorization: string | undefined) => Promise<Caller>;

/** A token that does not count. The message says why, and quotes nothing of it. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}

/** Signatures by a private key alone: with a shared secret whoever may verify could issue tokens too. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** How far clocks may be apart, in seconds. */
const CLOCK_TOLERANCE_S = 30;

/** A token is verified once in this time, in milliseconds, which also bounds how long a withdrawn key still counts. */
const KNOWN_MS = 60_000;
/** How many callers are known at a time. */
const MOST_KNOWN = 10_000;

/** Characters of identifiers, and not of what could forge a line of a log. */
const PLAIN_NAME = /^[\w.:|@/+=-]{1,128}$/;

/** A name for the audit log. Who would be named by personal data is named by its digest: the same each time. */
function nameOf({ sub, client_id: client, azp }: JWTPayload): string {
  const given = [sub, client, azp].find((claim) => typeof claim === 'string' && claim !== '');
  const name = typeof given === 'string' ? given : 'unnamed';
  if (PLAIN_NAME.test(name) && scrub(name) === name) return name;
  return `sha256:${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
}

/** The scopes of RFC 8693 (`scope`, words with spaces between) and of those who call it `scp`, or make it a list. */
function wordsOf({ scope, scp }: JWTPayload): string[] {
  return [scope, scp].flatMap((claim) => {
    if (typeof claim === 'string') return claim.split(' ');
    return Array.isArray(claim) ? claim.filter((word) => typeof word === 'string') : [];
  });
}

/** What is wrong with a token, in words of ours. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'it has expired: ask for a new one';
  if (error instanceof errors.JWTClaimValidationFailed) {
    const ours = ['iss', 'aud', 'exp', 'nbf', 'iat'].includes(error.claim);
    return `its claim ${ours ? error.claim : 'of another kind'} is missing, or not what is expected`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed)
    return `expected it to be signed with ${ALGORITHMS.join(', ')}`;
  if (error instanceof errors.JWKSNoMatchingKey) return 'it is signed with a key that is not known';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is wrong';
  return 'it is not a signed JWT';
}

/** What tells callers by their tokens; without `tokens` it is everybody. */
export function createCallerIdentifier(tokens: CallerTokens | null): IdentifyCaller {
  if (tokens === null) return async () => EVERYBODY;
  const { jwksUrl, issuer, audience } = tokens;
  const keys = createCallerKeys(jwksUrl);
  /** By the digest of the token, so that no token lies about in memory. */
  const known = new LRUCache<string, Caller>({ max: MOST_KNOWN, ttl: KNOWN_MS });

  async function verify(token: string): Promise<{ caller: Caller; livesMs: number }> {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: ['exp'],
    });
    const caller = { name: nameOf(payload), known: true, scopes: scopesAmong(wordsOf(payload)) };
    return { caller, livesMs: ((payload.exp ?? 0) + CLOCK_TOLERANCE_S) * 1000 - Date.now() };
  }

  return async (authorization) => {
    if (authorization === undefined) return NOBODY;
    const token = /^Bearer +([^ ]+) *$/i.exec(authorization)?.[1];
    if (token === undefined)
      throw new TokenRefused('expected "authorization: Bearer <token>", got something else');
    const digest = createHash('sha256').update(token).digest('base64');
    const before = known.get(digest);
    if (before !== undefined) return before;
    try {
      const { caller, livesMs } = await verify(token);
      if (livesMs > 0) known.set(digest, caller, { ttl: Math.min(KNOWN_MS, livesMs) });
      return caller;
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      throw new TokenRefused(`the token does not count: ${reasonOf(error)}`);
    }
  };
}
