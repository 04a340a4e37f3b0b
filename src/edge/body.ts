import type { IncomingMessage } from 'node:http';
import { MAX_BODY_BYTES } from './limits.ts';

/** A request body that can not be used: the HTTP status to answer with, and what was expected. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
  readonly status: 400 | 413;

  constructor(status: 400 | 413, message: string) {
    super(message);
    this.status = status;
  }
}

function tooLarge(): BodyError {
  return new BodyError(
    413,
    `expected a body of at most ${MAX_BODY_BYTES} bytes, got a larger one: send fewer images`,
  );
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** The JSON body of a request; `undefined` for a request without one or of another content type. */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const contentType = request.headers['content-type'] ?? '';
  if (request.method !== 'POST' || !/^application\/json\b/i.test(contentType)) return undefined;
  const bytes = await readBytes(request);
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    // The parser's own message is left out, because it quotes the body.
    throw new BodyError(400, `expected a JSON body, got ${bytes.length} bytes that are not JSON`);
  }
}
