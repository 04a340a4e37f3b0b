import type { DocumentNumber } from '../../../domain/process-creation.ts';
import type { DuiType } from '../../../domain/person.ts';
import type { UserError } from '../../../domain/user-error.ts';
import { inputProblem, inputProblemAs } from './input-problem.ts';

/** S3 `duiType`: the subset that this endpoint takes. */
const SETTABLE = new Set<DuiType>(['BR_CPF', 'MX_CURP', 'US_SSN']);

/** S3 `duiValue`. */
const MAX_VALUE = 320;

/** Numbers as they are printed: S3 wants them without their punctuation. */
const PRINTED: Partial<Record<DuiType, RegExp>> = {
  BR_CPF: /^\d{3}\.\d{3}\.\d{3}-?\d{2}$/,
  US_SSN: /^\d{3}-\d{2}-\d{4}$/,
};

/**
 * Checks a document number by S3: its kind, that it is there, its length, and that it has neither spaces nor the
 * punctuation of its kind. Its digits are not checked, because S3 takes encoded and compound numbers (its own sample
 * has wrong check digits); what is set can not be changed, so the caller better be sure.
 */
export function validateDocumentNumber({ duiType, duiValue }: DocumentNumber): UserError[] {
  const problems: UserError[] = [];
  if (!SETTABLE.has(duiType)) {
    const message = `expected one of ${[...SETTABLE].join(', ')}, got ${duiType}`;
    problems.push(inputProblemAs('idcloud', '3', ['duiType'], message, 'dui_type is required'));
  }
  // Invisible characters and digits of other scripts look right and would be set for good.
  const printed = !/^[\x21-\x7e]*$/.test(duiValue) || (PRINTED[duiType]?.test(duiValue) ?? false);
  if (duiValue.trim() === '') {
    const message = 'expected a document number, got empty text';
    problems.push(inputProblemAs('idcloud', '3', ['duiValue'], message, 'dui_value is required'));
  } else if (printed) {
    const message =
      'expected a document number of plain letters and digits, without spaces and punctuation, got another';
    problems.push(inputProblem('DUI_VALUE_INVALID', ['duiValue'], message));
  }
  if (duiValue.length > MAX_VALUE) {
    const message = `expected at most ${MAX_VALUE} characters, got ${duiValue.length}`;
    problems.push(inputProblemAs('idcloud', '3', ['duiValue'], message, 'dui_value exceeds'));
  }
  return problems;
}
