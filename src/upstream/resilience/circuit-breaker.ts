import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import { noAnswerInTime, UpstreamFailure } from '../../domain/upstream-failure.ts';
import { raceAbort, type CallOptions } from '../../domain/call-options.ts';
import type { HttpResponse } from '../http/types.ts';
import { NotSentError } from './rate-limiter.ts';
import { createFailureRate } from './failure-rate.ts';

/** Keeps requests from a host that is down, and looks now and then whether it is up again. */
export type CircuitBreaker = {
  /**
   * Sends for somebody, and remembers how it went. Throws `CircuitOpen` at once while the host is left alone; where one
   * call tries whether it is up again, others wait for that.
   */
  execute(callOptions: CallOptions, send: () => Promise<HttpResponse>): Promise<HttpResponse>;
};

/** Nothing was sent, because the host has failed too often just now. */
export class CircuitOpenError extends UpstreamFailure {}

/** How long a host is left alone before one call tries it again. */
const OPEN_MS = 5_000;

/** A call whose caller has left before its time was over: it says nothing of the host. */
class CallerLeftError extends Error {
  readonly failure: unknown;
  constructor(failure: unknown) {
    super('abandoned');
    this.failure = failure;
  }
}

/** A request that was not sent for want of quota or time says nothing of the host. */
function isOutage(error: unknown): boolean {
  return error instanceof UpstreamFailure && error.kind === 'unavailable' && !(error instanceof NotSentError);
}

/** Whether the caller went away, and not the time: that a host lets the time go by does say something of it. */
function hasCallerLeft({ signal }: CallOptions): boolean {
  const reason: unknown = signal.reason;
  return signal.aborted && !(reason instanceof Error && reason.name === 'TimeoutError');
}

/** Waits for a call that may have to wait for another one: who does may leave; what was sent ends by itself. */
async function raceCallerLeft(
  sent: Promise<HttpResponse>,
  { signal }: CallOptions,
  hasBegun: () => boolean,
): Promise<HttpResponse> {
  const waited = new AbortController();
  const leave = (): void => {
    if (!hasBegun()) waited.abort();
  };
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await raceAbort(sent, waited.signal, noAnswerInTime);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** A breaker for one host; `changed` is told when it opens and closes. A status below 500 is never a failure of the host. */
export function createCircuitBreaker(changed: (open: boolean) => void = () => {}): CircuitBreaker {
  let openUntil = 0;
  let told = false;
  /** Told once of each change: a host that is tried in vain stays as it was. */
  function tell(isOpen: boolean): void {
    if (isOpen !== told) changed(isOpen);
    told = isOpen;
  }
  const policy: CircuitBreakerPolicy = circuitBreaker(
    // Whatever keeps the one call from finding out whether the host is up again: it is not known to be.
    handleWhen((error) => isOutage(error) || policy.state === CircuitState.HalfOpen).orWhenResult(
      (answer) => (answer as HttpResponse).status >= 500,
    ),
    { halfOpenAfter: OPEN_MS, breaker: createFailureRate() },
  );
  policy.onBreak(() => {
    openUntil = Date.now() + OPEN_MS;
    tell(true);
  });
  policy.onReset(() => {
    openUntil = 0;
    tell(false);
  });

  function open(): CircuitOpenError {
    const seconds = Math.ceil(Math.min(openUntil - Date.now(), OPEN_MS) / 1000);
    return new CircuitOpenError(
      'unavailable',
      'Unico has failed too often just now: it is left alone for a moment',
      {
        retryAfterSeconds: Math.max(1, seconds),
        mayHaveHappened: false,
      },
    );
  }

  return {
    async execute(callOptions, send) {
      let begun = false;
      const sent = policy.execute(async () => {
        if (callOptions.signal.aborted) throw new CallerLeftError(noAnswerInTime());
        begun = true;
        try {
          return await send();
        } catch (error) {
          throw hasCallerLeft(callOptions) ? new CallerLeftError(error) : error;
        }
      });
      try {
        // Begun by now, unless the host is left alone or tried by another call.
        return await (begun ? sent : raceCallerLeft(sent, callOptions, () => begun));
      } catch (error) {
        if (error instanceof CallerLeftError) throw error.failure;
        if (error instanceof BrokenCircuitError) throw open();
        throw error;
      }
    },
  };
}
