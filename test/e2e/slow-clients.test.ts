import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  HEADERS_TIMEOUT_MS,
  SLOW_CLIENT_CHECK_INTERVAL_MS,
  RECEIVE_TIMEOUT_MS,
} from '../../src/server/http-limits.ts';
import { ID, idcloudBody } from '../support/bodies.ts';
import { exchange, openConnection, type Connection } from '../support/connection.ts';
import { killPrograms, startReplica, type Replica } from '../support/replica.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';

/** A busy machine closes connections late. */
const LATE_MS = 3_000;
const WITHIN_HEADERS_MS = HEADERS_TIMEOUT_MS + SLOW_CLIENT_CHECK_INTERVAL_MS + LATE_MS;
const WITHIN_REQUEST_MS = RECEIVE_TIMEOUT_MS + SLOW_CLIENT_CHECK_INTERVAL_MS + LATE_MS;
/** Each test waits for connections that were opened before the first test. */
const TEST_TIMEOUT_MS = WITHIN_REQUEST_MS + 10_000;

const QUERY = '{"query":"{ __typename }"}';
const START = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
const LENGTH = `content-length: ${QUERY.length}\r\n`;
const ANSWER = '{"data":{"__typename":"Query"}}';

/** The OCR fields of a document, as large as a response of Unico may be. */
const LARGE_DATA = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`m${i}`, 'x'.repeat(1_000)]));
/** Some 24 MB: more than two sockets hold between them. */
const LARGE = JSON.stringify({
  query: 'query ($ids: [ID!]!) { processes(ids: $ids) { services { documents { data } } } }',
  variables: { ids: Array(60).fill(ID) },
});
const LARGE_REQUEST = `${START}content-length: ${LARGE.length}\r\n\r\n${LARGE}`;

let upstream: Upstream;
let replica: Replica;
/** A slow client of each kind, all concurrent, because each takes seconds. */
let slow: Record<
  | 'silent'
  | 'trickling headers'
  | 'stopping in the headers'
  | 'trickling body'
  | 'stopping in the body'
  | 'trickling chunks'
  | 'second request'
  | 'not reading'
  | 'reading slowly',
  Connection
>;
let many: Connection[];
let begun: number;

beforeAll(async () => {
  upstream = await startUpstream(() => ({
    body: idcloudBody(ID, {
      services: [{ documents: [{ doc_id: 'd', doc: { code: 'CNH', data: LARGE_DATA } }] }],
    }),
  }));
  replica = await startReplica(upstream, { REQUEST_TIMEOUT_MS: '2000' });
  const { url } = replica;
  begun = performance.now();
  slow = {
    silent: openConnection(url),
    'trickling headers': openConnection(url),
    'stopping in the headers': openConnection(url),
    'trickling body': openConnection(url),
    'stopping in the body': openConnection(url),
    'trickling chunks': openConnection(url),
    'second request': openConnection(url),
    'not reading': openConnection(url),
    'reading slowly': openConnection(url),
  };
  slow['trickling headers'].send(START);
  slow['trickling headers'].trickle('x-name: value\r\n', 100);
  slow['stopping in the headers'].send(`${START}content-len`);
  slow['trickling body'].send(`${START}content-length: 100000\r\n\r\n`);
  slow['trickling body'].trickle(QUERY, 100);
  slow['stopping in the body'].send(`${START}${LENGTH}\r\n${QUERY.slice(0, -1)}`);
  slow['trickling chunks'].send(`${START}transfer-encoding: chunked\r\n\r\n`);
  slow['trickling chunks'].trickle('1\r\n \r\n', 100);
  slow['second request'].send(`${START}${LENGTH}\r\n${QUERY}${START}`);
  slow['not reading'].stopReading();
  slow['not reading'].send(LARGE_REQUEST);
  slow['reading slowly'].readSlowly(20);
  slow['reading slowly'].send(LARGE_REQUEST.replace('host: x', 'host: x\r\nconnection: close'));
  many = Array.from({ length: 200 }, () => openConnection(url));
  for (const [i, connection] of many.entries()) {
    connection.send(i % 2 === 0 ? START : `${START}content-length: 100000\r\n\r\n`);
    connection.trickle(i % 2 === 0 ? 'x-name: value\r\n' : QUERY, 500);
  }
});
afterAll(async () => {
  for (const connection of [...Object.values(slow), ...many]) connection.leave();
  killPrograms();
  await upstream.close();
});

