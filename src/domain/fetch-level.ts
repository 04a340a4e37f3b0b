/**
 * What a question needs of a process, from the least to the most; each includes those before it:
 * - `key`: its id alone, which whoever asks has already
 * - `source`: the contract that holds it
 * - `summary`: what is not personal
 * - `personal`: the person, what was read from documents, addresses with a meaning of their own
 * - `signed-urls`: addresses of files, which live five minutes
 * - `sdk-token`: the journey's token, which is never kept
 */
export const FETCH_LEVELS = ['key', 'source', 'summary', 'personal', 'signed-urls', 'sdk-token'] as const;
export type FetchLevel = (typeof FETCH_LEVELS)[number];

/** Whether what was read for one need also answers another. */
export function covers(had: FetchLevel, needed: FetchLevel): boolean {
  return FETCH_LEVELS.indexOf(had) >= FETCH_LEVELS.indexOf(needed);
}

/** The greater of two needs. */
export function maxLevel(one: FetchLevel, other: FetchLevel): FetchLevel {
  return covers(one, other) ? one : other;
}
