import type { NewDocument } from '../../domain/new-process.ts';
import type { DuiType } from '../../domain/person.ts';
import type { UserError } from '../../domain/user-error.ts';
import { refuseAs } from './refuse.ts';

/** S3 `duiType`: the subset that this endpoint takes. */
const SETTABLE = new Set<DuiType>(['BR_CPF', 'MX_CURP', 'US_SSN']);

/** S3 `duiValue`. */
const LONGEST_VALUE = 320;

/**
 * Checks a document number by S3: its kind, that it is there, and its length. Its digits are not checked, because S3
 * takes encoded and compound numbers (its own sample has wrong check digits).
 */
export function checkDocumentInput({ duiType, duiValue }: NewDocument): UserError[] {
  const problems: UserError[] = [];
  if (!SETTABLE.has(duiType)) {
    const message = `expected one of ${[...SETTABLE].join(', ')}, got ${duiType}`;
    problems.push(refuseAs('idcloud', '3', ['duiType'], message, 'dui_type is required'));
  }
  if (duiValue.trim() === '') {
    const message = 'expected a document number, got empty text';
    problems.push(refuseAs('idcloud', '3', ['duiValue'], message, 'dui_value is required'));
  }
  if (duiValue.length > LONGEST_VALUE) {
    const message = `expected at most ${LONGEST_VALUE} characters, got ${duiValue.length}`;
    problems.push(refuseAs('idcloud', '3', ['duiValue'], message, 'dui_value exceeds'));
  }
  return problems;
}
