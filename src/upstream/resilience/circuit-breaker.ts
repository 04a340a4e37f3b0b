import {
  circuitBreaker,
  CircuitState,
  handleWhen,
  type CircuitBreakerPolicy,
  type IBackoff,
} from 'cockatiel';
import { noResponseInTime, UpstreamFailure } from '../../domain/upstream-failure.ts';
import { raceAbort } from '../../domain/call-options.ts';
import type { HttpRequest, HttpResponse } from '../http/types.ts';
import { FailingResources } from './failing-resources.ts';
import { OutageDetector } from './outage-detector.ts';
import { ProbeRound, type Probe } from './probe-round.ts';
import { NotSentError } from './not-sent.ts';

/** Is called when the circuit opens (`true`) or closes (`false`). */
export type CircuitObserver = (open: boolean) => void;

/** Nothing was sent: the circuit is open, because the endpoint has failed too often just now. */
export class CircuitOpenError extends UpstreamFailure {}

/** How long the circuit stays open before the endpoint is probed, in milliseconds. */
const OPEN_MS = 5_000;

/** The parts of a request that the circuit needs. */
export type CircuitRequest = Pick<HttpRequest, 'resource' | 'callOptions'>;

type SendOnce = () => Promise<HttpResponse>;

/**
 * Whether an error is a failure of the endpoint. A request without a slot was not sent, and an operation that ended or
 * a caller that left did not wait for the response: none of them says anything about the endpoint.
 */
function isOutage(error: unknown): boolean {
  if (!(error instanceof UpstreamFailure) || error instanceof NotSentError) return false;
  return error.kind === 'unavailable' && !error.callerLeft && !error.cutShort;
}

/** Whether a response is a failure of the endpoint. */
function isServerError({ status }: HttpResponse): boolean {
  return status >= 500;
}

/**
 * The open time by the clock of `performance`. cockatiel compares `duration` with the time since the opening by the
 * wall clock, which may jump, so it is infinite until the open time has ended, and then less than any time.
 */
class OpenTime implements IBackoff<unknown> {
  #until = -Infinity;

  /** How long the circuit stays open, in milliseconds; not above 0 once it may be probed. */
  get remainingMs(): number {
    return this.#until - performance.now();
  }

  get duration(): number {
    return this.remainingMs > 0 ? Infinity : -Infinity;
  }

  /** The circuit opens. */
  next(): this {
    this.#until = performance.now() + OPEN_MS;
    return this;
  }

  /** The endpoint may be probed at once. */
  end(): void {
    this.#until = -Infinity;
  }
}

/**
 * Circuit breaker of one endpoint: sends nothing while the endpoint is down, and probes it after five seconds. A status
 * below 500 is never a failure of the endpoint. cockatiel has the states; what opens the circuit (`OutageDetector`) and
 * what closes it (`ProbeRound`) is decided by resources, because one id that always fails is no outage (decision 0034).
 */
export class CircuitBreaker {
  readonly #observe: CircuitObserver;
  readonly #failing: FailingResources;
  readonly #detector: OutageDetector;
  readonly #policy: CircuitBreakerPolicy;
  readonly #openTime = new OpenTime();
  #round: ProbeRound | null = null;
  #isOpen = false;

  /** `failing` has the resources of the endpoint that are known to fail; it is updated here. */
  constructor(observe: CircuitObserver = () => {}, failing = new FailingResources()) {
    this.#failing = failing;
    this.#observe = observe;
    this.#detector = new OutageDetector(failing);
    this.#policy = circuitBreaker(
      handleWhen(isOutage).orWhenResult((response) => isServerError(response as HttpResponse)),
      { halfOpenAfter: this.#openTime, breaker: this.#detector },
    );
    this.#policy.onBreak(() => this.#onChange(true));
    this.#policy.onReset(() => this.#onChange(false));
  }

  /**
   * Runs `send` and records its outcome. Throws what `send` throws, and `CircuitOpenError` at once while the circuit is
   * open. While the circuit is half open, the request probes the endpoint, waits for the outcome of other probes until
   * its caller leaves, or fails at once when its resource is known to fail.
   */
  async execute(request: CircuitRequest, send: SendOnce): Promise<HttpResponse> {
    for (let round = this.#currentRound(); round !== null; round = this.#currentRound()) {
      const probe = { failedAt: this.#failing.failedAt(request.resource) };
      const admission = round.admit(probe);
      if (admission === 'refuse') throw this.#openError();
      if (admission === 'probe') return this.#sendProbe(round, probe, () => this.#watch(request, send));
      await raceAbort(round.change, request.callOptions.signal, noResponseInTime);
    }
    return this.#policy.execute(() => this.#watch(request, send));
  }

  /** The round of probes while the circuit is half open; `null` while it is closed. Throws while it is open. */
  #currentRound(): ProbeRound | null {
    if (this.#policy.state === CircuitState.Closed) return null;
    if (this.#round !== null) return this.#round;
    if (this.#openTime.remainingMs > 0) throw this.#openError();
    const round = new ProbeRound();
    this.#round = round;
    // cockatiel decides by the outcome of one call: the round is that call.
    this.#policy.execute(() => round.decision).catch(() => {});
    return round;
  }

  /** Sends, and records the outcome. */
  async #watch({ resource }: CircuitRequest, send: SendOnce): Promise<HttpResponse> {
    try {
      const response = await send();
      if (isServerError(response)) this.#detector.recordFailure(resource);
      else this.#recordSuccess(resource);
      return response;
    } catch (error) {
      if (isOutage(error)) this.#detector.recordFailure(resource);
      throw error;
    }
  }

  #recordSuccess(resource: string | null): void {
    this.#detector.recordSuccess(resource);
    // A request that was sent before the circuit opened may succeed while it is open: then it is probed at once.
    this.#openTime.end();
    this.#round?.succeed();
  }

  async #sendProbe(round: ProbeRound, probe: Probe, send: SendOnce): Promise<HttpResponse> {
    let hasFailed = false;
    try {
      const response = await send();
      hasFailed = isServerError(response);
      return response;
    } catch (error) {
      hasFailed = isOutage(error);
      throw error;
    } finally {
      round.end(probe, hasFailed);
    }
  }

  /** Ends the round. Reports each change once: a failed round leaves an open circuit open. */
  #onChange(isOpen: boolean): void {
    this.#round?.close();
    this.#round = null;
    if (isOpen !== this.#isOpen) this.#observe(isOpen);
    this.#isOpen = isOpen;
  }

  #openError(): CircuitOpenError {
    const seconds = Math.ceil(this.#openTime.remainingMs / 1000);
    const message =
      'not sent: Unico has failed too often just now, so the circuit is open for a moment; retry later';
    return new CircuitOpenError('unavailable', message, {
      retryAfterSeconds: Math.max(1, seconds),
      mayHaveHappened: false,
    });
  }
}
