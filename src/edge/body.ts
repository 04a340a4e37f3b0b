import type { IncomingMessage } from 'node:http';
import { MAX_DROPPED_BYTES } from './limits.ts';

/** A request body that can not be used: the HTTP status to answer with, and what was expected. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
  readonly status: 400 | 413 | 415;

  constructor(status: 400 | 413 | 415, message: string) {
    super(message);
    this.status = status;
  }
}

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;

/** Refuses what is no UTF-8, where a Buffer would put other characters in its place. */
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Other charsets would be read as something else than was written. */
const OTHER_CHARSET = /;\s*charset\s*=\s*(?!"?utf-?8"?\s*(?:;|$))/i;

function checkHeaders({ headers }: IncomingMessage): void {
  const type = headers['content-type'] ?? '';
  if (!JSON_TYPE.test(type) || OTHER_CHARSET.test(type)) {
    throw new BodyError(
      415,
      'expected the header "content-type: application/json" (in UTF-8), got another or none',
    );
  }
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
    throw new BodyError(415, 'expected a body without compression, got a content-encoding: send it as it is');
  }
}

/**
 * Reads the whole body. One that is too large is read on for a while and dropped, because a client that is still
 * writing does not see an answer before it has written.
 */
async function readBytes(request: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length <= most) chunks.push(chunk);
    else chunks.length = 0;
    if (length > MAX_DROPPED_BYTES) break;
  }
  if (length <= most) return Buffer.concat(chunks, length);
  throw new BodyError(
    413,
    `expected a body of at most ${most} bytes, got a larger one: send fewer images, or less at a time`,
  );
}

/** Reads a body that nobody will look at, as far as a client of good will may need it, and keeps nothing of it. */
export async function dropBody(request: IncomingMessage): Promise<void> {
  await readBytes(request, 0).catch(() => {});
}

/** A body as it came, and its size in bytes. */
export type JsonBody = { body: unknown; bodyBytes: number };

/** The JSON body of a POST, of at most so many bytes; `undefined` for other methods. Throws `BodyError`. */
export async function readJsonBody(request: IncomingMessage, most: number): Promise<JsonBody> {
  if (request.method !== 'POST') return { body: undefined, bodyBytes: 0 };
  checkHeaders(request);
  const bytes = await readBytes(request, most);
  try {
    return { body: JSON.parse(UTF8.decode(bytes)), bodyBytes: bytes.length };
  } catch {
    // The parser's own message is left out, because it quotes the body.
    throw new BodyError(400, `expected a JSON body in UTF-8, got ${bytes.length} bytes of something else`);
  }
}
