import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { idcloudBody } from '../../support/bodies.ts';
import { exchange, openConnection } from '../../support/connection.ts';
import { serverForFile } from '../../support/server-for-file.ts';
import { openSubgraphOver, startSubgraphOver } from '../../support/subgraph-over.ts';

const server = serverForFile(() => openSubgraphOver(() => ({ body: idcloudBody() })));

const QUERY = '{"query":"{ __typename }"}';
const START = 'POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n';
const REST = `content-length: ${QUERY.length}\r\n\r\n${QUERY}`;

const header = (bytes: number): string => `x-large: ${'x'.repeat(bytes)}\r\n`;

/** How many requests were rejected so far, by reason. */
async function rejected(): Promise<Record<string, number>> {
  const text = await (await fetch(`${server().subgraph.url}/metrics`)).text();
  const lines = text.matchAll(/^requests_refused_total\{reason="([\w-]+)"\} (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, reason = '', count]) => [reason, Number(count)]));
}

/** The status, the body and whether the connection closes, as one response says so. */
function read(received: string): { status: number; body: unknown; closes: boolean } {
  const [head = '', body = ''] = received.split('\r\n\r\n', 2);
  return {
    status: Number(/^HTTP\/1\.1 (\d{3}) \S/.exec(head)?.[1]),
    body: JSON.parse(body),
    closes: /^connection: close$/im.test(head),
  };
}

const cases: [string, string, number, string, string, string][] = [
  [
    'headers above the limit',
    `${START}${header(17_000)}${REST}`,
    431,
    'headers',
    'BAD_REQUEST',
    '16384 bytes',
  ],
  [
    'very many headers',
    `${START}${'x: y\r\n'.repeat(4_000)}${REST}`,
    431,
    'headers',
    'BAD_REQUEST',
    'MAX_HEADER_BYTES',
  ],
  [
    'headers of a megabyte',
    `${START}${header(1_000_000)}${REST}`,
    431,
    'headers',
    'BAD_REQUEST',
    '16384 bytes',
  ],
  [
    'a URL above the limit',
    `GET /graphql?query=${'x'.repeat(17_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
    431,
    'headers',
    'BAD_REQUEST',
    '16384 bytes',
  ],
  [
    'trailers above the limit',
    `${START}transfer-encoding: chunked\r\n\r\n0\r\n${header(17_000)}\r\n`,
    431,
    'headers',
    'BAD_REQUEST',
    '16384 bytes',
  ],
  [
    'long extensions of a chunk',
    `${START}transfer-encoding: chunked\r\n\r\n1;${'x'.repeat(20_000)}\r\n{\r\n0\r\n\r\n`,
    413,
    'http',
    'PAYLOAD_TOO_LARGE',
    'extensions',
  ],
  ['no HTTP', 'no HTTP\r\n\r\n', 400, 'http', 'BAD_REQUEST', 'HTTP/1.1'],
  ['two lengths', `${START}content-length: 3\r\n${REST}`, 400, 'http', 'BAD_REQUEST', 'HTTP/1.1'],
  ['a part of a body', `${START}${REST.slice(0, -1)}`, 400, 'http', 'BAD_REQUEST', 'a whole request'],
  ['a part of its headers', START, 400, 'http', 'BAD_REQUEST', 'a whole request'],
];

describe('requests that Node rejects', () => {
  test.each(cases)(
    'a request with %s is answered in the form of every other rejection, and counted',
    async (_, request, status, reason, code, said) => {
      const before = await rejected();
      const received = read(await exchange(server().subgraph.url, request));
      expect(received).toEqual({
        status,
        body: { errors: [{ message: expect.stringContaining(said), extensions: { code } }] },
        closes: true,
      });
      expect(await rejected()).toEqual({ ...before, [reason]: (before[reason] ?? 0) + 1 });
    },
  );

  test('a request up to the limit is answered, and one a little above it is rejected', async () => {
    const taken = `${START}x-large: \r\n${REST.split('\r\n\r\n')[0]}\r\n\r\n`.length;
    const below = await exchange(server().subgraph.url, `${START}${header(16_384 - taken - 64)}${REST}`);
    expect(below).toContain('{"data":{"__typename":"Query"}}');
    const above = await exchange(server().subgraph.url, `${START}${header(16_384)}${REST}`);
    expect(read(above).status).toBe(431);
  });

  test('the limit can be set', async () => {
    const { subgraph } = await startSubgraphOver(() => ({ body: idcloudBody() }), {
      maxHeaderBytes: 100_000,
    });
    expect(await exchange(subgraph.url, `${START}${header(90_000)}${REST}`)).toContain(
      '"__typename":"Query"',
    );
    const above = read(await exchange(subgraph.url, `${START}${header(110_000)}${REST}`));
    expect(above).toMatchObject({
      status: 431,
      body: { errors: [{ message: expect.stringContaining('100000') }] },
    });
  });

  test('a client that goes on sending after its rejection is disconnected', async () => {
    const connection = openConnection(server().subgraph.url);
    onTestFinished(() => connection.leave());
    connection.send(`${START}${header(17_000)}`);
    connection.trickle('x', 10);
    expect(read(await connection.closed).status).toBe(431);
  });

  test('a client that resets its connection is not counted', async () => {
    const before = await rejected();
    const { hostname, port } = new URL(server().subgraph.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(START, () => socket.resetAndDestroy());
    await once(socket, 'close');
    expect(await rejected()).toEqual(before);
  });
});
