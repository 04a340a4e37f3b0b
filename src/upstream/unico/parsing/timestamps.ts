import { isCalendarDate } from '../../../lib/calendar-date.ts';

/** A day that every month has, so that no calendar check is needed. */
const DAY = /\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])/.source;
const PLAIN_DAY = new RegExp(`^${DAY}$`);

/** A timestamp of such a day in UTC, as Unico writes them, with its milliseconds as a group. */
const PLAIN_INSTANT = new RegExp(`^(${DAY}T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d)(?:(\\.\\d{3})\\d{0,6})?Z$`);

/**
 * Converts a timestamp of Unico, which may have microseconds (`2024-12-23T13:23:49.540865Z`, upstream.md §4.4), to ISO
 * 8601 in UTC with milliseconds. `null` for other text.
 */
export function readTimestamp(value: string | null): string | null {
  if (value === null) return null;
  const plain = PLAIN_INSTANT.exec(value);
  if (plain !== null) return `${plain[1]}${plain[2] ?? '.000'}Z`;
  if (!/^\d{4}-\d{2}-\d{2}T/.test(value)) return null;
  // `Date.parse` would read a timestamp without a zone in the server's own zone; Unico's are UTC.
  const time = Date.parse(/(Z|[+-]\d{2}:?\d{2})$/i.test(value) ? value : `${value}Z`);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

/**
 * The day of a timestamp or date as `YYYY-MM-DD`; also of `dd/mm/yyyy`, which older documents print. `null` for other
 * values.
 */
export function readDay(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const printed = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(value);
  const day = printed === null ? value.slice(0, 10) : `${printed[3]}-${printed[2]}-${printed[1]}`;
  return PLAIN_DAY.test(day) || isCalendarDate(day) ? day : null;
}
