import type { IncomingMessage } from 'node:http';
import { MAX_BODY_BYTES, MAX_DROPPED_BYTES, MAX_LINES } from '../graphql/limits/limits.ts';
import { RequestRejected } from './request-rejected.ts';

function bodyRejected(status: 400 | 413 | 415, message: string): RequestRejected {
  return new RequestRejected('body', status, status === 413 ? 'PAYLOAD_TOO_LARGE' : 'BAD_REQUEST', message);
}

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;

/** Refuses what is no UTF-8, where a Buffer would put other characters in its place. */
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Other charsets would be read as something else than was written. */
const OTHER_CHARSET = /;\s*charset\s*=\s*(?!"?utf-?8"?\s*(?:;|$))/i;

function checkHeaders({ headers }: IncomingMessage): void {
  const type = headers['content-type'] ?? '';
  if (!JSON_TYPE.test(type) || OTHER_CHARSET.test(type)) {
    throw bodyRejected(
      415,
      'expected the header "content-type: application/json" (in UTF-8), got another or none',
    );
  }
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
    throw bodyRejected(415, 'expected a body without compression, got a content-encoding: send it as it is');
  }
}

function tooLarge(most: number): RequestRejected {
  return bodyRejected(
    413,
    most < MAX_BODY_BYTES
      ? `expected a body of at most ${most} bytes, got a larger one: images need a token with the scope identity:write`
      : `expected a body of at most ${most} bytes, got a larger one: send fewer images`,
  );
}

/**
 * Reads the whole body. One that is too large is read on for a while and dropped, because a client that is still
 * writing does not see an answer before it has written.
 */
function readBytes(request: IncomingMessage, most: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let length = 0;
  const end = (): void => {
    request.off('data', take);
    if (length > most) reject(tooLarge(most));
    else resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length));
    // The request still knows who listens to it, and they would keep these until it is answered.
    chunks.length = 0;
  };
  const take = (chunk: Buffer): void => {
    length += chunk.length;
    if (length <= most) chunks.push(chunk);
    else chunks.length = 0;
    if (length <= MAX_DROPPED_BYTES) return;
    request.pause();
    end();
  };
  // By its events: an iterator costs as much as all else that is done for a small body.
  request.on('data', take);
  request.once('end', end);
  request.once('close', () => {
    if (!request.complete) reject(new Error('the client went away before its whole body had come'));
  });
  return promise;
}

/** Reads a body that nobody will look at, as far as a client of good will may need it, and keeps nothing of it. */
export async function dropBody(request: IncomingMessage): Promise<void> {
  await readBytes(request, 0).catch(() => {});
}

/** How many lines a text has, as far as that matters. */
function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1 && lines <= MAX_LINES; at = text.indexOf('\n', at + 1))
    lines += 1;
  return lines;
}

/** Each error of an operation goes through its lines to find its own: a query of nothing but lines would take seconds. */
function checkLines(body: unknown): void {
  const query = typeof body === 'object' && body !== null && 'query' in body ? body.query : null;
  if (typeof query !== 'string') return;
  const lines = countLines(query.replaceAll('\r\n', '\n').replaceAll('\r', '\n'));
  if (lines > MAX_LINES) throw bodyRejected(400, `expected a query of at most ${MAX_LINES} lines, got more`);
}

/** Gives memory back at once, where it is of these bytes alone: what is read of a body with images needs it. */
function free({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

/** A body as it came, and its size in bytes. */
export type JsonBody = { body: unknown; bodyBytes: number };

/** Reads JSON; its bytes are of no use afterwards. */
function parseJson(bytes: Buffer): JsonBody {
  const { length: bodyBytes } = bytes;
  try {
    const text = UTF8.decode(bytes);
    free(bytes);
    return { body: JSON.parse(text), bodyBytes };
  } catch {
    // The parser's own message is left out, because it quotes the body.
    throw bodyRejected(400, `expected a JSON body in UTF-8, got ${bodyBytes} bytes of something else`);
  }
}

/** The JSON body of a POST, of at most so many bytes; `undefined` for other methods. Throws `NotLetIn`. */
export async function readJsonBody(request: IncomingMessage, most: number): Promise<JsonBody> {
  if (request.method !== 'POST') return { body: undefined, bodyBytes: 0 };
  checkHeaders(request);
  const json = parseJson(await readBytes(request, most));
  checkLines(json.body);
  return json;
}
