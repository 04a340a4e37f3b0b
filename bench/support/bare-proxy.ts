import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Pool } from 'undici';
import { MAX_CONNECTIONS } from '../../src/upstream/http/http-client.ts';
import { listenAndPrintUrl } from './listen-and-print-url.ts';

/*
 * The minimum for a server between a client and Unico: reads the JSON of a request for a page, gets the first process of
 * the page from an upstream (its origin is the first argument) with undici and JSON.parse, and responds with it.
 */

const pool = new Pool(process.argv[2] ?? '', { connections: MAX_CONNECTIONS });

const server = createServer(async (request, response) => {
  const { variables } = JSON.parse(await text(request)) as { variables: { ids: readonly string[] } };
  const { body } = await pool.request({ method: 'GET', path: `/client/v1/process/${variables.ids[0]}` });
  const found: unknown = JSON.parse(await body.text());
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ data: { processes: [found] } }));
});

listenAndPrintUrl(server);
