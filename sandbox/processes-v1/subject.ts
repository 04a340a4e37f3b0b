import { isCpf, isCurp, isDuiValue } from '../lib/check-digits.ts';
import { isEmailAddress } from '../lib/email-address.ts';
import { hasProperty, isJsonObject, textProperty } from '../http/json-body.ts';
import type { JsonObject } from '../http/json-body.ts';

/** The parts of `subject` that a use case requires. */
export type SubjectRequirements = {
  subject: boolean;
  code: boolean;
  name: boolean;
  /** Whether `duiType` may name the type of the number: in the document use case (upstream.md §5.2). */
  duiType?: boolean;
};

/** The types of the document use case (upstream.md §5.2). */
const DUI_TYPES = new Set([
  'DUI_TYPE_BR_CPF',
  'DUI_TYPE_MX_CURP',
  'DUI_TYPE_US_SSN',
  'DUI_TYPE_NG_NIN',
  'DUI_TYPE_AR_DNI',
  'DUI_TYPE_ID_NIK',
]);

/** The code of upstream.md §S2 that refuses `subject`, or `null`. */
export function subjectDefect(subject: unknown, required: SubjectRequirements): string | null {
  if (subject === undefined || subject === null) return required.subject ? '20004' : null;
  if (!isJsonObject(subject)) return '20004';
  if (required.code && !hasProperty(subject, 'code')) return '20005';
  if (required.name && !hasProperty(subject, 'name')) return '20006';
  return codeDefect(subject, required.duiType === true) ?? optionalDefect(subject);
}

function codeDefect(subject: JsonObject, hasDuiType: boolean): string | null {
  const duiType = hasDuiType ? textProperty(subject, 'duiType') : null;
  if (duiType !== null && !DUI_TYPES.has(duiType)) return '20003';
  if (!hasProperty(subject, 'code')) return null;
  const code = textProperty(subject, 'code') ?? '';
  const valid = duiType === null ? isCpf(code) || isCurp(code) : isDuiValue(duiType, code);
  return valid ? null : '20507';
}

function optionalDefect(subject: JsonObject): string | null {
  const rules: [name: string, code: string, fits: (value: string) => boolean][] = [
    ['name', '20509', isName],
    ['gender', '20508', (value) => value === 'M' || value === 'F'],
    ['birthDate', '20019', isDate],
    ['email', '20008', isEmailAddress],
    ['phone', '20021', isPhone],
  ];
  const broken = rules.find(
    ([name, , fits]) => hasProperty(subject, name) && !fits(textProperty(subject, name) ?? ''),
  );
  return broken?.[1] ?? null;
}

/**
 * Which characters 20509 calls invalid is not published (upstream.md §S2): here angle brackets and control characters,
 * which no name has.
 */
function isName(value: string): boolean {
  return !/[\p{Cc}<>]/u.test(value);
}

function isDate(value: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

/** E.164 (upstream.md §S2). The 13 digits of 20021 are those of Brazil: other samples have 12 (upstream.md §12). */
function isPhone(value: string): boolean {
  return /^\+?\d{7,15}$/.test(value);
}
