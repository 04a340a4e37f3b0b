import { Client, type Dispatcher } from 'undici';

/** What to send, and where to. */
export type LoadTarget = {
  /** The origin, such as `http://127.0.0.1:4001`. */
  url: string;
  path?: string;
  headers?: Record<string, string>;
  /** JSON to POST, in turn. All answers have the same length, or something is wrong. */
  bodies: readonly string[];
  /** How many requests run at a time, each on a connection of its own that stays open. */
  connections?: number;
};

/** Drives requests from this process. */
export type Load = {
  /** Sends so many requests; fails where an answer is not 200, or of another length than the first. */
  drive(requests: number): Promise<void>;
  /** The answer to one body, as text. */
  answerTo(body: string): Promise<string>;
  close(): Promise<void>;
};

/** An answer read to its end. `chunks` is filled only where its text is wanted. */
type Answer = { status: number; bytes: number; chunks: Buffer[] };

/** undici's lowest level: neither streams nor a promise for each part, so that the core of who asks is not the limit. */
function send(client: Client, options: Dispatcher.DispatchOptions, keep: boolean): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const answer: Answer = { status: 0, bytes: 0, chunks: [] };
    client.dispatch(options, {
      onRequestStart() {},
      onResponseStart(_, status) {
        answer.status = status;
      },
      onResponseData(_, chunk) {
        answer.bytes += chunk.length;
        if (keep) answer.chunks.push(chunk);
      },
      onResponseEnd: () => resolve(answer),
      onResponseError: (_, error) => reject(error),
    });
  });
}

/** Opens nothing yet; connections stand from the first request until `close`. */
export function createLoad(target: LoadTarget): Load {
  const { url, path = '/graphql', headers = {}, bodies, connections = 10 } = target;
  const clients = Array.from({ length: connections }, () => new Client(url, { pipelining: 1 }));
  const encoded = bodies.map((body) => Buffer.from(body));
  const optionsFor = (body: Buffer): Dispatcher.DispatchOptions => ({
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body,
  });
  const prepared = encoded.map(optionsFor);
  let expected: number | null = null;
  let turn = 0;

  function check({ status, bytes }: Answer): void {
    expected ??= bytes;
    if (status === 200 && bytes === expected) return;
    throw new Error(`${url}${path}: expected 200 with ${expected} bytes, got ${status} with ${bytes}`);
  }

  return {
    async drive(requests) {
      let left = requests;
      const keepAsking = async (client: Client): Promise<void> => {
        while (left > 0) {
          left -= 1;
          turn = (turn + 1) % prepared.length;
          const options = prepared[turn];
          if (options === undefined) throw new Error('expected at least one body');
          check(await send(client, options, false));
        }
      };
      await Promise.all(clients.map(keepAsking));
    },

    async answerTo(body) {
      const [client] = clients;
      if (client === undefined) throw new Error('expected at least one connection');
      const { status, chunks } = await send(client, optionsFor(Buffer.from(body)), true);
      const text = Buffer.concat(chunks).toString();
      if (status !== 200) throw new Error(`${url}${path}: expected 200, got ${status}: ${text}`);
      return text;
    },

    close: async () => {
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}