describe('a slow client', () => {
  test.each([
    ['that sends nothing', 'silent'],
    ['that sends its headers a character at a time', 'trickling headers'],
    ['that stops in the middle of its headers', 'stopping in the headers'],
    ['that stops in the headers of its second request', 'second request'],
  ] as const)(
    'a client %s is cut off with 408',
    async (_, which) => {
      expect(await slow[which].closesWithin(WITHIN_HEADERS_MS)).toBe(true);
      expect(slow[which].received()).toMatch(
        /HTTP\/1\.1 408 Request Timeout\r\n[^]*\r\n\r\n\{"errors":.*"code":"BAD_REQUEST".*\}$/,
      );
    },
    TEST_TIMEOUT_MS,
  );

  test.each([
    ['that sends its body a character at a time', 'trickling body'],
    ['that stops in the middle of its body', 'stopping in the body'],
    ['that sends its chunks one by one', 'trickling chunks'],
  ] as const)(
    'a client %s is cut off with 408',
    async (_, which) => {
      expect(await slow[which].closesWithin(WITHIN_REQUEST_MS)).toBe(true);
      expect(slow[which].received()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    },
    TEST_TIMEOUT_MS,
  );

  test(
    'a client that does not read its response is cut off',
    async () => {
      // The client sees the end only after it has read the buffer of its own socket.
      const waited = performance.now() - begun;
      await new Promise((resolve) => setTimeout(resolve, WITHIN_REQUEST_MS - waited));
      slow['not reading'].readSlowly(1);
      expect(await slow['not reading'].closesWithin(LATE_MS)).toBe(true);
      expect(slow['not reading'].received().length).toBeLessThan(20_000_000);
    },
    TEST_TIMEOUT_MS,
  );

  test(
    'a client that reads slowly gets its whole response',
    async () => {
      const received = await slow['reading slowly'].closed;
      expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      expect(received.length).toBeGreaterThan(20_000_000);
      expect(received).toMatch(/\}\s*$/);
    },
    TEST_TIMEOUT_MS,
  );

  test('a client that disconnects in the middle of a request or response causes no fault', async () => {
    const compressed = LARGE_REQUEST.replace('host: x', 'host: x\r\naccept-encoding: br');
    for (const part of [START, `${START}content-length: 100\r\n\r\n{"qu`, LARGE_REQUEST, compressed]) {
      const connection = openConnection(replica.url);
      connection.send(part);
      await new Promise((resolve) => setTimeout(resolve, 50));
      connection.leave();
    }
    expect((await replica.ask('{ __typename }')).data).toEqual({ __typename: 'Query' });
    expect(replica.logged('fault')).toEqual([]);
  });
});

describe('two hundred slow clients', () => {
  test('two hundred slow clients do not delay another client', async () => {
    for (let i = 0; i < 50; i += 1) {
      expect((await replica.ask('{ __typename }')).data).toEqual({ __typename: 'Query' });
    }
  });

  test(
    'two hundred slow clients are all cut off',
    async () => {
      const closed = await Promise.all(many.map((connection) => connection.closesWithin(WITHIN_REQUEST_MS)));
      expect(closed).toEqual(many.map(() => true));
      expect(replica.logged('fault')).toEqual([]);
    },
    TEST_TIMEOUT_MS,
  );
});

/** The status lines of all responses. */
const statuses = (received: string): string[] => received.match(/HTTP\/1\.1 \d{3}/g) ?? [];

