/** The next check digit of a CPF (upstream.md §11): a weighted sum modulo 11, where 10 counts as 0. */
function cpfDigit(digits: string): number {
  const sum = [...digits].reduce((total, digit, i) => total + Number(digit) * (digits.length + 1 - i), 0);
  const remainder = sum % 11;
  return remainder < 2 ? 0 : 11 - remainder;
}

/** Whether this is an 11-digit CPF with correct check digits. Eleven equal digits have them too, and are rejected. */
export function isCpf(value: string): boolean {
  if (!/^\d{11}$/.test(value) || /^(\d)\1*$/.test(value)) return false;
  return (
    cpfDigit(value.slice(0, 9)) === Number(value[9]) && cpfDigit(value.slice(0, 10)) === Number(value[10])
  );
}

/**
 * Letters, birth date, sex (H, M, and the newer X), state, consonants, homonym mark (upstream.md §11). None is issued
 * with Ñ: an X stands for it.
 */
const CURP =
  /^[A-Z][AEIOUX][A-Z]{2}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[HMX](?:AS|B[CS]|C[CLMSH]|D[FG]|G[TR]|HG|JC|M[CNS]|N[ETL]|OC|PL|Q[TR]|S[PLR]|T[CSL]|VZ|YN|ZS)[B-DF-HJ-NP-TV-Z]{3}[A-Z\d]\d$/;
const CURP_ALPHABET = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ';

/** Whether this is an 18-character CURP in upper case with the correct check digit. */
export function isCurp(value: string): boolean {
  if (!CURP.test(value)) return false;
  const sum = Array.from(value.slice(0, 17)).reduce(
    (total, character, i) => total + CURP_ALPHABET.indexOf(character) * (18 - i),
    0,
  );
  return (10 - (sum % 10)) % 10 === Number(value[17]);
}

/**
 * Whether this is a 9-digit US social security number; some areas, groups and serials do not exist (upstream.md §11).
 */
export function isSsn(value: string): boolean {
  return /^(?!000|666|9\d\d)\d{3}(?!00)\d{2}(?!0000)\d{4}$/.test(value);
}
