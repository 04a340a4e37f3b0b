import { describe, expect, test } from 'vitest';
import { ID, idcloudBody, OTHER_ID } from '../../support/bodies.ts';
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
      { status: 400, body: { code: 3, message: 'process id is invalid' } },
      { code: 'BAD_USER_INPUT', upstreamCode: '3' },
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
