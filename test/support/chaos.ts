import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createNetServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

/** A request as it arrives; its body is read on demand. `at` is by the clock of `performance`. */
export type ChaosRequest = {
  at: number;
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body(): Promise<string>;
};

/** A valid response, after `afterMs` milliseconds. `body` is sent as JSON unless it is text. */
export type ValidResponse = {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  afterMs?: number;
};

/** The ways to break HTTP, as real servers and networks do. */
const BREAKS = {
  'drop before reading': ({ response }) => void response.socket?.destroy(),
  'drop after reading': async ({ request, response }) => {
    await request.body();
    response.socket?.destroy();
  },
  'reset in the middle of the body': ({ response }) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': '1000' });
    response.write('{"id":"', () => response.socket?.resetAndDestroy());
  },
  'bytes that are not HTTP': ({ response }) => void response.socket?.end('SSH-2.0-OpenSSH_9.6\r\n'),
  'a gzip bomb': ({ response }) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(BOMB);
  },
  'a body without an end': ({ response }) => {
    response.writeHead(200, JSON_TYPE).write('{"id":"');
    const more = (): void => {
      while (!response.destroyed && response.write(MUCH));
    };
    response.on('drain', more);
    more();
  },
  'a body shorter than its length': ({ response }) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': '1000' });
    response.write('{"id":"short"}', () => response.socket?.end());
  },
  'a body longer than its length': ({ response }) => {
    response.socket?.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{"id":"longer than told"}');
  },
  'silence before the headers': () => {},
  'silence in the middle of the body': ({ response }) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': '1000' }).write('{"id":"');
  },
  'a body byte by byte': ({ response }) => {
    response.writeHead(200, JSON_TYPE).write('{"id":"');
    const writing = setInterval(() => response.write('x'), 50);
    response.on('close', () => clearInterval(writing));
  },
} satisfies Record<string, (to: { request: ChaosRequest; response: ServerResponse }) => void | Promise<void>>;

export type Break = keyof typeof BREAKS;
export const EVERY_BREAK = Object.keys(BREAKS) as Break[];
/** How the server behaves for one request. */
export type Behaviour = ValidResponse | Break;

const JSON_TYPE = { 'content-type': 'application/json' };
const MUCH = 'x'.repeat(64 * 1024);

/** 128 MiB, as some hundred KB on the wire: a gzip stream may be a concatenation of gzip streams. */
const BOMB = Buffer.concat(Array(128).fill(gzipSync(Buffer.alloc(1024 * 1024, ' '))));

/** 429 with this Retry-After header, or without one for `null`. */
export function tooMany(retryAfter: string | null): ValidResponse {
  return { status: 429, headers: retryAfter === null ? {} : { 'retry-after': retryAfter }, body: {} };
}

export type Chaos = {
  url: string;
  /** All requests so far, in the order of their arrival. */
  arrivals: ChaosRequest[];
  /** The most bytes that were sent over one connection. */
  mostSent(): number;
  close(): Promise<void>;
};

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Starts a plain HTTP server that behaves as `decide` says for each request, and records its arrival. */
export async function startChaos(
  decide: (request: ChaosRequest) => Behaviour | Promise<Behaviour>,
): Promise<Chaos> {
  const arrivals: ChaosRequest[] = [];
  let mostSent = 0;

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = incoming;
    let text: Promise<string> | undefined;
    const body = (): Promise<string> => (text ??= textOf(incoming));
    const request = { at: performance.now(), method, path, headers, body };
    arrivals.push(request);
    const behaviour = await decide(request);
    if (typeof behaviour === 'string') return BREAKS[behaviour]({ request, response });
    const { status = 200, headers: more = {}, body: content = '', afterMs = 0 } = behaviour;
    await body();
    if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
    response.writeHead(status, { ...JSON_TYPE, ...more });
    response.end(typeof content === 'string' ? content : JSON.stringify(content));
  }

  const http = createServer((request, response) => {
    // A client that disconnects in the middle of a request or response is part of these tests.
    serve(request, response).catch(() => response.socket?.destroy());
  });
  const sockets = new Set<Socket>();
  const server = createNetServer((socket) => {
    sockets.add(socket);
    socket
      .on('error', () => {})
      .on('close', () => {
        sockets.delete(socket);
        mostSent = Math.max(mostSent, socket.bytesWritten);
      });
    http.emit('connection', socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    arrivals,
    mostSent: () => mostSent,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** How late a busy machine may send or record a request; a second is counted shorter by it. */
const LATE_MS = 100;

/** The most arrivals within any second, wherever it begins. */
export function mostInOneSecond(arrivals: readonly { at: number }[]): number {
  const times = arrivals.map(({ at }) => at).toSorted((a, b) => a - b);
  let most = 0;
  let first = 0;
  for (const [last, at] of times.entries()) {
    while (at - (times[first] ?? 0) >= 1_000 - LATE_MS) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
