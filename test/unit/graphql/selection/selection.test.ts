import { Kind, parse, type FieldNode, type FragmentDefinitionNode } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { FetchLevel } from '../../../../src/domain/fetch-level.ts';
import { ALL_SCOPES_CALLER } from '../../../../src/domain/caller.ts';
import { createSubgraphSchema } from '../../../../src/graphql/schema/subgraph-schema.ts';
import { selectionOf, type SelectionInfo } from '../../../../src/graphql/selection/selection.ts';

const schema = await createSubgraphSchema();

const selectedFields = (info: SelectionInfo): ReadonlySet<string> =>
  selectionOf(info, ALL_SCOPES_CALLER.scopes).fields;
const levelOf = (info: SelectionInfo): FetchLevel => selectionOf(info, ALL_SCOPES_CALLER.scopes).level;

/** The selection below the root fields of a document's first operation. */
function infoOf(document: string): SelectionInfo {
  const { definitions } = parse(document);
  const fragments: Record<string, FragmentDefinitionNode> = {};
  let fieldNodes: FieldNode[] = [];
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
    if (definition.kind === Kind.OPERATION_DEFINITION) {
      fieldNodes = definition.selectionSet.selections.filter((node) => node.kind === Kind.FIELD);
    }
  }
  return { fieldNodes, fragments, schema };
}

test.each([
  ['the fields by their names, not their aliases', '{ process { key: id state } }', ['id', 'state']],
  ['the fields of inline fragments', '{ process { ... on Process { id ... { state } } } }', ['id', 'state']],
  [
    'the fields of named fragments',
    '{ process { ...A } } fragment A on Process { ...B } fragment B on Process { flow }',
    ['flow'],
  ],
  [
    'the fields behind a fragment on the union',
    '{ process { ... on _Entity { ... on Process { state } } } }',
    ['state'],
  ],
  [
    'the fields under @skip and @include',
    '{ process { id @skip(if: true) state @include(if: false) } }',
    ['id', 'state'],
  ],
  ['the fields of a field that is written twice', '{ process { id } process { state } }', ['id', 'state']],
  ['no fields of nested types', '{ process { verdict { decision } } }', ['verdict']],
  ['no fields of a fragment that does not exist', '{ process { id ...Gone } }', ['id']],
])('a selection of a process has %s', (_, document, expected) => {
  expect([...selectedFields(infoOf(document))].toSorted()).toEqual(expected.toSorted());
});

test('a selection is read once for a document, and separately for each document', () => {
  const info = infoOf('{ process { id } }');
  expect(selectedFields(info)).toBe(selectedFields({ ...info }));
  expect(selectedFields(infoOf('{ process { id } }'))).not.toBe(selectedFields(info));
});

