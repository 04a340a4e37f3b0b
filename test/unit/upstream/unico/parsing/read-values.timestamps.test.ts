import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  readDay,
  readLastDay,
  readTimestamp,
} from '../../../../../src/upstream/unico/parsing/read-values.ts';

/* Most dates are read by their form alone: the results must be those of JavaScript's own calendar. */

function isDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

function instantByCalendar(value: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}T/.test(value) || !isDay(value.slice(0, 10))) return null;
  const time = Date.parse(/(Z|[+-]\d{2}:?\d{2})$/i.test(value) ? value : `${value}Z`);
  // Up to the start of 1970 an instant is a zero value; after 9999 it has another form.
  return time > 0 && time < Date.UTC(10_000, 0) ? new Date(time).toISOString() : null;
}

function dayByCalendar(value: string): string | null {
  const printed = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(value);
  const day = printed === null ? value.slice(0, 10) : `${printed[3]}-${printed[2]}-${printed[1]}`;
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && isDay(day) && Number(day.slice(0, 4)) > 1 ? day : null;
}

/** A number with this many digits, from 0 to `max`. */
const upTo = (max: number, digits = 2): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max }).map((number) => String(number).padStart(digits, '0'));

const years = fc.oneof(upTo(9999, 4), fc.constantFrom('0000', '0001', '0002', '1969', '1970', '9999'));
const dayParts = fc.tuple(years, upTo(13), upTo(32));
const written = dayParts.map(([year, month, day]) => `${year}-${month}-${day}`);
const printed = dayParts.map(([year, month, day]) => `${day}/${month}/${year}`);
const fraction = fc.oneof(fc.constant(''), fc.stringMatching(/^[.,]\d{0,12}$/));
const zone = fc.oneof(
  { weight: 3, arbitrary: fc.constant('Z') },
  fc.constantFrom('', 'z', '+00:00', '-03:00', '+0530', '+24:00', ' Z', 'Z\n', 'X'),
);
const instant = fc
  .tuple(written, fc.constantFrom('T', 'T', 'T', 't', ' '), upTo(25), upTo(61), upTo(61), fraction, zone)
  .map(([day, t, hour, minute, second, ...rest]) => `${day}${t}${hour}:${minute}:${second}${rest.join('')}`);
const cut = instant.chain((whole) => fc.nat(whole.length).map((length) => whole.slice(0, length)));
const anything = fc.oneof({ weight: 4, arbitrary: instant }, written, printed, cut, fc.string());

test('readTimestamp returns the same as the calendar of JavaScript', () => {
  fc.assert(
    fc.property(anything, (value) => {
      expect(readTimestamp(value)).toBe(instantByCalendar(value));
    }),
    { numRuns: 20_000 },
  );
});

test('readDay returns the same as the calendar of JavaScript', () => {
  fc.assert(
    fc.property(anything, (value) => {
      expect(readDay(value)).toBe(dayByCalendar(value));
    }),
    { numRuns: 20_000 },
  );
});

/** The zero times of Go (in UTC and in the zone of São Paulo then), .NET, MySQL and protobuf, and instants near the last. */
const ZERO_TIMES = [
  '0001-01-01T00:00:00Z',
  '0001-01-01T00:00:00.000000Z',
  '0001-01-01T00:00:00',
  '0001-01-01T00:00:00-03:06',
  '0001-01-01T00:00:00+03:00',
  '0000-00-00T00:00:00Z',
  '1970-01-01T00:00:00Z',
  '1970-01-01T00:00:00.000Z',
  '1970-01-01T00:00:00.000000Z',
  '1970-01-01T00:00:00',
  '1970-01-01T03:00:00+03:00',
  '1969-12-31T21:00:00-03:00',
];

test.each(ZERO_TIMES)('the zero time %s is no instant of a process', (value) => {
  expect(readTimestamp(value)).toBeNull();
});

test.each(['0001-01-01', '01/01/0001', '0001-01-01T00:00:00Z', '0000-12-31T20:53:32-03:06', '0000-00-00'])(
  'the zero day %s is no day',
  (value) => {
    expect(readDay(value)).toBeNull();
    expect(readLastDay(value)).toBeNull();
  },
);

test.each(['1970-01-01', '01/01/1970', '1970-01-01T00:00:00Z'])(
  'a person may be born on %s, and no document in use ends then',
  (value) => {
    expect(readDay(value)).toBe('1970-01-01');
    expect(readLastDay(value)).toBeNull();
  },
);

test('the instants and days next to the zero values are read', () => {
  expect(readTimestamp('1970-01-01T00:00:00.001Z')).toBe('1970-01-01T00:00:00.001Z');
  expect(readDay('0002-01-01')).toBe('0002-01-01');
  expect(readLastDay('1970-01-02')).toBe('1970-01-02');
  expect(readLastDay('9999-12-31T00:00:00Z')).toBe('9999-12-31');
});

const IMPOSSIBLE_DAYS = ['2024-02-30', '2023-02-29', '2100-02-29', '2024-04-31', '2024-13-01', '2024-01-00'];
test.each(
  IMPOSSIBLE_DAYS.flatMap((day) =>
    ['T10:00:00Z', 'T10:00:00.123456Z', 'T10:00:00', 'T23:00:00-03:00'].map((time) => day + time),
  ),
)('the timestamp %s, whose day the calendar does not have, is no instant and no day', (value) => {
  expect(readTimestamp(value)).toBeNull();
  expect(readDay(value)).toBeNull();
});

describe('readDay of a day that not every month has', () => {
  test.each([
    ['2024-02-29', '2024-02-29'],
    ['2023-02-29', null],
    ['1900-02-29', null],
    ['30/04/2024', '2024-04-30'],
    ['31/04/2024', null],
  ])('the day of %s is %s', (value, day) => {
    expect(readDay(value)).toBe(day);
  });
});

test('a value that is not text is neither a timestamp nor a day', () => {
  expect(readTimestamp(null)).toBeNull();
  for (const value of [null, undefined, 20240101, true, {}, []]) expect(readDay(value)).toBeNull();
});
