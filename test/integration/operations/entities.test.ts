import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ABSENT_ID, ID, OTHER_ID } from '../../support/bodies.ts';
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

describe('_entities', () => {
  test('entities are resolved by id, or by id and source, in the order of their representations', async () => {
    const { data, errors } = await entities('... on Process { id source state }', [
      processEntity(OTHER_ID, { source: 'PROCESSES_V1' }),
      processEntity(ID),
    ]);
    expect(errors).toEqual([]);
    expect(data._entities).toEqual([
      { id: OTHER_ID, source: 'PROCESSES_V1', state: 'FINISHED' },
      { id: ID, source: 'IDCLOUD', state: 'FINISHED' },
    ]);
    expect(upstream.calls().toSorted()).toEqual([
      `GET /client/v1/process/${ID}`,
      `GET /processes/v1/${OTHER_ID}`,
    ]);
  });

  test('an entity that does not exist is null, without an error', async () => {
    const { data, errors } = await entities('... on Process { state }', [
      processEntity(ABSENT_ID),
      processEntity(ID),
    ]);
    expect({ data, errors }).toEqual({ data: { _entities: [null, { state: 'FINISHED' }] }, errors: [] });
  });

  test('an entity that is requested three times costs one call', async () => {
    await entities('... on Process { state }', [processEntity(ID), processEntity(ID), processEntity(ID)]);
    expect(upstream.calls()).toEqual([`GET /client/v1/process/${ID}`]);
  });

  const bad: [string, object][] = [
    ['no id', { __typename: 'Process' }],
    ['a number for an id', processEntity(5)],
    ['an object for an id', processEntity({ id: ID })],
    ['a list for an id', processEntity([ID])],
    ['a CPF for an id', processEntity('12345678909')],
    ['a path for an id', processEntity(`../${ID}`)],
    ['a source that does not exist', processEntity(ID, { source: 'LEGACY' })],
    ['a number for a source', processEntity(ID, { source: 1 })],
    ['an entity of another subgraph', { __typename: 'Customer', id: ID }],
    ['a type that is no entity', { __typename: 'Query', id: ID }],
    ['the name of a property of every object', { __typename: 'constructor', id: ID }],
    ['no __typename', { id: ID }],
    ['a number for a __typename', { __typename: 1, id: ID }],
  ];

  test.each(bad)(
    'a representation with %s fails alone, and its neighbours are answered',
    async (_, representation) => {
      const { data, errors } = await entities('... on Process { state }', [
        representation,
        processEntity(ID),
      ]);
      expect(data._entities).toEqual([null, { state: 'FINISHED' }]);
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatchObject({ path: ['_entities', 0], extensions: { code: 'BAD_USER_INPUT' } });
      expect(upstream.calls()).toEqual([`GET /client/v1/process/${ID}`]);
    },
  );

  test.each([5, 'text', null, true])(
    'a representation that is no object but a list of %j fails alone',
    async (representation) => {
      const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Process { state } } }`;
      const { data, errors } = await subgraph.ask(query, { r: [[representation], processEntity(ID)] });
      expect(data._entities).toEqual([null, { state: 'FINISHED' }]);
      expect(errors).toMatchObject([{ path: ['_entities', 0], extensions: { code: 'BAD_USER_INPUT' } }]);
    },
  );

  test('entities that fail in several ways at once do not end the server', async () => {
    const failing = [
      processEntity('zz'),
      { __typename: 'Customer' },
      processEntity(5),
      { id: 'x' },
      processEntity(ABSENT_ID),
    ];
    const { data, errors } = await entities('... on Process { state }', [...failing, processEntity(ID)]);
    expect(data._entities).toEqual([null, null, null, null, null, { state: 'FINISHED' }]);
    expect(errors).toHaveLength(4);
    expect((await subgraph.ask('{ __typename }')).data).toEqual({ __typename: 'Query' });
  });

  test('a thousand entities are accepted and one more is rejected', async () => {
    const taken = await entities(
      '... on Process { id }',
      Array.from({ length: 1_000 }, () => processEntity(ID)),
    );
    expect(taken.errors).toEqual([]);
    const refused = await entities(
      '... on Process { id }',
      Array.from({ length: 1_001 }, () => processEntity(ID)),
    );
    expect(refused.errors).toMatchObject([{ path: ['_entities'], extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('a representation with the property __proto__ is resolved by its key alone', async () => {
    const malicious = JSON.parse(
      `{"__typename":"Process","id":"${ID}","__proto__":{"source":"PROCESSES_V1"}}`,
    );
    const { data, errors } = await entities('... on Process { source }', [malicious]);
    expect({ data, errors }).toEqual({ data: { _entities: [{ source: 'IDCLOUD' }] }, errors: [] });
  });
});
