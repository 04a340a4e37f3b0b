/** Whether a text has the shape of an e-mail address: something on both sides of one @, and no spaces. */
export function isEmailAddress(value: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(value);
}
