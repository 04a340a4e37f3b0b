import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Pool } from 'undici';
import { MAX_CONNECTIONS } from '../../src/upstream/http/http-client.ts';
import { listenAndSayWhere } from './say-where.ts';

/*
 * The least that can stand between a caller and Unico: reads the JSON of a request for a page, gets its first process from
 * the address in the first argument with undici and JSON.parse, and answers with that.
 */

const pool = new Pool(process.argv[2] ?? '', { connections: MAX_CONNECTIONS });

const server = createServer(async (request, response) => {
  const { variables } = JSON.parse(await text(request)) as { variables: { ids: readonly string[] } };
  const { body } = await pool.request({ method: 'GET', path: `/client/v1/process/${variables.ids[0]}` });
  const found: unknown = JSON.parse(await body.text());
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ data: { processes: [found] } }));
});

listenAndSayWhere(server);
