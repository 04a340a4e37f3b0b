import { buildClientSchema, getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { idcloudBody } from '../../support/bodies.ts';
import { PROCESS, repeat } from '../../support/limits.ts';
import { startSubgraph, type Subgraph } from '../../support/subgraph.ts';
import { unicoOf } from '../../support/unico.ts';
import { startUpstream, type Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
let subgraph: Subgraph;
let production: Subgraph;

beforeAll(async () => {
  upstream = await startUpstream(() => ({ body: idcloudBody() }));
  subgraph = await startSubgraph(unicoOf(upstream));
  production = await startSubgraph(unicoOf(upstream), { production: true });
});
afterAll(async () => {
  await subgraph.close();
  await production.close();
  await upstream.close();
});

describe('introspection', () => {
  const EVERYTHING = getIntrospectionQuery({
    descriptions: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  });

  test('introspection returns the whole schema in development', async () => {
    const { data, errors } = await subgraph.ask(EVERYTHING);
    expect(errors).toEqual([]);
    const schema = buildClientSchema(data);
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toContain('process');
    expect(schema.getType('Verdict')).toBeDefined();
  });

  test.each([
    ['the whole schema', EVERYTHING],
    ['the root of the schema', '{ __schema { queryType { name } } }'],
    ['a type', '{ __type(name: "Process") { fields { name } } }'],
    ['a type in a fragment', '{ ...F } fragment F on Query { hidden: __type(name: "Process") { name } }'],
  ])('introspection of %s is rejected in production', async (_, query) => {
    const { status, data, errors } = await production.ask(query);
    expect(data).toBeUndefined();
    expect(status).toBe(400);
    expect(errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test('introspection of types nested five levels deep is rejected in development too', async () => {
    const nested = `{ __schema { types { ${repeat(5, 'fields { type {')} name ${'} }'.repeat(5)} } } }`;
    const { status, errors } = await subgraph.ask(nested);
    expect(status).toBe(400);
    expect(errors[0]?.message).toBe('Maximum introspection depth exceeded');
  });
});

describe('suggestions in errors', () => {
  const CREATE =
    'mutation ($i: CreateProcessInput!) { createProcess(idempotencyKey: "k", input: $i) { replayed } }';
  const misspelt: [string, string, Record<string, unknown>, string][] = [
    ['a field', '{ proces(id: "x") { id } }', {}, 'process'],
    ['a field of an entity', `{ ${PROCESS} { verdic { decision } } }`, {}, 'verdict'],
    ['an argument', '{ process(id: "x", sourc: IDCLOUD) { id } }', {}, 'source'],
    ['a type', 'query ($s: ProcessSourc) { __typename }', {}, 'ProcessSource'],
    ['a type of a fragment', '{ ... on Quer { __typename } }', {}, 'Query'],
    ['an enum value', '{ process(id: "x", source: IDCLOU) { id } }', {}, 'IDCLOUD'],
    [
      'a field of an input',
      'mutation { createProcess(idempotencyKey: "k", input: { journe: {} }) { replayed } }',
      {},
      'journey',
    ],
    [
      'an enum value in a variable',
      'query ($s: ProcessSource) { process(id: "x", source: $s) { id } }',
      { s: 'IDCLOU' },
      'IDCLOUD',
    ],
    ['a field of an input in a variable', CREATE, { i: { journe: {} } }, 'journey'],
  ];

  test.each(misspelt)(
    'the error for %s that is misspelt does not suggest the right name in production',
    async (_, query, variables, name) => {
      const { status, errors } = await production.ask(query, variables);
      expect(status).toBe(400);
      expect(errors.length).toBeGreaterThan(0);
      expect(errors.map(({ message }) => message).join('\n')).not.toMatch(
        new RegExp(`Did you mean|"${name}"`),
      );
    },
  );

  test.each(misspelt)(
    'the error for %s that is misspelt suggests the right name in development',
    async (_, query, variables, name) => {
      const { errors } = await subgraph.ask(query, variables);
      expect(errors.map(({ message }) => message).join('\n')).toMatch(new RegExp(`Did you mean .*${name}`));
    },
  );
});
