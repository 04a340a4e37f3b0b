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

/** A busy machine looks late. */
const LATE_MS = 3_000;
const WITHIN_HEADERS_MS = HEADERS_TIMEOUT_MS + SLOW_CLIENT_CHECK_INTERVAL_MS + LATE_MS;
const WITHIN_REQUEST_MS = RECEIVE_TIMEOUT_MS + SLOW_CLIENT_CHECK_INTERVAL_MS + LATE_MS;
/** Each test waits for what was begun before all of them. */
const PATIENCE_MS = WITHIN_REQUEST_MS + 10_000;

const QUERY = '{"query":"{ __typename }"}';
const START = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
const LENGTH = `content-length: ${QUERY.length}\r\n`;
const ANSWER = '{"data":{"__typename":"Query"}}';

/** What was read from a document, as much as Unico's answers may have. */
const MUCH = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`m${i}`, 'x'.repeat(1_000)]));
/** Some 24 MB: more than two sockets hold between them. */
const LARGE = JSON.stringify({
  query: 'query ($ids: [ID!]!) { processes(ids: $ids) { services { documents { data } } } }',
  variables: { ids: Array(60).fill(ID) },
});
const LARGE_REQUEST = `${START}content-length: ${LARGE.length}\r\n\r\n${LARGE}`;

let upstream: Upstream;
let replica: Replica;
/** A slow client of each kind, all at once, because each takes its time. */
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
    body: idcloudBody(ID, { services: [{ documents: [{ doc_id: 'd', doc: { code: 'CNH', data: MUCH } }] }] }),
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

