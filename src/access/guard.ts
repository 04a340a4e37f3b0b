import { readRetryAfter } from '../unico/retry-after.ts';
import type { HttpAnswer, HttpRequest, Send } from '../unico/http.ts';
import type { Guard, UnicoHost } from '../unico/unico.ts';
import type { Admission } from './admission.ts';
import { createBreaker } from './breaker.ts';
import { withRetries } from './retries.ts';
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
 * paid for whose outcome nobody gets to know.
 */
const READ_NEEDS_MS = 500;
const CREATION_NEEDS_MS = 2_500;

/** What Unico asks everybody to wait is believed up to here, and where it asks nothing the wait doubles up to here (facts 2). */
const LONGEST_PAUSE_MS = 60_000;
const SHORTEST_PAUSE_MS = 1_000;

function needsMs(host: UnicoHost, { method }: HttpRequest): number {
  return method === 'POST' && host !== 'identity' ? CREATION_NEEDS_MS : READ_NEEDS_MS;
}

/**
 * What every request goes through, in this order: is the host up, is it this request's turn, and, for reads, once more
 * if it failed. A 429 makes everybody wait. All hosts share the tenant's quota (facts 2); each has a breaker of its own.
 */
export function createGuard(
  admission: Admission,
  budget: RetryBudget,
  observer: GuardObserver = { retried() {}, circuit() {} },
): Guard {
  /** How many pauses in turn had to be made up here, and when the last one was. */
  let silent = 0;
  let silentAt = -Infinity;

  async function heed({ status, retryAfter }: HttpAnswer, sentAt: number): Promise<void> {
    if (status !== 429) {
      if (status < 500) silent = 0;
      return;
    }
    if (retryAfter !== null) {
      const asked = readRetryAfter(retryAfter, Date.now()) * 1000;
      return admission.pause(Math.min(asked, LONGEST_PAUSE_MS));
    }
    // Requests that ran together and were refused together are one refusal.
    if (sentAt < silentAt) return;
    const pauseMs = Math.min(SHORTEST_PAUSE_MS * 2 ** silent, LONGEST_PAUSE_MS);
    silent += 1;
    silentAt = performance.now();
    await admission.pause(pauseMs);
  }

  return (host, send) => {
    const breaker = createBreaker((open) => observer.circuit(host, open));

    const sendInTurn: Send = async (request) => {
      breaker.check();
      const leave = await admission.enter(request.patience, needsMs(host, request));
      const sentAt = performance.now();
      try {
        const answer = await breaker.run(request.patience, () => send(request));
        await heed(answer, sentAt);
        return answer;
      } finally {
        leave();
      }
    };
    return withRetries(sendInTurn, budget, () => observer.retried(host));
  };
}
