import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { scopesAmong, SCOPES, type Scopes } from '../../../../src/domain/caller.ts';
import { QueryCompiler, type CompiledOperation } from '../../../../src/graphql/compiled/query-compiler.ts';
import type { Variables } from '../../../../src/graphql/compiled/query-inputs.ts';
import { createUnguardedSchema } from '../../../../src/graphql/schema/subgraph-schema.ts';
import { ID } from '../../../support/bodies.ts';

const unguarded = await createUnguardedSchema();

async function afterAsking(text: string, times = 2, variables: Variables = {}): Promise<QueryCompiler> {
  const queryCompiler = new QueryCompiler(unguarded);
  const document = parse(text);
  for (let time = 0; time < times; time += 1) queryCompiler.observe(text, document, variables);
  return queryCompiler;
}

/** Variables of every name in these documents. */
const VARIABLES = { ids: [], id: ID, r: [], representations: [], yes: true, no: false };

function find(
  queryCompiler: QueryCompiler,
  text: string,
  scopes: Scopes,
  {
    operationName = null,
    variables = VARIABLES,
  }: { operationName?: string | null; variables?: Variables } = {},
): CompiledOperation | null {
  return queryCompiler.find({ text, operationName, variables, scopes });
}

describe('QueryCompiler', () => {
  const everything = scopesAmong(SCOPES);
  const reader = scopesAmong(['identity:read']);

  test.each([
    'query ($ids: [ID!]!) { processes(ids: $ids) { id verdict { decision reasons { code message(language: PT) } } } }',
    'query Named($id: ID!) { a: process(id: $id) { ...parts documents { code } } } fragment parts on Process { state }',
    'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Process { id source } } }',
    '{ __typename }',
  ])('a query without personal fields is compiled from its second execution on: %s', async (text) => {
    expect(find(await afterAsking(text, 1), text, reader)).toBeNull();
    expect(find(await afterAsking(text), text, reader)).not.toBeNull();
  });

  test.each([
    ['selects a personal field', 'query ($id: ID!) { process(id: $id) { person { duiValue } } }'],
    ['selects the URL of a file', 'query ($id: ID!) { process(id: $id) { documents { signedUrl } } }'],
    ['selects the token of a journey', 'query ($id: ID!) { process(id: $id) { sdkToken } }'],
    ['selects the schema', '{ __schema { types { name } } }'],
    ['selects the SDL', '{ _service { sdl } }'],
    ['is a mutation', 'mutation ($id: ID!) { forgetProcess(processId: $id) { forgotten } }'],
    ['is one of two operations', 'query A { __typename } query B { __typename }'],
    [
      'leaves fields out by a condition',
      'query ($id: ID!, $no: Boolean!) { process(id: $id) { state @skip(if: $no) } }',
    ],
    [
      'has so many fields that compiling it takes long',
      `query ($id: ID!) { process(id: $id) { ${'state '.repeat(300)}} }`,
    ],
    [
      'has an alias that the compiler could confuse with its own names',
      'query ($id: ID!) { a_b: process(id: $id) { state } }',
    ],
    ['has the alias __proto__', 'query ($id: ID!) { __proto__: process(id: $id) { state } }'],
  ])('an operation that %s is never compiled', async (_, text) => {
    const queryCompiler = await afterAsking(text, 16);
    expect(find(queryCompiler, text, everything)).toBeNull();
  });

  test('a compiled query is found only for callers who may see all of it', async () => {
    const text = 'query ($id: ID!) { process(id: $id) { state verdict { decision } } }';
    const queryCompiler = await afterAsking(text);
    expect(find(queryCompiler, text, scopesAmong(['identity:write', 'identity:pii']))).toBeNull();
    expect(find(queryCompiler, text, scopesAmong([]))).toBeNull();
    expect(find(queryCompiler, text, reader)).not.toBeNull();
  });

  test('a compiled query is found under the name of its operation or without a name', async () => {
    const text = 'query Named { __typename }';
    const queryCompiler = await afterAsking(text);
    expect(find(queryCompiler, text, reader, { operationName: 'Named' })).not.toBeNull();
    expect(find(queryCompiler, text, reader, { operationName: 'Other' })).toBeNull();
  });

  test('the number of compiled queries is bounded, and the oldest are evicted first', async () => {
    const queryCompiler = new QueryCompiler(unguarded);
    const texts = Array.from({ length: 60 }, (_, n) => {
      const fields = Array.from({ length: 200 }, (__, field) => `f${field}: id`).join(' ');
      return `query Q${n}($id: ID!) { process(id: $id) { ${fields} } }`;
    });
    for (const text of texts) {
      const document = parse(text);
      queryCompiler.observe(text, document, {});
      queryCompiler.observe(text, document, {});
    }
    const cached = texts.filter((text) => find(queryCompiler, text, reader) !== null);
    expect(cached).toEqual(texts.slice(-cached.length));
    expect(cached.length).toBeGreaterThan(10);
    expect(cached.length).toBeLessThan(60);
  });
});
