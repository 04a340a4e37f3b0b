import { isCalendarDate } from '../../../lib/calendar-date.ts';
import { isJsonObject, type JsonObject } from '../../../lib/json-object.ts';

/* Readers of single values. Unico may add values to every enum (upstream.md §8): an unknown value is `UNKNOWN`. */

/** The domain's value for each value of Unico. */
type Vocabulary<Value extends string> = ReadonlyMap<string, Value>;

/** Whether a value says nothing: absent, `null` or empty text. */
export function isAbsent(value: unknown): value is null | undefined | '' {
  return value === null || value === undefined || value === '';
}

/**
 * Reads an enum value of idcloud, such as `LIVENESS_RESULT_LIVE`. Some pages omit the prefix (upstream.md §S0), so it
 * may be missing. Absent and `*_UNSPECIFIED` are `null`, which means not evaluated.
 */
export function readPrefixedEnum<Value extends string>(
  value: unknown,
  prefix: string,
  vocabulary: Vocabulary<Value>,
): Value | 'UNKNOWN' | null {
  if (isAbsent(value)) return null;
  if (typeof value !== 'string') return 'UNKNOWN';
  const name = value.startsWith(prefix) ? value.slice(prefix.length) : value;
  return name === 'UNSPECIFIED' ? null : (vocabulary.get(name) ?? 'UNKNOWN');
}

/** Reads an enum value of processes/v1, such as `yes`; older keys write `Yes` (upstream.md §5.3). Absent is `null`. */
export function readEnum<Value extends string>(
  value: unknown,
  vocabulary: Vocabulary<Value>,
): Value | 'UNKNOWN' | null {
  if (isAbsent(value)) return null;
  if (typeof value !== 'string') return 'UNKNOWN';
  return vocabulary.get(value.toLowerCase()) ?? 'UNKNOWN';
}

/** A decimal number in text; 15 digits are exact in a number. */
const DECIMAL = /^-?\d{1,15}(?:\.\d{1,15})?$/;

/** Reads a number that may come as decimal text: `null` when absent, `NaN` for any other value. */
export function readNumber(value: unknown): number | null {
  if (isAbsent(value)) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : Number.NaN;
  return typeof value === 'string' && DECIMAL.test(value) ? Number(value) : Number.NaN;
}

/** Reads a part of a response that should be an object: `null` when absent, `UNKNOWN` for any other value. */
export function readObject(value: unknown): JsonObject | 'UNKNOWN' | null {
  if (isAbsent(value)) return null;
  return isJsonObject(value) ? value : 'UNKNOWN';
}

/** Reads a check that is `true` or `false`: `null` when absent, `UNKNOWN` for any other value. */
export function readCheck(value: unknown): boolean | 'UNKNOWN' | null {
  if (isAbsent(value)) return null;
  return typeof value === 'boolean' ? value : 'UNKNOWN';
}

/** A day that every month has, so that no calendar check is needed. */
const DAY = /\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])/.source;
const PLAIN_DAY = new RegExp(`^${DAY}$`);

/** A timestamp of such a day in UTC, as Unico writes them, with its milliseconds as a group. */
const PLAIN_INSTANT = new RegExp(`^(${DAY}T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d)(?:(\\.\\d{3})\\d{0,6})?Z$`);

/*
 * A program that has no date may write its zero value: Go year 1, protobuf 1970. Neither is a date (upstream.md §4.4).
 * ISO 8601 text of one form is compared as text.
 */

/** The zero value of protobuf. No process and no expiry of a document in use is as old as this. */
const EPOCH_INSTANT = '1970-01-01T00:00:00.000Z';
const EPOCH_DAY = '1970-01-01';
/** The end of the year of Go's zero time. */
const LAST_ZERO_DAY = '0001-12-31';

/** Converts a timestamp of another form than Unico's usual one; `null` for other text. */
function readOtherTimestamp(value: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}T/.test(value) || !isCalendarDate(value.slice(0, 10))) return null;
  // `Date.parse` would read a timestamp without a zone in the server's own zone; Unico's are UTC.
  const time = Date.parse(/(Z|[+-]\d{2}:?\d{2})$/i.test(value) ? value : `${value}Z`);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

/**
 * Converts a timestamp of a process, which may have microseconds (`2024-12-23T13:23:49.540865Z`, upstream.md §4.4), to
 * ISO 8601 in UTC with milliseconds. `null` for other text, for a day that the calendar does not have, and for a zero
 * value (1970 and before).
 */
export function readTimestamp(value: string | null): string | null {
  if (value === null) return null;
  const plain = PLAIN_INSTANT.exec(value);
  const instant = plain === null ? readOtherTimestamp(value) : `${plain[1]}${plain[2] ?? '.000'}Z`;
  // The sign of a year that has more than four digits sorts before every digit.
  return instant !== null && instant > EPOCH_INSTANT ? instant : null;
}

/**
 * The day of a timestamp or date as `YYYY-MM-DD`; also of `dd/mm/yyyy`, which older documents print. `null` for other
 * values, for a day that the calendar does not have, and for a zero value (year 1 and before): a person may be born in
 * 1970.
 */
export function readDay(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const printed = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(value);
  const day = printed === null ? value.slice(0, 10) : `${printed[3]}-${printed[2]}-${printed[1]}`;
  return (PLAIN_DAY.test(day) || isCalendarDate(day)) && day > LAST_ZERO_DAY ? day : null;
}

/** The same for the last day of a document, where 1970-01-01 is a zero value too: the document has no last day. */
export function readLastDay(value: unknown): string | null {
  const day = readDay(value);
  return day !== null && day > EPOCH_DAY ? day : null;
}

/** Reads text or a number, such as the number of a document, as text; `null` for blank text and other values. */
export function readText(value: unknown): string | null {
  if (typeof value === 'string') return value.trim() === '' ? null : value.trim();
  return Number.isSafeInteger(value) ? String(value) : null;
}

/** A CPF has eleven digits; JSON numbers have no leading zeros. */
const CPF_DIGITS = 11;

/** Reads a CPF as digits alone: printed ones have punctuation of several kinds. `null` where there are no digits. */
export function readCpf(value: unknown): string | null {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && value > 0 ? String(value).padStart(CPF_DIGITS, '0') : null;
  }
  const digits = typeof value === 'string' ? value.replaceAll(/\D/g, '') : '';
  return digits === '' ? null : digits;
}
