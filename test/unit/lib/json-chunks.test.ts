import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonChunks } from '../../../src/lib/json-chunks.ts';

const LONG = 'QUJD'.repeat(10_000);

/** Texts that are long enough for a piece of their own, some of which JSON does not write as they are. */
const LONG_TEXT = fc
  .constantFrom('', '"', '\\', '\n', '\0', '\u2028', '\ud800', 'é', '😀')
  .map((letter) => `${LONG}${letter}`);

/** Plain data: what was not given is `undefined`. */
const DATA = fc.letrec((tie) => ({
  data: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.boolean(), fc.constantFrom(null, undefined)),
    LONG_TEXT,
    fc.array(tie('data'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'binary' }), tie('data'), { maxKeys: 4 }),
  ),
})).data;

describe('JSON in pieces', () => {
  test('is what JSON.stringify writes, whatever is written', () => {
    fc.assert(
      fc.property(DATA, (data) => {
        // On its own, `undefined` is no JSON.
        expect(jsonChunks([data]).join('')).toBe(JSON.stringify([data]));
      }),
      { numRuns: 500 },
    );
  });

  test('has each image in a piece of its own, and all else in as few as there can be', () => {
    const [face, other] = [`${LONG}AA==`, `${LONG}BBB=`];
    const data = { subject: { code: '1', name: 'Luke' }, imageBase64: face, references: [{ of: other }] };
    expect(jsonChunks(data)).toEqual([
      '{"subject":{"code":"1","name":"Luke"},"imageBase64":"',
      face,
      '","references":[{"of":"',
      other,
      '"}]}',
    ]);
  });

  test('is one piece where there is no image', () => {
    expect(jsonChunks({ code: '1', list: [], none: {} })).toEqual(['{"code":"1","list":[],"none":{}}']);
  });
});
