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

describe('entities', () => {
  test('are resolved by id and by id and source, in the order asked', async () => {
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

  test('that do not exist are null, without an error', async () => {
    const { data, errors } = await entities('... on Process { state }', [process(ABSENT_ID), process(ID)]);
    expect({ data, errors }).toEqual({ data: { _entities: [null, { state: 'FINISHED' }] }, errors: [] });
  });

  test('that are asked for twice cost one call', async () => {
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
    ['an entity of somebody else', { __typename: 'Customer', id: ID }],
    ['a type that is no entity', { __typename: 'Query', id: ID }],
    ['the name of a member of every object', { __typename: 'constructor', id: ID }],
    ['no __typename', { id: ID }],
    ['a number for a __typename', { __typename: 1, id: ID }],
  ];

  test.each(bad)('with %s fail alone: their neighbours are answered', async (_, representation) => {
    const { data, errors } = await entities('... on Process { state }', [representation, process(ID)]);
    expect(data._entities).toEqual([null, { state: 'FINISHED' }]);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ path: ['_entities', 0], extensions: { code: 'BAD_USER_INPUT' } });
    expect(upstream.calls()).toEqual([`GET /client/v1/process/${ID}`]);
  });

  test.each([5, 'text', null, true])('that are %j and no object fail alone', async (representation) => {
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Process { state } } }`;
    const { data, errors } = await subgraph.ask(query, { r: [[representation], process(ID)] });
    expect(data._entities).toEqual([null, { state: 'FINISHED' }]);
    expect(errors).toMatchObject([{ path: ['_entities', 0], extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('that fail in several ways at once leave nothing behind that would end the server', async () => {
    const failing = [process('zz'), { __typename: 'Customer' }, process(5), { id: 'x' }, process(ABSENT_ID)];
    const { data, errors } = await entities('... on Process { state }', [...failing, process(ID)]);
    expect(data._entities).toEqual([null, null, null, null, null, { state: 'FINISHED' }]);
    expect(errors).toHaveLength(4);
    expect((await subgraph.ask('{ __typename }')).data).toEqual({ __typename: 'Query' });
  });

  test('are a thousand at the most, so that one operation does not hold up all others', async () => {
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

  test('with members that would be dangerous to copy are answered by their key alone', async () => {
    const hostile = JSON.parse(`{"__typename":"Process","id":"${ID}","__proto__":{"source":"PROCESSES_V1"}}`);
    const { data, errors } = await entities('... on Process { source }', [hostile]);
    expect({ data, errors }).toEqual({ data: { _entities: [{ source: 'IDCLOUD' }] }, errors: [] });
  });
});

describe('a selection of key fields costs no call', () => {
  const free: [string, () => ReturnType<Subgraph['ask']>, unknown][] = [
    ['entity by id', () => entities('... on Process { id }', [process(ID)]), { _entities: [{ id: ID }] }],
    [
      'entity by id and source',
      () => entities('... on Process { __typename id source }', [process(ID, { source: 'IDCLOUD' })]),
      { _entities: [{ __typename: 'Process', id: ID, source: 'IDCLOUD' }] },
    ],
    ['query', () => subgraph.ask(`{ process(id: "${ID}") { name: id } }`), { process: { name: ID } }],
    [
      'query with the source',
      () => subgraph.ask(`{ process(id: "${ID}", source: IDCLOUD) { id source } }`),
      { process: { id: ID, source: 'IDCLOUD' } },
    ],
    [
      'fragments',
      () =>
        subgraph.ask(`{ process(id: "${ID}") { ...Key } } fragment Key on Process { ... on Process { id } }`),
      { process: { id: ID } },
    ],
    ['list', () => subgraph.ask(`{ processes(ids: ["${ID}"]) { id } }`), { processes: [{ id: ID }] }],
  ];

  test.each(free)('%s', async (_, run, expected) => {
    expect(await run()).toEqual({ status: 200, data: expected, errors: [] });
    expect(upstream.requests).toEqual([]);
  });

  test('but the source of an id whose contract is not known is looked for', async () => {
    const { data } = await entities('... on Process { id source }', [process(OTHER_ID)]);
    expect(data._entities).toEqual([{ id: OTHER_ID, source: 'PROCESSES_V1' }]);
    expect(upstream.calls()).toHaveLength(2);
  });

  test('and a field in a fragment, under a directive or beside another selection of the same field is not forgotten', async () => {
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

  test('and an entity that is selected by the name of the union is read', async () => {
    const documents = [
      '{ ... on _Entity { ... on Process { state verdict { decision } } } } }',
      '{ ...Union } } fragment Union on _Entity { ... on Process { state verdict { decision } } }',
    ];
    for (const document of documents) {
      const query = `query ($r: [_Any!]!) { _entities(representations: $r) ${document}`;
      const { data, errors } = await subgraph.ask(query, { r: [process(ID)] });
      expect(errors).toEqual([]);
      expect(data._entities).toEqual([{ state: 'FINISHED', verdict: { decision: 'APPROVED' } }]);
    }
  });

  test('and an operation that shares a fragment with a smaller one gets all that it selects', async () => {
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
