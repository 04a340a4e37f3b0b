/**
 * How far a process is read, from the least to the most; each level includes the levels before it:
 * - `key`: its id alone, which the caller has
 * - `source`: the contract that holds it
 * - `summary`: everything that is not personal
 * - `personal`: the person, the contents of documents, the links of the journey
 * - `signed-urls`: the URLs of files, which expire after five minutes
 * - `sdk-token`: the journey's token, which is never cached
 */
export const FETCH_LEVELS = ['key', 'source', 'summary', 'personal', 'signed-urls', 'sdk-token'] as const;
/** How far a process is read. */
export type FetchLevel = (typeof FETCH_LEVELS)[number];

/** Whether a process that was read up to `available` has everything of the level `required`. */
export function covers(available: FetchLevel, required: FetchLevel): boolean {
  return FETCH_LEVELS.indexOf(available) >= FETCH_LEVELS.indexOf(required);
}

/** The higher of two levels. */
export function maxLevel(a: FetchLevel, b: FetchLevel): FetchLevel {
  return covers(a, b) ? a : b;
}
