import type { UserError } from '../../../domain/user-error.ts';
import { validateImage } from './image.ts';
import type { FieldPath } from './input-problem.ts';
import { validateSdkToken, looksLikeSdkToken } from './sdk-token.ts';

/** Checks `imageBase64` (upstream.md §S2): an image, or a token of the SDK in its place. */
export function validateSelfie(imageBase64: string, field: FieldPath, now: number): UserError[] {
  return looksLikeSdkToken(imageBase64)
    ? validateSdkToken(imageBase64, field, now)
    : validateImage(imageBase64, field);
}
