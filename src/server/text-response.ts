import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import {
  brotliCompress,
  brotliCompressSync,
  constants,
  gzip,
  gzipSync,
  type BrotliOptions,
  type ZlibOptions,
} from 'node:zlib';
import type { NegotiatedEncoding } from './content-negotiation.ts';
import { SEND_TIMEOUT_MS } from './http-limits.ts';
import { hasBody } from './json-body.ts';

/** The status, headers (names and values in turn) and body of a response. */
export type TextResponse = {
  status: number;
  headers: readonly string[];
  text: string;
  encoding: NegotiatedEncoding;
};

/** Responses of at most this length are not compressed, in bytes: they fit into one packet as they are. */
const MAX_PLAIN_BYTES = 1_024;

/**
 * The longest text that is compressed at once, in bytes: it takes less than 0.1 ms, and to hand it to another thread
 * and back takes as long.
 */
const MAX_SYNC_BYTES = 64 * 1024;

/** The fastest level of both: the others take two to four times as long for a tenth less. */
const GZIP: ZlibOptions = { level: 1 };
const BROTLI: BrotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

const gzipLater = promisify<Buffer, ZlibOptions, Buffer>(gzip);
const brotliLater = promisify<Buffer, BrotliOptions, Buffer>(brotliCompress);

function compress(bytes: Buffer, coding: 'br' | 'gzip'): Buffer | Promise<Buffer> {
  const isShort = bytes.length <= MAX_SYNC_BYTES;
  if (coding === 'gzip') return isShort ? gzipSync(bytes, GZIP) : gzipLater(bytes, GZIP);
  return isShort ? brotliCompressSync(bytes, BROTLI) : brotliLater(bytes, BROTLI);
}

/** Writes the status and headers of a response with a body of this many bytes. */
function writeHead(
  response: ServerResponse,
  sent: TextResponse,
  bytes: number,
  more: readonly string[],
): void {
  // No cache between this server and the client may store identity data.
  const headers = [...sent.headers, ...more, 'cache-control', 'no-store', 'content-length', String(bytes)];
  // What is left of a body is not read.
  if (!response.req.complete && hasBody(response.req)) headers.push('connection', 'close');
  response.writeHead(sent.status, headers);
}

const VARY = ['vary', 'accept-encoding'];

/**
 * Disconnects a client that does not read its response, which takes memory. (Node's `timeout` restarts with each byte.)
 */
function limitSendTime(response: ServerResponse): void {
  // The operating system already has the whole response, as it does of most.
  if (response.socket === null || response.socket.writableLength === 0) return;
  const timer = setTimeout(() => response.destroy(), SEND_TIMEOUT_MS).unref();
  response.once('close', () => clearTimeout(timer));
}

async function sendCompressed(
  response: ServerResponse,
  sent: TextResponse,
  coding: 'br' | 'gzip',
): Promise<void> {
  const bytes = await compress(Buffer.from(sent.text), coding);
  writeHead(response, sent, bytes.length, [...VARY, 'content-encoding', coding]);
  response.end(bytes);
  limitSendTime(response);
}

/**
 * Sends a text, compressed where it is long and the client asks for it. Returns a promise only where it compresses, so
 * that a response without compression takes no turn of the event loop.
 */
export function sendText(response: ServerResponse, sent: TextResponse): Promise<void> | undefined {
  const { text, encoding } = sent;
  const bytes = Buffer.byteLength(text);
  const isLong = bytes > MAX_PLAIN_BYTES;
  if (encoding.coding !== null && (isLong || encoding.always)) {
    return sendCompressed(response, sent, encoding.coding);
  }
  writeHead(response, sent, bytes, isLong && encoding.varies ? VARY : []);
  // ASCII text is the same in both encodings, and is written faster in latin1.
  response.end(text, bytes === text.length ? 'latin1' : 'utf8');
  limitSendTime(response);
  return undefined;
}
