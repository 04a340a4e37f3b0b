import { Client, type Dispatcher } from 'undici';

/** What to send, and where to. */
export type LoadTarget = {
  /** The origin, such as `http://127.0.0.1:4001`. */
  url: string;
  path?: string;
  headers?: Record<string, string>;
  /** JSON to POST, one body after the other in rotation. All responses must have the same length. */
  bodies: readonly string[];
  /** How many requests run at a time, each over a persistent connection of its own. */
  connections?: number;
};

/** A response that was read to its end. `chunks` is filled only if the caller needs the text. */
type Response = { status: number; bytes: number; chunks: Buffer[] };

/** undici's lowest level: no stream and no promise per chunk, so that the core of the client is not the bottleneck. */
function send(client: Client, options: Dispatcher.DispatchOptions, keepText: boolean): Promise<Response> {
  return new Promise((resolve, reject) => {
    const response: Response = { status: 0, bytes: 0, chunks: [] };
    client.dispatch(options, {
      onRequestStart() {},
      onResponseStart(_, status) {
        response.status = status;
      },
      onResponseData(_, chunk) {
        response.bytes += chunk.length;
        if (keepText) response.chunks.push(chunk);
      },
      onResponseEnd: () => resolve(response),
      onResponseError: (_, error) => reject(error),
    });
  });
}

/** Sends requests from this process. A connection opens with its first request and stays open until `close`. */
export class Load {
  readonly #name: string;
  readonly #clients: readonly Client[];
  readonly #optionsFor: (body: string) => Dispatcher.DispatchOptions;
  /** Requests that are encoded beforehand, one for each body. */
  readonly #prepared: readonly Dispatcher.DispatchOptions[];
  #expectedBytes: number | null = null;
  #next = 0;

  constructor({ url, path = '/graphql', headers = {}, bodies, connections = 10 }: LoadTarget) {
    this.#name = `${url}${path}`;
    this.#clients = Array.from({ length: connections }, () => new Client(url, { pipelining: 1 }));
    this.#optionsFor = (body) => ({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: Buffer.from(body),
    });
    this.#prepared = bodies.map(this.#optionsFor);
  }

  /** Sends that many requests; rejects if a response is not 200, or has another length than the first one. */
  async drive(requests: number): Promise<void> {
    let left = requests;
    const sendAll = async (client: Client): Promise<void> => {
      while (left > 0) {
        left -= 1;
        this.#check(await send(client, this.#nextRequest(), false));
      }
    };
    await Promise.all(this.#clients.map(sendAll));
  }

  /** Sends one body and returns the text of the response; rejects if the response is not 200. */
  async responseTo(body: string): Promise<string> {
    const [client] = this.#clients;
    if (client === undefined) throw new Error('expected at least one connection');
    const { status, chunks } = await send(client, this.#optionsFor(body), true);
    const text = Buffer.concat(chunks).toString();
    if (status !== 200) throw new Error(`${this.#name}: expected 200, got ${status}: ${text}`);
    return text;
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
  }

  #nextRequest(): Dispatcher.DispatchOptions {
    this.#next = (this.#next + 1) % this.#prepared.length;
    const options = this.#prepared[this.#next];
    if (options === undefined) throw new Error('expected at least one body');
    return options;
  }

  #check({ status, bytes }: Response): void {
    this.#expectedBytes ??= bytes;
    if (status === 200 && bytes === this.#expectedBytes) return;
    throw new Error(
      `${this.#name}: expected 200 with ${this.#expectedBytes} bytes, got ${status} with ${bytes}`,
    );
  }
}
