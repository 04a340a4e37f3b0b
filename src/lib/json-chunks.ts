/** From this length on, in characters, a text is a piece of its own: shorter ones are joined. */
const LONG = 16 * 1024;

/** Letters that JSON writes as they are; of a text of others, it writes another. */
const BASE64 = /^[A-Za-z0-9+/=]*$/;

function* listed(open: string, members: Iterable<string>[], close: string): Generator<string> {
  yield open;
  for (const [index, member] of members.entries()) {
    if (index > 0) yield ',';
    yield* member;
  }
  yield close;
}

function* named(name: string, member: unknown): Generator<string> {
  yield `${JSON.stringify(name)}:`;
  yield* written(member);
}

/** The letters of `JSON.stringify`, in some cut. */
function* written(data: unknown): Generator<string> {
  if (typeof data === 'string' && data.length >= LONG && BASE64.test(data)) {
    yield '"';
    yield data;
    yield '"';
  } else if (Array.isArray(data)) {
    yield* listed('[', data.map(written), ']');
  } else if (typeof data === 'object' && data !== null) {
    const members = Object.entries(data).filter(([, member]) => member !== undefined);
    yield* listed(
      '{',
      members.map(([name, member]) => named(name, member)),
      '}',
    );
  } else {
    yield JSON.stringify(data ?? null);
  }
}

/**
 * What `JSON.stringify` writes of plain data, in pieces. A long base64 text is one of them, uncopied: the images of a
 * creation have megabytes, and would be held twice.
 */
export function jsonChunks(data: unknown): string[] {
  const pieces = [''];
  for (const letters of written(data)) {
    if (letters.length >= LONG) pieces.push(letters, '');
    else pieces.push(`${pieces.pop()}${letters}`);
  }
  return pieces;
}
