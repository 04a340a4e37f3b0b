import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

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

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('unreachable: it listens on a port');
  console.log(JSON.stringify({ url: `http://127.0.0.1:${address.port}` }));
});
