import { isCalendarDate } from '../../../lib/calendar-date.ts';
import { isCpf, isCurp, isSsn } from '../../../domain/document-numbers.ts';
import type { Subject } from '../../../domain/process-creation.ts';
import { isCpfOrCurp, type DuiType } from '../../../domain/person.ts';
import type { UserError } from '../../../domain/user-error.ts';
import { isEmail, NO_EMAIL } from './email.ts';
import { apiProblem, type FieldPath } from './input-problem.ts';

/**
 * E.164 (upstream.md §S2): at most 15 digits; the shortest numbers of a country have 7 with its code. Unico's 13
 * characters (20021) are those of Brazil alone (upstream.md §12).
 */
const PHONE = /^\+?\d{7,15}$/;

/** The kinds of document number with a rule of their own; only Unico validates those of other countries. */
const NUMBER_RULES: Partial<Record<DuiType, { fits: (value: string) => boolean; form: string }>> = {
  BR_CPF: { fits: isCpf, form: '11 digits, the last two are check digits' },
  MX_CURP: {
    fits: (value) => isCurp(value.toUpperCase()),
    form: '18 letters and digits, the last one is a check digit',
  },
  US_SSN: { fits: isSsn, form: '9 digits of a number that can be issued' },
};

/** What to do about a document number that is none. */
const CORRECT_NUMBER = 'send it without punctuation and spaces, and check it for typing errors';

/**
 * What is wrong with a document number of a kind; `null` when it may be one. Of a kind without a rule any text but
 * blank text may be.
 */
export function describeWrongDui(type: DuiType, value: string): string | null {
  const rule = NUMBER_RULES[type];
  if (rule === undefined) {
    return value.trim() === '' ? `expected a ${type}, got blank text: send the number` : null;
  }
  return rule.fits(value)
    ? null
    : `expected a ${type} (${rule.form}), got ${value.length} characters: ${CORRECT_NUMBER}`;
}

function describeWrongCode(code: string, duiType: DuiType | undefined): string | null {
  if (duiType !== undefined) return describeWrongDui(duiType, code);
  return isCpfOrCurp(code)
    ? null
    : `expected a CPF (11 digits) or CURP (18 characters) with valid check digits, got ${code.length} characters: ${CORRECT_NUMBER}`;
}

function validateDetails({ gender, birthDate, email, phone }: Subject, field: FieldPath): UserError[] {
  const problems: UserError[] = [];
  if (gender !== undefined && gender !== 'M' && gender !== 'F') {
    const message = 'expected M or F, got another value: correct or omit it';
    problems.push(apiProblem('20508', [...field, 'gender'], message));
  }
  if (birthDate !== undefined && !isCalendarDate(birthDate)) {
    const message =
      'expected a date of the form YYYY-MM-DD, such as 2000-05-20, got another form: correct or omit it';
    problems.push(apiProblem('20019', [...field, 'birthDate'], message));
  }
  if (email !== undefined && !isEmail(email)) {
    problems.push(apiProblem('20008', [...field, 'email'], NO_EMAIL));
  }
  if (phone !== undefined && !PHONE.test(phone)) {
    const message =
      'expected country, area and number, 7 to 15 digits, such as 5519725570707, got another form: correct or omit it';
    problems.push(apiProblem('20021', [...field, 'phone'], message));
  }
  return problems;
}

/** Which fields of a subject are required. `duiType` is the kind of `code`, which is a CPF or a CURP without it. */
export type SubjectRules = { code: boolean; name: boolean; duiType?: DuiType | undefined };

/**
 * Validates a subject by what Unico certainly refuses (upstream.md §S2). Which characters a name may have is not
 * documented. Returns all problems; empty when there are none.
 */
export function validateSubject(subject: Subject, rules: SubjectRules, field: FieldPath): UserError[] {
  const { code, name = '' } = subject;
  const problems: UserError[] = [];
  if (code === undefined && rules.code) {
    const message = 'expected a document number, got none: send the number of the person';
    problems.push(apiProblem('20005', [...field, 'code'], message));
  }
  const wrong = code === undefined ? null : describeWrongCode(code, rules.duiType);
  if (wrong !== null) problems.push(apiProblem('20507', [...field, 'code'], wrong));
  if (rules.name && name.trim() === '') {
    const message = 'expected a name, got none: send the name of the person';
    problems.push(apiProblem('20006', [...field, 'name'], message));
  }
  return [...problems, ...validateDetails(subject, field)];
}
