import { Readable } from 'node:stream';
import { errors, Pool } from 'undici';
import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import { startAttemptTimeout, type AttemptTimeout } from './attempt-timeout.ts';
import { sendRequest } from './send-request.ts';
import type { HttpObserver, HttpRequest, HttpResponse, Send } from './types.ts';

/** One origin. */
export type HttpClient = { send: Send; close(): Promise<void> };

/**
 * The largest answer that is read, in bytes. Real ones have a few KB; OCR of many documents may reach some hundred. What is
 * read is a hundred times its size where it is made to be, and 32 answers come at a time.
 */
const MAX_ANSWER_BYTES = 512 * 1024;

/**
 * How many requests run at a time to one origin. The tenant's quota is 10 a second (upstream.md §2) and a creation takes
 * about 1.7 seconds (upstream.md §2): 32 lets the whole quota be creations with room to spare.
 */
export const MAX_CONNECTIONS = 32;

/**
 * How long an idle connection is kept for the next request: new ones take a while to stand, and what waits for them
 * arrives together with what was sent later. Unico's proxies (upstream.md §2) keep theirs for minutes.
 */
const KEEP_ALIVE_MS = 30_000;

/** A TCP or TLS connection that takes longer than this has failed; the network to Unico needs some 100 ms. */
const CONNECT_TIMEOUT_MS = 2_000;

/** These codes are of connections that never stood and of requests that can not be written: nothing was sent. */
const NOTHING_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_INVALID_ARG',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function toFailure(name: string, error: unknown, attempt: AttemptTimeout): UpstreamFailure {
  if (error instanceof errors.ResponseExceededMaxSizeError) {
    return new UpstreamFailure('contract', `${name}: the answer is larger than ${MAX_ANSWER_BYTES} bytes`);
  }
  const code = codeOf(error);
  const what = attempt.isExpired() ? 'no answer in time' : `connection failed (${code || 'no code'})`;
  // The cause stays out: undici's errors carry addresses, and their code is already in the message.
  return new UpstreamFailure('unavailable', `${name}: ${what}`, {
    mayHaveHappened: !NOTHING_SENT.has(code),
  });
}

/** Of a body in pieces, its length has to be told: it would be sent in chunks, which no document of Unico's speaks of. */
function lengthOf(body: HttpRequest['body'] | null): Record<string, string> {
  if (!Array.isArray(body)) return {};
  const length = body.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
  return { 'content-length': String(length) };
}

/**
 * HTTP to one origin, fixed for good: no path, header or redirect of an answer can lead to another. Answers of any
 * status are returned; failures of the connection, the time and the size are thrown as `UpstreamFailure`.
 * Nothing is repeated here.
 */
export function createHttpClient(origin: string, observe: HttpObserver = () => {}): HttpClient {
  const pool = new Pool(origin, {
    allowH2: false,
    connections: MAX_CONNECTIONS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    maxResponseSize: MAX_ANSWER_BYTES,
  });

  async function answerTo(request: HttpRequest, attempt: AttemptTimeout): Promise<HttpResponse> {
    const { body = null } = request;
    const options = {
      method: request.method,
      path: request.path,
      // Answers are too small to gain by compression, and a compressed one could be a bomb.
      headers: {
        ...request.headers,
        ...lengthOf(body),
        accept: 'application/json',
        'accept-encoding': 'identity',
      },
      body: Array.isArray(body) ? Readable.from(body) : body,
      headersTimeout: request.timeoutMs,
      bodyTimeout: request.timeoutMs,
    };
    const { statusCode, headers, text } = await sendRequest(pool, options, attempt, request.onSent);
    const encoding = headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity' && statusCode === 200) {
      const message = `${request.name}: the answer is compressed, which was not asked for`;
      throw new UpstreamFailure('contract', message, { status: statusCode });
    }
    const retryAfter = headers['retry-after'];
    return { status: statusCode, retryAfter: typeof retryAfter === 'string' ? retryAfter : null, body: text };
  }

  return {
    async send(request) {
      if (request.callOptions.signal.aborted) {
        throw new UpstreamFailure('unavailable', `${request.name}: the time of the operation is over`, {
          mayHaveHappened: false,
        });
      }
      const attempt = startAttemptTimeout(request.callOptions.signal, request.timeoutMs);
      const started = performance.now();
      let status: number | null = null;
      try {
        const answer = await answerTo(request, attempt);
        status = answer.status;
        return answer;
      } catch (error) {
        if (error instanceof UpstreamFailure) throw error;
        throw toFailure(request.name, error, attempt);
      } finally {
        attempt.clear();
        observe({ name: request.name, status, seconds: (performance.now() - started) / 1000 });
      }
    },
    close: () => pool.destroy(),
  };
}
