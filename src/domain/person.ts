import { isCpf, isCurp } from './document-numbers.ts';

/** The kinds of document number that Unico takes (upstream.md §4.2), without the prefix `DUI_TYPE_`. */
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
/** A kind of document number; `UNKNOWN` is one that this version does not know. */
export type DuiType = (typeof DUI_TYPES)[number] | 'UNKNOWN';

/** The person that a process is about. `duiValue` is personal data, without punctuation. */
export type Person = {
  duiType: DuiType | null;
  duiValue: string | null;
  friendlyName: string | null;
  notificationChannels: string[];
};

/** How many characters a mask leaves readable: the usual end of a number that a person recognises as their own. */
const READABLE = 2;

/** A document number fit for a screen: all but the last two characters are stars, and the length stays. */
export function maskDui(value: string): string {
  const hidden = Math.max(value.length - READABLE, Math.min(value.length, READABLE));
  return '*'.repeat(hidden) + value.slice(hidden);
}

/** Whether documents/v1 can know a person by this number: a CPF or a CURP (upstream.md §S4), with right check digits. */
export function isReusableDocumentCode(code: string): boolean {
  return isCpf(code) || isCurp(code);
}

/** The number by which documents/v1 may know a person; `null` where there is none of its kinds. */
export function reusableDocumentCode(person: Person | null): string | null {
  const { duiType = null, duiValue = null } = person ?? {};
  const ofItsKind = duiType === 'BR_CPF' || duiType === 'MX_CURP';
  return ofItsKind && duiValue !== null && isReusableDocumentCode(duiValue) ? duiValue : null;
}
