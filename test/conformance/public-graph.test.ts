import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeView, viewFile } from '../supergraph/compose.ts';
import { diffSchemas } from '../supergraph/diff-schemas.ts';
import { lintSchema } from '../supergraph/lint-schema.ts';
import { startSubgraph, type Subgraph } from '../support/subgraph.ts';
import { unicoOf } from '../support/unico.ts';

let subgraph: Subgraph;
/** The view of callers, composed from the SDL of the running server. */
let served: string;
let committed: string;

beforeAll(async () => {
  // The schema needs no Unico: no server listens at that port.
  subgraph = await startSubgraph(unicoOf({ url: 'http://127.0.0.1:9' }));
  const { data } = await subgraph.ask('{ service: _service { sdl } }');
  served = await composeView('public', { identity: data.service.sdl });
  committed = await readFile(viewFile('public'), 'utf8');
});
afterAll(() => subgraph.close());

/** An SDL with one part replaced, which it must contain. */
function replaced(sdl: string, from: string, to: string): string {
  expect(sdl).toContain(from);
  return sdl.replace(from, to);
}

/** The changes from one schema to another that break callers. */
async function breaking(before: string, after: string): Promise<string[]> {
  const changes = await diffSchemas(before, after);
  return changes.filter(({ level }) => level === 'BREAKING').map(({ message }) => message);
}

test('docs/public.graphql is the view of callers, which `npm run views` writes', () => {
  expect(committed).toBe(served);
});

describe('GraphQL Inspector', () => {
  test('GraphQL Inspector finds no change in the running server that breaks callers of docs/public.graphql', async () => {
    expect(await breaking(committed, served)).toEqual([]);
  });

  test.each([
    { change: 'a removed field', from: 'decision: Decision!', to: 'outcome: Decision!' },
    { change: 'a field that became nullable', from: 'decision: Decision!', to: 'decision: Decision' },
    { change: 'a removed enum value', from: '  DENIED\n', to: '  REFUSED\n' },
    { change: 'an input that became required', from: '  expiresIn: String\n', to: '  expiresIn: String!\n' },
  ])('GraphQL Inspector would find $change', async ({ from, to }) => {
    expect(await breaking(committed, replaced(committed, from, to))).toHaveLength(1);
  });
});

describe('graphql-eslint', () => {
  test('graphql-eslint finds no problem in the view of callers', async () => {
    expect(await lintSchema(served)).toEqual([]);
  });

  test.each([
    {
      mistake: 'a name in another style',
      from: ' upstreamState:',
      to: ' upstream_state:',
      rule: 'naming-convention',
    },
    {
      mistake: 'a type without a description',
      from: '"""\nWhat to do with the person.\n"""\n',
      to: '',
      rule: 'require-description',
    },
    {
      mistake: 'an unreachable type',
      from: 'directive @oneOf ',
      to: '"""\nUnused.\n"""\nscalar Unused\n\ndirective @oneOf ',
      rule: 'no-unreachable-types',
    },
    {
      mistake: 'an object type without an id',
      from: '\n  id: ID!\n',
      to: '\n  name: ID!\n',
      rule: 'strict-id-in-types',
    },
  ])('graphql-eslint would find $mistake', async ({ from, to, rule }) => {
    expect(await lintSchema(replaced(served, from, to))).toMatchObject([{ rule: `@graphql-eslint/${rule}` }]);
  });
});
