import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { UserError } from '../../../domain/user-error.ts';
import { validateImage } from './image.ts';
import { apiProblem, type FieldPath } from './input-problem.ts';

/** A token of the SDK must arrive within 10 minutes (upstream.md §S2). */
const MAX_AGE_SECONDS = 10 * 60;

/** Whether the text is meant to be a token of the SDK (a JWT) and not an image: base64 has no dots. */
function looksLikeSdkToken(imageBase64: string): boolean {
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
 * Validates a token of Unico's SDK as far as possible without Unico: that it is a JWT, and at most 10 minutes old. Only
 * Unico can verify its signature, and knows whether it was used before.
 */
function validateSdkToken(token: string, field: FieldPath, now: number): UserError[] {
  const claims = claimsOf(token);
  if (claims === null) {
    return [apiProblem('10506', field, "expected a base64 image or a JWT of Unico's SDK, got neither")];
  }
  const seconds = now / 1000;
  const issued = typeof claims.iat === 'number' ? claims.iat + MAX_AGE_SECONDS : Infinity;
  const expires = Math.min(issued, typeof claims.exp === 'number' ? claims.exp : Infinity);
  if (seconds <= expires) return [];
  const expiredFor = Math.ceil(seconds - expires);
  const message = `expected a token of the SDK of the last 10 minutes, got one that expired ${expiredFor} s ago: capture again`;
  return [apiProblem('10507', field, message)];
}

/**
 * Validates `imageBase64` (upstream.md §S2): an image, or a token of the SDK instead of one. Returns the first problem,
 * or an empty list. `now` is in ms since the epoch.
 */
export function validateSelfie(imageBase64: string, field: FieldPath, now: number): UserError[] {
  return looksLikeSdkToken(imageBase64)
    ? validateSdkToken(imageBase64, field, now)
    : validateImage(imageBase64, field);
}