describe('pipelined requests', () => {
  const named = Array.from({ length: 100 }, (_, i) => JSON.stringify({ query: `{ a${i}: __typename }` }));
  const requests = named.map((body) => `${START}content-length: ${body.length}\r\n\r\n${body}`);

  test('pipelined requests are answered in their order', async () => {
    const received = await exchange(replica.url, requests.join(''));
    expect(statuses(received)).toEqual(named.map(() => 'HTTP/1.1 200'));
    expect([...received.matchAll(/"a(\d+)"/g)].map(([, i]) => Number(i))).toEqual([...named.keys()]);
  });

  test('pipelined requests end with the first that is no HTTP', async () => {
    const [first, second] = requests;
    const received = await exchange(replica.url, `${first}no HTTP\r\n\r\n${second}`);
    expect(statuses(received).at(-1)).toBe('HTTP/1.1 400');
    expect(received).not.toContain('"a1"');
  });
});

describe('a request with an ambiguous end', () => {
  const HIDDEN = 'GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n';
  const CHUNKED = `${QUERY.length.toString(16)}\r\n${QUERY}\r\n0\r\n\r\n`;
  const wrong: [string, string][] = [
    ['a length and chunks', `${LENGTH}transfer-encoding: chunked\r\n\r\n${CHUNKED}`],
    ['two lengths', `${LENGTH}content-length: 3\r\n\r\n${QUERY}`],
    ['the same length twice', `${LENGTH}${LENGTH}\r\n${QUERY}`],
    ['a length with a sign', `content-length: +${QUERY.length}\r\n\r\n${QUERY}`],
    ['a length below zero', `content-length: -1\r\n\r\n${QUERY}`],
    ['a length of thirty digits', `content-length: ${'9'.repeat(30)}\r\n\r\n${QUERY}`],
    ['a space after the name of its length', `content-length : ${QUERY.length}\r\n\r\n${QUERY}`],
    ['an unknown transfer encoding', `transfer-encoding: xchunked\r\n\r\n${CHUNKED}`],
    ['chunks and the encoding identity', `transfer-encoding: chunked, identity\r\n\r\n${CHUNKED}`],
    ['a chunk without a length', `transfer-encoding: chunked\r\n\r\nzz\r\n${CHUNKED}`],
    ['chunks between bare line feeds', `transfer-encoding: chunked\r\n\r\n${CHUNKED.replaceAll('\r', '')}`],
    ['bare line feeds', `${LENGTH.replace('\r', '')}\n${QUERY}`],
    ['a header that goes on in the next line', `${LENGTH}x: a\r\n b\r\n\r\n${QUERY}`],
    ['a zero byte in a header', `${LENGTH}x: a\0b\r\n\r\n${QUERY}`],
  ];

  test.each(wrong)('a request with %s is rejected, and no request after it is answered', async (_, rest) => {
    const received = await exchange(replica.url, `${START}${rest}${HIDDEN}`);
    expect(statuses(received)).toEqual(['HTTP/1.1 400']);
    expect(received).toMatch(/connection: close/i);
  });

  test('a body that looks like another request is not answered as one', async () => {
    const received = await exchange(replica.url, `${START}content-length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`);
    expect(statuses(received)).toEqual(['HTTP/1.1 400']);
    expect(received).toContain('"code":"BAD_REQUEST"');
  });
});

describe('headers', () => {
  test.each([
    ['of more than 16 KiB', `x-large: ${'x'.repeat(17_000)}\r\n`],
    ['by the thousand', 'x: y\r\n'.repeat(4_000)],
  ])('headers %s are rejected with 431', async (_, more) => {
    const received = await exchange(replica.url, `${START}${more}${LENGTH}\r\n${QUERY}`);
    expect(statuses(received)).toEqual(['HTTP/1.1 431']);
  });

  test('five hundred headers are accepted', async () => {
    const received = await exchange(replica.url, `${START}${'x: y\r\n'.repeat(500)}${LENGTH}\r\n${QUERY}`);
    expect(received).toContain(ANSWER);
  });

  test('the header expect is answered with 100 for 100-continue and with 417 otherwise', async () => {
    const asked = await exchange(replica.url, `${START}expect: 100-continue\r\n${LENGTH}\r\n${QUERY}`);
    expect(statuses(asked)).toEqual(['HTTP/1.1 100', 'HTTP/1.1 200']);
    const other = await exchange(replica.url, `${START}expect: miracles\r\n${LENGTH}\r\n${QUERY}`);
    expect(statuses(other)).toEqual(['HTTP/1.1 417']);
  });
});

