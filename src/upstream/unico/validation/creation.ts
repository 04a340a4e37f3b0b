import type { ProcessCreation } from '../../../domain/process-creation.ts';
import type { ApiKeyUse } from '../../../domain/verdict/api-key-promises.ts';
import { apiKeyUseOf } from '../../../domain/verdict/promise.ts';
import type { UserError } from '../../../domain/user-error.ts';
import { validateCapture } from './capture.ts';
import { validateJourney } from './journey.ts';
import { normalizeCreation } from './normalize.ts';
import { validateTextLengths } from './text-lengths.ts';

/**
 * Returns everything in a creation that Unico certainly refuses, and what exceeds the limits of this service
 * (docs/decisions/0033-pass-on-when-in-doubt.md); empty when there is nothing. Paths are relative to the input of the
 * creation's kind, such as `['subject', 'code']`. Messages say what was expected, what came (never the value) and what
 * to do. `anyCodeUses`: the uses whose APIKEY classifies fraud risk alone.
 */
export function validateCreation(
  creation: ProcessCreation,
  anyCodeUses: ReadonlySet<ApiKeyUse> = new Set(),
): UserError[] {
  const tooLong = validateTextLengths(creation);
  if (tooLong.length > 0) return tooLong;
  const normalized = normalizeCreation(creation);
  return normalized.kind === 'journey'
    ? validateJourney(normalized)
    : validateCapture(normalized, anyCodeUses.has(apiKeyUseOf(normalized)));
}
