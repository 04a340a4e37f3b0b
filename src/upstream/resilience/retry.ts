import { setTimeout as sleep } from 'node:timers/promises';
import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import type { HttpResponse, HttpRequest, Send } from '../http/types.ts';
import { NotSentError } from './rate-limiter.ts';
import { CircuitOpenError } from './circuit-breaker.ts';
import type { RetryBudget } from './retry-budget.ts';

/** After the first attempt. More would not fit into an operation's time. */
const MAX_RETRIES = 2;
/** The longest wait before the first retry; it doubles for the next. Unico answers a read in some 260 ms (upstream.md §2). */
const BACKOFF_MS = 200;

/** Too many requests, and what a proxy or the service itself says when it is not well. */
const RETRYABLE_STATUSES = new Set([408, 429, 500, 502, 503, 504]);

type Outcome = { answer: HttpResponse } | { failure: UpstreamFailure };

function isTransient(outcome: Outcome): boolean {
  if ('answer' in outcome) return RETRYABLE_STATUSES.has(outcome.answer.status);
  const { failure } = outcome;
  const sent = !(failure instanceof CircuitOpenError || failure instanceof NotSentError);
  return sent && failure.kind === 'unavailable';
}

/**
 * How long to wait, in milliseconds: anything up to the whole backoff, so that those who failed together do not come
 * back together. After a 429 the queue itself makes everybody wait.
 */
function backoffMs(retry: number, outcome: Outcome): number {
  if ('answer' in outcome && outcome.answer.status === 429) return 0;
  return Math.random() * BACKOFF_MS * 2 ** (retry - 1);
}

async function outcomeOf(answering: Promise<HttpResponse>): Promise<Outcome> {
  try {
    return { answer: await answering };
  } catch (failure) {
    if (failure instanceof UpstreamFailure) return { failure };
    throw failure;
  }
}

/**
 * Repeats reads that failed in a way that may pass; nothing else is ever repeated, because a POST may have been carried
 * out. It stops when the budget or the operation's time is used up, and answers with what came last.
 */
export function withRetry(send: Send, budget: RetryBudget, observe: () => void = () => {}): Send {
  async function repeat(request: HttpRequest): Promise<Outcome> {
    budget.earn();
    let outcome = await outcomeOf(send(request));
    for (let retry = 1; retry <= MAX_RETRIES && isTransient(outcome); retry += 1) {
      const waitMs = backoffMs(retry, outcome);
      const { signal, deadline } = request.callOptions;
      if (signal.aborted || Date.now() + waitMs >= deadline || !budget.spend()) break;
      await sleep(waitMs);
      if (signal.aborted) break;
      observe();
      outcome = await outcomeOf(send(request));
    }
    return outcome;
  }

  return async (request) => {
    if (request.method !== 'GET') return send(request);
    const outcome = await repeat(request);
    if ('failure' in outcome) throw outcome.failure;
    return outcome.answer;
  };
}
