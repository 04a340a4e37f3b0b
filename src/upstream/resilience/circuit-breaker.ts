import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import { noResponseInTime, UpstreamFailure } from '../../domain/upstream-failure.ts';
import { hasCallerLeft, raceAbort, type CallOptions } from '../../domain/call-options.ts';
import type { HttpResponse } from '../http/types.ts';
import { NotSentError } from './rate-limiter.ts';
import { FailureRate } from './failure-rate.ts';

/** Is called when the circuit opens (`true`) or closes (`false`). */
export type CircuitObserver = (open: boolean) => void;

/** Nothing was sent: the circuit is open, because the host has failed too often just now. */
export class CircuitOpenError extends UpstreamFailure {}

/** How long the circuit stays open before one call probes the host, in milliseconds. */
const OPEN_MS = 5_000;

/** The caller left before its time ran out, which says nothing about the host. `failure` is what the caller gets. */
class CallerLeftError extends Error {
  readonly failure: unknown;

  constructor(failure: unknown) {
    super('the caller left');
    this.failure = failure;
  }
}

/**
 * Whether an error is a failure of the host. A request without a slot was not sent, and says nothing about the host.
 */
function isOutage(error: unknown): boolean {
  return error instanceof UpstreamFailure && error.kind === 'unavailable' && !(error instanceof NotSentError);
}

/**
 * Waits for a call that may wait for the probe of another call. Until `hasStarted` the caller may leave; a request that
 * was sent ends by itself.
 */
async function raceCallerLeft(
  call: Promise<HttpResponse>,
  { signal }: CallOptions,
  hasStarted: () => boolean,
): Promise<HttpResponse> {
  const left = new AbortController();
  const onAbort = (): void => {
    if (!hasStarted()) left.abort(signal.reason);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await raceAbort(call, left.signal, noResponseInTime);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Circuit breaker of one host: sends nothing while the host is down, and probes it with one call after five seconds. A
 * status below 500 is never a failure of the host.
 */
export class CircuitBreaker {
  readonly #observe: CircuitObserver;
  readonly #policy: CircuitBreakerPolicy;
  #openUntil = 0;
  #isOpen = false;

  constructor(observe: CircuitObserver = () => {}) {
    this.#observe = observe;
    this.#policy = circuitBreaker(
      // While half open, any error counts: without a response to the probe, the host is not known to be up.
      handleWhen((error) => isOutage(error) || this.#policy.state === CircuitState.HalfOpen).orWhenResult(
        (response) => (response as HttpResponse).status >= 500,
      ),
      { halfOpenAfter: OPEN_MS, breaker: new FailureRate() },
    );
    this.#policy.onBreak(() => this.#onChange(true, Date.now() + OPEN_MS));
    this.#policy.onReset(() => this.#onChange(false, 0));
  }

  /**
   * Runs `send` and records its outcome. Throws what `send` throws, and `CircuitOpenError` at once while the circuit is
   * open. While another call probes the host, waits for the outcome of that probe.
   */
  async execute(callOptions: CallOptions, send: () => Promise<HttpResponse>): Promise<HttpResponse> {
    let hasStarted = false;
    const call = this.#policy.execute(async () => {
      if (callOptions.signal.aborted) throw new CallerLeftError(noResponseInTime(callOptions.signal));
      hasStarted = true;
      try {
        return await send();
      } catch (error) {
        // When the time of the caller runs out, the host has failed.
        throw hasCallerLeft(callOptions.signal) ? new CallerLeftError(error) : error;
      }
    });
    try {
      // The call has started by now, unless the circuit is open or another call probes the host.
      return await (hasStarted ? call : raceCallerLeft(call, callOptions, () => hasStarted));
    } catch (error) {
      if (error instanceof CallerLeftError) throw error.failure;
      if (error instanceof BrokenCircuitError) throw this.#openError();
      throw error;
    }
  }

  /** Reports each change once: a failed probe leaves an open circuit open. */
  #onChange(isOpen: boolean, openUntil: number): void {
    this.#openUntil = openUntil;
    if (isOpen !== this.#isOpen) this.#observe(isOpen);
    this.#isOpen = isOpen;
  }

  #openError(): CircuitOpenError {
    const seconds = Math.ceil(Math.min(this.#openUntil - Date.now(), OPEN_MS) / 1000);
    const message =
      'not sent: Unico has failed too often just now, so the circuit is open for a moment; retry later';
    return new CircuitOpenError('unavailable', message, {
      retryAfterSeconds: Math.max(1, seconds),
      mayHaveHappened: false,
    });
  }
}
