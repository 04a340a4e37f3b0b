import { setTimeout as sleep } from 'node:timers/promises';
import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import type { HttpResponse, HttpRequest, Send } from '../http/types.ts';
import type { FailingResources } from './failing-resources.ts';
import { NotSentError } from './not-sent.ts';
import { CircuitOpenError } from './circuit-breaker.ts';

/** The most retries of a call. More would not fit into the time of an operation. */
const MAX_RETRIES = 2;
/** The longest wait before the first retry; it doubles for the next. A read takes some 260 ms (upstream.md §2). */
const BACKOFF_MS = 200;

/** Too many requests, and the statuses with which a proxy or the service itself reports a fault of its own. */
const RETRYABLE_STATUSES = new Set([408, 429, 500, 502, 503, 504]);

/** The budget allows a retry for every fifth call, and ten at once after a quiet time. */
const EARNED_PER_CALL = 0.2;
const MAX_SAVED = 10;

/** Limits retries to a small part of all calls, so that they do not make an outage worse. It starts full. */
export class RetryBudget {
  #saved = MAX_SAVED;

  /** Records a first attempt, which earns a part of a retry. */
  earn(): void {
    this.#saved = Math.min(MAX_SAVED, this.#saved + EARNED_PER_CALL);
  }

  /** Takes one retry from the budget. Returns `false`, and takes nothing, when less than one is left. */
  spend(): boolean {
    if (this.#saved < 1) return false;
    this.#saved -= 1;
    return true;
  }
}

/** How an attempt ended. */
type Outcome = { response: HttpResponse } | { failure: UpstreamFailure };

function isTransient(outcome: Outcome): boolean {
  if ('response' in outcome) return RETRYABLE_STATUSES.has(outcome.response.status);
  const { failure } = outcome;
  const wasSent = !(failure instanceof CircuitOpenError || failure instanceof NotSentError);
  return wasSent && failure.kind === 'unavailable';
}

/**
 * How long to wait, in milliseconds: a random part of the backoff, so that calls that failed together do not return
 * together. After a 429 the rate limiter already makes every request wait.
 */
function backoffMs(retry: number, outcome: Outcome): number {
  if ('response' in outcome && outcome.response.status === 429) return 0;
  return Math.random() * BACKOFF_MS * 2 ** (retry - 1);
}

async function outcomeOf(sending: Promise<HttpResponse>): Promise<Outcome> {
  try {
    return { response: await sending };
  } catch (failure) {
    if (failure instanceof UpstreamFailure) return { failure };
    throw failure;
  }
}

/** What retries need. */
export type RetryOptions = {
  budget: Pick<RetryBudget, 'earn' | 'spend'>;
  /** The resources that are known to fail. */
  failing: Pick<FailingResources, 'failedAt'>;
  /** Is called before each retry. */
  onRetry?: () => void;
};

/**
 * Retries reads that failed in a transient way. Nothing else is ever retried, because a POST may have been carried out.
 * A resource that was known to fail before gets no retry, so that one such id does not use up the budget of the others.
 * Stops when the budget or the operation's time is used up, and ends like the last attempt: returns its response, or
 * throws its `UpstreamFailure`.
 */
export function withRetry(send: Send, { budget, failing, onRetry = () => {} }: RetryOptions): Send {
  async function sendUntilSettled(request: HttpRequest): Promise<Outcome> {
    const maxRetries = failing.failedAt(request.resource) === undefined ? MAX_RETRIES : 0;
    budget.earn();
    let outcome = await outcomeOf(send(request));
    for (let retry = 1; retry <= maxRetries && isTransient(outcome); retry += 1) {
      const waitMs = backoffMs(retry, outcome);
      const { signal, deadline } = request.callOptions;
      if (signal.aborted || performance.now() + waitMs >= deadline || !budget.spend()) break;
      await sleep(waitMs);
      if (signal.aborted) break;
      onRetry();
      outcome = await outcomeOf(send(request));
    }
    return outcome;
  }

  return async (request) => {
    if (request.method !== 'GET') return send(request);
    const outcome = await sendUntilSettled(request);
    if ('failure' in outcome) throw outcome.failure;
    return outcome.response;
  };
}
