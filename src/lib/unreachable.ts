/**
 * Makes a `switch` exhaustive: the compiler rejects the call while a case is missing, and a value that bypasses the
 * types throws. `what` names the expected kind. The message contains only the type of the value, because values may be
 * personal data.
 */
export function unreachable(value: never, what: string): never {
  throw new Error(`unreachable: got a ${typeof value} that is not a known ${what}`);
}
