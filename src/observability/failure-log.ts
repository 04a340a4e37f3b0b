import type { UpstreamFailure } from '../domain/upstream-failure.ts';
import type { Logger } from './logger.ts';

/**
 * Logs the failures of Unico that an operator has to know of, each once, however many fields report it. Failures of the
 * rate limiter come by the hundred and are counted by the metrics; they are logged at the level `debug` only.
 */
export class FailureLog {
  readonly #logger: Logger;
  readonly #reported = new WeakSet<UpstreamFailure>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Logs a failure, unless it was logged before, only the caller can correct it, or the caller has left. */
  report(failure: UpstreamFailure): void {
    const { kind, message, callerLeft } = failure;
    // The caller corrects a refused input; an operator cannot. A caller that leaves is no failure.
    if (kind === 'refused' || callerLeft || this.#reported.has(failure)) return;
    this.#reported.add(failure);
    const event = { event: 'failure', kind, message } as const;
    if (kind === 'rate-limited') this.#logger.debug(event, 'a call to Unico was rate-limited');
    else this.#logger.warn(event, 'a call to Unico failed');
  }
}
