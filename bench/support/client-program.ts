import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Pool } from 'undici';
import { MAX_CONNECTIONS } from '../../src/upstream/http/http-client.ts';
import { PAGE_QUERY } from './page-query.ts';
import { processIds } from './process-ids.ts';
import { listenAndPrintUrl } from './listen-and-print-url.ts';

/*
 * A client that sends one request after another and times each until its response is read and parsed: on `GET /50` it
 * sends fifty requests and responds with fifty numbers, in milliseconds. Arguments: the kind of request, the origin to
 * send to, and for `known-page` the number of known processes.
 */

const [, , kind = '', url = '', known = '0'] = process.argv;

/** The maximum of one operation. */
const MAX_PAGE = 200;
const KNOWN_PAGE = 10;

const pool = new Pool(url, { connections: kind.startsWith('bare') ? MAX_CONNECTIONS : 1 });

async function callUpstream(): Promise<void> {
  const path = `/client/v1/process/${randomUUID()}`;
  const { statusCode, body } = await pool.request({ method: 'GET', path });
  const found: unknown = JSON.parse(await body.text());
  if (statusCode !== 200 || found === null) throw new Error(`${path}: ${statusCode}`);
}

async function queryPage(ids: readonly string[]): Promise<void> {
  const { body } = await pool.request({
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query: PAGE_QUERY, variables: { ids } }),
  });
  const text = await body.text();
  const { errors, data } = JSON.parse(text) as { errors?: unknown; data?: { processes: unknown[] } };
  const complete = data?.processes.length === ids.length && !data.processes.includes(null);
  if (errors !== undefined || !complete) throw new Error(`expected all processes, got ${text.slice(0, 500)}`);
}

const newIds = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

const randomBelow = (count: number): number => Math.floor(Math.random() * count);
const randomKnownIds = (): string[] =>
  Array.from({ length: KNOWN_PAGE }, () => processIds(1, randomBelow(Number(known)))).flat();

/** What sends a request of each kind. */
const SENDERS: Record<string, () => Promise<unknown>> = {
  'unknown-process': () => queryPage(newIds(1)),
  'unknown-page': () => queryPage(newIds(MAX_PAGE)),
  'known-page': () => queryPage(randomKnownIds()),
  'bare-process': callUpstream,
  'bare-page': () => Promise.all(Array.from({ length: MAX_PAGE }, callUpstream)),
};

async function timeRequests(count: number): Promise<number[]> {
  const send = SENDERS[kind];
  if (send === undefined) throw new Error(`expected one of ${Object.keys(SENDERS).join(', ')}`);
  const times: number[] = [];
  for (let sent = 0; sent < count; sent += 1) {
    const started = performance.now();
    await send();
    times.push(performance.now() - started);
  }
  return times;
}

const server = createServer(async (request, response) => {
  try {
    response.end(JSON.stringify(await timeRequests(Number(request.url?.slice(1)))));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
listenAndPrintUrl(server);
