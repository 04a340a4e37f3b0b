import { createHash } from 'node:crypto';
import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions } from 'jose';
import { LRUCache } from 'lru-cache';
import { ALL_SCOPES_CALLER, ANONYMOUS, scopesAmong, type Caller } from '../../domain/caller.ts';
import { createJwks, JwksUnavailable, type JwksObserver } from './jwks.ts';
import { RequestRejected } from '../request-rejected.ts';
import { redact } from '../../observability/redact.ts';

/** Whose tokens count: the keys that sign them, who issues them, and for whom they have to be. */
export type JwtSettings = { jwksUrl: string; issuer: string; audience: string };

/** Says who asks, by the header `Authorization`. Throws `NotLetIn` for a token that does not count, or can not be verified. */
export type AuthenticateCaller = (authorization: string | undefined) => Promise<Caller>;

function tokenRejected(message: string): RequestRejected {
  return new RequestRejected('token', 401, 'UNAUTHENTICATED', message);
}

/** Signatures by a private key alone: with a shared secret whoever may verify could issue tokens too. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** How far clocks may be apart, in seconds. */
const CLOCK_TOLERANCE_S = 30;

/** A token is verified once in this time, in milliseconds, which also bounds how long a withdrawn key still counts. */
const KNOWN_MS = 60_000;
/** How many callers are known at a time. */
const MAX_KNOWN = 10_000;

/** Characters of identifiers, and not of what could forge a line of a log. */
const PLAIN_NAME = /^[\w.:|@/+=-]{1,128}$/;

/** A name that tells nobody who it is, and is the same for the same person each time. */
export type Pseudonym = (name: string) => string;

/** A name for the audit log. Who would be named by what looks personal, such as an e-mail address, gets another name. */
function nameOf({ sub, client_id: client, azp }: JWTPayload, pseudonym: Pseudonym): string {
  const given = [sub, client, azp].find((claim) => typeof claim === 'string' && claim !== '');
  const name = typeof given === 'string' ? given : 'unnamed';
  return PLAIN_NAME.test(name) && redact(name) === name ? name : pseudonym(name);
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

/** Verifies with each key that may be meant: a token need not say which, and two are published while one is changed. */
async function verifyWithAny(
  token: string,
  keys: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      const verified = await jwtVerify(token, key, options).catch((other: unknown) => {
        if (other instanceof errors.JWSSignatureVerificationFailed) return null;
        throw other;
      });
      if (verified !== null) return verified.payload;
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** What tells callers by their tokens; without `tokens` it is everybody. */
export function createCallerAuthentication(
  tokens: JwtSettings | null,
  pseudonym: Pseudonym,
  observe?: JwksObserver,
): AuthenticateCaller {
  if (tokens === null) return async () => ALL_SCOPES_CALLER;
  const keys = createJwks(tokens.jwksUrl, observe);
  const options = {
    issuer: tokens.issuer,
    audience: tokens.audience,
    algorithms: ALGORITHMS,
    clockTolerance: CLOCK_TOLERANCE_S,
    requiredClaims: ['exp'],
  };
  /** By the digest of the token, so that no token lies about in memory. */
  const verified = new LRUCache<string, Caller>({ max: MAX_KNOWN, ttl: KNOWN_MS });

  async function verify(token: string): Promise<{ caller: Caller; livesMs: number }> {
    const payload = await verifyWithAny(token, keys, options);
    const name = nameOf(payload, pseudonym);
    const caller = { name, authenticated: true, scopes: scopesAmong(wordsOf(payload)) };
    return { caller, livesMs: ((payload.exp ?? 0) + CLOCK_TOLERANCE_S) * 1000 - Date.now() };
  }

  return async (authorization) => {
    if (authorization === undefined) return ANONYMOUS;
    const token = /^Bearer +([^ ]+) *$/i.exec(authorization)?.[1];
    if (token === undefined)
      throw tokenRejected('expected "authorization: Bearer <token>", got something else');
    const digest = createHash('sha256').update(token).digest('base64');
    const before = verified.get(digest);
    if (before !== undefined) return before;
    try {
      const { caller, livesMs } = await verify(token);
      if (livesMs > 0) verified.set(digest, caller, { ttl: Math.min(KNOWN_MS, livesMs) });
      return caller;
    } catch (error) {
      // A key that is none, in the set of whoever issues tokens, is found out only when it is used.
      if (error instanceof JwksUnavailable || error instanceof TypeError) {
        const message =
          'the keys of tokens can not be had, so none can be verified: try again later, with the same token';
        throw new RequestRejected('keys-unavailable', 503, 'AUTHENTICATION_UNAVAILABLE', message);
      }
      if (error instanceof errors.JOSEError)
        throw tokenRejected(`the token does not count: ${reasonOf(error)}`);
      throw error;
    }
  };
}
