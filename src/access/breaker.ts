import {
  BrokenCircuitError,
  circuitBreaker,
  handleWhen,
  SamplingBreaker,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import { UpstreamFailure } from '../domain/failure.ts';
import type { HttpAnswer } from '../unico/http.ts';

/** Keeps requests from a host that is down, and looks now and then whether it is up again. */
export type Breaker = {
  /** Throws `CircuitOpen` while the host is left alone. */
  check(): void;
  /** Sends, and remembers how it went. `left` says whether nobody waited any more: then it says nothing of the host. */
  run(send: () => Promise<HttpAnswer>, left: () => boolean): Promise<HttpAnswer>;
};

/** Nothing was sent, because the host has failed too often just now. */
export class CircuitOpen extends UpstreamFailure {}

/**
 * It opens when half of the calls of ten seconds have failed, and there were ten of them at least: a few ids that Unico
 * answers with 500 whenever they are asked for do not shut out all others.
 */
const SAMPLED_MS = 10_000;
const FAILED_SHARE = 0.5;
const LEAST_PER_SECOND = 1;
/** How long a host is left alone before one call tries it again. */
const OPEN_MS = 5_000;

/** A call that its caller has left: it is neither a success nor a failure of the host. */
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

/** A breaker for one host; `changed` is told when it opens and closes. A status below 500 is never a failure of the host. */
export function createBreaker(changed: (open: boolean) => void = () => {}): Breaker {
  let openUntil = 0;
  const policy: CircuitBreakerPolicy = circuitBreaker(
    handleWhen(isOutage).orWhenResult((answer) => (answer as HttpAnswer).status >= 500),
    {
      halfOpenAfter: OPEN_MS,
      breaker: new SamplingBreaker({
        threshold: FAILED_SHARE,
        duration: SAMPLED_MS,
        minimumRps: LEAST_PER_SECOND,
      }),
    },
  );
  policy.onBreak(() => {
    openUntil = Date.now() + OPEN_MS;
    changed(true);
  });
  policy.onReset(() => {
    openUntil = 0;
    changed(false);
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
    async run(send, left) {
      try {
        return await policy.execute(() =>
          send().catch((error: unknown) => {
            throw left() ? new Abandoned(error) : error;
          }),
        );
      } catch (error) {
        if (error instanceof Abandoned) throw error.failure;
        if (error instanceof BrokenCircuitError) throw open();
        throw error;
      }
    },
  };
}
