import type { UserError } from '../../../domain/user-error.ts';
import { checkImage } from './image.ts';
import type { FieldPath } from './input-problem.ts';
import { checkSdkToken, looksLikeSdkToken } from './sdk-token.ts';

/** Checks `imageBase64` (S2): an image, or a token of the SDK in its place. */
export function checkSelfie(imageBase64: string, field: FieldPath, now: number): UserError[] {
  return looksLikeSdkToken(imageBase64)
    ? checkSdkToken(imageBase64, field, now)
    : checkImage(imageBase64, field);
}
