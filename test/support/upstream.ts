import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A request that reached the upstream, with its whole body. */
export type SeenRequest = { method: string; path: string; headers: IncomingMessage['headers']; body: string };

/**
 * How the upstream replies to a request: a response (`body` is sent as JSON unless it is text), or one of the ways in which real
 * upstreams fail.
 */
export type Reply =
  | { status?: number; headers?: Record<string, string>; body?: unknown }
  /** Closes the connection without a response. */
  | 'drop'
  /** Announces a long body, sends a part of it, and closes the connection. */
  | 'drop in the middle of the body'
  /** Reads the request and never responds. */
  | 'never answer'
  /** Sends the headers, and never the body. */
  | 'never send the body';

export type Upstream = {
  url: string;
  requests: SeenRequest[];
  /** The methods and paths of all requests, such as `['GET /processes/v1/…']`. */
  calls(): string[];
  close(): Promise<void>;
};

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply === 'drop') return void response.socket?.destroy();
  if (reply === 'never answer') return;
  if (reply === 'never send the body') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).flushHeaders();
    return;
  }
  if (reply === 'drop in the middle of the body') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"id":"', () => response.socket?.destroy());
    return;
  }
  const { status = 200, headers = {}, body = '' } = reply;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Starts a plain HTTP server that stands in for Unico. It knows nothing about Unico, and replies as `reply` says. */
export async function startUpstream(
  reply: (request: SeenRequest) => Reply | Promise<Reply>,
): Promise<Upstream> {
  const requests: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url: path = '', headers } = request;
    const seen = { method, path, headers, body: await bodyOf(request) };
    requests.push(seen);
    send(response, await reply(seen));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    calls: () => requests.map(({ method, path }) => `${method} ${path}`),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
