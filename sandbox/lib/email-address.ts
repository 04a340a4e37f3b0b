/** Whether a text has the shape of an e-mail address: at most 254 characters, and a domain with a dot. */
export function isEmailAddress(value: string): boolean {
  return value.length <= 254 && /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(value);
}
