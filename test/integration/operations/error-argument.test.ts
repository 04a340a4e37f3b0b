import { describe, expect, test } from 'vitest';
import { apiError, ID, idcloudBody, OTHER_ID } from '../../support/bodies.ts';
import { serverForFile } from '../../support/server-for-file.ts';
import { openSubgraphOver, startSubgraphOver } from '../../support/subgraph-over.ts';
import type { Reply } from '../../support/upstream.ts';

/* `extensions.argument`: the argument that caused an error. */

let reply: Reply = { body: idcloudBody() };
const server = serverForFile(() => openSubgraphOver(() => reply));

/** The extensions of the errors of a query, sent until its compiled form answers it too. */
async function extensionsOf(query: string, variables: Record<string, unknown> = {}): Promise<object[]> {
  const answers = [];
  for (let i = 0; i < 4; i += 1) {
    const { errors } = await server().subgraph.ask(query, variables);
    answers.push(errors.map(({ extensions }) => extensions));
  }
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  return answers[0] ?? [];
}

const FIND = 'query ($code: String!) { reusableDocuments(code: $code, type: BR_CNH) { documentId } }';

describe('an error of a query that one argument caused', () => {
  const badInput = { code: 'BAD_USER_INPUT' };
  test.each<[string, string, Record<string, unknown>, object]>([
    [
      'the id of process',
      'query ($id: ID!) { process(id: $id) { state } }',
      { id: '12345678909' },
      { ...badInput, upstreamCode: '3', argument: 'id' },
    ],
    [
      'an id of processes',
      'query ($ids: [ID!]!) { processes(ids: $ids) { state } }',
      { ids: ['x'] },
      { ...badInput, upstreamCode: '3', argument: 'ids' },
    ],
    [
      'too many ids',
      'query ($ids: [ID!]!) { processes(ids: $ids) { state } }',
      { ids: Array(201).fill(ID) },
      { ...badInput, argument: 'ids' },
    ],
    [
      'the number of reusableDocuments',
      FIND,
      { code: '12345678901' },
      { ...badInput, upstreamCode: '20507', argument: 'code' },
    ],
    ...[
      [{ __typename: 'Process', id: 'x' }, { upstreamCode: '3' }],
      [{ __typename: 'Process', id: ID, source: 'X' }, {}],
      [{ __typename: 'Other', id: ID }, {}],
      [{ id: ID }, {}],
      [null, {}],
    ].map(([representation, more]): [string, string, Record<string, unknown>, object] => [
      `the representation ${JSON.stringify(representation)}`,
      'query ($all: [_Any!]!) { _entities(representations: $all) { ... on Process { state } } }',
      { all: [representation ?? 'text'] },
      { ...badInput, ...more, argument: 'representations' },
    ]),
  ])('%s', async (_, query, variables, expected) => {
    expect(await extensionsOf(query, variables)).toEqual([expected]);
    expect(server().upstream.requests).toEqual([]);
  });

  test('more representations than one operation may have', async () => {
    const all = Array.from({ length: 1_001 }, () => ({ __typename: 'Process', id: ID }));
    const query = 'query ($all: [_Any!]!) { _entities(representations: $all) { ... on Process { id } } }';
    expect(await extensionsOf(query, { all })).toEqual([{ ...badInput, argument: 'representations' }]);
  });

  test('a number that Unico refuses', async () => {
    reply = { status: 400, body: apiError('20507') };
    expect(await extensionsOf(FIND, { code: '12345678909' })).toEqual([
      { ...badInput, upstreamCode: '20507', argument: 'code' },
    ]);
  });

  test('the id of forgetProcess, where Unico is asked about it', async () => {
    const { errors } = await server().subgraph.ask(
      'mutation { forgetProcess(id: "abc-123") { heldByUnico } }',
    );
    expect(errors.map(({ extensions }) => extensions)).toEqual([
      { ...badInput, upstreamCode: '3', argument: 'id' },
    ]);
  });

  test('a source that is not in use, given as an argument or in a representation', async () => {
    const { subgraph } = await startSubgraphOver(() => ({ body: idcloudBody() }), { contracts: ['IDCLOUD'] });
    const { errors } = await subgraph.ask(`{
      process(id: "${ID}", source: PROCESSES_V1) { state }
      _entities(representations: [{ __typename: "Process", id: "${ID}", source: "PROCESSES_V1" }]) { ... on Process { state } }
    }`);
    expect(errors.map(({ path, extensions }) => [path?.[0], extensions])).toEqual([
      ['process', { ...badInput, argument: 'source' }],
      ['_entities', { ...badInput, argument: 'representations' }],
    ]);
  });

  test('an argument that GraphQL checks only during execution', async () => {
    const query = 'query ($ids: [ID!] = []) { processes(ids: $ids) { id } }';
    const { errors } = await server().subgraph.ask(query, { ids: null });
    expect(errors.map(({ extensions }) => extensions)).toEqual([{ ...badInput, argument: 'ids' }]);
  });
});

describe('an error that no single argument caused has no argument', () => {
  test.each([
    ['a refusal about something else', { status: 400, body: apiError('20999') }],
    ['an attachment that is gone', { status: 404, body: apiError('99987') }],
    ['an outage', { status: 500 }],
    ['a refused credential', { status: 403, body: apiError('30020') }],
  ] satisfies [string, Reply][])('%s', async (_, refusal) => {
    reply = refusal;
    const [extensions] = await extensionsOf(FIND, { code: '12345678909' });
    expect(extensions).toHaveProperty('code');
    expect(extensions).not.toHaveProperty('argument');
  });

  test('the number of a process itself, which Unico refuses', async () => {
    const { subgraph } = await startSubgraphOver(({ path }) => {
      const person = { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678909' };
      return path.startsWith('/documents')
        ? { status: 400, body: apiError('20507') }
        : { body: idcloudBody(ID, { person }) };
    });
    const { errors } = await subgraph.ask(
      `{ process(id: "${ID}", source: IDCLOUD) { reusableDocuments(type: BR_CNH) { documentId } } }`,
    );
    expect(errors.map(({ extensions }) => extensions)).toEqual([
      { code: 'BAD_USER_INPUT', upstreamCode: '20507' },
    ]);
  });

  test('more processes than one operation may have, over several arguments', async () => {
    reply = { body: idcloudBody(OTHER_ID) };
    const ids = JSON.stringify(Array(200).fill(OTHER_ID));
    const aliases = Array.from({ length: 6 }, (_, i) => `p${i}: processes(ids: ${ids}) { id }`).join(' ');
    const { errors } = await server().subgraph.ask(`{ ${aliases} }`);
    expect(errors.map(({ extensions }) => extensions)).toEqual([{ code: 'BAD_USER_INPUT' }]);
  });
});
