import { connect, type Socket } from 'node:net';
import { PAGE_QUERY } from './page-query.ts';
import { processIds } from './process-ids.ts';

/*
 * Sends requests that all wait at the same time, each over a bare socket of its own, so that the client side needs little
 * CPU and memory. Arguments: the origin, the number of requests, and the number of distinct processes; each request is
 * for one of these. Prints the outcome as JSON when every request has its response.
 */

const [, , origin = '', count = '0', distinct = '1'] = process.argv;
const { port, host } = new URL(origin);

/** How many connections are opened at a time: Node's server queues at most 511 that it has not accepted yet. */
const CONNECTING = 200;

const isComplete = (text: string): boolean =>
  text.startsWith('HTTP/1.1 200') && text.includes('"data":{') && !text.includes('"errors":');

function requestFor(index: number): string {
  const ids = processIds(1, index % Number(distinct));
  const body = JSON.stringify({ query: PAGE_QUERY, variables: { ids } });
  // The server closes the connection after its response: the close marks the end of the response.
  const headers = [`host: ${host}`, 'content-type: application/json', 'connection: close'];
  const head = ['POST /graphql HTTP/1.1', ...headers, `content-length: ${Buffer.byteLength(body)}`];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

async function openSocket(): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect(Number(port), '127.0.0.1');
  socket.once('connect', () => resolve(socket)).once('error', reject);
  return promise;
}

/** Sends a request over a socket, and returns all text until the socket closes. */
function responseOn(socket: Socket, request: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => {}).once('close', () => resolve(text));
  socket.write(request);
  return promise;
}

async function run(): Promise<void> {
  const sockets: Socket[] = [];
  while (sockets.length < Number(count)) {
    const more = Math.min(CONNECTING, Number(count) - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: more }, openSocket))));
  }
  const started = performance.now();
  const responses = await Promise.all(sockets.map((socket, index) => responseOn(socket, requestFor(index))));
  const failed = responses.filter((text) => !isComplete(text));
  const seconds = (performance.now() - started) / 1000;
  const example = failed[0]?.slice(0, 500) ?? null;
  console.log(JSON.stringify({ complete: responses.length - failed.length, seconds, example }));
}

await run();
