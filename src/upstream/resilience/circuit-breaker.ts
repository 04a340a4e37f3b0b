import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import { noAnswerInTime, UpstreamFailure } from '../../domain/upstream-failure.ts';
import { unlessAborted, type Patience } from '../../domain/call-options.ts';
import type { HttpAnswer } from '../http/http-client.ts';
import { NotAdmitted } from './rate-limiter.ts';
import { createRecentFailures } from './failure-rate.ts';

/** Keeps requests from a host that is down, and looks now and then whether it is up again. */
export type Breaker = {
  /**
   * Sends for somebody, and remembers how it went. Throws `CircuitOpen` at once while the host is left alone; where one
   * call tries whether it is up again, others wait for that.
   */
  run(patience: Patience, send: () => Promise<HttpAnswer>): Promise<HttpAnswer>;
};

/** Nothing was sent, because the host has failed too often just now. */
export class CircuitOpen extends UpstreamFailure {}

/** How long a host is left alone before one call tries it again. */
const OPEN_MS = 5_000;

/** A call whose caller has left before its time was over: it says nothing of the host. */
class Abandoned extends Error {
  readonly failure: unknown;
  constructor(failure: unknown) {
    super('abandoned');
    this.failure = failure;
  }
}

/** A request that was not sent for want of quota or time says nothing of the host. */
function isOutage(error: unknown): boolean {
  return error instanceof UpstreamFailure && error.kind === 'unavailable' && !(error instanceof NotAdmitted);
}

/** Whether the caller went away, and not the time: that a host lets the time go by does say something of it. */
function hasLeft({ signal }: Patience): boolean {
  const reason: unknown = signal.reason;
  return signal.aborted && !(reason instanceof Error && reason.name === 'TimeoutError');
}

/** Waits for a call that may have to wait for another one: who does may leave; what was sent ends by itself. */
async function unlessLeft(
  sent: Promise<HttpAnswer>,
  { signal }: Patience,
  hasBegun: () => boolean,
): Promise<HttpAnswer> {
  const waited = new AbortController();
  const leave = (): void => {
    if (!hasBegun()) waited.abort();
  };
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await unlessAborted(sent, waited.signal, noAnswerInTime);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** A breaker for one host; `changed` is told when it opens and closes. A status below 500 is never a failure of the host. */
export function createBreaker(changed: (open: boolean) => void = () => {}): Breaker {
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
      (answer) => (answer as HttpAnswer).status >= 500,
    ),
    { halfOpenAfter: OPEN_MS, breaker: createRecentFailures() },
  );
  policy.onBreak(() => {
    openUntil = Date.now() + OPEN_MS;
    tell(true);
  });
  policy.onReset(() => {
    openUntil = 0;
    tell(false);
  });

  function open(): CircuitOpen {
    const seconds = Math.ceil(Math.min(openUntil - Date.now(), OPEN_MS) / 1000);
    return new CircuitOpen(
      'unavailable',
      'Unico has failed too often just now: it is left alone for a moment',
      {
        retryAfterSeconds: Math.max(1, seconds),
        mayHaveHappened: false,
      },
    );
  }

  return {
    async run(patience, send) {
      let begun = false;
      const sent = policy.execute(async () => {
        if (patience.signal.aborted) throw new Abandoned(noAnswerInTime());
        begun = true;
        try {
          return await send();
        } catch (error) {
          throw hasLeft(patience) ? new Abandoned(error) : error;
        }
      });
      try {
        // Begun by now, unless the host is left alone or tried by another call.
        return await (begun ? sent : unlessLeft(sent, patience, () => begun));
      } catch (error) {
        if (error instanceof Abandoned) throw error.failure;
        if (error instanceof BrokenCircuitError) throw open();
        throw error;
      }
    },
  };
}
