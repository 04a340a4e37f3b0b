import { getNamedType, isObjectType, type GraphQLField } from 'graphql';
import { describe, expect, test } from 'vitest';
import { covers } from '../../../../src/domain/fetch-level.ts';
import { policyOf } from '../../../../src/graphql/schema/field-policy.ts';
import { createSubgraphSchema } from '../../../../src/graphql/schema/subgraph-schema.ts';
import { PART_FIELDS, requiredLevel } from '../../../../src/graphql/selection/fetch-levels.ts';

const schema = await createSubgraphSchema();

function fieldsOf(typeName: string): GraphQLField<unknown, unknown>[] {
  const type = schema.getType(typeName);
  return isObjectType(type) ? Object.values(type.getFields()) : [];
}

/** The names of `Process` and of every object type below it. */
function typesBelow(typeName: string, found = new Set<string>()): Set<string> {
  if (found.has(typeName) || fieldsOf(typeName).length === 0) return found;
  found.add(typeName);
  for (const field of fieldsOf(typeName)) typesBelow(getNamedType(field.type).name, found);
  return found;
}

/** What is read from `Process.reusableDocuments` is looked up separately. */
const TYPES = [...typesBelow('Process')].filter((name) => name !== 'ReusableDocument');

/** The fields of a type whose level fits, as `Type.field`. */
function fieldsAt(isAt: (level: ReturnType<typeof requiredLevel>) => boolean): string[] {
  return TYPES.flatMap((type) =>
    fieldsOf(type).flatMap(({ name }) => (isAt(requiredLevel(type, name)) ? [`${type}.${name}`] : [])),
  ).toSorted();
}

const PART_FIELD_NAMES = Object.entries(PART_FIELDS).flatMap(([type, fields]) =>
  Object.keys(fields).map((field) => `${type}.${field}`),
);

test('the types of a process are those that the schema has below it', () => {
  expect(TYPES.toSorted()).toEqual([
    'Company',
    'Document',
    'Person',
    'Process',
    'ProcessReference',
    'RiskScore',
    'Serpro',
    'Service',
    'Verdict',
    'VerdictReason',
  ]);
});

describe('requiredLevel', () => {
  test('every field that is read from a part is a field of the schema', () => {
    expect(fieldsAt((level) => !covers('summary', level))).toEqual(PART_FIELD_NAMES.toSorted());
  });

  test('no personal field is answered by what is cached for days', () => {
    const personal = TYPES.flatMap((type) =>
      fieldsOf(type).flatMap((field) => (policyOf(field).personal ? [`${type}.${field.name}`] : [])),
    );
    expect(personal.length).toBeGreaterThan(10);
    expect(personal.filter((name) => !PART_FIELD_NAMES.includes(name))).toEqual([]);
  });

  test('only the id of a process needs nothing at all, and only its source less than the summary', () => {
    expect(fieldsAt((level) => level === 'key')).toEqual(['Process.id']);
    expect(fieldsAt((level) => level === 'source')).toEqual(['Process.source']);
  });
});
