import type { ProcessCreation } from '../../../domain/process-creation.ts';
import type { UserError } from '../../../domain/user-error.ts';
import { validateCapture } from './capture.ts';
import { validateJourney } from './journey.ts';
import { normalizeCreation } from './normalize.ts';
import { validateTextLengths } from './text-lengths.ts';

/**
 * Returns everything in a creation that Unico certainly refuses, and what exceeds the limits of this service
 * (docs/decisions/0033-pass-on-when-in-doubt.md); empty when there is nothing. Paths are relative to the input of the
 * creation's kind, such as `['subject', 'code']`. Messages say what was expected, what came (never the value) and what
 * to do.
 */
export function validateCreation(creation: ProcessCreation): UserError[] {
  const tooLong = validateTextLengths(creation);
  if (tooLong.length > 0) return tooLong;
  const normalized = normalizeCreation(creation);
  return normalized.kind === 'journey' ? validateJourney(normalized) : validateCapture(normalized);
}
