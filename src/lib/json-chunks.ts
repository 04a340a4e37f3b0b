/** The least length of a string that becomes a chunk of its own, in characters; shorter text is joined. */
const MIN_CHUNK_LENGTH = 16 * 1024;

/** Matches text that needs no escapes in JSON. */
const BASE64 = /^[A-Za-z0-9+/=]*$/;

function* enclosed(open: string, items: Iterable<string>[], close: string): Generator<string> {
  yield open;
  for (const [index, item] of items.entries()) {
    if (index > 0) yield ',';
    yield* item;
  }
  yield close;
}

function* property(name: string, value: unknown): Generator<string> {
  yield `${JSON.stringify(name)}:`;
  yield* serialized(value);
}

/** The text of `JSON.stringify` in chunks of any length. */
function* serialized(data: unknown): Generator<string> {
  if (typeof data === 'string' && data.length >= MIN_CHUNK_LENGTH && BASE64.test(data)) {
    yield '"';
    yield data;
    yield '"';
  } else if (Array.isArray(data)) {
    yield* enclosed('[', data.map(serialized), ']');
  } else if (typeof data === 'object' && data !== null) {
    const properties = Object.entries(data).filter(([, value]) => value !== undefined);
    yield* enclosed(
      '{',
      properties.map(([name, value]) => property(name, value)),
      '}',
    );
  } else {
    yield JSON.stringify(data ?? null);
  }
}

/**
 * The text that `JSON.stringify` writes for plain data, in chunks. A long base64 string is a chunk of its own and is
 * not copied: the images of a creation have megabytes, and would be in memory twice.
 */
export function jsonChunks(data: unknown): string[] {
  const chunks = [''];
  for (const text of serialized(data)) {
    if (text.length >= MIN_CHUNK_LENGTH) chunks.push(text, '');
    else chunks.push(`${chunks.pop()}${text}`);
  }
  return chunks;
}

/** The same data with the properties of every object in order. */
function sortProperties(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(sortProperties);
  if (typeof data !== 'object' || data === null) return data;
  const properties = Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(properties.map(([name, value]) => [name, sortProperties(value)]));
}

/**
 * JSON with the properties of every object in order (the text of RFC 8785 for the data used here), so that equal data
 * has equal text however it was written. Returns chunks whose concatenation is the text, because the data may contain
 * images.
 */
export function canonicalJson(data: unknown): string[] {
  return jsonChunks(sortProperties(data));
}
