import type { DocumentNumber } from '../../../domain/process-creation.ts';
import type { DuiType } from '../../../domain/person.ts';
import type { UserError } from '../../../domain/user-error.ts';
import { idcloudProblem, inputProblem } from './input-problem.ts';

/** The subset of kinds that this endpoint accepts (upstream.md §S3 `duiType`). */
const SETTABLE_TYPES = new Set<DuiType>(['BR_CPF', 'MX_CURP', 'US_SSN']);

/** The longest value, in characters (upstream.md §S3 `duiValue`). */
const MAX_VALUE_LENGTH = 320;

/** Numbers in their printed form: upstream.md §S3 requires them without punctuation. */
const PUNCTUATED: Partial<Record<DuiType, RegExp>> = {
  BR_CPF: /^\d{3}\.\d{3}\.\d{3}-?\d{2}$/,
  US_SSN: /^\d{3}-\d{2}-\d{4}$/,
};

/**
 * Validates a document number by upstream.md §S3: its kind, its length, and that it is not empty and has neither spaces
 * nor the punctuation of its kind. Returns all problems. Check digits are not validated, because Unico accepts encoded
 * and compound numbers (the sample in upstream.md §S3 has wrong check digits). The number cannot be changed once it is
 * set, so the caller has to be sure of it.
 */
export function validateDocumentNumber({ duiType, duiValue }: DocumentNumber): UserError[] {
  const problems: UserError[] = [];
  if (!SETTABLE_TYPES.has(duiType)) {
    const message = `expected one of ${[...SETTABLE_TYPES].join(', ')}, got ${duiType}`;
    problems.push(idcloudProblem('dui_type is required', ['duiType'], message));
  }
  // Invisible characters and digits of other scripts look right, and would be set permanently.
  const hasForbiddenCharacters =
    !/^[\x21-\x7e]*$/.test(duiValue) || (PUNCTUATED[duiType]?.test(duiValue) ?? false);
  if (duiValue.trim() === '') {
    const message = 'expected a document number, got empty text';
    problems.push(idcloudProblem('dui_value is required', ['duiValue'], message));
  } else if (hasForbiddenCharacters) {
    const message =
      'expected a document number of ASCII letters and digits without spaces and punctuation, got other characters';
    problems.push(inputProblem('DUI_VALUE_INVALID', ['duiValue'], message));
  }
  if (duiValue.length > MAX_VALUE_LENGTH) {
    const message = `expected at most ${MAX_VALUE_LENGTH} characters, got ${duiValue.length}`;
    problems.push(idcloudProblem('dui_value exceeds', ['duiValue'], message));
  }
  return problems;
}
