import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonChunks } from '../../../src/lib/json-chunks.ts';

const LONG = 'QUJD'.repeat(10_000);

/** Strings that are long enough for a chunk of their own; JSON escapes some of them. */
const LONG_TEXT = fc
  .constantFrom('', '"', '\\', '\n', '\0', '\u2028', '\ud800', 'é', '😀')
  .map((character) => `${LONG}${character}`);

/** Plain data; absent properties are `undefined`. */
const DATA = fc.letrec((tie) => ({
  data: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.boolean(), fc.constantFrom(null, undefined)),
    LONG_TEXT,
    fc.array(tie('data'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'binary' }), tie('data'), { maxKeys: 4 }),
  ),
})).data;

describe('jsonChunks', () => {
  test('the chunks are the text of JSON.stringify for any data', () => {
    fc.assert(
      fc.property(DATA, (data) => {
        // On its own, `undefined` is no JSON.
        expect(jsonChunks([data]).join('')).toBe(JSON.stringify([data]));
      }),
      { numRuns: 500 },
    );
  });

  test('each image is a chunk of its own, and all other text is in as few chunks as possible', () => {
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

  test('data without images is one chunk', () => {
    expect(jsonChunks({ code: '1', list: [], none: {} })).toEqual(['{"code":"1","list":[],"none":{}}']);
  });
});
