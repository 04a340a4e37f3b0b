import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { UserError } from '../../../domain/user-error.ts';
import { inputProblemAs, type FieldPath } from './input-problem.ts';

/** S2: a token of the SDK must arrive within 10 minutes. */
const LIFE_SECONDS = 10 * 60;

/** Base64 has no dots: text with one is meant to be a token of the SDK (a JWT), not an image. */
export function looksLikeSdkToken(imageBase64: string): boolean {
  return imageBase64.includes('.');
}

function claimsOf(token: string): { iat?: number | undefined; exp?: number | undefined } | null {
  try {
    decodeProtectedHeader(token);
    return decodeJwt(token);
  } catch {
    return null;
  }
}

/**
 * Checks a token of Unico's SDK as far as its reader can: that it is a JWT, and not past its 10 minutes. Its
 * signature, and whether it was used before, only Unico knows. `now` is in ms since the epoch.
 */
export function validateSdkToken(token: string, field: FieldPath, now: number): UserError[] {
  const claims = claimsOf(token);
  if (claims === null) {
    return [
      inputProblemAs('api', '10506', field, "expected a base64 image or a JWT of Unico's SDK, got neither"),
    ];
  }
  const seconds = now / 1000;
  const issued = typeof claims.iat === 'number' ? claims.iat + LIFE_SECONDS : Infinity;
  const expires = Math.min(issued, typeof claims.exp === 'number' ? claims.exp : Infinity);
  if (seconds <= expires) return [];
  const late = Math.ceil(seconds - expires);
  const message = `expected a token of the SDK of the last 10 minutes, got one that ended ${late} s ago: capture again`;
  return [inputProblemAs('api', '10507', field, message)];
}
