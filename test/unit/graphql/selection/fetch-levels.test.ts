import { isObjectType, type GraphQLField } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createSubgraphSchema } from '../../../../src/graphql/schema/subgraph-schema.ts';
import { covers, FETCH_LEVELS } from '../../../../src/domain/fetch-level.ts';
import { policyOf } from '../../../../src/graphql/schema/field-policy.ts';
import { PROCESS_FIELD_LEVELS, type FieldLevels } from '../../../../src/graphql/selection/fetch-levels.ts';

const schema = await createSubgraphSchema();
const TABLES: [string, FieldLevels][] = Object.entries(PROCESS_FIELD_LEVELS);

function fieldsOf(name: string): GraphQLField<unknown, unknown>[] {
  const type = schema.getType(name);
  return isObjectType(type) ? Object.values(type.getFields()) : [];
}

describe.each(TABLES)('the needs of %s', (name, table) => {
  test('name every field of the schema, and no other', () => {
    const fields = fieldsOf(name).map((field) => field.name);
    expect(Object.keys(table).toSorted()).toEqual(['__typename', ...fields].toSorted());
  });

  test('are words that a reader understands', () => {
    expect(Object.values(table).filter((level) => !FETCH_LEVELS.includes(level))).toEqual([]);
  });

  test('never let a personal field be answered by what is kept for days', () => {
    const personal = fieldsOf(name).filter((field) => policyOf(field).personal);
    const cheap = personal.filter((field) => covers('summary', table[field.name] ?? 'key'));
    expect(cheap.map((field) => field.name)).toEqual([]);
  });
});

test('only the name of the type and the id of a process need nothing at all', () => {
  const free = Object.entries(PROCESS_FIELD_LEVELS.Process).filter(([, level]) => level === 'key');
  expect(free.map(([field]) => field).toSorted()).toEqual(['__typename', 'id']);
});

test('nothing of a service or a document is to be had for less than what a verdict is made of', () => {
  const cheap = [PROCESS_FIELD_LEVELS.Service, PROCESS_FIELD_LEVELS.Document].flatMap((table) =>
    Object.entries(table).filter(([, level]) => !covers(level, 'summary')),
  );
  expect(cheap).toEqual([]);
});
