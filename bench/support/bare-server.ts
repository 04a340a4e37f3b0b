import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenAndSayWhere } from './say-where.ts';

/*
 * The least that a server of Node can do: reads the JSON of a request, waits so many milliseconds (the first argument),
 * and answers.
 */

const latencyMs = Number(process.argv[2] ?? 0);

const server = createServer(async (request, response) => {
  JSON.parse(await text(request));
  await sleep(latencyMs);
  response.setHeader('content-type', 'application/json').end('{"data":{}}');
});

listenAndSayWhere(server);
