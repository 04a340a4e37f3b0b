import type { UpstreamFailure } from '../domain/upstream-failure.ts';
import type { LogEvent } from './log-events.ts';
import type { Logger } from './logger.ts';

/** A line to write, and how many failures it stands for. */
type FailureEvent = Extract<LogEvent, { event: 'failure' }>;

/** Reports that Unico refused the credential of a variable, with Unico's own code where it sent one. */
export type CredentialObserver = (variable: string, code: string | null) => void;

/**
 * Logs the failures of Unico that an operator has to know of, each once, however many fields report it. Failures that
 * are alike and reported at the same time, as those of one operation are, share a line with their number. Failures of
 * the rate limiter come by the hundred and have a line of their own (`RateLimitWatch`); here they are logged at the
 * level `debug` only.
 */
export class FailureLog {
  readonly #logger: Logger;
  readonly #credentialRefused: CredentialObserver;
  readonly #reported = new WeakSet<UpstreamFailure>();
  /** The lines of this turn of the event loop, by what they have in common. */
  readonly #pending = new Map<string, FailureEvent>();

  constructor(logger: Logger, credentialRefused: CredentialObserver = () => {}) {
    this.#logger = logger;
    this.#credentialRefused = credentialRefused;
  }

  /** Logs a failure, unless it was logged before, only the caller can correct it, or the caller has left. */
  report(failure: UpstreamFailure): void {
    const { kind, callerLeft, credential, upstreamCode } = failure;
    // The caller corrects a refused input; an operator cannot. A caller that leaves is no failure.
    if (kind === 'refused' || callerLeft || this.#reported.has(failure)) return;
    this.#reported.add(failure);
    if (credential !== undefined) this.#credentialRefused(credential, upstreamCode ?? null);
    this.#add(failure);
  }

  /** All errors of an operation are formatted in one go: what comes until it ends belongs together. */
  #add({ kind, message, credential, upstreamCode }: UpstreamFailure): void {
    if (this.#pending.size === 0) queueMicrotask(() => this.#write());
    const key = JSON.stringify([kind, message, credential, upstreamCode]);
    const { count = 0 } = this.#pending.get(key) ?? {};
    this.#pending.set(key, {
      event: 'failure',
      kind,
      message,
      count: count + 1,
      ...(upstreamCode === undefined ? {} : { upstreamCode }),
      ...(credential === undefined ? {} : { variable: credential }),
    });
  }

  #write(): void {
    const events = [...this.#pending.values()];
    this.#pending.clear();
    for (const event of events) {
      if (event.kind === 'rate-limited') this.#logger.debug(event, 'calls to Unico were rate-limited');
      else this.#logger.warn(event, 'calls to Unico failed');
    }
  }
}
