import { describe, expect, test } from 'vitest';
import { apiError, ID, idcloudBody, OTHER_ID, processesV1Body } from '../../support/bodies.ts';
import { startSubgraphOver, type OverOptions } from '../../support/subgraph-over.ts';
import type { Subgraph } from '../../support/subgraph.ts';
import type { Reply, SeenRequest, Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
let subgraph: Subgraph;

/** Starts a subgraph over a Unico that answers so, until the end of the test. */
async function start(
  answer: (request: SeenRequest) => Reply | Promise<Reply>,
  options: OverOptions = {},
): Promise<void> {
  ({ upstream, subgraph } = await startSubgraphOver(answer, options));
}

const PROCESS = `query ($id: ID!, $source: ProcessSource) { process(id: $id, source: $source) { id state } }`;

describe('failures of process', () => {
  const cases: [string, Reply, { code: string; retryAfterSeconds?: number; upstreamCode?: string }][] = [
    [
      'a 400 with a code is the fault of the arguments',
      { status: 400, body: { code: 9, message: 'process expired' } },
      { code: 'BAD_USER_INPUT', upstreamCode: '9' },
    ],
    [
      'a 401 is the fault of the credential, not of the caller',
      { status: 401, body: 'Jwt is expired' },
      { code: 'UPSTREAM_UNAUTHORIZED' },
    ],
    [
      'a 403 is the fault of the credential',
      { status: 403, body: { code: 7, message: 'no permission' } },
      { code: 'UPSTREAM_UNAUTHORIZED' },
    ],
    [
      'a 429 is reported with the time to wait',
      { status: 429, headers: { 'retry-after': '12' } },
      { code: 'RATE_LIMITED', retryAfterSeconds: 12 },
    ],
    [
      'a 429 without a time is reported with one second to wait',
      { status: 429 },
      { code: 'RATE_LIMITED', retryAfterSeconds: 1 },
    ],
    [
      'a 500 is an outage',
      { status: 500, body: { code: 99999, message: 'Internal failure! Try again later' } },
      { code: 'UPSTREAM_UNAVAILABLE' },
    ],
    [
      'a 503 with a page of HTML is an outage',
      { status: 503, body: '<html>busy</html>' },
      { code: 'UPSTREAM_UNAVAILABLE' },
    ],
    ['a dropped connection is an outage', 'drop', { code: 'UPSTREAM_UNAVAILABLE' }],
    [
      'a body that stops halfway is an outage',
      'drop in the middle of the body',
      { code: 'UPSTREAM_UNAVAILABLE' },
    ],
    [
      'a response of HTML instead of JSON is a broken contract',
      { body: '<html>hello</html>' },
      { code: 'UPSTREAM_CONTRACT' },
    ],
    ['an empty body is a broken contract', { body: '' }, { code: 'UPSTREAM_CONTRACT' }],
    [
      'a body without an id is a broken contract',
      { body: { process: { state: 'PROCESS_STATE_FINISHED' } } },
      { code: 'UPSTREAM_CONTRACT' },
    ],
    [
      'the response of another process is a broken contract',
      { body: idcloudBody(OTHER_ID) },
      { code: 'UPSTREAM_CONTRACT' },
    ],
    [
      'a redirect is a broken contract, and is not followed',
      { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
      { code: 'UPSTREAM_CONTRACT' },
    ],
  ];

  test.each(cases)('when a process is read, %s', async (_, reply, expected) => {
    await start(() => reply);
    const { data, errors } = await subgraph.ask(PROCESS, { id: ID, source: 'IDCLOUD' });
    expect(data).toEqual({ process: null });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ path: ['process'], extensions: expected });
  });

  test('an upstream that never answers is an outage after the attempt timeout', async () => {
    await start(() => 'never answer', { unico: { attemptTimeoutMs: 100 } });
    const { errors } = await subgraph.ask(PROCESS, { id: ID, source: 'IDCLOUD' });
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
  });

  test('an upstream that never ends its body is an outage after the attempt timeout', async () => {
    await start(() => 'never send the body', { unico: { attemptTimeoutMs: 100 } });
    const { errors } = await subgraph.ask(PROCESS, { id: ID, source: 'IDCLOUD' });
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
  });

  test('an operation past its deadline is answered with an outage', async () => {
    await start(() => 'never answer', { requestTimeoutMs: 100 });
    const { errors } = await subgraph.ask(PROCESS, { id: ID, source: 'IDCLOUD' });
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
  });

  test.each([500, 502, 503, 504, 408])('an error says that Unico answered with HTTP %i', async (status) => {
    await start(() => ({ status, body: { code: 99999, message: 'Internal failure! Try again later' } }));
    const { errors } = await subgraph.ask(PROCESS, { id: ID, source: 'IDCLOUD' });
    expect(errors[0]?.message).toContain(`Unico answered with HTTP ${status}`);
    expect(errors[0]?.message).not.toContain('did not respond');
  });

  test.each(['drop', 'drop in the middle of the body'] as const)(
    'an error says that there was no response: %s',
    async (reply) => {
      await start(() => reply);
      const { errors } = await subgraph.ask(PROCESS, { id: ID, source: 'IDCLOUD' });
      expect(errors[0]?.message).toContain('could not be reached, or did not respond in time');
      expect(errors[0]?.message).not.toContain('answered');
    },
  );

  test('an error contains no part of the request to Unico or of its response', async () => {
    await start(() => ({
      status: 500,
      body: 'secret-body 12345678909',
      headers: { 'x-secret': 'secret-header' },
    }));
    const { errors } = await subgraph.ask(PROCESS, { id: ID, source: 'IDCLOUD' });
    const text = JSON.stringify(errors);
    for (const secret of ['secret', '12345678909', upstream.url, ID, 'a-token'])
      expect(text).not.toContain(secret);
  });
});

