/** The longest wait that is believed, in seconds: an hour. A larger one is a mistake, or hostile. */
const MAX_WAIT = 3_600;

/** What a parser of dates would make of other text, such as `12.5`, is not what its writer meant. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;

/** Where Unico names no time that makes sense, the advice is to begin with one second (upstream.md §2). */
const DEFAULT_WAIT = 1;

/**
 * Reads a Retry-After header (RFC 9110: seconds, or an HTTP date) into whole seconds from `now` (ms since the
 * epoch), at least 1.
 */
export function readRetryAfter(header: string | null, now: number): number {
  const text = header?.trim() ?? '';
  const seconds = /^\d+$/.test(text)
    ? Number(text)
    : HTTP_DATE.test(text)
      ? (Date.parse(text) - now) / 1000
      : NaN;
  if (Number.isNaN(seconds)) return DEFAULT_WAIT;
  return Math.min(Math.max(Math.ceil(seconds), 1), MAX_WAIT);
}
