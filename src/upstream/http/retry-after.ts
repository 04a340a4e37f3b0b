/**
 * The longest wait that Unico can impose, in seconds. A quota of requests a second is free again within a second, and a
 * longer wait is a mistake or an attack: after this time Unico is asked again.
 */
export const MAX_WAIT_SECONDS = 60;

/** How an HTTP date begins. `Date.parse` alone would also read other text as a date, such as `12.5`. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;

/** Without a usable time in the header, Unico's advice is to start with one second (upstream.md §2). */
const DEFAULT_WAIT_SECONDS = 1;

/**
 * Reads a Retry-After header (RFC 9110: seconds, or an HTTP date). `now` is in ms since the epoch. Returns whole
 * seconds from `now`, 1 to 60; 1 for a header that is absent or cannot be read.
 */
export function readRetryAfter(header: string | null, now: number): number {
  const seconds = readSeconds(header?.trim() ?? '', now);
  if (Number.isNaN(seconds)) return DEFAULT_WAIT_SECONDS;
  return Math.min(Math.max(Math.ceil(seconds), 1), MAX_WAIT_SECONDS);
}

function readSeconds(text: string, now: number): number {
  if (/^\d+$/.test(text)) return Number(text);
  return HTTP_DATE.test(text) ? (Date.parse(text) - now) / 1000 : NaN;
}
