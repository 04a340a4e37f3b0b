import { jsonChunks } from './json-chunks.ts';

/** The same data with the properties of every object in order. */
function sortProperties(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(sortProperties);
  if (typeof data !== 'object' || data === null) return data;
  const properties = Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(properties.map(([name, value]) => [name, sortProperties(value)]));
}

/**
 * JSON with the properties of every object in order (the text of RFC 8785 for the data used here), so that equal data has equal
 * text however it was written. Returns chunks whose concatenation is the text, because the data may contain images.
 */
export function canonicalJson(data: unknown): string[] {
  return jsonChunks(sortProperties(data));
}
