import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenAndPrintUrl } from './listen-and-print-url.ts';

/*
 * The minimum for a server of Node that waits: reads the JSON of a request, waits some milliseconds (the first
 * argument), and responds.
 */

const latencyMs = Number(process.argv[2] ?? 0);

const server = createServer(async (request, response) => {
  JSON.parse(await text(request));
  await sleep(latencyMs);
  response.setHeader('content-type', 'application/json').end('{"data":{}}');
});

listenAndPrintUrl(server);
