import * as fc from 'fast-check';
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ALL_SCOPES_CALLER } from '../../../../src/domain/caller.ts';
import { QueryCompiler } from '../../../../src/graphql/compiled/query-compiler.ts';
import { createUnguardedSchema } from '../../../../src/graphql/schema/subgraph-schema.ts';
import { anyQuery, type AnyQuery } from '../../../support/any-query.ts';
import { startCompiledAndPlain, type CompiledAndPlain } from '../../../support/compiled-and-plain.ts';

const schema = await createUnguardedSchema();
const RUNS = 100;

let servers: CompiledAndPlain;

beforeAll(async () => {
  servers = await startCompiledAndPlain();
});
afterAll(() => servers.close());

/** Whether a query is compiled for the variables of one of its bodies. */
function isCompiled({ query, bodies }: AnyQuery): boolean {
  const document = parse(query);
  const compiler = new QueryCompiler(schema);
  return bodies.some(({ variables }) => {
    compiler.observe(query, document, variables);
    compiler.observe(query, document, variables);
    const request = { text: query, operationName: null, variables, scopes: ALL_SCOPES_CALLER.scopes };
    return compiler.find(request) !== null;
  });
}

test('a compiled query answers as GraphQL does, byte for byte, whatever a client writes: defaults, nulls, absent variables, literals with variables, conditions, fragments, aliases, odd names and extensions', async () => {
  await fc.assert(
    fc.asyncProperty(anyQuery, async ({ bodies }) => {
      const { compiled, expected } = await servers.answersTo(bodies);
      expect(compiled).toEqual(expected);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

test('most of the queries that this is compared for are valid, and compiled', () => {
  const queries = fc.sample(anyQuery, RUNS);
  const valid = queries.filter(({ query }) => validate(schema, parse(query)).length === 0);
  expect(valid.length).toBeGreaterThan(RUNS * 0.9);
  expect(queries.filter(isCompiled).length).toBeGreaterThan(RUNS / 3);
});
