import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { empty, text } from './reply.ts';
import type { Reply } from './reply.ts';

export type Incoming = {
  method: string;
  path: string;
  query: URLSearchParams;
  header(name: string): string | undefined;
  body: string;
};

export type Listener = { url: string; close(): Promise<void> };

type Target = { pathname: string; searchParams: URLSearchParams };

/** Three images of 800 KB in base64 and their JSON fit four times over. */
const bodyLimitBytes = 12 * 1024 * 1024;

/**
 * One host of the sandbox. `arrived` is called before the body is read and gives back the function that takes the
 * status once the answer has left.
 */
export async function listen(
  host: string,
  handle: (incoming: Incoming) => Promise<Reply> | Reply,
  arrived: (method: string, path: string) => (status: number) => void,
): Promise<Listener> {
  const closing = new AbortController();
  const server = createServer((request, response) => {
    void serve(request, response);
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Not `new URL(path, base)`: a path such as `//` is a valid request and an invalid URL.
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
    const url = { pathname: path, searchParams: new URLSearchParams(query) };
    const done = arrived(request.method ?? 'GET', url.pathname);
    try {
      const reply = await answer(request, url);
      if (reply.delayMs) await sleep(reply.delayMs, undefined, { signal: closing.signal });
      done(reply.cut ? 0 : reply.status);
      send(reply, request, response);
    } catch {
      // The caller left, or the sandbox is closing: there is nobody to answer.
      request.socket.destroy();
    }
  }

  async function answer(request: IncomingMessage, url: Target): Promise<Reply> {
    const encoding = request.headers['content-encoding'];
    if (encoding && encoding !== 'identity') return empty(415); // upstream.md §2, header hygiene
    const body = await readBody(request);
    if (body === undefined) return empty(413);
    const header = (name: string) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value[0] : value;
    };
    try {
      const incoming = {
        method: request.method ?? 'GET',
        path: url.pathname,
        query: url.searchParams,
        header,
        body,
      };
      return await handle(incoming);
    } catch (error) {
      return text(500, `The sandbox itself failed: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }

  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    async close() {
      closing.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The text of the body, or undefined when it is larger than the sandbox takes. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Read on to the end, so that the caller gets the 413 and not a reset.
    if (size <= bodyLimitBytes) chunks.push(chunk);
  }
  return size <= bodyLimitBytes ? Buffer.concat(chunks).toString('utf8') : undefined;
}

function send(reply: Reply, request: IncomingMessage, response: ServerResponse): void {
  if (reply.cut === 'before-answer') {
    request.socket.destroy();
    return;
  }
  const body = Buffer.from(reply.body);
  // `server` is what the real gateway was seen to send (upstream.md §2).
  response.writeHead(reply.status, {
    server: 'istio-envoy',
    'content-length': body.length,
    ...reply.headers,
  });
  if (reply.cut === 'mid-body') {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => request.socket.destroy());
    return;
  }
  response.end(body);
}
