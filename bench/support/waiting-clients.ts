import { connect, type Socket } from 'node:net';
import { PAGE_QUERY } from './page-query.ts';
import { processIds } from './process-ids.ts';

/*
 * Sends requests that all wait at the same time, each over a connection of its own and as bare sockets, so that this
 * side needs little. Arguments: the address, how many, and out of how many processes each asks for one. Prints what
 * came of it when every one has its answer.
 */

const [, , address = '', count = '0', distinct = '1'] = process.argv;
const { port, host } = new URL(address);

/** How many connections are being made at a time: Node's server lets 511 wait to be accepted. */
const CONNECTING = 200;

const answeredWell = (text: string): boolean =>
  text.startsWith('HTTP/1.1 200') && text.includes('"data":{') && !text.includes('"errors":');

function requestFor(index: number): string {
  const ids = processIds(1, index % Number(distinct));
  const body = JSON.stringify({ query: PAGE_QUERY, variables: { ids } });
  // The server closes the connection after its answer, and that is how it is known to be complete.
  const headers = [`host: ${host}`, 'content-type: application/json', 'connection: close'];
  const head = ['POST /graphql HTTP/1.1', ...headers, `content-length: ${Buffer.byteLength(body)}`];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

async function opened(): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect(Number(port), '127.0.0.1');
  socket.once('connect', () => resolve(socket)).once('error', reject);
  return promise;
}

/** What a connection has answered when it is closed. */
function answerOn(socket: Socket, request: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => (text += part));
  socket.on('error', () => {}).once('close', () => resolve(text));
  socket.write(request);
  return promise;
}

async function run(): Promise<void> {
  const sockets: Socket[] = [];
  while (sockets.length < Number(count)) {
    const more = Math.min(CONNECTING, Number(count) - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: more }, opened))));
  }
  const started = performance.now();
  const answers = await Promise.all(sockets.map((socket, index) => answerOn(socket, requestFor(index))));
  const failed = answers.filter((text) => !answeredWell(text));
  const seconds = (performance.now() - started) / 1000;
  const example = failed[0]?.slice(0, 500) ?? null;
  console.log(JSON.stringify({ answered: answers.length - failed.length, seconds, example }));
}

await run();
