import { readRetryAfter } from '../http/retry-after.ts';
import type { HttpResponse, HttpRequest, Send } from '../http/types.ts';
import type { Middleware, UnicoHost } from '../http/types.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import { withRetry } from './retry.ts';
import type { RetryBudget } from './retry-budget.ts';

/** Told what happens on the way to Unico. */
export type ResilienceObserver = {
  retried(host: UnicoHost): void;
  /** The host is left alone, or is no longer. */
  circuit(host: UnicoHost, open: boolean): void;
};

/**
 * How much time an answer needs, in milliseconds, with room to spare: a read takes some 260 and a creation some 1,700
 * (upstream.md §2). With less left, a token of the quota would be spent on an answer that nobody waits for, and a creation
 * paid for whose outcome nobody gets to know. Who has set a short time for operations means it: half of that will do.
 */
const READ_NEEDS_MS = 500;
const CREATION_NEEDS_MS = 2_500;

/** What a request may take from its turn to its connection: more is a connection that had to be made. */
const LATE_MS = 10;

/** What Unico asks everybody to wait is believed up to here, and where it asks nothing the wait doubles up to here (upstream.md §2). */
const MAX_PAUSE_MS = 60_000;
const MIN_PAUSE_MS = 1_000;

/**
 * What every request goes through, in this order: is the host up, is it this request's turn, and, for reads, once more
 * if it failed. A 429 makes everybody wait. All hosts share the tenant's quota (upstream.md §2); each has a breaker of its own.
 * `operationTimeoutMs` is the time of a whole operation.
 */
export function createResilience(
  rateLimiter: RateLimiter,
  budget: RetryBudget,
  operationTimeoutMs: number,
  observer: ResilienceObserver = { retried() {}, circuit() {} },
): Middleware {
  /** How many pauses in turn had to be made up here, and when the last one was. */
  let consecutive429s = 0;
  let last429At = -Infinity;

  function needsMs(host: UnicoHost, { method, timeoutMs }: HttpRequest): number {
    const creates = method === 'POST' && host !== 'identity';
    // What one attempt may take is all that a read or a token ever has.
    const usual = creates ? CREATION_NEEDS_MS : Math.min(READ_NEEDS_MS, timeoutMs / 2);
    return Math.min(usual, operationTimeoutMs / 2);
  }

  /** How long everybody has to wait after a 429. */
  function pauseAfter({ retryAfter }: HttpResponse, sentAt: number): number {
    if (retryAfter !== null) {
      return Math.min(readRetryAfter(retryAfter, Date.now()) * 1000, MAX_PAUSE_MS);
    }
    // Requests that ran together and were refused together are one refusal.
    if (sentAt >= last429At) {
      last429At = performance.now();
      consecutive429s += 1;
    }
    return Math.min(MIN_PAUSE_MS * 2 ** Math.max(consecutive429s - 1, 0), MAX_PAUSE_MS);
  }

  /** Heeds what an answer says of the quota, and has it say when to come back where it does not. */
  async function applyRateLimitResponse(answer: HttpResponse, sentAt: number): Promise<HttpResponse> {
    if (answer.status < 500 && answer.status !== 429) consecutive429s = 0;
    if (answer.status !== 429) return answer;
    const pauseMs = pauseAfter(answer, sentAt);
    await rateLimiter.pause(pauseMs);
    return { ...answer, retryAfter: answer.retryAfter ?? String(Math.ceil(pauseMs / 1000)) };
  }

  return (host, send) => {
    const breaker = createCircuitBreaker((open) => observer.circuit(host, open));

    const sendWithinRate: Send = async (request) => {
      const leave = await rateLimiter.acquire(request.callOptions, needsMs(host, request));
      const sentAt = performance.now();
      try {
        const onSent = (): void => {
          const late = performance.now() - sentAt;
          if (late > LATE_MS) void rateLimiter.reportLateSend(late);
        };
        return await applyRateLimitResponse(await send({ ...request, onSent }), sentAt);
      } finally {
        leave();
      }
    };
    const sendThroughBreaker: Send = (request) =>
      breaker.execute(request.callOptions, () => sendWithinRate(request));
    return withRetry(sendThroughBreaker, budget, () => observer.retried(host));
  };
}
