import { createHash } from 'node:crypto';
import {
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  type JWTVerifyResult,
} from 'jose';
import { LRUCache } from 'lru-cache';
import {
  ALL_SCOPES_CALLER,
  ANONYMOUS,
  scopesAmong,
  type Caller,
  type ClientId,
} from '../../domain/caller.ts';
import { plainName } from '../../observability/plain-name.ts';
import { RequestRejected } from '../request-rejected.ts';
import { Jwks, JwksUnavailable, type JwksObserver } from './jwks.ts';
import { clientClaim, partnerOf, scopesOf, type ClaimNames } from './token-claims.ts';
import { ownerOf } from './token-owner.ts';

/**
 * Which tokens are accepted (the URL of the issuer's key set (JWKS), the issuer, and the audience), and which of their
 * claims are read.
 */
export type JwtSettings = { jwksUrl: string; issuer: string; audience: string; claims: ClaimNames };

/**
 * Identifies the caller by the header `Authorization`. Throws `RequestRejected` for a token that is not accepted (401)
 * or cannot be verified (503).
 */
export type AuthenticateCaller = (authorization: string | undefined) => Promise<Caller>;

function tokenRejected(message: string): RequestRejected {
  return new RequestRejected(message, { reason: 'token', status: 401, code: 'UNAUTHENTICATED' });
}

/** Only algorithms with a private key: with a shared secret, every service that verifies tokens could issue them. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** How far clocks may differ, in seconds. */
const CLOCK_TOLERANCE_S = 30;

/** How long a verified token is cached, in milliseconds: so long the token of a withdrawn key is still accepted. */
const VERIFIED_TTL_MS = 60_000;
/** How many verified tokens are cached. */
const MAX_VERIFIED = 10_000;

/** Replaces a name by a pseudonym: the same one for the same name, and one that does not reveal the name. */
export type Pseudonym = (name: string) => string;

/** The caller's name in the audit log; the pseudonym of a name that looks personal, such as an e-mail address. */
function nameOf(payload: JWTPayload, clientClaims: readonly string[], pseudonym: Pseudonym): string {
  const claimed = ['sub', ...clientClaims]
    .map((claim) => payload[claim])
    .find((claim) => typeof claim === 'string' && claim !== '');
  const name = typeof claimed === 'string' ? claimed : 'unnamed';
  return plainName(name, pseudonym);
}

/**
 * The types (header `typ`) of access tokens, RFC 9068 and 7519. The issuer signs other tokens with the same keys, such
 * as `logout+jwt`, `dpop+jwt` and `secevent+jwt`: none of them authenticates a caller.
 */
const TOKEN_TYPES: ReadonlySet<string> = new Set(['jwt', 'at+jwt']);

const WRONG_TYPE = 'the token is not accepted: expected an access token (header typ: JWT, at+jwt or none)';

/**
 * Whether a token is an access token by its type: a media type, whose `application/` may be left out (RFC 7515,
 * 4.1.9).
 */
