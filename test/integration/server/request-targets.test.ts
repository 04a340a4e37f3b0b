import { describe, expect, test } from 'vitest';
import { ID, idcloudBody } from '../../support/bodies.ts';
import { exchange } from '../../support/connection.ts';
import { serverForFile } from '../../support/server-for-file.ts';
import { openSubgraphOver } from '../../support/subgraph-over.ts';

const server = serverForFile(() => openSubgraphOver(() => ({ body: idcloudBody() })));

const QUERY = JSON.stringify({ query: '{ __typename }' });

/** Sends a request to a target as it stands, which no HTTP client would. Returns the status and everything received. */
async function request(method: string, target: string, more = ''): Promise<{ status: number; text: string }> {
  const body = method === 'POST' ? QUERY : '';
  const head = `${method} ${target} HTTP/1.1\r\nhost: elsewhere.example.com\r\nconnection: close\r\n${more}`;
  const text = await exchange(
    server().subgraph.url,
    `${head}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), text };
}

/** RFC 9112, 3.2.2: a server accepts the absolute form, of any authority. */
const ORIGINS = [
  'http://elsewhere.example.com',
  'http://127.0.0.1:4001',
  'HTTP://Elsewhere.example.com:80',
  'https://[::1]:4001',
  'http://user@elsewhere.example.com',
];

describe('request targets', () => {
  test.each(['', ...ORIGINS].flatMap((origin) => [`${origin}/graphql`, `${origin}/graphql/`]))(
    'the target %s is answered as /graphql',
    async (target) => {
      expect(await request('POST', target)).toMatchObject({
        status: 200,
        text: expect.stringContaining('{"data":{"__typename":"Query"}}'),
      });
    },
  );

  test.each(['/graphql', '/graphql/', 'http://elsewhere.example.com/graphql'])(
    'a GET of %s reads its query from the target',
    async (target) => {
      const query = encodeURIComponent(`{ process(id: "${ID}") { state } }`);
      const { status, text } = await request(
        'GET',
        `${target}?query=${query}`,
        'apollo-require-preflight: yes\r\n',
      );
      expect(status).toBe(200);
      expect(text).toContain('{"data":{"process":{"state":"FINISHED"}}}');
    },
  );

  test.each(
    ['/livez', '/readyz', '/metrics'].flatMap((path) => [
      path,
      `${path}/`,
      `${path}?verbose`,
      `http://elsewhere.example.com${path}`,
      `http://elsewhere.example.com${path}/?verbose`,
    ]),
  )('the target %s is answered as its path', async (target) => {
    expect((await request('GET', target)).status).toBe(200);
  });

  test.each([
    '/',
    '//',
    '/graphql//',
    '//graphql',
    '/graphqlx',
    '/GRAPHQL',
    '/graphql/x',
    '/x/graphql',
    '*',
    'http://elsewhere.example.com',
    'http://elsewhere.example.com/',
    'http://elsewhere.example.com?/graphql',
    'http://elsewhere.example.com//graphql',
    'http:///graphql/http://x',
    'ftp://elsewhere.example.com/graphql',
  ])('the target %s is answered 404', async (target) => {
    expect((await request(target === '*' ? 'OPTIONS' : 'POST', target)).status).toBe(404);
  });
});
