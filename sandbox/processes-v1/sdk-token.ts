import { createHash } from 'node:crypto';
import { BoundedMap } from '../lib/bounded-map.ts';
import { decodeJws } from '../identity-host/jwt.ts';

/** S2 "Image requirements": ten minutes, once. */
const lifeSeconds = 600;

export type SdkJwts = {
  /** The S2 code that refuses the capture, or undefined; `use` spends it. */
  defect(token: string): string | undefined;
  use(token: string): void;
};

/** Base64 has no dot, so three parts can only be meant as the SDK's JWT. */
export function looksLikeSdkJwt(value: string): boolean {
  return value.split('.').length === 3;
}

const fingerprint = (token: string) => createHash('sha256').update(token).digest('base64');

/** The SDK's signing key is Unico's own, so the form and the times are all that can be checked here. */
export function createSdkJwts(now: () => number): SdkJwts {
  const used = new BoundedMap<true>(10_000);
  return {
    defect(token) {
      const payload = decodeJws(token)?.payload;
      const { iat, exp } = payload ?? {};
      if (typeof iat !== 'number' && typeof exp !== 'number') return '10506';
      const endsAt = Math.min(
        typeof iat === 'number' ? iat + lifeSeconds : Infinity,
        typeof exp === 'number' ? exp : Infinity,
      );
      if (endsAt <= now() / 1000) return '10507';
      return used.has(fingerprint(token)) ? '10508' : undefined;
    },
    use: (token) => used.set(fingerprint(token), true),
  };
}