function isAccessToken({ protectedHeader: { typ } }: JWTVerifyResult): boolean {
  if (typ === undefined) return true;
  return typeof typ === 'string' && TOKEN_TYPES.has(typ.toLowerCase().replace(/^application\//, ''));
}

/** What is wrong with a token. Of the token it quotes only the name of a registered claim. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'it has expired: request a new one';
  if (error instanceof errors.JWTClaimValidationFailed) {
    const isRegistered = ['iss', 'aud', 'exp', 'nbf', 'iat'].includes(error.claim);
    return `${isRegistered ? `its claim ${error.claim}` : 'one of its claims'} is missing or not as expected`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return `expected it to be signed with ${ALGORITHMS.join(', ')}`;
  }
  if (error instanceof errors.JWKSNoMatchingKey) return 'it is signed with an unknown key';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is wrong';
  return 'it is not a signed JWT';
}

/**
 * Verifies a token with each key that fits it: a token need not name its key, and issuers publish two keys while they
 * change from one to the other.
 */
async function verifyWithAny(
  token: string,
  keys: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, keys, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    // The error iterates over the keys that match.
    for await (const key of error) {
      const verified = await jwtVerify(token, key, options).catch((failure: unknown) => {
        if (failure instanceof errors.JWSSignatureVerificationFailed) return null;
        throw failure;
      });
      if (verified !== null) return verified;
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** Turns an error of the verification into the rejection of the request. Returns a fault of the program unchanged. */
function toRejection(error: unknown): unknown {
  // A malformed key in the issuer's key set causes a TypeError when it is used.
  if (error instanceof JwksUnavailable || error instanceof TypeError) {
    const message = 'the keys that verify tokens are unavailable: try again later, with the same token';
    const code = 'AUTHENTICATION_UNAVAILABLE';
    return new RequestRejected(message, { reason: 'keys-unavailable', status: 503, code });
  }
  return error instanceof errors.JOSEError
    ? tokenRejected(`the token is not accepted: ${reasonOf(error)}`)
    : error;
}

/** Authenticates callers by their tokens, and caches the callers of verified tokens. */
export class CallerAuthentication {
  readonly #jwks: Jwks;
  readonly #options: JWTVerifyOptions;
  readonly #issuer: string;
  readonly #claims: ClaimNames;
  readonly #pseudonym: Pseudonym;
  /** By the digest of the token, so that no token stays in memory. */
  readonly #verified = new LRUCache<string, Caller>({ max: MAX_VERIFIED, ttl: VERIFIED_TTL_MS });

  /** Requests the keys at once; `observe` is called when they become unavailable and available again. */
  constructor(
    { jwksUrl, issuer, audience, claims }: JwtSettings,
    pseudonym: Pseudonym,
    observe?: JwksObserver,
  ) {
    this.#jwks = new Jwks(jwksUrl, observe);
    this.#issuer = issuer;
    this.#claims = claims;
    this.#pseudonym = pseudonym;
    this.#options = {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: ['exp'],
    };
  }

  /** See `AuthenticateCaller`. */
  async authenticate(authorization: string | undefined): Promise<Caller> {
    if (authorization === undefined) return ANONYMOUS;
    const token = /^Bearer +([^ ]+) *$/i.exec(authorization)?.[1];
    if (token === undefined) {
      throw tokenRejected('expected "authorization: Bearer <token>", got something else');
    }
    const digest = createHash('sha256').update(token).digest('base64');
    const cached = this.#verified.get(digest);
    if (cached !== undefined) return cached;
    const { caller, expiresInMs } = await this.#verify(token);
    if (expiresInMs > 0) this.#verified.set(digest, caller, { ttl: Math.min(VERIFIED_TTL_MS, expiresInMs) });
    return caller;
  }

  async #verify(token: string): Promise<{ caller: Caller; expiresInMs: number }> {
    try {
      const verified = await verifyWithAny(token, (...jws) => this.#jwks.getKey(...jws), this.#options);
      if (!isAccessToken(verified)) throw tokenRejected(WRONG_TYPE);
      const { payload } = verified;
      return {
        caller: this.#callerOf(payload),
        // The expiry is a time of day by its nature; the cache counts the rest by the monotonic clock.
        expiresInMs: ((payload.exp ?? 0) + CLOCK_TOLERANCE_S) * 1000 - Date.now(),
      };
    } catch (error) {
      throw toRejection(error);
    }
  }

  #callerOf(payload: JWTPayload): Caller {
    const client = clientClaim(payload, this.#claims);
    return {
      name: nameOf(payload, this.#claims.client, this.#pseudonym),
      client: client.kind === 'one' ? (client.text as ClientId) : null,
      partner: partnerOf(payload, this.#claims),
      owner: ownerOf(payload, this.#issuer, this.#claims),
      authenticated: true,
      scopes: scopesAmong(scopesOf(payload, this.#claims)),
    };
  }
}

/**
 * Creates the authentication of callers: by their tokens, or none where `settings` is `null`. Then every caller has all
 * scopes.
 */
export function createCallerAuthentication(
  settings: JwtSettings | null,
  pseudonym: Pseudonym,
  observe?: JwksObserver,
): AuthenticateCaller {
  if (settings === null) return async () => ALL_SCOPES_CALLER;
  const authentication = new CallerAuthentication(settings, pseudonym, observe);
  return (authorization) => authentication.authenticate(authorization);
}
