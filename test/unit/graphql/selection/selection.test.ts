import { Kind, parse, type FieldNode, type FragmentDefinitionNode } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { FetchLevel } from '../../../../src/domain/fetch-level.ts';
import { ALL_SCOPES_CALLER, scopesAmong } from '../../../../src/domain/caller.ts';
import { createSubgraphSchema } from '../../../../src/graphql/schema/subgraph-schema.ts';
import { selectionOf, type SelectionInfo } from '../../../../src/graphql/selection/selection.ts';

const schema = await createSubgraphSchema();

const selectedFields = (info: SelectionInfo): ReadonlySet<string> =>
  selectionOf(info, ALL_SCOPES_CALLER.scopes).fields;
const levelOf = (info: SelectionInfo): FetchLevel => selectionOf(info, ALL_SCOPES_CALLER.scopes).level;

/** Where `Query.process` is in a response. */
const QUERIED = { prev: undefined, key: 'process', typename: 'Query' };

/** The selection below the root fields of a document's first operation. */
function infoOf(document: string, variableValues: Record<string, unknown> = {}): SelectionInfo {
  const { definitions } = parse(document);
  const fragments: Record<string, FragmentDefinitionNode> = {};
  let fieldNodes: FieldNode[] = [];
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
    if (definition.kind === Kind.OPERATION_DEFINITION) {
      fieldNodes = definition.selectionSet.selections.filter((node) => node.kind === Kind.FIELD);
    }
  }
  return { fieldNodes, fragments, path: QUERIED, schema, variableValues };
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
    'no fields that @skip or @include leaves out',
    '{ process { id @skip(if: true) state @include(if: false) flow @skip(if: false) purpose @include(if: true) } }',
    ['flow', 'purpose'],
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
    ['key', 'its token, which is skipped', '{ process { id sdkToken @skip(if: true) } }'],
    ['key', 'its token, which is not included', '{ process { id sdkToken @include(if: false) } }'],
    [
      'key',
      'its token in a fragment that is not included',
      '{ process { ... @include(if: false) { sdkToken } } }',
    ],
    [
      'key',
      'its token in a named fragment that is not included',
      '{ process { ...T @include(if: false) } } fragment T on Process { sdkToken }',
    ],
    [
      'sdk-token',
      'its token in a fragment that is included once and once not',
      '{ process { ...T @include(if: false) ...T @skip(if: false) } } fragment T on Process { sdkToken }',
    ],
    [
      'sdk-token',
      'its token, which is skipped once and once not',
      '{ process { sdkToken @skip(if: true) sdkToken } }',
    ],
    [
      'summary',
      'contents of its documents that are skipped',
      '{ process { documents { id cpf @skip(if: true) } } }',
    ],
    [
      'key',
      'an entity in a fragment that is not included',
      '{ _entities { ... on Process @include(if: false) { sdkToken } __typename } }',
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

  const conditional = `{ process { state sdkToken @include(if: $token) ...P @skip(if: $short) } }
    fragment P on Process { person { friendlyName @include(if: $named) } }`;

  test.each<[FetchLevel, string, Record<string, unknown>]>([
    ['summary', 'both are left out', { token: false, short: true, named: true }],
    ['sdk-token', 'the token is included', { token: true, short: true, named: false }],
    ['personal', 'the fragment is not skipped', { token: false, short: false, named: true }],
    [
      'summary',
      'the fragment is not skipped, but its field is',
      { token: false, short: false, named: false },
    ],
    ['sdk-token', 'no variable has a value, which GraphQL reports', {}],
    ['sdk-token', 'the variables are null, which GraphQL reports', { token: null, short: null, named: null }],
  ])('the level is %s where variables decide: %s', (expected, _, variables) => {
    expect(levelOf(infoOf(conditional, variables))).toBe(expected);
  });

  test('a selection that variables decide is read for each operation, and once in an operation', () => {
    const document = infoOf(conditional);
    const operation = { ...document, variableValues: { token: true, short: true } };
    const another = { ...document, variableValues: { token: false, short: true } };
    expect([operation, another, operation].map(levelOf)).toEqual(['sdk-token', 'summary', 'sdk-token']);
    expect(selectedFields({ ...operation })).toBe(selectedFields(operation));
    expect(selectedFields(another)).not.toBe(selectedFields(operation));
  });

  test('a selection that variables decide is read separately for each set of scopes', () => {
    const info = infoOf(conditional, { token: true, short: true });
    expect(selectionOf(info, scopesAmong(['identity:read'])).level).toBe('summary');
    expect(levelOf(info)).toBe('sdk-token');
  });

  test('a token that a caller may read of its own creation alone is read in a payload and in no query', () => {
    const creator = scopesAmong(['identity:read', 'identity:write']);
    const levelAt = (typename: string): FetchLevel => {
      const path = {
        prev: { prev: undefined, key: 'createProcess', typename },
        key: 'process',
        typename: '',
      };
      return selectionOf({ ...infoOf('{ process { state sdkToken } }'), path }, creator).level;
    };
    expect(levelAt('Mutation')).toBe('sdk-token');
    expect(levelAt('Query')).toBe('summary');
    expect(levelAt('ProcessReference')).toBe('summary');
  });

  test('two fields of one document have a level each, and one together where they are merged', () => {
    const [small, large] = ['{ process { id } }', '{ process { sdkToken } }'].map((document) =>
      infoOf(document),
    );
    const { fragments } = infoOf('{ id }');
    const both = [small, large].flatMap((info) => info?.fieldNodes ?? []);
    expect(
      both.map((node) =>
        levelOf({ fieldNodes: [node], fragments, path: QUERIED, schema, variableValues: {} }),
      ),
    ).toEqual(['key', 'sdk-token']);
    expect(levelOf({ fieldNodes: both, fragments, path: QUERIED, schema, variableValues: {} })).toBe(
      'sdk-token',
    );
    expect(
      both.map((node) =>
        levelOf({ fieldNodes: [node], fragments, path: QUERIED, schema, variableValues: {} }),
      ),
    ).toEqual(['key', 'sdk-token']);
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
