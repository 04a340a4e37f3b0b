import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { JsonObject } from '../http/json-body.ts';
import { decodeJws, encodePart } from './jwt.ts';

/** Bearer tokens are JWTs that expire after an hour by default (upstream.md §1). */
export const TOKEN_LIFETIME_SECONDS = 3600;

/** `unknown`: well-formed, and not issued here as a bearer token. */
export type TokenState = 'valid' | 'expired' | 'undecodable' | 'unknown';

/**
 * Issues and checks the bearer tokens of one sandbox. It stores none: the signature proves that the sandbox issued a
 * token, and `exp` says when it expires.
 */
export class AccessTokens {
  readonly #tenantId: string;
  readonly #now: () => number;
  /** New in every sandbox, so that a token of one sandbox is unknown to another. */
  readonly #secret = randomBytes(32);

  /** `now` gives milliseconds since the epoch. */
  constructor(tenantId: string, now: () => number) {
    this.#tenantId = tenantId;
    this.#now = now;
  }

  /** A new bearer token. */
  issue(): string {
    const iat = Math.floor(this.#now() / 1000);
    return this.#sign({
      aud: 'unico',
      tenant: this.#tenantId,
      jti: randomUUID(),
      iat,
      exp: iat + TOKEN_LIFETIME_SECONDS,
    });
  }

  /** Whether a bearer token gives access now. */
  check(token: string): TokenState {
    const jws = decodeJws(token);
    if (!jws) return 'undecodable';
    const expected = this.#signatureOf(jws.signed).digest();
    if (jws.signature.length !== expected.length || !timingSafeEqual(jws.signature, expected)) {
      return 'unknown';
    }
    if (jws.payload['aud'] !== 'unico') return 'unknown';
    return Number(jws.payload['exp']) * 1000 > this.#now() ? 'valid' : 'expired';
  }

  /** A JWT for `process.token`. It is for the SDK (upstream.md §S0) and gives no access to the sandbox. */
  sdkToken(processId: string, issuedAtMs: number): string {
    return this.#sign({ aud: 'sdk', process_id: processId, iat: Math.floor(issuedAtMs / 1000) });
  }

  #sign(payload: JsonObject): string {
    const signed = `${encodePart({ alg: 'HS256', typ: 'JWT' })}.${encodePart(payload)}`;
    return `${signed}.${this.#signatureOf(signed).digest('base64url')}`;
  }

  #signatureOf(signed: string) {
    return createHmac('sha256', this.#secret).update(signed);
  }
}
