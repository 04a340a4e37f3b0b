import { describe, expect, test } from 'vitest';
import { ABSENT_ID, apiError, ID, idcloudBody, processesV1Body } from '../../support/bodies.ts';
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

describe('the result of process', () => {
  test('a process is null without an error when both contracts answer 404', async () => {
    await start(() => ({ status: 404, body: apiError('50001') }));
    const answer = await subgraph.ask(PROCESS, { id: ABSENT_ID });
    expect(answer).toEqual({ status: 200, data: { process: null }, errors: [] });
    expect(upstream.calls()).toEqual([
      `GET /client/v1/process/${ABSENT_ID}`,
      `GET /processes/v1/${ABSENT_ID}`,
    ]);
  });

  test('a 410 of processes/v1 is a failed process with the decision RETRY', async () => {
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

/** An upstream with one process, of processes/v1. */
function processesV1Only({ path }: SeenRequest): Reply {
  return path.startsWith('/processes/v1/') ? { body: processesV1Body() } : { status: 404 };
}

describe('the contract of an id', () => {
  test('the contracts are asked in the configured order, the second after a 404 of the first', async () => {
    await start(processesV1Only);
    const { data } = await subgraph.ask(`query ($id: ID!) { process(id: $id) { source state } }`, { id: ID });
    expect(data.process).toEqual({ source: 'PROCESSES_V1', state: 'FINISHED' });
    expect(upstream.calls()).toEqual([`GET /client/v1/process/${ID}`, `GET /processes/v1/${ID}`]);
  });

  test('the contract of an id is remembered, and the next operation asks it first', async () => {
    await start(processesV1Only);
    await subgraph.ask(PROCESS, { id: ID });
    upstream.requests.length = 0;
    // The token is never cached, so this query needs a call.
    await subgraph.ask('query ($id: ID!) { process(id: $id) { sdkToken } }', { id: ID.toUpperCase() });
    expect(upstream.calls()).toEqual([`GET /processes/v1/${ID}`]);
  });

  test('an id is looked up in one contract alone where only one is configured', async () => {
    await start(() => ({ status: 404 }), { contracts: ['PROCESSES_V1'] });
    await subgraph.ask(PROCESS, { id: ID });
    expect(upstream.calls()).toEqual([`GET /processes/v1/${ID}`]);
  });

  test('the second contract is not asked when the first one fails', async () => {
    await start(() => ({ status: 500 }));
    const { errors } = await subgraph.ask(PROCESS, { id: ID });
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(upstream.calls()).toEqual([`GET /client/v1/process/${ID}`]);
  });

  test('a source whose contract is not configured is rejected without a call', async () => {
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

  test.each(malformed.map((id) => [id.slice(0, 40), id] as const))(
    'a malformed id never reaches Unico, and the error does not repeat it: %j',
    async (_, id) => {
      await start(() => ({ body: idcloudBody() }));
      const { data, errors } = await subgraph.ask(PROCESS, { id });
      expect(data).toEqual({ process: null });
      expect(errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', upstreamCode: '3' } });
      expect(errors[0]?.message).toBe(
        `expected a process id, which is a UUID, got text of ${id.length} characters`,
      );
      expect(upstream.requests).toEqual([]);
    },
  );

  test('a malformed id is rejected even where only the key is selected', async () => {
    await start(() => ({ body: idcloudBody() }));
    const { errors } = await subgraph.ask(`{ process(id: "abc-123") { id } }`);
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
