import { connect } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ID, idcloudBody } from '../../support/bodies.ts';
import { openConnection } from '../../support/connection.ts';
import { gate, type Gate } from '../../support/gate.ts';
import { startSubgraphOver } from '../../support/subgraph-over.ts';
import type { Upstream } from '../../support/upstream.ts';

/** Unico answers once the gate is open. */
async function start(): Promise<{ url: string; upstream: Upstream; answered: Gate }> {
  const answered = gate();
  const { subgraph, upstream } = await startSubgraphOver(async () => {
    await answered.opened;
    return { body: idcloudBody() };
  });
  onTestFinished(() => answered.open());
  return { url: subgraph.url, upstream, answered };
}

const requested = (upstream: Upstream): Promise<unknown> =>
  vi.waitFor(() => expect(upstream.requests).not.toEqual([]), { timeout: 5_000 });

const READ = JSON.stringify({ query: `{ process(id: "${ID}") { state } }` });
const CREATE = JSON.stringify({
  query: `mutation ($input: CreateProcessInput!) {
    createProcess(idempotencyKey: "half-closed", input: $input) { process { id } userErrors { code } }
  }`,
  variables: {
    input: {
      journey: {
        flow: 'id',
        purpose: 'creditprocess',
        callbackUri: '/',
        person: { duiType: 'BR_CPF', duiValue: '12345678909', friendlyName: 'Luke Skywalker' },
      },
    },
  },
});

const post = (body: string, version = '1.1'): string =>
  `POST /graphql HTTP/${version}\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

/** The final responses, without interim ones. */
const finalResponses = (received: string): string =>
  received.replaceAll('HTTP/1.1 102 Processing\r\n\r\n', '');

describe('a client that half-closes its connection after its request', () => {
  test.each([
    ['a query', READ, '{"data":{"process":{"state":"FINISHED"}}}'],
    ['a creation', CREATE, `{"data":{"createProcess":{"process":{"id":"${ID}"},"userErrors":[]}}}`],
  ])('%s of a half-closed client is carried out and answered', async (_, body, expected) => {
    const { url, upstream, answered } = await start();
    const connection = openConnection(url);
    connection.send(post(body));
    connection.end();
    await requested(upstream);
    answered.open();
    const received = await connection.closed;
    expect(finalResponses(received)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(received).toContain(expected);
    expect(upstream.requests).toHaveLength(1);
  });

  test('all pipelined requests of a half-closed client are answered', async () => {
    const { url, answered } = await start();
    answered.open();
    const connection = openConnection(url);
    connection.send(post(READ).repeat(3));
    connection.end();
    const received = await connection.closed;
    expect(received.match(/"state":"FINISHED"/g)).toHaveLength(3);
  });

  test('a half-closed client whose answer takes seconds gets it, after at most five interim responses', async () => {
    const { url, upstream, answered } = await start();
    const connection = openConnection(url);
    connection.send(post(READ));
    connection.end();
    await requested(upstream);
    // Two of them: from the second one on, a client that has left would have been found out.
    await vi.waitFor(() => expect(connection.received().match(/ 102 /g)).toHaveLength(2), { timeout: 5_000 });
    answered.open();
    const received = await connection.closed;
    expect(received).toMatch(/^(HTTP\/1\.1 102 Processing\r\n\r\n){2,5}HTTP\/1\.1 200 OK\r\n/);
    expect(received).toContain('"state":"FINISHED"');
  });

  test('a half-closed client of HTTP/1.0 gets its answer without interim responses', async () => {
    const { url, upstream, answered } = await start();
    const old = openConnection(url);
    old.send(post(READ, '1.0'));
    old.end();
    const other = openConnection(url);
    other.send(post(READ));
    other.end();
    await requested(upstream);
    await vi.waitFor(() => expect(other.received()).toContain(' 102 '), { timeout: 5_000 });
    answered.open();
    expect(await old.closed).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  test('a half-closed client without a request in flight is disconnected', async () => {
    const { url } = await start();
    const connection = openConnection(url);
    connection.end();
    expect(await connection.closed).toBe('');
  });

  test('a half-closed client with a part of a request is answered 400', async () => {
    const { url } = await start();
    const connection = openConnection(url);
    connection.send(post(READ).slice(0, -1));
    connection.end();
    expect(await connection.closed).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });
});

describe('a client that closes its connection after its request', () => {
  test.each([
    ['closes', 'destroy'],
    ['resets', 'resetAndDestroy'],
  ] as const)('the read of a client that %s its connection is aborted', async (_, leave) => {
    const { upstream, subgraph } = await startSubgraphOver(() => 'never answer');
    const { hostname, port } = new URL(subgraph.url);
    const socket = connect(Number(port), hostname);
    socket.write(post(READ));
    await requested(upstream);
    socket[leave]();
    await vi.waitFor(
      async () => {
        const metrics = await (await fetch(`${subgraph.url}/metrics`)).text();
        expect(metrics).toMatch(/graphql_server_request_duration_seconds_count\{[^}]*\} 1\n/);
      },
      { timeout: 3_000 },
    );
  });
});
