/** The longest wait that is believed, in seconds: an hour. A larger one is a mistake, or hostile. */
const LONGEST_WAIT = 3_600;

/**
 * Reads a Retry-After header (RFC 9110: seconds, or an HTTP date) into whole seconds from `now` (ms since the
 * epoch), at least 1. `undefined` where there is none that makes sense.
 */
export function readRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - now) / 1000;
  if (Number.isNaN(seconds)) return undefined;
  return Math.min(Math.max(Math.ceil(seconds), 1), LONGEST_WAIT);
}
