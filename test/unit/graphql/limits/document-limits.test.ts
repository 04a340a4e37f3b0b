import * as fc from 'fast-check';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { documentLimits } from '../../../../src/graphql/limits/document-limits.ts';
import {
  MAX_DEPTH,
  MAX_FIELDS,
  MAX_MUTATION_ROOTS,
  MAX_QUERY_ROOTS,
} from '../../../../src/graphql/limits/limits.ts';

const schema = buildSchema(`
  type Query { a: Query, b: Query, leaf: Int }
  type Mutation { a: Query, b: Query, leaf: Int }
`);

const complaints = (document: string): string[] =>
  validate(schema, parse(document), [documentLimits]).map(({ message }) => message);

const repeat = (count: number, text: string): string => Array.from({ length: count }, () => text).join(' ');

/** What a selection is made of. A fragment is spread by how far after the one that it stands in it comes. */
type Selection =
  | { kind: 'leaf' }
  | { kind: 'field'; below: Selection[] }
  | { kind: 'inline'; of: Selection[] }
  | { kind: 'spread'; further: number };

const { selections } = fc.letrec<{ selection: Selection; selections: Selection[] }>((tie) => ({
  selection: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant({ kind: 'leaf' as const }),
    fc.record({ kind: fc.constant('spread' as const), further: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constant('field' as const), below: tie('selections') }),
    fc.record({ kind: fc.constant('inline' as const), of: tie('selections') }),
  ),
  selections: fc.array(tie('selection'), { minLength: 1, maxLength: 6 }),
}));

/** The operation is the first of them, and what it leads to are the others. */
const documents = fc.array(selections, { minLength: 1, maxLength: 7 });

function write(all: Selection[][]): string {
  const text = (selection: Selection, at: number): string => {
    if (selection.kind === 'field') return `a { ${texts(selection.below, at)} }`;
    if (selection.kind === 'inline') return `... { ${texts(selection.of, at)} }`;
    if (selection.kind === 'leaf' || at + selection.further >= all.length) return 'leaf';
    return `...F${at + selection.further}`;
  };
  const texts = (some: Selection[], at: number): string => some.map((each) => text(each, at)).join(' ');
  const [operation = [], ...fragments] = all;
  const definitions = fragments.map((some, i) => `fragment F${i + 1} on Query { ${texts(some, i + 1)} }`);
  return [`{ ${texts(operation, 0)} }`, ...definitions].join('\n');
}

/** The same document with every fragment put where it is spread, as one who has all the time would count it. */
function writtenOut(all: Selection[][]): { depth: number; fields: number } {
  const count = (some: Selection[], at: number): { depth: number; fields: number } => {
    const counts = some.map((selection) => {
      if (selection.kind === 'inline') return count(selection.of, at);
      if (selection.kind === 'field') {
        const { depth, fields } = count(selection.below, at);
        return { depth: depth + 1, fields: fields + 1 };
      }
      const fragment = selection.kind === 'leaf' ? undefined : all[at + selection.further];
      if (selection.kind === 'leaf' || fragment === undefined) return { depth: 1, fields: 1 };
      return count(fragment, at + selection.further);
    });
    return {
      depth: Math.max(...counts.map(({ depth }) => depth)),
      fields: counts.reduce((sum, { fields }) => sum + fields, 0),
    };
  };
  return count(all[0] ?? [], 0);
}

test('depth and fields are those of the document with all its fragments written out', () => {
  const over = { depth: 0, fields: 0 };
  fc.assert(
    fc.property(documents, (all) => {
      const { depth, fields } = writtenOut(all);
      const told = complaints(write(all)).filter((message) => !message.includes('at the root'));
      const expected = [
        ...(depth > MAX_DEPTH ? [`expected at most ${MAX_DEPTH} levels of fields, got ${depth}`] : []),
        ...(fields > MAX_FIELDS
          ? [`expected at most ${MAX_FIELDS} fields with all fragments written out, got ${fields}`]
          : []),
      ];
      if (depth > MAX_DEPTH) over.depth += 1;
      if (fields > MAX_FIELDS) over.fields += 1;
      expect(told).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
  // The generator reaches both limits some thirty times in 2,000 documents; few hits would mean that it tests nothing.
  expect(over.depth).toBeGreaterThan(5);
  expect(over.fields).toBeGreaterThan(5);
});

test('fields at the root count where they stand, and those of a fragment once, however often it is spread', () => {
  const half = repeat(MAX_QUERY_ROOTS / 2, 'leaf');
  const fits = `{ ${half} ...F ...F ... { ...F } } fragment F on Query { ${half} }`;
  expect(complaints(fits)).toEqual([]);
  const more = `expected at most ${MAX_QUERY_ROOTS} fields at the root of a query, got ${MAX_QUERY_ROOTS + 1}`;
  expect(complaints(fits.replace('...F', 'leaf ...F'))).toEqual([more]);
});

test('each operation is looked at by itself, and a fragment that all use is no excuse', () => {
  const fragment = `fragment F on Mutation { ${repeat(MAX_MUTATION_ROOTS, 'leaf')} }`;
  const small = 'mutation Small { ...F }';
  const large = 'mutation Large { ...F leaf }';
  const query = `query Other { ${repeat(MAX_QUERY_ROOTS, 'leaf')} }`;
  expect(complaints(`${small} ${query} ${fragment}`)).toEqual([]);
  expect(complaints(`${small} ${large} ${query} ${fragment}`)).toEqual([
    `expected at most ${MAX_MUTATION_ROOTS} fields at the root of a mutation, got ${MAX_MUTATION_ROOTS + 1}`,
  ]);
});

test('introspection adds no depth, because it is bounded elsewhere, and its fields count', () => {
  const types = repeat(20, 'ofType {');
  const deep = `{ __schema { types { ${types} name ${'}'.repeat(20)} } } }`;
  expect(complaints(deep)).toEqual([]);
  expect(complaints(`{ ${repeat(MAX_FIELDS + 1, '__typename')} }`)).toContain(
    `expected at most ${MAX_FIELDS} fields with all fragments written out, got ${MAX_FIELDS + 1}`,
  );
});

test.each([
  ['leads back to itself', '{ ...A } fragment A on Query { a { ...A } ...A }'],
  ['leads back through others', '{ ...A } fragment A on Query { ...B } fragment B on Query { a { ...A } }'],
  ['is not there', '{ ...A }'],
])('a fragment that %s is looked at once, and left to the rule that refuses it', (_, document) => {
  expect(complaints(document)).toEqual([]);
});

test('fragments that double each other a thousand times over are counted, and not written out', () => {
  const doubling = Array.from(
    { length: 1_000 },
    (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`,
  );
  expect(complaints(`{ ...F0 } ${doubling.join(' ')} fragment F1000 on Query { leaf }`)).toEqual([
    `expected at most ${MAX_FIELDS} fields with all fragments written out, got ${2 ** 1_000}`,
  ]);
});
