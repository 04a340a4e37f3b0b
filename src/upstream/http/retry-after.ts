/** The longest wait that is accepted, in seconds: an hour. A longer one is a mistake, or hostile. */
const MAX_WAIT_SECONDS = 3_600;

/** `Date.parse` reads other text too, such as `12.5`, as a date that its author did not mean. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;

/** Without a usable time in the header, Unico's advice is to start with one second (upstream.md §2). */
const DEFAULT_WAIT_SECONDS = 1;

/**
 * Reads a Retry-After header (RFC 9110: seconds, or an HTTP date). `now` is in ms since the epoch. Returns whole seconds from
 * `now`, 1 to 3600; 1 for a header that is absent or cannot be read.
 */
export function readRetryAfter(header: string | null, now: number): number {
  const text = header?.trim() ?? '';
  const seconds = /^\d+$/.test(text)
    ? Number(text)
    : HTTP_DATE.test(text)
      ? (Date.parse(text) - now) / 1000
      : NaN;
  if (Number.isNaN(seconds)) return DEFAULT_WAIT_SECONDS;
  return Math.min(Math.max(Math.ceil(seconds), 1), MAX_WAIT_SECONDS);
}
