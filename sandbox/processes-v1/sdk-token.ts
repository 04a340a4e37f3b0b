import { createHash } from 'node:crypto';
import { BoundedMap } from '../lib/bounded-map.ts';
import { decodeJsonObject } from '../identity-host/jwt.ts';

/** A JWT of the SDK expires after ten minutes, and works once (upstream.md §S2 "Image requirements"). */
const LIFETIME_SECONDS = 600;

/** Used tokens that are stored. */
const MAX_USED_TOKENS = 10_000;

/** Base64 has no dot, so a value with three parts or more can only be a JWT of the SDK: a JWS, or an encrypted JWE. */
export function looksLikeSdkToken(value: string): boolean {
  return /^[\w-]+\.[\w-]*\.[\w.-]*$/.test(value);
}

const fingerprintOf = (token: string) => createHash('sha256').update(token).digest('base64');

/** When a token ends, in seconds since the epoch; `Infinity` for a payload that only Unico can read. */
function endOf(token: string): number {
  const { iat, exp } = decodeJsonObject(token.split('.')[1] ?? '') ?? {};
  if (typeof exp === 'number') return exp;
  return typeof iat === 'number' ? iat + LIFETIME_SECONDS : Infinity;
}

/**
 * Checks the JWTs that the SDK sends instead of an image. Unico alone can read them for certain (upstream.md §5.4):
 * here the header must be that of a JWT, and the times count where the payload has them.
 */
export class SdkTokens {
  readonly #now: () => number;
  readonly #used = new BoundedMap<true>(MAX_USED_TOKENS);

  /** `now` gives milliseconds since the epoch. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The code of upstream.md §S2 that refuses a token, or `null`. Does not use the token up. */
  defect(token: string): string | null {
    if (decodeJsonObject(token.split('.')[0] ?? '') === null) return '10506';
    if (endOf(token) <= this.#now() / 1000) return '10507';
    return this.#used.has(fingerprintOf(token)) ? '10508' : null;
  }

  /** Marks a token as used. */
  use(token: string): void {
    this.#used.set(fingerprintOf(token), true);
  }
}
