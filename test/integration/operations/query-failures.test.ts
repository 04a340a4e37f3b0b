import { afterEach, describe, expect, test } from 'vitest';
import { ABSENT_ID, apiError, ID, idcloudBody, OTHER_ID, processesV1Body } from '../../support/bodies.ts';
import { startSubgraph, type Subgraph, type SubgraphOptions } from '../../support/subgraph.ts';
import { unicoOf } from '../../support/unico.ts';
import { startUpstream, type Reply, type SeenRequest, type Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
let subgraph: Subgraph;

async function start(
  answer: (request: SeenRequest) => Reply,
  options: SubgraphOptions & { attemptTimeoutMs?: number } = {},
): Promise<void> {
  const { attemptTimeoutMs = 2_000, ...rest } = options;
  upstream = await startUpstream(answer);
  subgraph = await startSubgraph(unicoOf(upstream, { attemptTimeoutMs }), rest);
}

afterEach(async () => {
  await subgraph.close();
  await upstream.close();
});

const PROCESS = `query ($id: ID!, $source: ProcessSource) { process(id: $id, source: $source) { id state } }`;

describe('a process that can not be answered', () => {
  const cases: [string, Reply, { code: string; retryAfterSeconds?: number; upstreamCode?: string }][] = [
    [
      '400 with a code is the fault of the arguments',
      { status: 400, body: { code: 3, message: 'process id is invalid' } },
      { code: 'BAD_USER_INPUT', upstreamCode: '3' },
    ],
    [
      '401 is the fault of our credential, not of the caller',
      { status: 401, body: 'Jwt is expired' },
      { code: 'UPSTREAM_UNAUTHORIZED' },
    ],
    [
      '403 is the fault of our credential',
      { status: 403, body: { code: 7, message: 'no permission' } },
      { code: 'UPSTREAM_UNAUTHORIZED' },
    ],
    [
      '429 says when to come back',
      { status: 429, headers: { 'retry-after': '12' } },
      { code: 'RATE_LIMITED', retryAfterSeconds: 12 },
    ],
    ['429 without a time says one second', { status: 429 }, { code: 'RATE_LIMITED', retryAfterSeconds: 1 }],
    [
      '500 is an outage',
      { status: 500, body: { code: 99999, message: 'Internal failure! Try again later' } },
      { code: 'UPSTREAM_UNAVAILABLE' },
    ],
    [
      '503 with a page of HTML is an outage',
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
      'HTML in the place of JSON is a broken contract',
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
      "another process's answer is a broken contract",
      { body: idcloudBody(OTHER_ID) },
      { code: 'UPSTREAM_CONTRACT' },
    ],
    [
      'a redirect is a broken contract, and is not followed',
      { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
      { code: 'UPSTREAM_CONTRACT' },
    ],
  ];

  test.each(cases)('%s', async (_, reply, expected) => {
    await start(() => reply);
    const { data, errors } = await subgraph.ask(PROCESS, { id: ID, source: 'IDCLOUD' });
    expect(data).toEqual({ process: null });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ path: ['process'], extensions: expected });
  });

  test('an upstream that never answers is an outage once the attempt has had its time', async () => {
    await start(() => 'never answer', { attemptTimeoutMs: 100 });
    const { errors } = await subgraph.ask(PROCESS, { id: ID, source: 'IDCLOUD' });
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
  });

  test('an upstream that never ends its body is an outage once the attempt has had its time', async () => {
    await start(() => 'never send the body', { attemptTimeoutMs: 100 });
    const { errors } = await subgraph.ask(PROCESS, { id: ID, source: 'IDCLOUD' });
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
  });

  test('an operation that is out of time is answered with an outage', async () => {
    await start(() => 'never answer', { requestTimeoutMs: 100 });
    const { errors } = await subgraph.ask(PROCESS, { id: ID, source: 'IDCLOUD' });
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
  });

  test('nothing of what Unico said or of how it was asked is in an error', async () => {
    await start(() => ({
      status: 500,
      body: 'secret-body 12345678909',
      headers: { 'x-secret': 'secret-header' },
    }));
    const { errors } = await subgraph.ask(PROCESS, { id: ID, source: 'IDCLOUD' });
    const said = JSON.stringify(errors);
    for (const secret of ['secret', '12345678909', upstream.url, ID, 'a-token'])
      expect(said).not.toContain(secret);
  });
});

describe('a process that does not exist, or ended in an error', () => {
  test('is null without an error when both contracts answer 404', async () => {
    await start(() => ({ status: 404, body: apiError('50001') }));
    const answer = await subgraph.ask(PROCESS, { id: ABSENT_ID });
    expect(answer).toEqual({ status: 200, data: { process: null }, errors: [] });
    expect(upstream.calls()).toEqual([
      `GET /client/v1/process/${ABSENT_ID}`,
      `GET /processes/v1/${ABSENT_ID}`,
    ]);
  });

  test('410 of processes/v1 is data: a failed process that asks for a retry', async () => {
    await start(() => ({ status: 410, body: { id: ID, status: 5 } }));
    const query = `query ($id: ID!) { process(id: $id, source: PROCESSES_V1) { state verdict { decision final reasons { code } } } }`;
    const { data, errors } = await subgraph.ask(query, { id: ID });
    expect(errors).toEqual([]);
    expect(data.process).toEqual({
      state: 'FAILED',
      verdict: { decision: 'RETRY', final: true, reasons: [{ code: 'PROCESSING_ERROR' }] },
    });
  });
});

/** An upstream that has one process, of processes/v1. */
function processesV1Only({ path }: SeenRequest): Reply {
  return path.startsWith('/processes/v1/') ? { body: processesV1Body() } : { status: 404 };
}

