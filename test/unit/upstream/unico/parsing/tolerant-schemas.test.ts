import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  unknownValue,
  document,
  inEitherSpelling,
} from '../../../../../src/upstream/unico/parsing/tolerant-schemas.ts';

const schema = inEitherSpelling(z.object({ id: unknownValue, docId: unknownValue, cpfMatch: unknownValue }));

/** A reference that converts every property name to camel case. */
function readAll(value: object): Record<string, unknown> {
  const properties: Record<string, unknown> = { id: null, docId: null, cpfMatch: null };
  for (const [name, property] of Object.entries(value)) {
    const camel = name.replaceAll(/_([a-z])/g, (_, character: string) => character.toUpperCase());
    if (!Object.hasOwn(properties, camel)) continue;
    const known = properties[camel] ?? property;
    properties[camel] = known === (property ?? known) ? known : 'contradiction';
  }
  return properties;
}

const names = [
  'id',
  'i_d',
  'docId',
  'doc_id',
  'doc__id',
  'doc_Id',
  '_doc_id',
  'Doc_id',
  'cpfMatch',
  'cpf_match',
];
const value = fc.constantFrom<unknown>(null, '', 0, false, true, 'x', {}, []);
const object = fc.uniqueArray(fc.tuple(fc.constantFrom(...names, '__proto__', 'more'), value), {
  selector: ([name]) => name,
});

test('a property is read in both spellings and no third one, and two different values are a contradiction', () => {
  fc.assert(
    fc.property(object, (properties) => {
      const json: unknown = JSON.parse(JSON.stringify(Object.fromEntries(properties)));
      expect(schema.parse(json)).toEqual(readAll(json as object));
    }),
    { numRuns: 2_000 },
  );
});

test('a document that is not an object has a check that cannot be read', () => {
  const checks = document(z.object({ cpfMatch: unknownValue }));
  for (const json of ['x', 3, true, [], null]) {
    expect(checks.parse(json)).toEqual({ cpfMatch: 'not readable' });
  }
});
