import { request } from 'node:http';

/** A raw response of the program. */
export type Exchange = { status: number; headers: string; body: string };

/** A request to the program; by default a POST of JSON to /graphql. */
export type RawRequest = {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
};

/** Sends any request of HTTP, also those that `fetch` rejects. */
export function exchange(
  url: string,
  { method = 'POST', path = '/graphql', headers = {}, body }: RawRequest,
): Promise<Exchange> {
  return new Promise((resolve) => {
    const json = { 'content-type': 'application/json' };
    const outgoing = request(url, { method, path, headers: { ...json, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('close', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.rawHeaders.join('\n'),
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    // A request that is too large may be cut off, without a response.
    outgoing.on('error', () => resolve({ status: 0, headers: '', body: '' }));
    outgoing.end(body);
  });
}

/** A response in two parts: its `data`, which depends on scopes, and the rest, which every caller sees. */
export function partsOf({ status, headers, body }: Exchange): { data: string; rest: string } {
  try {
    const { data = null, ...rest } = JSON.parse(body) as { data?: unknown };
    return { data: JSON.stringify(data), rest: [status, headers, JSON.stringify(rest)].join('\n') };
  } catch {
    return { data: 'null', rest: [status, headers, body].join('\n') };
  }
}
