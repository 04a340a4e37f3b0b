import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Pool } from 'undici';
import { MAX_CONNECTIONS } from '../../src/upstream/http/http-client.ts';
import { PAGE_QUERY } from './page-query.ts';
import { processIds } from './process-ids.ts';
import { listenAndSayWhere } from './say-where.ts';

/*
 * Asks one question after another and tells how long each took until its answer was read and parsed: `GET /50` asks
 * fifty times and is answered with fifty numbers, in milliseconds. Arguments: the question, the address to ask, and for
 * `known-page` how many processes are known.
 */

const [, , question = '', url = '', known = '0'] = process.argv;

/** As many as one operation may ask for. */
const MAX_PAGE = 200;
const KNOWN_PAGE = 10;

const pool = new Pool(url, { connections: question.startsWith('bare') ? MAX_CONNECTIONS : 1 });

async function askBare(): Promise<void> {
  const path = `/client/v1/process/${randomUUID()}`;
  const { statusCode, body } = await pool.request({ method: 'GET', path });
  const found: unknown = JSON.parse(await body.text());
  if (statusCode !== 200 || found === null) throw new Error(`${path}: ${statusCode}`);
}

async function askPage(ids: readonly string[]): Promise<void> {
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

const anyOf = (count: number): number => Math.floor(Math.random() * count);
const someKnown = (): string[] =>
  Array.from({ length: KNOWN_PAGE }, () => processIds(1, anyOf(Number(known)))).flat();

/** The questions, by name. */
const QUESTIONS: Record<string, () => Promise<unknown>> = {
  'unknown-process': () => askPage(newIds(1)),
  'unknown-page': () => askPage(newIds(MAX_PAGE)),
  'known-page': () => askPage(someKnown()),
  'bare-process': askBare,
  'bare-page': () => Promise.all(Array.from({ length: MAX_PAGE }, askBare)),
};

async function timesOf(count: number): Promise<number[]> {
  const ask = QUESTIONS[question];
  if (ask === undefined) throw new Error(`expected one of ${Object.keys(QUESTIONS).join(', ')}`);
  const times: number[] = [];
  for (let asked = 0; asked < count; asked += 1) {
    const started = performance.now();
    await ask();
    times.push(performance.now() - started);
  }
  return times;
}

const server = createServer(async (request, response) => {
  try {
    response.end(JSON.stringify(await timesOf(Number(request.url?.slice(1)))));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
listenAndSayWhere(server);
