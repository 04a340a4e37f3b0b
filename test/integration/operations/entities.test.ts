import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ABSENT_ID, ID, idcloudBody, OTHER_ID, processesV1Body } from '../../support/bodies.ts';
import { startSubgraph, type Subgraph } from '../../support/subgraph.ts';
import { unicoOf } from '../../support/unico.ts';
import { startUpstream, type Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
let subgraph: Subgraph;

beforeAll(async () => {
  upstream = await startUpstream(({ path }) => {
    if (path === `/client/v1/process/${ID}`) return { body: idcloudBody(ID) };
    return path === `/processes/v1/${OTHER_ID}` ? { body: processesV1Body(OTHER_ID) } : { status: 404 };
  });
});
beforeEach(async () => {
  upstream.requests.length = 0;
  subgraph = await startSubgraph(unicoOf(upstream));
  return () => subgraph.close();
});
afterAll(() => upstream.close());

function entities(selection: string, representations: object[]): ReturnType<Subgraph['ask']> {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`;
  return subgraph.ask(query, { representations });
}

const process = (id: unknown, more: object = {}): object => ({ __typename: 'Process', id, ...more });

describe('_entities', () => {
  test('entities are resolved by id, or by id and source, in the order of their representations', async () => {
    const { data, errors } = await entities('... on Process { id source state }', [
      process(OTHER_ID, { source: 'PROCESSES_V1' }),
      process(ID),
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
    const { data, errors } = await entities('... on Process { state }', [process(ABSENT_ID), process(ID)]);
    expect({ data, errors }).toEqual({ data: { _entities: [null, { state: 'FINISHED' }] }, errors: [] });
  });

  test('an entity that is requested three times costs one call', async () => {
    await entities('... on Process { state }', [process(ID), process(ID), process(ID)]);
    expect(upstream.calls()).toEqual([`GET /client/v1/process/${ID}`]);
  });

  const bad: [string, object][] = [
    ['no id', { __typename: 'Process' }],
    ['a number for an id', process(5)],
    ['an object for an id', process({ id: ID })],
    ['a list for an id', process([ID])],
    ['a CPF for an id', process('12345678909')],
    ['a path for an id', process(`../${ID}`)],
    ['a source that does not exist', process(ID, { source: 'LEGACY' })],
    ['a number for a source', process(ID, { source: 1 })],
    ['an entity of another subgraph', { __typename: 'Customer', id: ID }],
    ['a type that is no entity', { __typename: 'Query', id: ID }],
    ['the name of a property of every object', { __typename: 'constructor', id: ID }],
    ['no __typename', { id: ID }],
    ['a number for a __typename', { __typename: 1, id: ID }],
  ];

  test.each(bad)(
    'a representation with %s fails alone, and its neighbours are answered',
    async (_, representation) => {
      const { data, errors } = await entities('... on Process { state }', [representation, process(ID)]);
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
      const { data, errors } = await subgraph.ask(query, { r: [[representation], process(ID)] });
      expect(data._entities).toEqual([null, { state: 'FINISHED' }]);
      expect(errors).toMatchObject([{ path: ['_entities', 0], extensions: { code: 'BAD_USER_INPUT' } }]);
    },
  );

  test('entities that fail in several ways at once do not end the server', async () => {
    const failing = [process('zz'), { __typename: 'Customer' }, process(5), { id: 'x' }, process(ABSENT_ID)];
    const { data, errors } = await entities('... on Process { state }', [...failing, process(ID)]);
    expect(data._entities).toEqual([null, null, null, null, null, { state: 'FINISHED' }]);
    expect(errors).toHaveLength(4);
    expect((await subgraph.ask('{ __typename }')).data).toEqual({ __typename: 'Query' });
  });

  test('a thousand entities are accepted and one more is rejected', async () => {
    const taken = await entities(
      '... on Process { id }',
      Array.from({ length: 1_000 }, () => process(ID)),
    );
    expect(taken.errors).toEqual([]);
    const refused = await entities(
      '... on Process { id }',
      Array.from({ length: 1_001 }, () => process(ID)),
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
