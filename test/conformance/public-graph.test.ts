import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeView, viewFile } from '../supergraph/compose.ts';
import { diffSchemas } from '../supergraph/diff-schemas.ts';
import { lintSchema } from '../supergraph/lint-schema.ts';
import { startSubgraph, type Subgraph } from '../support/subgraph.ts';
import { unicoOf } from '../support/unico.ts';

let subgraph: Subgraph;
/** What callers see of the graph, made of what the running server says of itself. */
let served: string;
let committed: string;

beforeAll(async () => {
  // The contract is known without Unico: nothing listens there.
  subgraph = await startSubgraph(unicoOf({ url: 'http://127.0.0.1:9' }));
  const { data } = await subgraph.ask('{ service: _service { sdl } }');
  served = await composeView('public', { identity: data.service.sdl });
  committed = await readFile(viewFile('public'), 'utf8');
});
afterAll(() => subgraph.close());

/** An SDL with a part of it replaced, which has to be there. */
function replaced(sdl: string, from: string, to: string): string {
  expect(sdl).toContain(from);
  return sdl.replace(from, to);
}

/** What breaks the callers of one schema who are answered by another. */
async function breaking(before: string, after: string): Promise<string[]> {
  const changes = await diffSchemas(before, after);
  return changes.filter(({ level }) => level === 'BREAKING').map(({ message }) => message);
}

test('docs/public.graphql is what callers see of the graph: `npm run views` writes it', () => {
  expect(committed).toBe(served);
});

describe('GraphQL Inspector', () => {
  test('finds nothing in the running server that breaks callers of docs/public.graphql', async () => {
    expect(await breaking(committed, served)).toEqual([]);
  });

  test.each([
    { change: 'a field that is gone', from: 'decision: Decision!', to: 'outcome: Decision!' },
    { change: 'a field that may be null now', from: 'decision: Decision!', to: 'decision: Decision' },
    { change: 'a value of an enum that is gone', from: '  DENIED\n', to: '  REFUSED\n' },
    { change: 'an input that is required now', from: '  expiresIn: String\n', to: '  expiresIn: String!\n' },
  ])('would find $change', async ({ from, to }) => {
    expect(await breaking(committed, replaced(committed, from, to))).toHaveLength(1);
  });
});

describe('graphql-eslint', () => {
  test('finds nothing wrong with what callers see of the graph', async () => {
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
      mistake: 'a type that is not described',
      from: '"""\nWhat to do with the person.\n"""\n',
      to: '',
      rule: 'require-description',
    },
    {
      mistake: 'a type that nothing leads to',
      from: 'directive @oneOf ',
      to: '"""\nNobody has it.\n"""\nscalar Unused\n\ndirective @oneOf ',
      rule: 'no-unreachable-types',
    },
    {
      mistake: 'a thing without an id',
      from: '\n  id: ID!\n',
      to: '\n  name: ID!\n',
      rule: 'strict-id-in-types',
    },
  ])('would find $mistake', async ({ from, to, rule }) => {
    expect(await lintSchema(replaced(served, from, to))).toMatchObject([{ rule: `@graphql-eslint/${rule}` }]);
  });
});
