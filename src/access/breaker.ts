import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import { UpstreamFailure } from '../domain/failure.ts';
import type { Patience } from '../domain/patience.ts';
import type { HttpAnswer } from '../unico/http.ts';
import { createRecentFailures } from './recent-failures.ts';

/** Keeps requests from a host that is down, and looks now and then whether it is up again. */
export type Breaker = {
  /** Throws `CircuitOpen` while the host is left alone. */
  check(): void;
  /** Sends for somebody, and remembers how it went. Where one call tries a host that was down, others wait for it. */
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

function isOutage(error: unknown): boolean {
  return error instanceof UpstreamFailure && error.kind === 'unavailable';
}

/** Whether the caller went away, and not the time: that a host lets the time go by does say something of it. */
function hasLeft({ signal }: Patience): boolean {
  const reason: unknown = signal.reason;
  return signal.aborted && !(reason instanceof Error && reason.name === 'TimeoutError');
}

function over(): UpstreamFailure {
  return new UpstreamFailure('unavailable', 'the time of the operation is over', { mayHaveHappened: false });
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
    handleWhen(
      // Whether the host is up again is not known where the caller that tried it has left.
      (error) => isOutage(error) || (error instanceof Abandoned && policy.state === CircuitState.HalfOpen),
    ).orWhenResult((answer) => (answer as HttpAnswer).status >= 500),
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
    const retryAfterSeconds = Math.max(1, Math.ceil((openUntil - Date.now()) / 1000));
    return new CircuitOpen(
      'unavailable',
      'Unico has failed too often just now: it is left alone for a moment',
      {
        retryAfterSeconds,
        mayHaveHappened: false,
      },
    );
  }

  return {
    check() {
      if (Date.now() < openUntil) throw open();
    },

    async run(patience, send) {
      const { promise: left, reject } = Promise.withResolvers<never>();
      // Until it is sent, which is waited for while another call tries the host.
      const leave = (): void => reject(over());
      patience.signal.addEventListener('abort', leave, { once: true });
      const sent = policy.execute(async () => {
        if (patience.signal.aborted) throw new Abandoned(over());
        patience.signal.removeEventListener('abort', leave);
        try {
          return await send();
        } catch (error) {
          throw hasLeft(patience) ? new Abandoned(error) : error;
        }
      });
      try {
        return await Promise.race([sent, left]);
      } catch (error) {
        if (error instanceof Abandoned) throw error.failure;
        if (error instanceof BrokenCircuitError) throw open();
        throw error;
      } finally {
        patience.signal.removeEventListener('abort', leave);
      }
    },
  };
}
