import type { IncomingMessage } from 'node:http';
import { queryTextProblem } from '../graphql/limits/query-text.ts';
import { isJsonObject } from '../lib/json-object.ts';
import { MAX_BODY_BYTES, MAX_DISCARDED_BYTES, MAX_STRUCTURAL_BYTES } from './http-limits.ts';
import { RequestRejected } from './request-rejected.ts';

function bodyRejected(status: 400 | 413 | 415, message: string): RequestRejected {
  const code = status === 413 ? 'PAYLOAD_TOO_LARGE' : 'BAD_REQUEST';
  return new RequestRejected(message, { reason: 'body', status, code });
}

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;

/** Rejects invalid UTF-8, where a Buffer would replace characters. */
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Matches a charset other than UTF-8, whose text would be decoded wrongly. */
const WRONG_CHARSET = /;\s*charset\s*=\s*(?!"?utf-?8"?\s*(?:;|$))/i;

/**
 * Whether a `Content-Encoding` leaves the body as it is. A list may be empty, or have empty elements (RFC 9110,
 * 5.6.1).
 */
function isIdentity(encoding: string): boolean {
  return encoding.split(',').every((coding) => ['', 'identity'].includes(coding.trim().toLowerCase()));
}

/** What is wrong with a request whose body is not JSON as it stands, by its headers; `null`: nothing. */
function headersProblem({ headers }: IncomingMessage): RequestRejected | null {
  const type = headers['content-type'] ?? '';
  if (!JSON_TYPE.test(type) || WRONG_CHARSET.test(type)) {
    return bodyRejected(
      415,
      'expected the header "content-type: application/json" (in UTF-8), got another or none',
    );
  }
  if (isIdentity(headers['content-encoding'] ?? '')) return null;
  return bodyRejected(
    415,
    'expected a body without compression, got a content-encoding: send it uncompressed',
  );
}

function tooLarge(maxBytes: number): RequestRejected {
  return bodyRejected(
    413,
    maxBytes < MAX_BODY_BYTES
      ? `expected a body of at most ${maxBytes} bytes, got a larger one: images need a token with the scope identity:write`
      : `expected a body of at most ${maxBytes} bytes, got a larger one: send fewer images`,
  );
}

/**
 * Reads the whole body. A body that is too large is read on up to `MAX_DISCARDED_BYTES` and discarded, because a client
 * sees no response while it still writes.
 */
function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let length = 0;
  const onEnd = (): void => {
    request.off('data', onData);
    if (length > maxBytes) reject(tooLarge(maxBytes));
    else resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length));
    // The request still references its listeners, which would hold the chunks in memory until the response is sent.
    chunks.length = 0;
  };
  const onData = (chunk: Buffer): void => {
    length += chunk.length;
    if (length <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
    if (length <= MAX_DISCARDED_BYTES) return;
    request.pause();
    onEnd();
  };
  // Events, because an async iterator takes as long as all other work for a small body.
  request.on('data', onData);
  request.once('end', onEnd);
  request.once('close', () => {
    if (!request.complete) reject(new Error('the client closed the connection before the end of its body'));
  });
  return promise;
}

/** Whether a request has a body (RFC 9112, 6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Reads and discards the body of a request that is answered without it, up to `MAX_DISCARDED_BYTES`: a client that is
 * still writing would not see the response.
 */
export async function discardBody(request: IncomingMessage): Promise<void> {
  if (hasBody(request)) await readBytes(request, 0).catch(() => {});
}

/** A body has about as many of these bytes as values: a list or object begins with one, and commas separate the items. */
const STRUCTURAL_BYTES = ['{', '[', ','].map((character) => character.charCodeAt(0));

/** Whether a body has too many values. (`indexOf` skips the megabytes of an image many times faster than a loop.) */
function hasTooManyValues(bytes: Buffer): boolean {
  if (bytes.length <= MAX_STRUCTURAL_BYTES) return false;
  let count = 0;
  for (const byte of STRUCTURAL_BYTES) {
    for (let at = bytes.indexOf(byte); at !== -1; at = bytes.indexOf(byte, at + 1)) {
      count += 1;
      if (count > MAX_STRUCTURAL_BYTES) return true;
    }
  }
  return false;
}

/** Rejects a query whose text exceeds a limit that has to hold before the text is parsed. */
function checkQuery(body: unknown): void {
  const query = isJsonObject(body) ? body['query'] : null;
  const problem = typeof query === 'string' ? queryTextProblem(query) : null;
  if (problem !== null) throw bodyRejected(400, problem);
}

/** Frees the memory of a buffer at once, unless another buffer shares it: to parse a body with images takes memory. */
function free({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

/** A parsed body (`undefined` where there is none), and its size in bytes. */
export type JsonBody = { body: unknown; bodyBytes: number };

/** Parses JSON, once its structure is known to be bounded, and frees its bytes. */
function parseJson(bytes: Buffer): JsonBody {
  const { length: bodyBytes } = bytes;
  if (hasTooManyValues(bytes)) {
    const message = `expected a body with at most ${MAX_STRUCTURAL_BYTES} of the characters "{", "[" and ",", got more: send less in one request`;
    throw bodyRejected(413, message);
  }
  try {
    const text = UTF8.decode(bytes);
    free(bytes);
    return { body: JSON.parse(text), bodyBytes };
  } catch {
    // Without the parser's own message, which quotes the body.
    throw bodyRejected(400, `expected a JSON body in UTF-8, got ${bodyBytes} bytes of something else`);
  }
}

/**
 * Reads the JSON body of a POST, of at most `maxBytes`; that of another method is discarded. Throws `RequestRejected`
 * (400, 413, 415) once the body is read.
 */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<JsonBody> {
  if (request.method !== 'POST') {
    await discardBody(request);
    return { body: undefined, bodyBytes: 0 };
  }
  const problem = headersProblem(request);
  if (problem !== null) {
    await discardBody(request);
    throw problem;
  }
  const json = parseJson(await readBytes(request, maxBytes));
  checkQuery(json.body);
  return json;
}
