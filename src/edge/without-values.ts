/* GraphQL's own messages quote what they refuse, which may be a CPF in the wrong place: the values are left out. */

const QUOTED_VALUES: readonly [RegExp, string][] = [
  // Variable "$code" got invalid value 123 at "input.x"; String cannot represent …
  [/( got invalid value ).*?(?= at "|; )/s, ' got an invalid value'],
  // String cannot represent a non string value: 12345678909
  [/(cannot represent[^:]*): .*$/s, '$1'],
  // Value "x" does not exist in "ReusableDocumentType" enum.
  [/^Value ".*?" does not exist/s, 'The value does not exist'],
  [/; Value ".*?" does not exist/s, '; The value does not exist'],
  // Expected value of type "ID!", found 12345678909.
  [/, found .*$/s, ', found another.'],
];

/** Runs of digits as long as a document number, e-mail addresses, and text too long to be a name of the schema. */
const LEFTOVERS = /\d[\d.\-/ ]{5,}\d|[^\s"'@]+@[^\s"'@]+\.[^\s"'@]+|[A-Za-z0-9+/=_.-]{65,}/g;

/** A message of GraphQL's without the values that it quotes. */
export function withoutValues(message: string): string {
  const plain = QUOTED_VALUES.reduce(
    (text, [pattern, replacement]) => text.replace(pattern, replacement),
    message,
  );
  return plain.replaceAll(LEFTOVERS, '…');
}
