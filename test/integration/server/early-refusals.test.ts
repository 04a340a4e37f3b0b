import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAX_DISCARDED_BYTES } from '../../../src/server/http-limits.ts';
import { RequestRejected } from '../../../src/server/request-rejected.ts';
import { idcloudBody } from '../../support/bodies.ts';
import { openConnection } from '../../support/connection.ts';
import { openSubgraphOver, type SubgraphOver } from '../../support/subgraph-over.ts';

const REJECTED = new RequestRejected('expected another token', {
  reason: 'token',
  status: 401,
  code: 'UNAUTHENTICATED',
});

let open: SubgraphOver;
/** The same server, for callers whose token is rejected. */
let guarded: SubgraphOver;
beforeAll(async () => {
  open = await openSubgraphOver(() => ({ body: idcloudBody() }));
  guarded = await openSubgraphOver(() => ({ body: idcloudBody() }), {
    authenticate: () => Promise.reject(REJECTED),
  });
});
afterAll(() => Promise.all([open.close(), guarded.close()]));

/** Several times what two sockets hold between them, in bytes. */
const SIZES = [3_000_000, 5_000_000, 7_000_000];

const JSON_TYPE = { 'content-type': 'application/json' };

type Refusal = {
  what: string;
  status: number;
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  server?: () => SubgraphOver;
};

const REFUSALS: Refusal[] = [
  { what: 'a compressed body', status: 415, headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } },
  { what: 'another content type', status: 415, headers: { 'content-type': 'text/plain' } },
  { what: 'no content type', status: 415 },
  {
    what: 'another charset',
    status: 415,
    headers: { 'content-type': 'application/json; charset=iso-8859-1' },
  },
  { what: 'a body that is not JSON', status: 400, headers: JSON_TYPE },
  { what: 'an Accept of other types', status: 406, headers: { ...JSON_TYPE, accept: 'text/html' } },
  { what: 'a method other than POST', status: 405, method: 'PUT', headers: JSON_TYPE },
  { what: 'a rejected token', status: 401, headers: JSON_TYPE, server: () => guarded },
  { what: 'an unknown path', status: 404, path: '/elsewhere', headers: JSON_TYPE },
];

async function statusOf(
  { method = 'POST', path = '/graphql', headers = {}, server = () => open }: Refusal,
  body: Buffer,
): Promise<number> {
  const response = await fetch(`${server().subgraph.url}${path}`, { method, headers, body });
  await response.text();
  return response.status;
}

describe('early refusals', () => {
  test.each(REFUSALS)('a client whose large request has $what gets to read the refusal', async (refusal) => {
    for (const size of SIZES) {
      expect(await statusOf(refusal, Buffer.alloc(size, 'a'))).toBe(refusal.status);
    }
  });

  test.each(REFUSALS)(
    'after a large request that has $what the next request on the connection is answered',
    async ({ status, method = 'POST', path = '/graphql', headers = {}, server = () => open }) => {
      const body = 'x'.repeat(5_000_000);
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const connection = openConnection(server().subgraph.url);
      connection.send(`${method} ${path} HTTP/1.1\r\nhost: x\r\n${lines.join('')}`);
      connection.send(`content-length: ${body.length}\r\n\r\n${body}`);
      connection.send('GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
      expect((await connection.closed).match(/HTTP\/1\.1 \d{3}/g)).toEqual([
        `HTTP/1.1 ${status}`,
        'HTTP/1.1 200',
      ]);
    },
  );

  test.each(['/livez', '/readyz', '/metrics'])(
    '%s answers a client that sends a large body',
    async (path) => {
      expect(await statusOf({ what: 'a body', status: 200, path }, Buffer.alloc(5_000_000, 'a'))).toBe(200);
    },
  );

  test.each([
    ['POST', 415],
    ['PUT', 405],
  ])('the connection of a refused %s whose body is too long to be read is closed', async (method, status) => {
    const connection = openConnection(open.subgraph.url);
    connection.send(`${method} /graphql HTTP/1.1\r\nhost: x\r\napollo-require-preflight: yes\r\n`);
    connection.send('content-length: 1000000000\r\n\r\n');
    connection.send('x'.repeat(MAX_DISCARDED_BYTES + 1_000_000));
    const received = await connection.closed;
    expect(received).toContain(`HTTP/1.1 ${status} `);
    expect(received).toMatch(/\r\nconnection: close\r\n/i);
  });
});