describe('a client', () => {
  test.each([
    ['that connects and says nothing', 'silent'],
    ['whose headers come a character at a time', 'trickling headers'],
    ['that stops in the middle of its headers', 'stopping in the headers'],
    ['that does so in its second request', 'second request'],
  ] as const)(
    '%s is cut off, and told why',
    async (_, which) => {
      expect(await slow[which].closesWithin(WITHIN_HEADERS_MS)).toBe(true);
      expect(slow[which].received()).toMatch(/HTTP\/1\.1 408 Request Timeout\r\n[^]*\r\n\r\n$/);
    },
    PATIENCE_MS,
  );

  test.each([
    ['whose body comes a character at a time', 'trickling body'],
    ['that stops in the middle of its body', 'stopping in the body'],
    ['whose chunks come one by one', 'trickling chunks'],
  ] as const)(
    '%s is cut off, and told why',
    async (_, which) => {
      expect(await slow[which].closesWithin(WITHIN_REQUEST_MS)).toBe(true);
      expect(slow[which].received()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    },
    PATIENCE_MS,
  );

  test(
    'that does not read its answer is cut off',
    async () => {
      // It sees its end when it has read what lies in its own socket.
      const waited = performance.now() - begun;
      await new Promise((resolve) => setTimeout(resolve, WITHIN_REQUEST_MS - waited));
      slow['not reading'].readSlowly(1);
      expect(await slow['not reading'].closesWithin(LATE_MS)).toBe(true);
      expect(slow['not reading'].received().length).toBeLessThan(20_000_000);
    },
    PATIENCE_MS,
  );

  test(
    'that reads slowly gets all of its answer',
    async () => {
      const received = await slow['reading slowly'].closed;
      expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      expect(received.length).toBeGreaterThan(20_000_000);
      expect(received).toMatch(/\}\s*$/);
    },
    PATIENCE_MS,
  );

  test('that goes away in the middle of anything leaves no fault', async () => {
    for (const part of [START, `${START}content-length: 100\r\n\r\n{"qu`, LARGE_REQUEST]) {
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
  test('hold up nobody else', async () => {
    for (let i = 0; i < 50; i += 1) {
      expect((await replica.ask('{ __typename }')).data).toEqual({ __typename: 'Query' });
    }
  });

  test(
    'are cut off, all of them',
    async () => {
      const closed = await Promise.all(many.map((connection) => connection.closesWithin(WITHIN_REQUEST_MS)));
      expect(closed).toEqual(many.map(() => true));
      expect(replica.logged('fault')).toEqual([]);
    },
    PATIENCE_MS,
  );
});

/** The status lines of everything that was answered. */
const statuses = (received: string): string[] => received.match(/HTTP\/1\.1 \d{3}/g) ?? [];

describe('several requests in a row, before an answer to the first', () => {
  const named = Array.from({ length: 100 }, (_, i) => JSON.stringify({ query: `{ a${i}: __typename }` }));
  const requests = named.map((body) => `${START}content-length: ${body.length}\r\n\r\n${body}`);

  test('are answered in their order', async () => {
    const received = await exchange(replica.url, requests.join(''));
    expect(statuses(received)).toEqual(named.map(() => 'HTTP/1.1 200'));
    expect([...received.matchAll(/"a(\d+)"/g)].map(([, i]) => Number(i))).toEqual([...named.keys()]);
  });

  test('end with the first that is no HTTP', async () => {
    const [first, second] = requests;
    const received = await exchange(replica.url, `${first}no HTTP\r\n\r\n${second}`);
    expect(statuses(received).at(-1)).toBe('HTTP/1.1 400');
    expect(received).not.toContain('"a1"');
  });
});

describe('a request of which it could be argued where it ends', () => {
  const HIDDEN = 'GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n';
  const CHUNKED = `${QUERY.length.toString(16)}\r\n${QUERY}\r\n0\r\n\r\n`;
  const wrong: [string, string][] = [
    ['a length and chunks', `${LENGTH}transfer-encoding: chunked\r\n\r\n${CHUNKED}`],
    ['two lengths', `${LENGTH}content-length: 3\r\n\r\n${QUERY}`],
    ['the same length twice', `${LENGTH}${LENGTH}\r\n${QUERY}`],
    ['a length with a sign', `content-length: +${QUERY.length}\r\n\r\n${QUERY}`],
    ['a length below zero', `content-length: -1\r\n\r\n${QUERY}`],
    ['a length beyond all numbers', `content-length: ${'9'.repeat(30)}\r\n\r\n${QUERY}`],
    ['a space after the name of its length', `content-length : ${QUERY.length}\r\n\r\n${QUERY}`],
    ['something like chunks', `transfer-encoding: xchunked\r\n\r\n${CHUNKED}`],
    ['chunks that are then said to be none', `transfer-encoding: chunked, identity\r\n\r\n${CHUNKED}`],
    ['a chunk without a length', `transfer-encoding: chunked\r\n\r\nzz\r\n${CHUNKED}`],
    ['chunks between bare line feeds', `transfer-encoding: chunked\r\n\r\n${CHUNKED.replaceAll('\r', '')}`],
    ['bare line feeds', `${LENGTH.replace('\r', '')}\n${QUERY}`],
    ['a header that goes on in the next line', `${LENGTH}x: a\r\n b\r\n\r\n${QUERY}`],
    ['a zero byte in a header', `${LENGTH}x: a\0b\r\n\r\n${QUERY}`],
  ];

  test.each(wrong)('is refused, and nothing after it is answered: %s', async (_, rest) => {
    const received = await exchange(replica.url, `${START}${rest}${HIDDEN}`);
    expect(statuses(received)).toEqual(['HTTP/1.1 400']);
    expect(received).toMatch(/connection: close/i);
  });

  test('is not taken for two where its body looks like another one', async () => {
    const received = await exchange(replica.url, `${START}content-length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`);
    expect(statuses(received)).toEqual(['HTTP/1.1 400']);
    expect(received).toContain('"code":"BAD_REQUEST"');
  });
});

describe('headers', () => {
  test.each([
    ['of more than 16 KiB', `x-large: ${'x'.repeat(17_000)}\r\n`],
    ['by the thousand', 'x: y\r\n'.repeat(4_000)],
  ])('%s are refused', async (_, more) => {
    const received = await exchange(replica.url, `${START}${more}${LENGTH}\r\n${QUERY}`);
    expect(statuses(received)).toEqual(['HTTP/1.1 431']);
  });

  test('by the hundred are taken', async () => {
    const received = await exchange(replica.url, `${START}${'x: y\r\n'.repeat(500)}${LENGTH}\r\n${QUERY}`);
    expect(received).toContain(ANSWER);
  });

  test('that ask whether to go on are told to, or that nothing else is done', async () => {
    const asked = await exchange(replica.url, `${START}expect: 100-continue\r\n${LENGTH}\r\n${QUERY}`);
    expect(statuses(asked)).toEqual(['HTTP/1.1 100', 'HTTP/1.1 200']);
    const other = await exchange(replica.url, `${START}expect: miracles\r\n${LENGTH}\r\n${QUERY}`);
    expect(statuses(other)).toEqual(['HTTP/1.1 417']);
  });
});

describe('a request of another kind', () => {
  const answered: [string, string][] = [
    ['of HTTP/1.0', `POST /graphql HTTP/1.0\r\ncontent-type: application/json\r\n${LENGTH}\r\n${QUERY}`],
    [
      'that would rather go on as a WebSocket',
      `${START}connection: upgrade\r\nupgrade: websocket\r\n${LENGTH}\r\n${QUERY}`,
    ],
    [
      'that would rather go on in HTTP/2',
      `${START}connection: upgrade\r\nupgrade: h2c\r\n${LENGTH}\r\n${QUERY}`,
    ],
    ['after empty lines', `\r\n\r\n${START}${LENGTH}\r\n${QUERY}`],
    [
      'in chunks that say more of themselves',
      `${START}transfer-encoding: chunked\r\n\r\n1a;name=value\r\n${QUERY}\r\n0\r\nx: y\r\n\r\n`,
    ],
  ];
  test.each(answered)('is answered: %s', async (_, request) => {
    const received = await exchange(replica.url, request);
    expect(statuses(received)).toEqual(['HTTP/1.1 200']);
    expect(received).toContain(ANSWER);
  });

  const at = (target: string): string =>
    `POST ${target} HTTP/1.1${START.slice(START.indexOf('\r'))}${LENGTH}\r\n${QUERY}`;
  test.each([
    'http://elsewhere.example.com/graphql',
    '*',
    '//graphql',
    '/graphql/',
    '/./graphql',
    '/livez/../graphql',
    '/%67raphql',
    '/graphql%3f',
    '/graphql#fragment',
    '/graphql;a=b',
    '/\\graphql',
    '/GRAPHQL',
  ])('is not answered as if it were to the graph: %s', async (target) => {
    const received = await exchange(replica.url, at(target));
    expect(statuses(received)).toEqual(['HTTP/1.1 404']);
    expect(received).not.toContain(ANSWER);
  });

  const refused: [string, string][] = [
    ['HTTP/2 at once', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a version that there is not', START.replace('1.1', '9.9')],
    ['a method that there is not', START.replace('POST', 'ASK')],
    ['an address with a space', START.replace('/graphql', '/graph ql')],
    ['an address without its slash', START.replace('/graphql', 'graphql')],
    ['nobody to be sent to', START.replace('host: x\r\n', '')],
    ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'],
    ['zeros', '\0'.repeat(400)],
  ];
  test.each(refused)('is refused: %s', async (_, request) => {
    expect(statuses(await exchange(replica.url, `${request}\r\n`))).toEqual(['HTTP/1.1 400']);
  });

  test('that asks for a tunnel gets none, and no word', async () => {
    const request = 'CONNECT elsewhere.example.com:443 HTTP/1.1\r\nhost: elsewhere.example.com\r\n\r\n';
    expect(await exchange(replica.url, request)).toBe('');
  });

  test('that asks for itself back does not get it', async () => {
    const request = 'TRACE /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer secret\r\n\r\n';
    const received = await exchange(replica.url, request);
    expect(statuses(received)).toEqual(['HTTP/1.1 400']);
    expect(received).not.toContain('secret');
  });

  test('from a page of another site is told of no permission', async () => {
    const received = await exchange(
      replica.url,
      'OPTIONS /graphql HTTP/1.1\r\nhost: x\r\norigin: https://example.com\r\naccess-control-request-method: POST\r\n\r\n',
    );
    expect(received).not.toMatch(/access-control-allow/i);
  });
});