describe('the contract of an id', () => {
  test('is looked for in the order configured, the second asked on a 404 of the first', async () => {
    await start(processesV1Only);
    const { data } = await subgraph.ask(`query ($id: ID!) { process(id: $id) { source state } }`, { id: ID });
    expect(data.process).toEqual({ source: 'PROCESSES_V1', state: 'FINISHED' });
    expect(upstream.calls()).toEqual([`GET /client/v1/process/${ID}`, `GET /processes/v1/${ID}`]);
  });

  test('is remembered: the next operation asks the right contract at once', async () => {
    await start(processesV1Only);
    await subgraph.ask(PROCESS, { id: ID });
    upstream.requests.length = 0;
    // The token is never kept, so this one has to be asked for.
    await subgraph.ask('query ($id: ID!) { process(id: $id) { sdkToken } }', { id: ID.toUpperCase() });
    expect(upstream.calls()).toEqual([`GET /processes/v1/${ID}`]);
  });

  test('is not looked for where one contract is configured', async () => {
    await start(() => ({ status: 404 }), { contracts: ['PROCESSES_V1'] });
    await subgraph.ask(PROCESS, { id: ID });
    expect(upstream.calls()).toEqual([`GET /processes/v1/${ID}`]);
  });

  test('is not looked for further when the first contract does not answer', async () => {
    await start(() => ({ status: 500 }));
    const { errors } = await subgraph.ask(PROCESS, { id: ID });
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(upstream.calls()).toEqual([`GET /client/v1/process/${ID}`]);
  });

  test('that is not in use here is refused without a call', async () => {
    await start(() => ({ body: processesV1Body() }), { contracts: ['PROCESSES_V1'] });
    const { errors } = await subgraph.ask(PROCESS, { id: ID, source: 'IDCLOUD' });
    expect(errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    expect(errors[0]?.message).toContain('PROCESSES_V1');
    expect(upstream.requests).toEqual([]);
  });
});

describe('a malformed id', () => {
  const malformed = [
    ' ',
    'abc-123',
    '12345678909',
    '../processes/v1/x',
    '..%2f..%2fadmin',
    `${ID}/selfie`,
    `${ID}?raw=true`,
    `${ID}\r\nx-injected: 1`,
    'x'.repeat(10_000),
  ];

  test.each(malformed)('never reaches Unico, and is not repeated in the error: %j', async (id) => {
    await start(() => ({ body: idcloudBody() }));
    const { data, errors } = await subgraph.ask(PROCESS, { id });
    expect(data).toEqual({ process: null });
    expect(errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', upstreamCode: '3' } });
    expect(errors[0]?.message).toBe(
      `expected a process id, which is a UUID, got text of ${id.length} characters`,
    );
    expect(upstream.requests).toEqual([]);
  });

  test('is refused even where only the key is selected', async () => {
    await start(() => ({ body: idcloudBody() }));
    const { errors } = await subgraph.ask(`{ process(id: "abc-123") { id } }`);
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('a list of processes', () => {
  const list = `query ($ids: [ID!]!) { processes(ids: $ids) { id state } }`;

  test('answers in the order asked, with null and an error only in the places that fail', async () => {
    await start(({ path }) => {
      if (path.includes(OTHER_ID)) return { status: 503 };
      return path.includes(ID) ? { body: idcloudBody() } : { status: 404 };
    });
    const { data, errors } = await subgraph.ask(list, { ids: [ABSENT_ID, OTHER_ID, ID, 'nonsense', ID] });
    const found = { id: ID, state: 'FINISHED' };
    expect(data.processes).toEqual([null, null, found, null, found]);
    expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual(
      expect.arrayContaining([
        [['processes', 1], 'UPSTREAM_UNAVAILABLE'],
        [['processes', 3], 'BAD_USER_INPUT'],
      ]),
    );
    expect(errors).toHaveLength(2);
  });

  test('asks for each distinct id once, however often it is named', async () => {
    await start(() => ({ body: idcloudBody() }));
    await subgraph.ask(list, { ids: [ID, ID.toUpperCase(), ID] });
    expect(upstream.calls()).toEqual([`GET /client/v1/process/${ID}`]);
  });

  test('asks side by side: no answer is awaited before the next question', async () => {
    let waiting = 0;
    const { promise: allAsked, resolve } = Promise.withResolvers<void>();
    upstream = await startUpstream(async ({ path }) => {
      waiting += 1;
      if (waiting === 10) resolve();
      await allAsked;
      return { body: idcloudBody(path.split('/').at(-1)) };
    });
    subgraph = await startSubgraph(unicoOf(upstream));
    const ids = Array.from({ length: 10 }, (_, i) => `53060f52-f146-4c12-a234-5bb5031f6f${10 + i}`);
    const { data } = await subgraph.ask(list, { ids });
    expect(data.processes.map(({ id }: { id: string }) => id)).toEqual(ids);
  });

  test('takes 200 ids and refuses 201 before a call is spent', async () => {
    await start(({ path }) => ({ body: idcloudBody(path.split('/').at(-1)) }));
    const ids = Array.from(
      { length: 201 },
      (_, i) => `53060f52-f146-4c12-a234-${String(i).padStart(12, '0')}`,
    );
    const refused = await subgraph.ask(list, { ids });
    expect(refused.errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    expect(refused.errors[0]?.message).toContain('200');
    expect(upstream.requests).toEqual([]);
    const taken = await subgraph.ask(list, { ids: ids.slice(1) });
    expect(taken.errors).toEqual([]);
    expect(taken.data.processes).toHaveLength(200);
  });
});
