import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../src/lib/json-chunks.ts';

const textOf = (value: unknown): string => canonicalJson(value).join('');

/** The same value with the properties of its objects in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, property]) => [name, reversed(property)]),
  );
}

describe('canonicalJson', () => {
  test('canonical JSON does not depend on the order of properties at any depth', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(textOf(reversed(value))).toBe(textOf(value));
      }),
    );
  });

  test('canonical JSON contains the whole value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(textOf(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  const different: [string, unknown, unknown][] = [
    ['the order of a list', ['a', 'b'], ['b', 'a']],
    ['a number and its text', { a: 1 }, { a: '1' }],
    ['a property that is null and an absent one', { a: null }, {}],
    ['a property in another object', { a: { b: 1 } }, { a: {}, b: 1 }],
    ['text that looks like two properties', { a: '1","b":"2' }, { a: '1', b: '2' }],
    ['a capital letter', { a: 'k' }, { a: 'K' }],
  ];

  test.each(different)('canonical JSON differs for %s', (_case, value, other) => {
    expect(textOf(value)).not.toBe(textOf(other));
  });
});
