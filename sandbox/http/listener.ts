import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { emptyReply, textReply } from './reply.ts';
import type { Reply } from './reply.ts';
import type { HostName, RequestLog } from './request-log.ts';

/** A request whose body was read. */
export type IncomingRequest = {
  method: string;
  path: string;
  query: URLSearchParams;
  /** The first value of a header, or `null`. The name is in lower case. */
  header(name: string): string | null;
  body: string;
};

/** The options of `Listener.open`. */
export type ListenerOptions = {
  /** The name in the request log. */
  name: HostName;
  /** The address to listen on; the system chooses the port. */
  address: string;
  handle: (request: IncomingRequest) => Reply;
  log: RequestLog;
};

/** Three images of 800 KB in base64 and their JSON fit four times. */
const MAX_BODY_BYTES = 12 * 1024 * 1024;

/** One host of the sandbox: the only place that touches sockets. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #server: Server;
  readonly #closing = new AbortController();

  private constructor(options: ListenerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** Listens on a free port. */
  static async open(options: ListenerOptions): Promise<Listener> {
    const listener = new Listener(options);
    listener.#server.listen(0, options.address);
    await once(listener.#server, 'listening');
    return listener;
  }

  /** The origin, while the listener is open. */
  get url(): string {
    const { address } = this.#options;
    const { port } = this.#server.address() as AddressInfo;
    return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  }

  /** Stops listening and destroys the open connections; pending delays end. */
  async close(): Promise<void> {
    this.#closing.abort();
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Not `new URL(path, base)`: a path such as `//` is a valid request and an invalid URL.
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
    const method = request.method ?? 'GET';
    const entry = this.#options.log.add({ host: this.#options.name, method, path });
    try {
      const reply = await this.#replyTo(request, { method, path, query: new URLSearchParams(query) });
      if (reply.delayMs) await sleep(reply.delayMs, undefined, { signal: this.#closing.signal });
      entry.status = reply.cut ? 0 : reply.status;
      send(reply, request, response);
    } catch {
      // The caller disconnected, or the sandbox is closing: no response is possible.
      request.socket.destroy();
    }
  }

  async #replyTo(
    message: IncomingMessage,
    target: Pick<IncomingRequest, 'method' | 'path' | 'query'>,
  ): Promise<Reply> {
    const encoding = message.headers['content-encoding'];
    if (encoding && encoding !== 'identity') return emptyReply(415); // upstream.md §2, header hygiene
    const body = await readBody(message);
    if (body === null) return emptyReply(413);
    const header = (name: string): string | null => {
      const value = message.headers[name];
      return (Array.isArray(value) ? value[0] : value) ?? null;
    };
    try {
      return this.#options.handle({ ...target, header, body });
    } catch (error) {
      const detail = error instanceof Error ? error.stack : String(error);
      return textReply(500, `The sandbox itself failed: ${detail}`);
    }
  }
}

/** The text of the body, or `null` when it is above the size limit. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Read on to the end, so that the caller gets the 413 and not a reset.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks).toString('utf8') : null;
}

function send(reply: Reply, request: IncomingMessage, response: ServerResponse): void {
  if (reply.cut === 'before-response') {
    request.socket.destroy();
    return;
  }
  const body = Buffer.from(reply.body);
  // The real gateway sends this `server` header (upstream.md §2).
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
