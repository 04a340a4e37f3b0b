/**
 * Makes a `switch` exhaustive: the compiler refuses the call while a case is missing, and a value that slips past
 * the types fails loudly. The message names the kind of value only, because values here may be personal data.
 */
export function unreachable(value: never, what: string): never {
  throw new Error(`unreachable: a ${typeof value} that is no ${what}`);
}
