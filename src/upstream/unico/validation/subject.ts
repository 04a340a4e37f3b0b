import { z } from 'zod';
import { isCalendarDate } from '../../../lib/calendar-date.ts';
import { isCpf, isCurp, isSsn } from '../../../domain/document-numbers.ts';
import type { Subject } from '../../../domain/process-creation.ts';
import type { DuiType } from '../../../domain/person.ts';
import type { UserError } from '../../../domain/user-error.ts';
import { inputProblemAs, type FieldPath } from './input-problem.ts';

/** Country, area and number: S2 says 13 digits, but real ones have 12 (upstream.md §12), so the bounds of E.164 are taken. */
const PHONE = /^\+?\d{10,15}$/;

/** The numbers whose digits can be checked here; those of other countries are left to Unico. */
const CHECKED: Partial<Record<DuiType, (value: string) => boolean>> = {
  BR_CPF: isCpf,
  MX_CURP: isCurp,
  US_SSN: isSsn,
};

/** Whether the number can be one of its kind, as far as digits tell; `true` for kinds without a rule. */
export function isPlausibleDui(type: DuiType, value: string): boolean {
  return CHECKED[type]?.(value) ?? value !== '';
}

function checkName(name: string, field: FieldPath): UserError[] {
  if (name.trim() === '') return [inputProblemAs('api', '20006', field, 'expected a name, got empty text')];
  return name.includes('  ')
    ? [inputProblemAs('api', '20509', field, 'expected a name without double spaces, got one with them')]
    : [];
}

function checkDetails({ gender, birthDate, email, phone }: Subject, field: FieldPath): UserError[] {
  const problems: UserError[] = [];
  if (gender !== undefined && gender !== 'M' && gender !== 'F') {
    problems.push(
      inputProblemAs('api', '20508', [...field, 'gender'], 'expected M or F, got something else'),
    );
  }
  if (birthDate !== undefined && !isCalendarDate(birthDate)) {
    const message = 'expected a date of the form YYYY-MM-DD, such as 2000-05-20, got something else';
    problems.push(inputProblemAs('api', '20019', [...field, 'birthDate'], message));
  }
  if (email !== undefined && !z.email().safeParse(email).success) {
    const message = 'expected an e-mail address, such as someone@example.com, got something else';
    problems.push(inputProblemAs('api', '20008', [...field, 'email'], message));
  }
  if (phone !== undefined && !PHONE.test(phone)) {
    const message = 'expected country, area and number in digits, such as 5519725570707, got something else';
    problems.push(inputProblemAs('api', '20021', [...field, 'phone'], message));
  }
  return problems;
}

/** Which members of a subject must be there. `duiType` says what `code` is; a CPF or a CURP without it. */
export type SubjectRules = { code: boolean; name: boolean; duiType?: DuiType | undefined };

function checkCode(code: string, rules: SubjectRules, field: FieldPath): UserError[] {
  if (code === '')
    return [inputProblemAs('api', '20005', field, 'expected a document number, got empty text')];
  const fits =
    rules.duiType === undefined ? isCpf(code) || isCurp(code) : isPlausibleDui(rules.duiType, code);
  if (fits) return [];
  const expected = rules.duiType ?? 'CPF (11 digits) or CURP (18 characters)';
  const message = `expected a ${expected} with right check digits and without punctuation, got ${code.length} characters`;
  return [inputProblemAs('api', '20507', field, message)];
}

/** Checks a subject by Unico's rules (upstream.md §S2): everything that is wrong with it. */
export function validateSubject(subject: Subject, rules: SubjectRules, field: FieldPath): UserError[] {
  const { code, name } = subject;
  const problems: UserError[] = [];
  if (code !== undefined) problems.push(...checkCode(code, rules, [...field, 'code']));
  else if (rules.code)
    problems.push(inputProblemAs('api', '20005', [...field, 'code'], 'expected a document number, got none'));
  if (name !== undefined) problems.push(...checkName(name, [...field, 'name']));
  else if (rules.name)
    problems.push(inputProblemAs('api', '20006', [...field, 'name'], 'expected a name, got none'));
  return [...problems, ...checkDetails(subject, field)];
}
