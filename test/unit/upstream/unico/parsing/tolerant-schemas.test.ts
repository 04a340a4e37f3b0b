import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  unknownValue,
  document,
  inEitherSpelling,
} from '../../../../../src/upstream/unico/parsing/tolerant-schemas.ts';

const shape = inEitherSpelling(z.object({ id: unknownValue, docId: unknownValue, cpfMatch: unknownValue }));

/** The same by spelling every name of an object in camel case, whether it is asked for or not. */
function readAll(value: object): Record<string, unknown> {
  const members: Record<string, unknown> = { id: null, docId: null, cpfMatch: null };
  for (const [name, member] of Object.entries(value)) {
    const camel = name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (!Object.hasOwn(members, camel)) continue;
    const known = members[camel] ?? member;
    members[camel] = known === (member ?? known) ? known : 'contradiction';
  }
  return members;
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

test('a member is read in both its spellings and no third one, and two that differ are a contradiction', () => {
  fc.assert(
    fc.property(object, (members) => {
      const json: unknown = JSON.parse(JSON.stringify(Object.fromEntries(members)));
      expect(shape.parse(json)).toEqual(readAll(json as object));
    }),
    { numRuns: 2_000 },
  );
});

test('a document that is no object has a check that can not be read', () => {
  const checks = document(z.object({ cpfMatch: unknownValue }));
  for (const json of ['x', 3, true, [], null]) {
    expect(checks.parse(json)).toEqual({ cpfMatch: 'not to be read' });
  }
});
