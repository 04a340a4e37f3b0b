import { Readable } from 'node:stream';
import { errors, Pool } from 'undici';
import { hasCallerLeft } from '../../domain/call-options.ts';
import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import { AttemptTimeout, sendRequest } from './send-request.ts';
import type { AttemptStatus, HttpObserver, HttpRequest, HttpResponse } from './types.ts';

/**
 * The largest response that is read, in bytes. Real ones have a few KB; OCR of many documents may reach some hundred
 * KB. Parsed values take up to a hundred times the size of the text, and 32 responses are read at a time.
 */
const MAX_RESPONSE_BYTES = 512 * 1024;

/**
 * How many requests run at a time to one origin. The tenant's quota is 10 a second (upstream.md §2) and a creation
 * takes about 1.7 seconds, so 17 connections carry a quota of creations alone; 32 leaves room.
 */
export const MAX_CONNECTIONS = 32;

/**
 * How long an idle connection stays open for the next request: a new one takes a while to establish, and the requests
 * that wait for it arrive together with later ones. Unico's proxies (upstream.md §2) keep theirs open for minutes.
 */
const KEEP_ALIVE_MS = 30_000;

/** A TCP or TLS connection that takes longer than this has failed; the network to Unico needs some 100 ms. */
const CONNECT_TIMEOUT_MS = 2_000;

/** The code of an error, such as `ECONNRESET`, or its name where it has none, such as `HTTPParserError`. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  if (!(error instanceof Error)) return 'no error code';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/**
 * The part of a read's time that has to pass without a response before that says something about Unico: the deadline of
 * an operation ends the reads that it has started last, all at once, although Unico is about to answer them.
 */
const TELLING_PART = 0.75;

/** How an attempt ended without a response. `isWritten`: whether its request may have left, in whole or in part. */
type BrokenAttempt = { error: unknown; attempt: AttemptTimeout; isWritten: boolean; lastedMs: number };

/** Why there is no response: the time has run out, or the code of the error, such as `ECONNRESET`. */
function reasonOf({ error, attempt, isWritten }: BrokenAttempt): string {
  const what = isWritten ? 'response' : 'connection';
  if (attempt.isExpired) return `no ${what} in time`;
  return `${isWritten ? 'connection failed' : 'no connection'} (${codeOf(error)})`;
}

/** Converts an error of undici into the failure of the call. */
function toTransportFailure(
  { name, method, timeoutMs, callOptions: { signal } }: HttpRequest,
  broken: BrokenAttempt,
): UpstreamFailure {
  const { error, attempt, isWritten, lastedMs } = broken;
  if (error instanceof errors.ResponseExceededMaxSizeError) {
    const message = `${name}: expected a response of at most ${MAX_RESPONSE_BYTES} bytes, got a larger one`;
    return new UpstreamFailure('contract', message);
  }
  const outcome = isWritten ? '' : '; nothing was sent';
  // The cause is left out, because undici's errors contain addresses. Their code is in the message.
  return new UpstreamFailure('unavailable', `${name}: ${reasonOf(broken)}${outcome}`, {
    mayHaveHappened: isWritten,
    callerLeft: attempt.isExpired && hasCallerLeft(signal),
    cutShort: method === 'GET' && attempt.isExpired && signal.aborted && lastedMs < TELLING_PART * timeoutMs,
  });
}

/** The length of a body in chunks. Without it, chunked encoding would be used, which no document of Unico mentions. */
function contentLength(body: HttpRequest['body'] | null): Record<string, string> {
  if (!Array.isArray(body)) return {};
  const length = body.reduce((sum, chunk) => sum + Buffer.byteLength(chunk), 0);
  return { 'content-length': String(length) };
}

/**
 * Sends requests to one origin, such as `https://api.id.unico.app`. No path, header or redirect can lead to another
 * origin. Nothing is retried here.
 */
export class HttpClient {
  readonly #pool: Pool;
  readonly #observe: HttpObserver;

  constructor(origin: string, observe: HttpObserver = () => {}) {
    this.#observe = observe;
    this.#pool = new Pool(origin, {
      allowH2: false,
      connections: MAX_CONNECTIONS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      maxResponseSize: MAX_RESPONSE_BYTES,
    });
  }

  /**
   * Sends one request and returns its response, whatever its status. Throws `UpstreamFailure`: `unavailable` when the
   * connection fails or the time runs out, `contract` when the response is too large or compressed. Once the request had
   * a connection to be written to, it may have been carried out, whatever went wrong (decision 0035).
   */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const { signal } = request.callOptions;
    if (signal.aborted) {
      const message = `${request.name}: not sent, because the time of the operation has run out`;
      const callerLeft = hasCallerLeft(signal);
      throw new UpstreamFailure('unavailable', message, { mayHaveHappened: false, callerLeft });
    }
    const attempt = new AttemptTimeout(signal, request.timeoutMs);
    const startedAt = performance.now();
    let status: AttemptStatus = null;
    let isWritten = false;
    const onSent = (): void => {
      isWritten = true;
      request.onSent?.();
    };
    try {
      const response = await this.#exchange(request, attempt, onSent);
      status = response.status;
      return response;
    } catch (error) {
      if (error instanceof UpstreamFailure) throw error;
      const failure = toTransportFailure(request, {
        error,
        attempt,
        isWritten,
        lastedMs: performance.now() - startedAt,
      });
      if (failure.callerLeft) status = 'canceled';
      throw failure;
    } finally {
      attempt.clear();
      this.#observe({ name: request.name, status, seconds: (performance.now() - startedAt) / 1000 });
    }
  }

  /** Closes all connections; requests in flight fail. */
  close(): Promise<void> {
    return this.#pool.destroy();
  }

  async #exchange(request: HttpRequest, attempt: AttemptTimeout, onSent: () => void): Promise<HttpResponse> {
    const { body = null } = request;
    const options = {
      method: request.method,
      path: request.path,
      // Responses are too small to need compression, and a compressed one could be a decompression bomb.
      headers: {
        ...request.headers,
        ...contentLength(body),
        accept: 'application/json',
        'accept-encoding': 'identity',
      },
      body: Array.isArray(body) ? Readable.from(body) : body,
      headersTimeout: request.timeoutMs,
      bodyTimeout: request.timeoutMs,
    };
    const { statusCode, headers, text } = await sendRequest(this.#pool, options, { attempt, onSent });
    const encoding = headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity' && statusCode === 200) {
      const message = `${request.name}: expected an uncompressed response, got a compressed one`;
      throw new UpstreamFailure('contract', message, { status: statusCode });
    }
    const retryAfter = headers['retry-after'];
    return { status: statusCode, retryAfter: typeof retryAfter === 'string' ? retryAfter : null, body: text };
  }
}

/**
 * Tag for template literals: inserts values into a path as single segments, each percent-encoded, so that an id cannot
 * become another path. Throws when a segment is empty or a dot segment. Ids are validated before they come here; this
 * check is the last barrier, because percent-encoding does not change dots.
 */
export function path(fixed: TemplateStringsArray, ...segments: string[]): string {
  return fixed.reduce((built, part, i) => {
    const segment = segments[i - 1] ?? '';
    if (segment === '' || segment === '.' || segment === '..') {
      const message =
        'expected a path segment with characters other than dots, got one that is empty or made of dots';
      throw new Error(message);
    }
    return built + encodeURIComponent(segment) + part;
  });
}
