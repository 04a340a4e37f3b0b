import { jsonChunks } from './json-chunks.ts';

/** The same data with the members of every object in order. */
function inOrder(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(inOrder);
  if (typeof data !== 'object' || data === null) return data;
  const members = Object.entries(data).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, inOrder(member)]));
}

/**
 * JSON with the members of every object in order, so that equal data have equal texts however they were written. In
 * pieces, because data may have images.
 */
export function canonicalJson(data: unknown): string[] {
  return jsonChunks(inOrder(data));
}
