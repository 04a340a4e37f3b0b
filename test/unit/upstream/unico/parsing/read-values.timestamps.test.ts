import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDay, readTimestamp } from '../../../../../src/upstream/unico/parsing/read-values.ts';

/* Most dates are read by their form alone: the results must be those of JavaScript's own calendar. */

function instantByCalendar(value: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}T/.test(value)) return null;
  const time = Date.parse(/(Z|[+-]\d{2}:?\d{2})$/i.test(value) ? value : `${value}Z`);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

function dayByCalendar(value: string): string | null {
  const printed = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(value);
  const day = printed === null ? value.slice(0, 10) : `${printed[3]}-${printed[2]}-${printed[1]}`;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day) ? day : null;
}

/** A number with this many digits, from 0 to `max`. */
const upTo = (max: number, digits = 2): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max }).map((number) => String(number).padStart(digits, '0'));

const dayParts = fc.tuple(upTo(9999, 4), upTo(13), upTo(32));
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
