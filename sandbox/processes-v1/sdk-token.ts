import { createHash } from 'node:crypto';
import { BoundedMap } from '../lib/bounded-map.ts';
import { decodeJws } from '../identity-host/jwt.ts';

/** A JWT of the SDK expires after ten minutes, and works once (upstream.md §S2 "Image requirements"). */
const LIFETIME_SECONDS = 600;

/** Used tokens that are stored. */
const MAX_USED_TOKENS = 10_000;

/** Base64 has no dot, so a value with three parts can only be a JWT of the SDK. */
export function looksLikeSdkToken(value: string): boolean {
  return value.split('.').length === 3;
}

const fingerprintOf = (token: string) => createHash('sha256').update(token).digest('base64');

/**
 * Checks the JWTs that the SDK sends instead of an image. Unico alone knows their signing key, so only the form and
 * the times are checked here.
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
    const { iat, exp } = decodeJws(token)?.payload ?? {};
    if (typeof iat !== 'number' && typeof exp !== 'number') return '10506';
    const endsAt = Math.min(
      typeof iat === 'number' ? iat + LIFETIME_SECONDS : Infinity,
      typeof exp === 'number' ? exp : Infinity,
    );
    if (endsAt <= this.#now() / 1000) return '10507';
    return this.#used.has(fingerprintOf(token)) ? '10508' : null;
  }

  /** Marks a token as used. */
  use(token: string): void {
    this.#used.set(fingerprintOf(token), true);
  }
}
