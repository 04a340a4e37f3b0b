/** Modulo 11 of the CPF (upstream.md §11): weights fall by one to 2; a remainder below 2 gives the digit 0. */
function cpfDigit(digits: string): string {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) sum += Number(digits[i]) * (digits.length + 1 - i);
  const remainder = sum % 11;
  return String(remainder < 2 ? 0 : 11 - remainder);
}

/** Completes nine digits to a valid CPF (upstream.md §11). */
export function cpf(nineDigits: string): string {
  const ten = nineDigits + cpfDigit(nineDigits);
  return ten + cpfDigit(ten);
}

/** Eleven equal digits satisfy the checksum, and still they are no CPF (upstream.md §11). */
export function isCpf(value: string): boolean {
  return /^\d{11}$/.test(value) && !/^(\d)\1{10}$/.test(value) && cpf(value.slice(0, 9)) === value;
}

const CURP_ALPHABET = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ';

const CURP_SHAPE = new RegExp(
  '^[A-Z][AEIOUX][A-Z]{2}\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])[HMX]' +
    '(?:AS|B[CS]|C[CLMSH]|D[FG]|G[TR]|HG|JC|M[CNS]|N[ETL]|OC|PL|Q[TR]|S[PLR]|T[CSL]|VZ|YN|ZS)' +
    '[B-DF-HJ-NP-TV-Z]{3}[A-Z\\d]\\d$',
);

/** Completes seventeen characters to a valid CURP (upstream.md §11). */
export function curp(seventeen: string): string {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += CURP_ALPHABET.indexOf(seventeen[i] ?? '') * (18 - i);
  return seventeen + String((10 - (sum % 10)) % 10);
}

/** Whether a value has the shape and the check digit of a CURP, in either case (upstream.md §11). */
export function isCurp(value: string): boolean {
  const capitals = value.toUpperCase();
  return CURP_SHAPE.test(capitals) && curp(capitals.slice(0, 17)) === capitals;
}

/** An SSN has no check digit; some areas, groups and serials are never issued (upstream.md §11). */
export function isSsn(value: string): boolean {
  return /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/.test(value);
}

/** Whether a value fits a DUI_TYPE_*. Types without a known rule accept any text but blank text. */
export function isDuiValue(duiType: string, value: string): boolean {
  if (duiType === 'DUI_TYPE_BR_CPF') return isCpf(value);
  if (duiType === 'DUI_TYPE_MX_CURP') return isCurp(value);
  if (duiType === 'DUI_TYPE_US_SSN') return isSsn(value);
  return value.trim() !== '';
}

/** Whether a value is a UUID of any version, in either case. */
export function isUuid(value: string): boolean {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value);
}
