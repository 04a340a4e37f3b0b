import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { MAX_PROCESSES } from '../../../../src/graphql/limits/process-count.ts';
import { MAX_IDS } from '../../../../src/graphql/resolvers/query.ts';
import { ID, idcloudBody } from '../../../support/bodies.ts';
import { ACCEPTED, representations } from '../../../support/limits.ts';
import { serverForFile } from '../../../support/server-for-file.ts';
import { openSubgraphOver } from '../../../support/subgraph-over.ts';
import type { Answer } from '../../../support/subgraph.ts';

const server = serverForFile(() =>
  openSubgraphOver(({ method, path }) => ({
    body: idcloudBody(method === 'GET' ? path.split('/').at(-1) : randomUUID()),
  })),
);

const ids = (count: number): string[] => Array.from({ length: count }, () => ID);

const ENTITIES = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Process { flow } } }';
const tooManyProcesses = (count: number): string =>
  `expected at most ${MAX_PROCESSES} processes in one operation, got ${count}: ask in several operations`;

describe('the limit of processes in one operation', () => {
  const lists: [string, number, string, (count: number) => Promise<Answer>][] = [
    [
      'ids in a variable',
      MAX_IDS,
      `expected at most ${MAX_IDS} ids, got ${MAX_IDS + 1}: ask in several operations`,
      (count) =>
        server().subgraph.ask('query ($l: [ID!]!) { processes(ids: $l) { state } }', { l: ids(count) }),
    ],
    [
      'ids in the query text',
      MAX_IDS,
      `expected at most ${MAX_IDS} ids, got ${MAX_IDS + 1}: ask in several operations`,
      (count) => server().subgraph.ask(`{ processes(ids: ${JSON.stringify(ids(count))}) { state } }`),
    ],
    [
      'representations',
      MAX_PROCESSES,
      tooManyProcesses(MAX_PROCESSES + 1),
      (count) => server().subgraph.ask(ENTITIES, { r: representations(count) }),
    ],
  ];

  test.each(lists)(
    'the maximum of %s is answered and one more is rejected without a call to Unico',
    async (_, most, message, of) => {
      expect(await of(most)).toMatchObject(ACCEPTED);
      server().upstream.requests.length = 0;
      const { errors } = await of(most + 1);
      expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
      expect(server().upstream.calls()).toEqual([]);
    },
  );

  test('processes count together, whichever fields of the operation read them', async () => {
    const id = randomUUID();
    const fives = Array.from(
      { length: MAX_PROCESSES / MAX_IDS },
      (_, i) => `p${i}: processes(ids: $l) { id }`,
    );
    const query = `query ($l: [ID!]!) { ${fives.join(' ')} more: process(id: "${id}") { state } }`;
    const { data, errors } = await server().subgraph.ask(query, { l: ids(MAX_IDS) });
    expect(errors).toMatchObject([
      {
        message: tooManyProcesses(MAX_PROCESSES + 1),
        path: ['more'],
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
    expect(data.p4).toHaveLength(MAX_IDS);
    expect(data.more).toBeNull();
    expect(server().upstream.calls()).toEqual([]);
  });
});
