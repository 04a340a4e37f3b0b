import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { SAMPLE } from '../../test/fixtures/s0-get-idcloud-process.ts';
import { SAMPLE as CAPTURED_SAMPLE } from '../../test/fixtures/s1-get-processes-v1.ts';
import { listenAndPrintUrl } from './listen-and-print-url.ts';

/*
 * The upstream stub, which stands in for Unico: responds to every id with a finished process, after some milliseconds (the
 * first argument). Bodies are written beforehand except for their id, so that a response costs almost no CPU.
 */

const latencyMs = Number(process.argv[2] ?? 0);

/** Returns a function that writes a body for any id. */
function bodyFor(sample: { id: string }, wrap: (sample: object) => object): (id: string) => string {
  const [before = '', after = ''] = JSON.stringify(wrap(sample)).split(sample.id);
  return (id) => before + id + after;
}

const idcloudBody = bodyFor(SAMPLE.process, (process) => ({ process }));
const capturedBody = bodyFor(CAPTURED_SAMPLE, (process) => process);

const ROUTES = [
  { method: 'GET', path: /^\/client\/v1\/process\/([\w-]+)$/, body: idcloudBody },
  { method: 'POST', path: /^\/client\/v1\/process$/, body: idcloudBody },
  { method: 'GET', path: /^\/processes\/v1\/([\w-]+)$/, body: capturedBody },
  { method: 'POST', path: /^\/processes\/v1$/, body: capturedBody },
];

let calls = 0;

function bodyOf({ method, url = '' }: IncomingMessage): string | null {
  if (url === '/calls') return String(calls);
  for (const route of ROUTES) {
    const found = route.method === method ? route.path.exec(url) : null;
    if (found === null) continue;
    calls += 1;
    return route.body(found[1] ?? randomUUID());
  }
  return null;
}

function send(response: ServerResponse, body: string | null): void {
  const length = Buffer.byteLength(body ?? '');
  response.writeHead(body === null ? 404 : 200, {
    'content-type': 'application/json',
    'content-length': length,
  });
  response.end(body);
}

const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
  request.resume();
  request.once('end', () => {
    const body = bodyOf(request);
    if (latencyMs === 0) send(response, body);
    else setTimeout(send, latencyMs, response, body);
  });
});

listenAndPrintUrl(server);
