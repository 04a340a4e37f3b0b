import { STATUS_CODES, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { JSON_CONTENT_TYPE, rejectionBody } from './json-response.ts';
import { RequestRejected, type Rejection } from './request-rejected.ts';

/** How long a client may read the response to a request that Node could not parse, in milliseconds. */
const LINGER_MS = 1_000;

const MALFORMED: Rejection = { reason: 'http', status: 400, code: 'BAD_REQUEST' };
const HEADERS_TOO_LARGE: Rejection = { reason: 'headers', status: 431, code: 'BAD_REQUEST' };
const EXTENSIONS_TOO_LARGE: Rejection = { reason: 'http', status: 413, code: 'PAYLOAD_TOO_LARGE' };
const TOO_SLOW: Rejection = { reason: 'timeout', status: 408, code: 'BAD_REQUEST' };

/** Why Node's parser gave up, by the code of its error. */
function rejectionOf(code: string | undefined, maxHeaderBytes: number): RequestRejected {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new RequestRejected(
        `expected a URL and headers of at most ${maxHeaderBytes} bytes together, got more (MAX_HEADER_BYTES)`,
        HEADERS_TOO_LARGE,
      );
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new RequestRejected(
        'expected chunks with short extensions, got long ones',
        EXTENSIONS_TOO_LARGE,
      );
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new RequestRejected('expected the rest of the request, got nothing in time', TOO_SLOW);
    case 'HPE_INVALID_EOF_STATE':
      return new RequestRejected('expected a whole request, got its beginning', MALFORMED);
    default:
      return new RequestRejected('expected a request of HTTP/1.1, got something else', MALFORMED);
  }
}

function responseOf(rejection: RequestRejected): string {
  const { status } = rejection;
  const body = JSON.stringify(rejectionBody(rejection));
  const headers = [
    `content-type: ${JSON_CONTENT_TYPE}`,
    'cache-control: no-store',
    'connection: close',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...headers, '', body].join('\r\n');
}

/** What the handler needs. */
export type ClientErrorOptions = {
  /** The longest target and headers of a request, in bytes. */
  maxHeaderBytes: number;
  /** Counts a rejection by its reason. */
  countRejected: (reason: string) => void;
};

/**
 * Answers requests that Node's parser rejects, and counts them as every other rejection. Node itself answers them
 * without a body, and nothing counts them.
 */
export function answerClientErrors(
  server: Server,
  { maxHeaderBytes, countRejected }: ClientErrorOptions,
): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // The parser reports every later byte too.
    if (socket.writableEnded) return;
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
    const rejection = rejectionOf(error.code, maxHeaderBytes);
    countRejected(rejection.reason);
    // What the client still sends is read for a moment, or the system would reset the connection before it reads this.
    socket.end(responseOf(rejection));
    const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
    socket.once('close', () => clearTimeout(timer));
  });
}
