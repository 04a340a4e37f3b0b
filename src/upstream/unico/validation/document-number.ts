import type { DocumentNumber } from '../../../domain/process-creation.ts';
import type { DuiType } from '../../../domain/person.ts';
import type { UserError } from '../../../domain/user-error.ts';
import { idcloudProblem, inputProblem } from './input-problem.ts';

/** The subset of kinds that this endpoint accepts (upstream.md §S3 `duiType`). */
const SETTABLE_TYPES = new Set<DuiType>(['BR_CPF', 'MX_CURP', 'US_SSN']);

/** The longest value, in characters (upstream.md §S3 `duiValue`). */
const MAX_VALUE_LENGTH = 320;

/** The forms of a CPF, a CURP and a social security number (upstream.md §11). */
const STANDARD_FORM = /^(?:\d{11}|[A-Z]{4}\d{6}[A-Z]{6}[A-Z\d]\d|\d{9})$/;

/**
 * Whether this is meant as a CPF, a CURP or a social security number and is not written as one: without punctuation,
 * or in capitals, it would be. Digits in groups may come with any separator.
 */
function isMiswritten(value: string): boolean {
  const plain = value.replace(/[^A-Za-z0-9]/g, '').toUpperCase();
  return plain !== value && STANDARD_FORM.test(plain);
}

function describeWrongValue(value: string): string | null {
  // Spaces, invisible characters and digits of other scripts look right in a form.
  if (!/^[\x21-\x7e]*$/.test(value)) {
    return 'expected a document number of ASCII characters without spaces, got other characters: send letters and digits alone';
  }
  return isMiswritten(value)
    ? 'expected a document number without punctuation and in capitals, got one that is written otherwise: send letters and digits alone'
    : null;
}

/**
 * Validates a document number by upstream.md §S3: its kind, its length, and its characters. The number cannot be changed
 * once it is set, so what is ambiguous is refused here, though Unico might take it. Check digits are not validated:
 * Unico accepts encoded and compound numbers, and the sample in upstream.md §S3 has wrong ones. Returns all problems.
 */
export function validateDocumentNumber({ duiType, duiValue }: DocumentNumber): UserError[] {
  const problems: UserError[] = [];
  if (!SETTABLE_TYPES.has(duiType)) {
    const message = `expected one of ${[...SETTABLE_TYPES].join(', ')}, got ${duiType}: send the kind of duiValue`;
    problems.push(idcloudProblem('dui_type is required', ['duiType'], message));
  }
  if (duiValue.trim() === '') {
    const message = 'expected a document number, got blank text: send the number';
    return [...problems, idcloudProblem('dui_value is required', ['duiValue'], message)];
  }
  if (duiValue.length > MAX_VALUE_LENGTH) {
    const message = `expected at most ${MAX_VALUE_LENGTH} characters, got ${duiValue.length}: send the number alone`;
    return [...problems, idcloudProblem('dui_value exceeds', ['duiValue'], message)];
  }
  const wrong = describeWrongValue(duiValue);
  return wrong === null ? problems : [...problems, inputProblem('DUI_VALUE_INVALID', ['duiValue'], wrong)];
}
