import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ID, OTHER_ID } from '../../support/bodies.ts';
import { answerOneInEachContract, entitiesOf, processEntity } from '../../support/entities.ts';
import { startSubgraph, type Answer, type Subgraph } from '../../support/subgraph.ts';
import { unicoOf } from '../../support/unico.ts';
import { startUpstream, type Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
let subgraph: Subgraph;

beforeAll(async () => {
  upstream = await startUpstream(answerOneInEachContract);
});
beforeEach(async () => {
  upstream.requests.length = 0;
  subgraph = await startSubgraph(unicoOf(upstream));
  return () => subgraph.close();
});
afterAll(() => upstream.close());

const entities = (selection: string, representations: object[]): Promise<Answer> =>
  entitiesOf(subgraph, selection, representations);

describe('a selection of key fields', () => {
  const free: [string, () => ReturnType<Subgraph['ask']>, unknown][] = [
    [
      'an entity by id',
      () => entities('... on Process { id }', [processEntity(ID)]),
      { _entities: [{ id: ID }] },
    ],
    [
      'an entity by id and source',
      () => entities('... on Process { __typename id source }', [processEntity(ID, { source: 'IDCLOUD' })]),
      { _entities: [{ __typename: 'Process', id: ID, source: 'IDCLOUD' }] },
    ],
    ['a query', () => subgraph.ask(`{ process(id: "${ID}") { name: id } }`), { process: { name: ID } }],
    [
      'a query with the source',
      () => subgraph.ask(`{ process(id: "${ID}", source: IDCLOUD) { id source } }`),
      { process: { id: ID, source: 'IDCLOUD' } },
    ],
    [
      'a query with fragments',
      () =>
        subgraph.ask(`{ process(id: "${ID}") { ...Key } } fragment Key on Process { ... on Process { id } }`),
      { process: { id: ID } },
    ],
    ['a list', () => subgraph.ask(`{ processes(ids: ["${ID}"]) { id } }`), { processes: [{ id: ID }] }],
  ];

  test.each(free)('the key fields of %s cost no call', async (_, run, expected) => {
    expect(await run()).toEqual({ status: 200, data: expected, errors: [] });
    expect(upstream.requests).toEqual([]);
  });

  test('the source of an id whose contract is unknown is looked up', async () => {
    const { data } = await entities('... on Process { id source }', [processEntity(OTHER_ID)]);
    expect(data._entities).toEqual([{ id: OTHER_ID, source: 'PROCESSES_V1' }]);
    expect(upstream.calls()).toHaveLength(2);
  });

  test('a field in a fragment, under a directive or in a second selection of the same process is read', async () => {
    const selections = [
      `{ process(id: "${ID}") { ...More } } fragment More on Process { state }`,
      `query ($yes: Boolean = true) { process(id: "${ID}") { id state @include(if: $yes) } }`,
      `{ process(id: "${ID}") { id } process(id: "${ID}") { state } }`,
      `{ process(id: "${ID}") { id } ...Root } fragment Root on Query { process(id: "${ID}") { state } }`,
    ];
    for (const selection of selections) {
      const { data } = await subgraph.ask(selection);
      expect(data.process.state).toBe('FINISHED');
    }
  });

  test('an entity that is selected in a fragment on the union is read', async () => {
    const documents = [
      '{ ... on _Entity { ... on Process { state verdict { decision } } } } }',
      '{ ...Union } } fragment Union on _Entity { ... on Process { state verdict { decision } } }',
    ];
    for (const document of documents) {
      const query = `query ($r: [_Any!]!) { _entities(representations: $r) ${document}`;
      const { data, errors } = await subgraph.ask(query, { r: [processEntity(ID)] });
      expect(errors).toEqual([]);
      expect(data._entities).toEqual([{ state: 'FINISHED', verdict: { decision: 'APPROVED' } }]);
    }
  });

  test('an operation that shares a fragment with a smaller one gets all fields that it selects', async () => {
    const document = `
      query Small { ...Shared }
      query Large { ...Shared process(id: "${ID}") { state } }
      fragment Shared on Query { process(id: "${ID}") { id } }`;
    const run = async (operationName: string): Promise<unknown> => {
      const response = await fetch(`${subgraph.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: document, operationName }),
      });
      return response.json();
    };
    expect(await run('Small')).toEqual({ data: { process: { id: ID } } });
    expect(await run('Large')).toEqual({ data: { process: { id: ID, state: 'FINISHED' } } });
  });
});
