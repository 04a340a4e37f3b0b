import { FILE_FIELDS, type ProcessCreation } from '../../../domain/process-creation.ts';
import type { UserError } from '../../../domain/user-error.ts';
import { inputProblem, type FieldPath } from './input-problem.ts';

/**
 * The longest text that is neither an image nor a file, in UTF-16 code units. Unico documents shorter limits for some
 * fields and none for most; this one protects this service, and is above everything that Unico shows.
 */
const MAX_TEXT_LENGTH = 4_096;

/**
 * Validates the lengths of all texts of a creation but its images and files, which have limits of their own. `field` is
 * the path of `value`. Returns all problems.
 */
export function validateTextLengths(value: ProcessCreation | object, field: FieldPath = []): UserError[] {
  return Object.entries(value).flatMap(([name, property]: [string, unknown]) => {
    if (FILE_FIELDS.has(name)) return [];
    const path = [...field, name];
    if (typeof property === 'object' && property !== null) return validateTextLengths(property, path);
    if (typeof property !== 'string' || property.length <= MAX_TEXT_LENGTH) return [];
    const message = `expected at most ${MAX_TEXT_LENGTH} characters, got ${property.length}: shorten it`;
    return [inputProblem('BAD_USER_INPUT', path, message)];
  });
}
