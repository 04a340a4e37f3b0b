import { GraphQLError, parse, type ExecutionResult } from 'graphql';
import { describe, expect, test } from 'vitest';
import { scopesAmong, SCOPES, type Scopes } from '../../../../src/domain/caller.ts';
import {
  QueryCompiler,
  runCompiled,
  type CompiledOperation,
} from '../../../../src/graphql/compiled/query-compiler.ts';
import type { Variables } from '../../../../src/graphql/compiled/variable-coercion.ts';
import type { Context } from '../../../../src/graphql/context.ts';
import { createUnguardedSchema } from '../../../../src/graphql/schema/subgraph-schema.ts';
import { clientOperations } from '../../../fixtures/client-operations.ts';
import { ID } from '../../../support/bodies.ts';

const unguarded = await createUnguardedSchema();

/** Variables of every name in these documents. */
const VARIABLES = { ids: [], id: ID, v: ID, r: [], representations: [], yes: true, no: false };

async function afterAsking(
  text: string,
  times = 2,
  variables: Variables = VARIABLES,
): Promise<QueryCompiler> {
  const queryCompiler = new QueryCompiler(unguarded);
  const document = parse(text);
  for (let time = 0; time < times; time += 1) queryCompiler.observe(text, document, variables);
  return queryCompiler;
}

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
      'has so many fields that compiling it takes long',
      `query ($id: ID!) { process(id: $id) { ${'state '.repeat(300)}} }`,
    ],
    [
      'has two fields that the compiler could confuse',
      '{ a: process(id: 7) { b_c: reference { authenticationId } } c_a: process(id: 7) { b: reference { processId } } }',
    ],
    [
      'has an alias that the compiler could confuse with its name for an item of a list',
      '{ processes(ids: [7]) { reference { processId } } reference_idx0_processes: process(id: 7) { state } }',
    ],
    [
      'has an alias that the compiler could confuse with its name for an item of a union',
      'query ($r: [_Any!]!) { a_Process_idx0: process(id: 7) { state } _entities(representations: $r) { ... on Process { a: id } } }',
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
      queryCompiler.observe(text, document, VARIABLES);
      queryCompiler.observe(text, document, VARIABLES);
    }
    const cached = texts.filter((text) => find(queryCompiler, text, reader) !== null);
    expect(cached).toEqual(texts.slice(-cached.length));
    expect(cached.length).toBeGreaterThan(10);
    expect(cached.length).toBeLessThan(60);
  });

  test.each(clientOperations([ID]))(
    'what $client sends is compiled from its second execution on',
    async ({ body: { query, variables, operationName } }) => {
      const name = typeof operationName === 'string' ? operationName : null;
      const queryCompiler = await afterAsking(query, 2, variables);
      const request = { text: query, operationName: name, variables, scopes: reader };
      expect(queryCompiler.find(request)).not.toBeNull();
    },
  );

  const conditional = `query ($id: ID!, $a: Boolean!, $b: Boolean = true) {
    process(id: $id) { state flow @include(if: $a) ...T @skip(if: $b) }
  } fragment T on Process { sdkToken }`;

  test.each<[string, Variables, boolean]>([
    ['the same values', { id: ID, a: true, b: true }, true],
    ['the same value by its default', { id: ID, a: true }, true],
    ['another id', { id: 7, a: true, b: true }, true],
    ['other values', { id: ID, a: false, b: true }, false],
    ['values that include a personal field', { id: ID, a: true, b: false }, false],
    ['a value that is null', { id: ID, a: true, b: null }, false],
    ['a value that is no boolean', { id: ID, a: 'true' }, false],
    ['no value', { id: ID }, false],
  ])(
    'a query with conditions is compiled for their values, and found by %s: %o',
    async (_, variables, found) => {
      const queryCompiler = await afterAsking(conditional, 2, { id: ID, a: true, b: true });
      expect(find(queryCompiler, conditional, reader, { variables }) !== null).toBe(found);
    },
  );

  test('a query with conditions is compiled for each of their values, except where they include a personal field', async () => {
    const queryCompiler = new QueryCompiler(unguarded);
    const document = parse(conditional);
    const values = [true, false].flatMap((a) => [true, false].map((b) => ({ id: ID, a, b })));
    for (const variables of [...values, ...values]) queryCompiler.observe(conditional, document, variables);
    const compiled = values.filter((variables) =>
      find(queryCompiler, conditional, everything, { variables }),
    );
    expect(compiled).toEqual(values.filter(({ b }) => b));
  });

  test('the executions of a query are counted for each value of its conditions', async () => {
    const queryCompiler = new QueryCompiler(unguarded);
    const document = parse(conditional);
    queryCompiler.observe(conditional, document, { id: ID, a: true });
    queryCompiler.observe(conditional, document, { id: ID, a: false });
    const variables = { id: ID, a: true };
    expect(find(queryCompiler, conditional, reader, { variables })).toBeNull();
    queryCompiler.observe(conditional, document, variables);
    expect(find(queryCompiler, conditional, reader, { variables })).not.toBeNull();
  });

  test('a query is compiled for the first sixteen values of its conditions', async () => {
    const names = Array.from({ length: 6 }, (_, n) => `$c${n}`);
    const text = `query (${names.map((name) => `${name}: Boolean!`).join(', ')}) {
      ${names.map((name, n) => `f${n}: __typename @include(if: ${name})`).join(' ')} }`;
    const document = parse(text);
    const queryCompiler = new QueryCompiler(unguarded);
    const values = Array.from({ length: 2 ** names.length }, (_, bits) =>
      Object.fromEntries(names.map((name, n) => [name.slice(1), (bits & (1 << n)) !== 0])),
    );
    for (const variables of [...values, ...values]) queryCompiler.observe(text, document, variables);
    const compiled = values.filter((variables) => find(queryCompiler, text, reader, { variables }));
    expect(compiled).toEqual(values.slice(0, 16));
  });

  test('a query of which everything is left out is compiled', async () => {
    const text = 'query ($no: Boolean!) { process(id: 7) @include(if: $no) { state } }';
    const variables = { no: false };
    expect(find(await afterAsking(text, 2, variables), text, reader, { variables })).not.toBeNull();
  });

  test.each<[string, string, Variables]>([
    [
      'a list that the default would have replaced',
      'query ($v: [ID!] = []) { processes(ids: $v) { id } }',
      { v: null },
    ],
    ['a list without a value', 'query ($v: [ID!]!) { processes(ids: $v) { id } }', {}],
    ['an item of a list', 'query ($v: ID = 7) { processes(ids: [$v]) { id } }', { v: null }],
    ['an id', 'query ($v: ID = 7) { process(id: $v) { id } }', { v: null }],
    [
      'a representation',
      'query ($v: [_Any!] = []) { _entities(representations: $v) { __typename } }',
      { v: null },
    ],
  ])(
    'a compiled query is not found where GraphQL does not accept null for %s',
    async (_, text, variables) => {
      expect(find(await afterAsking(text), text, reader, { variables })).toBeNull();
    },
  );

  test.each<[string, string, Variables, Variables]>([
    ['a default', 'query ($v: [ID!] = [7]) { processes(ids: $v) { id } }', {}, { ids_0: ['7'] }],
    [
      'a value instead of a default',
      'query ($v: [ID!] = [7]) { processes(ids: $v) { id } }',
      { v: [8] },
      { ids_0: ['8'] },
    ],
    ['one value for a list', 'query ($v: [ID!]!) { processes(ids: $v) { id } }', { v: ID }, { ids_0: [ID] }],
    [
      'a variable in a list',
      'query ($v: ID!) { processes(ids: [$v, 7]) { id } }',
      { v: ID },
      { ids_0: [ID, '7'] },
    ],
    [
      'a variable in a representation',
      'query ($v: ID!) { _entities(representations: {__typename: Process, id: $v}) { __typename } }',
      { v: ID },
      { representations_0: [{ __typename: 'Process', id: ID }] },
    ],
    [
      'no value for an optional argument',
      'query ($v: ID!, $s: ProcessSource) { process(id: $v, source: $s) { id } }',
      { v: ID },
      { id_0: ID },
    ],
    [
      'null for an optional argument',
      'query ($v: ID!) { process(id: $v, source: null) { id } }',
      { v: ID },
      { id_0: ID, source_1: null },
    ],
    [
      'a variable with an odd name',
      'query ($__proto__: ID = 7) { process(id: $__proto__) { id } }',
      JSON.parse('{"__proto__": 8}'),
      { id_0: '8' },
    ],
    [
      'the default of the schema',
      '{ process(id: 7) { verdict { reasons { message } } } }',
      {},
      { id_0: '7', language_2: 'EN' },
    ],
  ])('a compiled query gets the arguments that GraphQL evaluates: %s', async (_, text, variables, inputs) => {
    expect(find(await afterAsking(text), text, reader, { variables })?.inputs).toEqual(inputs);
  });
});

describe('runCompiled', () => {
  const context = { responseBudget: { left: 1 } } as Context;
  const withErrors = (...errors: GraphQLError[]): Promise<ExecutionResult | null> =>
    runCompiled({ query: () => ({ data: { id: null }, errors }), inputs: {} }, context);

  test('an error of a resolver is part of the response', async () => {
    const error = new GraphQLError('not found', { originalError: new Error('not found') });
    expect(await withErrors(error)).toEqual({ data: { id: null }, errors: [error] });
  });

  test('where the compiler itself reports an error, plain execution answers', async () => {
    const own = new GraphQLError('Cannot return null for non-nullable field Process.id.');
    const other = new GraphQLError('not found', { originalError: new Error('not found') });
    expect(await withErrors(own)).toBeNull();
    expect(await withErrors(other, own)).toBeNull();
  });

  test('where nothing was executed, plain execution answers', async () => {
    const operation = { query: () => ({ errors: [new GraphQLError('not executed')] }), inputs: {} };
    expect(await runCompiled(operation, context)).toBeNull();
  });
});