describe('a request of another kind', () => {
  const answered: [string, string][] = [
    [
      'a request of HTTP/1.0',
      `POST /graphql HTTP/1.0\r\ncontent-type: application/json\r\n${LENGTH}\r\n${QUERY}`,
    ],
    [
      'a request to upgrade to a WebSocket',
      `${START}connection: upgrade\r\nupgrade: websocket\r\n${LENGTH}\r\n${QUERY}`,
    ],
    [
      'a request to upgrade to HTTP/2',
      `${START}connection: upgrade\r\nupgrade: h2c\r\n${LENGTH}\r\n${QUERY}`,
    ],
    ['a request after empty lines', `\r\n\r\n${START}${LENGTH}\r\n${QUERY}`],
    [
      'a request in chunks with extensions and trailers',
      `${START}transfer-encoding: chunked\r\n\r\n1a;name=value\r\n${QUERY}\r\n0\r\nx: y\r\n\r\n`,
    ],
  ];
  test.each(answered)('%s is answered over HTTP/1.1', async (_, request) => {
    const received = await exchange(replica.url, request);
    expect(statuses(received)).toEqual(['HTTP/1.1 200']);
    expect(received).toContain(ANSWER);
  });

  const at = (target: string): string =>
    `POST ${target} HTTP/1.1${START.slice(START.indexOf('\r'))}${LENGTH}\r\n${QUERY}`;
  test.each([
    '*',
    '//graphql',
    '/./graphql',
    '/livez/../graphql',
    '/%67raphql',
    '/graphql%3f',
    '/graphql#fragment',
    '/graphql;a=b',
    '/\\graphql',
    '/GRAPHQL',
  ])('the target %s is not answered as /graphql', async (target) => {
    const received = await exchange(replica.url, at(target));
    expect(statuses(received)).toEqual(['HTTP/1.1 404']);
    expect(received).not.toContain(ANSWER);
  });

  const refused: [string, string][] = [
    ['HTTP/2 without an upgrade', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['an unknown version of HTTP', START.replace('1.1', '9.9')],
    ['an unknown method', START.replace('POST', 'ASK')],
    ['a target with a space', START.replace('/graphql', '/graph ql')],
    ['a target without its slash', START.replace('/graphql', 'graphql')],
    ['no header host', START.replace('host: x\r\n', '')],
    ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'],
    ['zeros', '\0'.repeat(400)],
  ];
  test.each(refused)('a request with %s is rejected with 400', async (_, request) => {
    expect(statuses(await exchange(replica.url, `${request}\r\n`))).toEqual(['HTTP/1.1 400']);
  });

  test('a CONNECT request gets neither a tunnel nor a response', async () => {
    const request = 'CONNECT elsewhere.example.com:443 HTTP/1.1\r\nhost: elsewhere.example.com\r\n\r\n';
    expect(await exchange(replica.url, request)).toBe('');
  });

  test('a TRACE request is rejected and not echoed', async () => {
    const request = 'TRACE /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer secret\r\n\r\n';
    const received = await exchange(replica.url, request);
    expect(statuses(received)).toEqual(['HTTP/1.1 400']);
    expect(received).not.toContain('secret');
  });

  test('a CORS preflight gets no permission', async () => {
    const received = await exchange(
      replica.url,
      'OPTIONS /graphql HTTP/1.1\r\nhost: x\r\norigin: https://example.com\r\naccess-control-request-method: POST\r\n\r\n',
    );
    expect(received).not.toMatch(/access-control-allow/i);
  });
});
