import { isCpf, isCurp } from './document-numbers.ts';
import type { Part } from './part.ts';

/** The kinds of document number that Unico accepts (upstream.md §4.2), without the prefix `DUI_TYPE_`. */
export const DUI_TYPES = [
  'BR_CPF',
  'MX_CURP',
  'US_SSN',
  'BR_PASSPORT',
  'AR_PASSPORT',
  'AR_DNI',
  'NG_NIN',
  'NG_BVN',
  'CL_RUN',
  'EC_NI',
  'US_PASSPORT',
  'US_DRIVER_LICENSE',
  'GT_CUI',
  'UY_CI',
  'ID_NIK',
  'ZZ_EMAIL',
  'ZZ_PHONE_NUMBER',
] as const;
/** A kind of document number; `UNKNOWN` is a kind that this version does not know. */
export type DuiType = (typeof DUI_TYPES)[number] | 'UNKNOWN';

/** What identifies a person. Personal data. */
export type PersonDetails = {
  duiType: DuiType | null;
  /** The number of the identity document, without punctuation. */
  duiValue: string | null;
  friendlyName: string | null;
  notificationChannels: string[];
};

/** The person that a process is about. Whether there is a person is not personal data. */
export type Person = { details: Part<PersonDetails> };

/** How many characters at the end a mask leaves readable: enough for a person to recognise their own number. */
const READABLE_CHARACTERS = 2;

/** Masks a document number for a screen: all characters but the last two become stars, and the length stays. */
export function maskDui(value: string): string {
  const hidden = Math.max(value.length - READABLE_CHARACTERS, Math.min(value.length, READABLE_CHARACTERS));
  return '*'.repeat(hidden) + value.slice(hidden);
}

/**
 * Whether this is a CPF or a CURP with correct check digits: the numbers that processes/v1 and documents/v1 know
 * (upstream.md §S2, §S4). A CURP may be in lower case, of which Unico says nothing.
 */
export function isCpfOrCurp(code: string): boolean {
  return isCpf(code) || isCurp(code.toUpperCase());
}

/** The number by which documents/v1 finds the documents of a person; `null` where the person has no CPF or CURP. */
export function reusableDocumentCode(person: PersonDetails | null): string | null {
  const { duiType = null, duiValue = null } = person ?? {};
  const hasCode = duiType === 'BR_CPF' || duiType === 'MX_CURP';
  return hasCode && duiValue !== null && isCpfOrCurp(duiValue) ? duiValue : null;
}
