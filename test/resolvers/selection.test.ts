import { Kind, parse, type FieldNode, type FragmentDefinitionNode } from 'graphql';
import { expect, test } from 'vitest';
import { selectedFields, type SelectionInfo } from '../../src/resolvers/selection.ts';

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
  return { fieldNodes, fragments };
}

test.each([
  ['fields by their names, not their aliases', '{ process { key: id state } }', ['id', 'state']],
  ['fields of inline fragments', '{ process { ... on Process { id ... { state } } } }', ['id', 'state']],
  [
    'fields of named fragments',
    '{ process { ...A } } fragment A on Process { ...B } fragment B on Process { flow }',
    ['flow'],
  ],
  [
    'fields behind a fragment on the union',
    '{ process { ... on _Entity { ... on Process { state } } } }',
    ['state'],
  ],
  [
    'fields under conditions',
    '{ process { id @skip(if: true) state @include(if: false) } }',
    ['id', 'state'],
  ],
  ['fields of a field that is written twice', '{ process { id } process { state } }', ['id', 'state']],
  ['and not the fields below them', '{ process { verdict { decision } } }', ['verdict']],
  ['nothing of a fragment that is not there', '{ process { id ...Gone } }', ['id']],
])('%s are selected', (_, document, expected) => {
  expect([...selectedFields(infoOf(document))].toSorted()).toEqual(expected.toSorted());
});

test('the reading is kept for the document, and for no other', () => {
  const info = infoOf('{ process { id } }');
  expect(selectedFields(info)).toBe(selectedFields({ ...info }));
  expect(selectedFields(infoOf('{ process { id } }'))).not.toBe(selectedFields(info));
});
