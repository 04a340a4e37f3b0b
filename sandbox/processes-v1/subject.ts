import { isCpf, isCurp, isDuiValue } from '../lib/check-digits.ts';
import { isEmail, isGiven, isMembers, textOf } from '../http/json-body.ts';
import type { Members } from '../http/json-body.ts';

export type SubjectNeeds = {
  subject: boolean;
  code: boolean;
  name: boolean;
  /** The document use case names the number's type (upstream.md §5.2). */
  duiType?: boolean;
};

const documentDuiTypes = new Set([
  'DUI_TYPE_BR_CPF',
  'DUI_TYPE_MX_CURP',
  'DUI_TYPE_US_SSN',
  'DUI_TYPE_NG_NIN',
  'DUI_TYPE_AR_DNI',
  'DUI_TYPE_ID_NIK',
]);

/** The S2 code that refuses `subject`, or undefined. */
export function subjectDefect(subject: unknown, needs: SubjectNeeds): string | undefined {
  if (subject === undefined || subject === null) return needs.subject ? '20004' : undefined;
  if (!isMembers(subject)) return '20004';
  if (needs.code && !isGiven(subject, 'code')) return '20005';
  if (needs.name && !isGiven(subject, 'name')) return '20006';
  return codeDefect(subject, needs.duiType === true) ?? optionalDefect(subject);
}

function codeDefect(subject: Members, typed: boolean): string | undefined {
  const duiType = textOf(subject, 'duiType');
  if (typed && duiType !== undefined && !documentDuiTypes.has(duiType)) return '20003';
  if (!isGiven(subject, 'code')) return undefined;
  const code = textOf(subject, 'code') ?? '';
  const valid = typed && duiType !== undefined ? isDuiValue(duiType, code) : isCpf(code) || isCurp(code);
  return valid ? undefined : '20507';
}

function optionalDefect(subject: Members): string | undefined {
  const rules: [name: string, code: string, fits: (value: string) => boolean][] = [
    ['name', '20509', isName],
    ['gender', '20508', (value) => value === 'M' || value === 'F'],
    ['birthDate', '20019', isDate],
    ['email', '20008', isEmail],
    ['phone', '20021', (value) => isPhone(value, textOf(subject, 'code') ?? '')],
  ];
  return rules.find(([name, , fits]) => isGiven(subject, name) && !fits(textOf(subject, name) ?? ''))?.[1];
}

/** Letters of any script with spaces, apostrophes, hyphens and full stops; no double space (upstream.md §5.2). */
function isName(value: string): boolean {
  return /^\p{L}[\p{L}\p{M} .'’-]*$/u.test(value) && !value.includes('  ');
}

function isDate(value: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

/** Country, area and number are 13 digits (upstream.md §S2 20021); Mexican numbers have one less in the samples (upstream.md §12). */
function isPhone(value: string, code: string): boolean {
  return /^\d{13}$/.test(value) || (isCurp(code) && /^\d{12}$/.test(value));
}
