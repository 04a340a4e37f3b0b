import { request as httpRequest } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ID, idcloudBody } from '../../support/bodies.ts';
import { openConnection } from '../../support/connection.ts';
import { serverForFile } from '../../support/server-for-file.ts';
import { openSubgraphOver, startSubgraphOver } from '../../support/subgraph-over.ts';

const NAME = 'José Long '.repeat(5);
const BODY = idcloudBody(ID, { person: { friendlyName: NAME } });
const server = serverForFile(() => openSubgraphOver(() => ({ body: BODY })));

type Received = { status: number; headers: Record<string, unknown>; bytes: Buffer };

/** Sends an operation and leaves the response encoded, which `fetch` would decode. */
function post(query: string, encoding?: string, url = server().subgraph.url): Promise<Received> {
  const headers = {
    'content-type': 'application/json',
    ...(encoding === undefined ? {} : { 'accept-encoding': encoding }),
  };
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${url}/graphql`, { method: 'POST', headers }, async (response) => {
      const bytes = Buffer.concat(await response.toArray());
      resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes });
    });
    sent.on('error', reject).end(JSON.stringify({ query }));
  });
}

function decoded({ headers, bytes }: Received): string {
  expect(headers['content-length']).toBe(String(bytes.length));
  if (headers['content-encoding'] === 'br') return brotliDecompressSync(bytes).toString();
  if (headers['content-encoding'] === 'gzip') return gunzipSync(bytes).toString();
  expect(headers['content-encoding']).toBeUndefined();
  return bytes.toString();
}

const list = (length: number): string =>
  `{ processes(ids: [${Array(length).fill(`"${ID}"`).join(', ')}]) { id state verdict { decision reasons { code message } } } }`;

/** Short responses, long ones, and ones that are too long to be compressed at once. */
const SHORT = `{ process(id: "${ID}") { state } }`;
const LONG = list(20);
const VERY_LONG = `{ ${Array.from({ length: 4 }, (_, i) => `a${i}: ${list(150).slice(1, -1)}`).join(' ')} }`;
const PERSONAL = `{ a: ${list(10).slice(1, -1)} process(id: "${ID}") { person { friendlyName } } }`;

describe('compressed responses', () => {
  test.each([
    ['gzip', 'gzip'],
    ['br', 'br'],
    ['gzip, deflate, br', 'gzip'],
    ['br, gzip', 'br'],
    ['gzip;q=0.5, br;q=0.9', 'br'],
    ['gzip;q=0.9, br;q=0.5', 'gzip'],
    ['GZIP', 'gzip'],
    ['*', 'br'],
    ['br;q=0, *', 'gzip'],
    ['identity;q=0.5, gzip', 'gzip'],
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['deflate, zstd', undefined],
    ['gzip;q=0', undefined],
    ['identity, gzip;q=0.5', undefined],
  ])('a client that accepts %j gets long responses in %s', async (accepted, coding) => {
    const plain = await post(LONG);
    // Apollo Server executes the first one; the others are compiled.
    for (let i = 0; i < 3; i += 1) {
      const answer = await post(LONG, accepted);
      expect(answer.headers['content-encoding']).toBe(coding);
      expect(answer.headers['vary']).toBe('accept-encoding');
      expect(decoded(answer)).toBe(plain.bytes.toString());
    }
  });

  test.each([
    ['of 1 KiB and less', SHORT, undefined],
    ['of personal data', PERSONAL, 'gzip'],
    ['of more than 100 KB', VERY_LONG, 'gzip'],
    ['with an error alone', '{ nonsense }', undefined],
  ])('a response %s is the same with and without compression', async (_, query, coding) => {
    const plain = await post(query);
    const answer = await post(query, 'gzip');
    expect(answer.headers['content-encoding']).toBe(coding);
    expect(decoded(answer)).toBe(plain.bytes.toString());
    expect(answer.status).toBe(plain.status);
    expect({ ...answer.headers, date: '', 'content-length': '', 'content-encoding': undefined }).toEqual({
      ...plain.headers,
      date: '',
      'content-length': '',
      'content-encoding': undefined,
    });
  });

  test.each([
    ['identity;q=0, gzip', 'gzip'],
    ['identity;q=0, br', 'br'],
    ['gzip, *;q=0', 'gzip'],
  ])(
    'a client that accepts %j, no response without an encoding, gets short ones in %s',
    async (accepted, coding) => {
      for (const query of [SHORT, SHORT, '{ nonsense }', LONG]) {
        const answer = await post(query, accepted);
        expect(answer.headers['content-encoding']).toBe(coding);
        expect(decoded(answer)).toBe((await post(query)).bytes.toString());
      }
    },
  );

  test.each(['*;q=0', 'identity;q=0', 'deflate, identity;q=0', 'gzip;q=0, br;q=0, identity;q=0'])(
    'a mutation of a client that accepts %j, nothing that there is, is rejected before it is executed',
    async (accepted) => {
      const forget = `mutation { forgetProcess(id: "${ID}") { processId } }`;
      const answer = await post(forget, accepted);
      expect(answer.status).toBe(406);
      expect(decoded(answer)).toContain(
        'expected the header \\"accept-encoding\\" to allow br, gzip or identity',
      );
      expect(server().upstream.requests).toEqual([]);
    },
  );

  test('the metrics are compressed where they are asked for so', async () => {
    const url = `${server().subgraph.url}/metrics`;
    const [plain, compressed] = [
      await fetch(url, { headers: { 'accept-encoding': 'identity' } }),
      await fetch(url, { headers: { 'accept-encoding': 'gzip' } }),
    ];
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(compressed.headers.get('content-encoding')).toBe('gzip');
    expect(await compressed.text()).toContain('graphql_server_errors_total');
  });

  test('a client that leaves while its response is compressed affects no other client', async () => {
    await post(VERY_LONG);
    const body = JSON.stringify({ query: VERY_LONG });
    for (let i = 0; i < 5; i += 1) {
      const connection = openConnection(server().subgraph.url);
      connection.send(
        `POST /graphql HTTP/1.1\r\nhost: x\r\naccept-encoding: br\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      setImmediate(() => connection.leave());
      await connection.closed;
    }
    expect(decoded(await post(SHORT, 'gzip'))).toContain('{"data":{"process":{"state":"FINISHED"}}}');
  });

  test('with compression switched off, no response is compressed or varies', async () => {
    const { subgraph } = await startSubgraphOver(() => ({ body: BODY }), { compresses: false });
    for (const accepted of ['gzip, br', '*', undefined]) {
      const answer = await post(LONG, accepted, subgraph.url);
      expect(answer.headers).not.toHaveProperty('content-encoding');
      expect(answer.headers).not.toHaveProperty('vary');
      expect(decoded(answer)).toBe((await post(LONG)).bytes.toString());
    }
    expect((await post(SHORT, 'gzip, identity;q=0', subgraph.url)).status).toBe(406);
  });
});