describe('a contract that refuses the form of a checked id', () => {
  const idcloudRefusals: [string, Reply][] = [
    ['code 3', { status: 400, body: { code: 3, message: 'process id is invalid' } }],
    ['code 3 without a message', { status: 400, body: { code: 3 } }],
    ['code 3 in an envelope', { status: 400, body: { error: { code: '3', description: 'x' } } }],
    ['plain text', { status: 400, body: 'process id is invalid' }],
    ['code 400', { status: 400, body: { error: { code: 400, message: 'process id is invalid' } } }],
  ];
  const apiRefusal: Reply = { status: 400, body: apiError('20023') };

  test.each(idcloudRefusals)(
    'an id that IDCLOUD refuses with %s is asked for in the other contract',
    async (_, refusal) => {
      await start(({ path }) => (path.startsWith('/client') ? refusal : { body: processesV1Body() }));
      const { data, errors } = await subgraph.ask(`{ process(id: "${ID}") { source state } }`);
      expect({ data, errors }).toEqual({
        data: { process: { source: 'PROCESSES_V1', state: 'FINISHED' } },
        errors: [],
      });
      expect(upstream.calls()).toEqual([`GET /client/v1/process/${ID}`, `GET /processes/v1/${ID}`]);
    },
  );

  test.each([
    ['does not know it', { status: 404 } as Reply],
    ['refuses it too', apiRefusal],
  ])('an id that one contract refuses, and the other one %s, is not found', async (_, second) => {
    await start(({ path }) => (path.startsWith('/client') ? (idcloudRefusals[0]?.[1] ?? {}) : second));
    const answer = await subgraph.ask(
      `{ process(id: "${ID}") { state } processes(ids: ["${ID}"]) { state } }`,
    );
    expect(answer).toEqual({ status: 200, data: { process: null, processes: [null] }, errors: [] });
  });

  test('what fails in the other contract is the answer', async () => {
    await start(({ path }) =>
      path.startsWith('/client') ? (idcloudRefusals[0]?.[1] ?? {}) : { status: 503 },
    );
    const { data, errors } = await subgraph.ask(`{ process(id: "${ID}") { state } }`);
    expect(data).toEqual({ process: null });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });

  test.each([
    ['IDCLOUD', idcloudRefusals[0]?.[1] ?? {}],
    ['PROCESSES_V1', apiRefusal],
  ])('an id that %s refuses as the given source is not found, as with 404', async (source, refusal) => {
    await start(() => refusal);
    const answer = await subgraph.ask(PROCESS, { id: ID, source });
    expect(answer).toEqual({ status: 200, data: { process: null }, errors: [] });
    expect(upstream.requests).toHaveLength(1);
  });

  test('an entity is found in the contract that has it', async () => {
    await start(({ path }) =>
      path.startsWith('/client') ? (idcloudRefusals[0]?.[1] ?? {}) : { body: processesV1Body() },
    );
    const { data, errors } = await subgraph.ask(
      `{ _entities(representations: [{ __typename: "Process", id: "${ID}" }]) { ... on Process { source } } }`,
    );
    expect({ data, errors }).toEqual({ data: { _entities: [{ source: 'PROCESSES_V1' }] }, errors: [] });
  });

  test.each([
    { status: 400, body: apiError('20507') },
    { status: 400, body: '' },
    { status: 400, body: { code: 9, message: 'process expired' } },
    { status: 409, body: { code: 3, message: 'process id is invalid' } },
  ])('a refusal that is not about the id is an error: %j', async (refusal) => {
    await start(() => refusal);
    const { data, errors } = await subgraph.ask(`{ process(id: "${ID}") { state } }`);
    expect(data).toEqual({ process: null });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(upstream.requests).toHaveLength(1);
  });
});
