import { isCalendarDate } from '../../../lib/calendar-date.ts';
import { isCpf, isCurp, isSsn } from '../../../domain/document-numbers.ts';
import type { Subject } from '../../../domain/process-creation.ts';
import type { DuiType } from '../../../domain/person.ts';
import type { UserError } from '../../../domain/user-error.ts';
import { isEmail, NO_EMAIL } from './email.ts';
import { apiProblem, type FieldPath } from './input-problem.ts';

/**
 * Country, area and number: upstream.md §S2 says 13 digits, but real ones have 12 (upstream.md §12), so the bounds of
 * E.164 apply.
 */
const PHONE = /^\+?\d{10,15}$/;

/** The document numbers with check digits that are validated here; only Unico validates those of other countries. */
const CHECK_DIGITS: Partial<Record<DuiType, (value: string) => boolean>> = {
  BR_CPF: isCpf,
  MX_CURP: isCurp,
  US_SSN: isSsn,
};

/**
 * Whether the check digits of a document number are correct. Of a kind without such a rule, any text but empty fits.
 */
export function isPlausibleDui(type: DuiType, value: string): boolean {
  return CHECK_DIGITS[type]?.(value) ?? value !== '';
}

function validateName(name: string, field: FieldPath): UserError[] {
  if (name.trim() === '') return [apiProblem('20006', field, 'expected a name, got empty text')];
  return name.includes('  ')
    ? [apiProblem('20509', field, 'expected a name without double spaces, got one with them')]
    : [];
}

function validateDetails({ gender, birthDate, email, phone }: Subject, field: FieldPath): UserError[] {
  const problems: UserError[] = [];
  if (gender !== undefined && gender !== 'M' && gender !== 'F') {
    problems.push(apiProblem('20508', [...field, 'gender'], 'expected M or F, got another value'));
  }
  if (birthDate !== undefined && !isCalendarDate(birthDate)) {
    const message = 'expected a date of the form YYYY-MM-DD, such as 2000-05-20, got another form';
    problems.push(apiProblem('20019', [...field, 'birthDate'], message));
  }
  if (email !== undefined && !isEmail(email)) {
    problems.push(apiProblem('20008', [...field, 'email'], NO_EMAIL));
  }
  if (phone !== undefined && !PHONE.test(phone)) {
    const message = 'expected country, area and number in digits, such as 5519725570707, got another form';
    problems.push(apiProblem('20021', [...field, 'phone'], message));
  }
  return problems;
}

/** Which fields of a subject are required. `duiType` is the kind of `code`, which is a CPF or a CURP without it. */
export type SubjectRules = { code: boolean; name: boolean; duiType?: DuiType | undefined };

function validateCode(code: string, rules: SubjectRules, field: FieldPath): UserError[] {
  if (code === '') return [apiProblem('20005', field, 'expected a document number, got empty text')];
  const isPlausible =
    rules.duiType === undefined ? isCpf(code) || isCurp(code) : isPlausibleDui(rules.duiType, code);
  if (isPlausible) return [];
  const expected = rules.duiType ?? 'CPF (11 digits) or CURP (18 characters)';
  const message = `expected a ${expected} with valid check digits and without punctuation, got ${code.length} characters`;
  return [apiProblem('20507', field, message)];
}

/** Validates a subject by Unico's rules (upstream.md §S2). Returns all problems; empty when there are none. */
export function validateSubject(subject: Subject, rules: SubjectRules, field: FieldPath): UserError[] {
  const { code, name } = subject;
  const problems: UserError[] = [];
  if (code !== undefined) problems.push(...validateCode(code, rules, [...field, 'code']));
  else if (rules.code) {
    problems.push(apiProblem('20005', [...field, 'code'], 'expected a document number, got none'));
  }
  if (name !== undefined) problems.push(...validateName(name, [...field, 'name']));
  else if (rules.name) problems.push(apiProblem('20006', [...field, 'name'], 'expected a name, got none'));
  return [...problems, ...validateDetails(subject, field)];
}
