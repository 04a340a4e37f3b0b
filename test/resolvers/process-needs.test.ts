import { isObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createSubgraphSchema } from '../../src/edge/subgraph-schema.ts';
import { NEEDS, type Need } from '../../src/domain/need.ts';
import { PROCESS_NEEDS, type NeedTable } from '../../src/resolvers/process-needs.ts';

const schema = await createSubgraphSchema();

/** The table of a type below another one. */
function below(field: string, table: NeedTable = PROCESS_NEEDS): NeedTable {
  const its = table[field];
  if (its === undefined || typeof its === 'string') throw new Error(`${field} has no table`);
  return its;
}

const TABLES: [string, string, NeedTable][] = [
  ['Process', 'a process', PROCESS_NEEDS],
  ['Service', 'a service', below('services')],
  ['Document', 'a document', below('documents')],
  ['Document', 'a document of a service', below('documents', below('services'))],
];

describe.each(TABLES)('%s: the needs of %s', (name, _, table) => {
  const type = schema.getType(name);
  const fields = isObjectType(type) ? Object.keys(type.getFields()) : [];

  test('name every field of the schema, and no other', () => {
    expect(Object.keys(table).toSorted()).toEqual(['__typename', ...fields].toSorted());
  });

  test('are words that a reader understands', () => {
    const words = Object.values(table).filter((need): need is Need => typeof need === 'string');
    expect(words.filter((need) => !NEEDS.includes(need))).toEqual([]);
  });
});

test('only the name of the type and the id of a process need nothing at all', () => {
  const free = Object.entries(PROCESS_NEEDS).filter(([, need]) => need === 'key');
  expect(free.map(([field]) => field).toSorted()).toEqual(['__typename', 'id']);
});

test('nothing of a service or a document is to be had for less than what a verdict is made of', () => {
  const cheap = TABLES.slice(1).flatMap(([name, , table]) =>
    Object.entries(table).flatMap(([field, need]) =>
      need === 'key' || need === 'source' ? [`${name}.${field}`] : [],
    ),
  );
  expect(cheap).toEqual([]);
});
