import { readRetryAfter } from '../http/retry-after.ts';
import type { HttpAnswer, HttpRequest, Send } from '../http/http-client.ts';
import type { Guard, UnicoHost } from '../unico/client.ts';
import type { Admission } from './rate-limiter.ts';
import { createBreaker } from './circuit-breaker.ts';
import { withRetries } from './retry.ts';
import type { RetryBudget } from './retry-budget.ts';

/** Told what happens on the way to Unico. */
export type GuardObserver = {
  retried(host: UnicoHost): void;
  /** The host is left alone, or is no longer. */
  circuit(host: UnicoHost, open: boolean): void;
};

/**
 * How much time an answer needs, in milliseconds, with room to spare: a read takes some 260 and a creation some 1,700
 * (facts 2). With less left, a token of the quota would be spent on an answer that nobody waits for, and a creation
 * paid for whose outcome nobody gets to know. Who has set a short time for operations means it: half of that will do.
 */
const READ_NEEDS_MS = 500;
const CREATION_NEEDS_MS = 2_500;

/** What a request may take from its turn to its connection: more is a connection that had to be made. */
const LATE_MS = 10;

/** What Unico asks everybody to wait is believed up to here, and where it asks nothing the wait doubles up to here (facts 2). */
const LONGEST_PAUSE_MS = 60_000;
const SHORTEST_PAUSE_MS = 1_000;

/**
 * What every request goes through, in this order: is the host up, is it this request's turn, and, for reads, once more
 * if it failed. A 429 makes everybody wait. All hosts share the tenant's quota (facts 2); each has a breaker of its own.
 * `operationTimeoutMs` is the time of a whole operation.
 */
export function createGuard(
  admission: Admission,
  budget: RetryBudget,
  operationTimeoutMs: number,
  observer: GuardObserver = { retried() {}, circuit() {} },
): Guard {
  /** How many pauses in turn had to be made up here, and when the last one was. */
  let silent = 0;
  let silentAt = -Infinity;

  function needsMs(host: UnicoHost, { method, timeoutMs }: HttpRequest): number {
    const creates = method === 'POST' && host !== 'identity';
    // What one attempt may take is all that a read or a token ever has.
    const usual = creates ? CREATION_NEEDS_MS : Math.min(READ_NEEDS_MS, timeoutMs / 2);
    return Math.min(usual, operationTimeoutMs / 2);
  }

  /** How long everybody has to wait after a 429. */
  function pauseAfter({ retryAfter }: HttpAnswer, sentAt: number): number {
    if (retryAfter !== null) {
      return Math.min(readRetryAfter(retryAfter, Date.now()) * 1000, LONGEST_PAUSE_MS);
    }
    // Requests that ran together and were refused together are one refusal.
    if (sentAt >= silentAt) {
      silentAt = performance.now();
      silent += 1;
    }
    return Math.min(SHORTEST_PAUSE_MS * 2 ** Math.max(silent - 1, 0), LONGEST_PAUSE_MS);
  }

  /** Heeds what an answer says of the quota, and has it say when to come back where it does not. */
  async function heed(answer: HttpAnswer, sentAt: number): Promise<HttpAnswer> {
    if (answer.status < 500 && answer.status !== 429) silent = 0;
    if (answer.status !== 429) return answer;
    const pauseMs = pauseAfter(answer, sentAt);
    await admission.pause(pauseMs);
    return { ...answer, retryAfter: answer.retryAfter ?? String(Math.ceil(pauseMs / 1000)) };
  }

  return (host, send) => {
    const breaker = createBreaker((open) => observer.circuit(host, open));

    const sendInTurn: Send = async (request) => {
      const leave = await admission.enter(request.patience, needsMs(host, request));
      const sentAt = performance.now();
      try {
        const onSent = (): void => {
          const late = performance.now() - sentAt;
          if (late > LATE_MS) void admission.leftLate(late);
        };
        return await heed(await send({ ...request, onSent }), sentAt);
      } finally {
        leave();
      }
    };
    const sendWhereUp: Send = (request) => breaker.run(request.patience, () => sendInTurn(request));
    return withRetries(sendWhereUp, budget, () => observer.retried(host));
  };
}