describe('selectionOf', () => {
  const levels: [FetchLevel, string, string][] = [
    ['key', 'its id', '{ process { id } }'],
    ['key', 'its id under another name', '{ process { sdkToken: id person: __typename } }'],
    ['key', 'nothing', '{ process }'],
    ['key', 'a fragment that does not exist', '{ process { ...Gone } }'],
    [
      'key',
      'fields of other types, whatever they are called',
      '{ process { constructor toString { name } } }',
    ],
    ['source', 'its key', '{ process { id source } }'],
    ['summary', 'its state', '{ process { id source state } }'],
    ['summary', 'its verdict with everything below', '{ process { verdict { decision reasons { code } } } }'],
    ['summary', 'its documents without their contents', '{ process { documents { id validated } } }'],
    ['summary', 'how many documents there are', '{ process { documents { __typename } } }'],
    ['summary', 'its services', '{ process { services { envelopeId } } }'],
    [
      'summary',
      'the token of the process that it was compared with, which is read for itself',
      '{ process { reference { process { sdkToken person { duiValue } } } } }',
    ],
    ['personal', 'its person', '{ process { state person { friendlyName } } }'],
    ['personal', 'documents of its person', '{ process { reusableDocuments(type: BR_RG) { documentId } } }'],
    ['personal', 'contents of its documents', '{ process { documents { id } documents { cpf } } }'],
    ['personal', 'contents of documents of its services', '{ process { services { documents { data } } } }'],
    ['signed-urls', 'signed URLs of documents', '{ process { documents { signedUrl number } } }'],
    [
      'signed-urls',
      'the expiry of signed URLs',
      '{ process { services { documents { signedUrlExpiresAt } } } }',
    ],
    ['sdk-token', 'its token', '{ process { sdkToken documents { signedUrl } } }'],
    ['sdk-token', 'its token under another name', '{ process { id: sdkToken } }'],
    ['sdk-token', 'its token, if it is not skipped', '{ process { id sdkToken @skip(if: true) } }'],
    [
      'sdk-token',
      'its token, if a fragment is included',
      '{ process { ... @include(if: false) { sdkToken } } }',
    ],
    ['sdk-token', 'its token, where a field is written twice', '{ process { id } process { sdkToken } }'],
    ['sdk-token', 'its token, as an entity', '{ _entities { __typename ... on Process { sdkToken } } }'],
    [
      'sdk-token',
      'its token, as an entity behind a fragment on the union',
      '{ _entities { ...E } } fragment E on _Entity { ... on Process { ...P } } fragment P on Process { sdkToken }',
    ],
    [
      'personal',
      'contents of documents in fragments of fragments',
      `{ process { ...P } } fragment P on Process { documents { ...D } services { documents { id } } }
       fragment D on Document { ... { ...E } } fragment E on Document { holderName }`,
    ],
    [
      'personal',
      'one fragment in two places',
      `{ process { services { documents { id ...D } } documents { ...D } } } fragment D on Document { cpf }`,
    ],
  ];

  test.each(levels)('the level is %s for a selection of %s', (expected, _, document) => {
    expect(levelOf(infoOf(document))).toBe(expected);
  });

  test('two fields of one document have a level each, and one together where they are merged', () => {
    const [small, large] = ['{ process { id } }', '{ process { sdkToken } }'].map(infoOf);
    const { fragments } = infoOf('{ id }');
    const both = [small, large].flatMap((info) => info?.fieldNodes ?? []);
    expect(both.map((node) => levelOf({ fieldNodes: [node], fragments, schema }))).toEqual([
      'key',
      'sdk-token',
    ]);
    expect(levelOf({ fieldNodes: both, fragments, schema })).toBe('sdk-token');
    expect(both.map((node) => levelOf({ fieldNodes: [node], fragments, schema }))).toEqual([
      'key',
      'sdk-token',
    ]);
  });
});

/** The same selection, and how often a fragment was entered to read it. */
function counted(info: SelectionInfo): SelectionInfo & { entered(): number } {
  let entered = 0;
  const fragments = new Proxy(info.fragments, {
    get(target, name) {
      entered += 1;
      return Reflect.get(target, name) as FragmentDefinitionNode | undefined;
    },
  });
  return { ...info, fragments, entered: () => entered };
}

/** Fragments on a type that spread the next one twice each; the last has a field. */
function doubling(name: string, type: string, levels: number, field: string): string {
  const spreads = Array.from(
    { length: levels },
    (_, i) => `fragment ${name}${i} on ${type} { ...${name}${i + 1} ...${name}${i + 1} }`,
  );
  return [...spreads, `fragment ${name}${levels} on ${type} { ${field} }`].join(' ');
}

function times(count: number, text: string): string {
  return Array.from({ length: count }, () => text).join(' ');
}

describe('a selection that is designed to take long to read', () => {
  const documents: [string, FetchLevel, string][] = [
    [
      'fragments that spread each other twice, 25 levels deep',
      'sdk-token',
      `{ process { ...P0 } } ${doubling('P', 'Process', 25, 'sdkToken')}`,
    ],
    [
      'fragments that spread each other twice, in documents of services',
      'personal',
      `{ process { services { ...S0 } } } ${doubling('S', 'Service', 25, 'documents { ...D0 }')}
       ${doubling('D', 'Document', 25, 'cpf')}`,
    ],
    [
      'fragments that lead back to themselves',
      'personal',
      '{ process { ...A } } fragment A on Process { ...B ...A } fragment B on Process { ...A person { duiValue } }',
    ],
    [
      'one field a hundred times, each with a fragment that has another a hundred times',
      'personal',
      `{ process { ${times(100, 'services { ...S }')} } }
       fragment S on Service { ${times(100, 'documents { ...D }')} } fragment D on Document { id cpf }`,
    ],
  ];

  test.each(documents)(
    'a hostile selection is read in a number of steps linear in its length: %s',
    (_, level, document) => {
      const info = counted(infoOf(document));
      expect(levelOf(info)).toBe(level);
      const spreads = document.split('...').length - 1;
      // Each type that a level is read from may look at each spread, and so do the names of fields.
      expect(info.entered()).toBeLessThanOrEqual(4 * spreads);
    },
  );
});
