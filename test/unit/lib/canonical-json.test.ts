import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../src/lib/canonical-json.ts';

const textOf = (value: unknown): string => canonicalJson(value).join('');

/** The same value with the members of its objects the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

describe('inputs are told apart by what they say, not by how they were written', () => {
  test('the order of members makes no difference, however deep', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(textOf(reversed(value))).toBe(textOf(value));
      }),
    );
  });

  test('nothing of a value is lost', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(textOf(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  const different: [string, unknown, unknown][] = [
    ['the order of a list', ['a', 'b'], ['b', 'a']],
    ['a number and its text', { a: 1 }, { a: '1' }],
    ['a member that is null and one that is not there', { a: null }, {}],
    ['a member in another place', { a: { b: 1 } }, { a: {}, b: 1 }],
    ['text that looks like two members', { a: '1","b":"2' }, { a: '1', b: '2' }],
    ['a capital letter', { a: 'k' }, { a: 'K' }],
  ];

  test.each(different)('%s makes a difference', (_, one, other) => {
    expect(textOf(one)).not.toBe(textOf(other));
  });
});
