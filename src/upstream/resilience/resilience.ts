import type { UnicoHost } from '../../domain/unico-host.ts';
import { MAX_WAIT_SECONDS, readRetryAfter } from '../http/retry-after.ts';
import type { HttpRequest, HttpResponse, Send } from '../http/types.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { FailingResources } from './failing-resources.ts';
import { QuotaRefusals } from './quota-refusals.ts';
import { quotaExhausted } from './not-sent.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { RetryBudget, withRetry } from './retry.ts';

/** Is called for each retry, and for each circuit that opens or closes. */
export type ResilienceObserver = {
  retried(host: UnicoHost): void;
  circuit(change: CircuitChange): void;
};

/**
 * The circuit of an endpoint opened (`open`) or closed. `call` is the endpoint's template, such as `POST
 * processes/v1`.
 */
export type CircuitChange = { host: UnicoHost; call: string; open: boolean };

/** What `Resilience` needs. */
export type ResilienceOptions = {
  /** The tenant's quota, which all hosts share (upstream.md §2). */
  rateLimiter: Pick<RateLimiter, 'acquire' | 'pause' | 'reportLateSend'>;
  /** The time of a whole operation, in milliseconds. */
  operationTimeoutMs: number;
  observer?: Partial<ResilienceObserver>;
};

/**
 * How much time a response needs, in milliseconds, with room to spare: a read takes some 260 and a creation some 1,700
 * (upstream.md §2). With less time left, a permit of the quota would be spent on a response that no caller waits for,
 * and a creation would be billed whose outcome no caller gets. In a deployment with a short operation time, half of
 * that time is required instead.
 */
const READ_NEEDS_MS = 500;
const CREATION_NEEDS_MS = 2_500;

/** How long a request takes from its slot to its connection at most, unless it needs a new connection. */
const LATE_SEND_MS = 10;

/** The bounds of a pause after a 429: that of Retry-After, or one that doubles each time (upstream.md §2). */
const MAX_PAUSE_MS = MAX_WAIT_SECONDS * 1000;
const MIN_PAUSE_MS = 1_000;

/** Beyond so many circuits of a host, further clients share one for each endpoint. A circuit takes 26 KB. */
const MAX_ENDPOINTS = 200;

/**
 * Which requests share a circuit. A creation has no resource that would tell a client whose inputs always fail from an
 * outage, so its client does (decision 0034).
 */
function keyOf(host: UnicoHost, { name, resource, callOptions }: HttpRequest): string {
  if (resource !== null || host === 'identity') return name;
  return `${name} ${callOptions.claims[0]?.client ?? ''}`;
}

/**
 * Resilience of every request to Unico, in this order: retry of reads, circuit breaker of the endpoint, rate limiter of
 * the tenant. A 429 of a contract pauses the rate limiter, and so all requests.
 */
export class Resilience {
  readonly #rateLimiter: ResilienceOptions['rateLimiter'];
  readonly #operationTimeoutMs: number;
  readonly #observer: Partial<ResilienceObserver>;
  readonly #refusals = new QuotaRefusals();
  /** How many 429s without Retry-After came in a row, and when the last one came. */
  #consecutive429s = 0;
  #last429At = -Infinity;

  constructor({ rateLimiter, operationTimeoutMs, observer = {} }: ResilienceOptions) {
    this.#rateLimiter = rateLimiter;
    this.#operationTimeoutMs = operationTimeoutMs;
    this.#observer = observer;
  }

  /** Wraps the `send` of one host. */
  wrap(host: UnicoHost, send: Send): Send {
    /** By the name of the call, a few fixed names, and for creations also by client. */
    const endpoints = new Map<string, Send>();
    return (request) => {
      let key = keyOf(host, request);
      if (endpoints.size >= MAX_ENDPOINTS && !endpoints.has(key)) key = request.name;
      let endpoint = endpoints.get(key);
      if (endpoint === undefined) {
        endpoint = this.#wrapEndpoint(host, request.name, send);
        endpoints.set(key, endpoint);
      }
      return endpoint(request);
    };
  }

  /**
   * Each endpoint, and each client of an endpoint of creations, has a circuit and a retry budget of its own: the failures
   * of one do not affect another.
   */
  #wrapEndpoint(host: UnicoHost, call: string, send: Send): Send {
    const failing = new FailingResources();
    const breaker = new CircuitBreaker((open) => this.#observer.circuit?.({ host, call, open }), failing);
    const sendThroughBreaker: Send = (request) =>
      breaker.execute(request, () => this.#sendWithinRate(host, send, request));
    const onRetry = (): void => this.#observer.retried?.(host);
    return withRetry(sendThroughBreaker, { budget: new RetryBudget(), failing, onRetry });
  }

  async #sendWithinRate(host: UnicoHost, send: Send, request: HttpRequest): Promise<HttpResponse> {
    const waitMs = this.#refusals.waitMs(request.resource);
    if (waitMs > 0) throw quotaExhausted(waitMs);
    const release = await this.#rateLimiter.acquire(request.callOptions, this.#needsMs(host, request));
    const sentAt = performance.now();
    try {
      const onSent = (): void => {
        const delayMs = performance.now() - sentAt;
        if (delayMs > LATE_SEND_MS) void this.#rateLimiter.reportLateSend(delayMs);
      };
      const response = await send({ ...request, onSent });
      // The token service is asked once an hour: its 429 says nothing about the quota of the others, and their requests
      // have a token. Its own next request waits (`access-token.ts`).
      return host === 'identity' ? response : await this.#applyRateLimitResponse(request, response, sentAt);
    } finally {
      release();
    }
  }

  #needsMs(host: UnicoHost, { method, timeoutMs }: HttpRequest): number {
    const isCreation = method === 'POST' && host !== 'identity';
    // A read or a token request never has more time than one attempt.
    const usual = isCreation ? CREATION_NEEDS_MS : Math.min(READ_NEEDS_MS, timeoutMs / 2);
    return Math.min(usual, this.#operationTimeoutMs / 2);
  }

  /** Pauses the rate limiter after a 429, and adds a Retry-After to a 429 that has none. */
  async #applyRateLimitResponse(
    { resource }: HttpRequest,
    response: HttpResponse,
    sentAt: number,
  ): Promise<HttpResponse> {
    if (response.status !== 429) {
      if (response.status < 500) this.#consecutive429s = 0;
      this.#refusals.answered(resource);
      return response;
    }
    const pauseMs = this.#pauseMs(response, sentAt);
    if (this.#refusals.refused(resource, pauseMs)) await this.#rateLimiter.pause(pauseMs);
    return { ...response, retryAfter: response.retryAfter ?? String(Math.ceil(pauseMs / 1000)) };
  }

  /** How long all requests have to wait after a 429. */
  #pauseMs({ retryAfter }: HttpResponse, sentAt: number): number {
    if (retryAfter !== null) {
      return readRetryAfter(retryAfter, Date.now()) * 1000;
    }
    // Several 429s for requests that ran at the same time count as one.
    if (sentAt >= this.#last429At) {
      this.#last429At = performance.now();
      this.#consecutive429s += 1;
    }
    return Math.min(MIN_PAUSE_MS * 2 ** Math.max(this.#consecutive429s - 1, 0), MAX_PAUSE_MS);
  }
}
