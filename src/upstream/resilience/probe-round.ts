import { UpstreamFailure } from '../../domain/upstream-failure.ts';

/** How many different resources probe an endpoint: when all of them fail, the circuit opens again. */
const MAX_PROBES = 3;

/**
 * A resource that is known to fail may be tried again after this time, and one such resource a second, in milliseconds:
 * it may have recovered, and may be the only one that is read.
 */
const REPEAT_AFTER_MS = 5_000;
const REPEAT_EVERY_MS = 1_000;

/** A request that asks to probe. `failedAt`: when its resource failed last, by the clock of `performance`. */
export type Probe = { failedAt: number | undefined };

/** What a request does in a round: it probes the endpoint, waits for the next `change`, or fails at once. */
export type Admission = 'probe' | 'wait' | 'refuse';

/**
 * The probes of a half-open circuit. The first success closes it. The failures of three different resources open it
 * again: a single one may be an id that Unico cannot answer. Resources that were known to fail before do not count.
 */
export class ProbeRound {
  readonly #decision = Promise.withResolvers<void>();
  #change = Promise.withResolvers<void>();
  #isDecided = false;
  #running = 0;
  #failed = 0;
  #nextRepeatAt = -Infinity;

  /** Resolves when the endpoint works again; rejects with `UpstreamFailure` (`unavailable`) while it is still down. */
  get decision(): Promise<void> {
    return this.#decision.promise;
  }

  /** Resolves when a request that has to wait should ask `admit` again, or when the round has ended. */
  get change(): Promise<void> {
    return this.#change.promise;
  }

  /** Decides about a request. Each request that probes is reported to `end`. */
  admit({ failedAt }: Probe): Admission {
    if (this.#isDecided) return 'wait';
    if (failedAt !== undefined) return this.#admitRepeat(failedAt);
    if (this.#running + this.#failed >= MAX_PROBES) return 'wait';
    this.#running += 1;
    return 'probe';
  }

  /** A request succeeded, whether or not it was a probe: the endpoint works. */
  succeed(): void {
    this.#isDecided = true;
    this.#decision.resolve();
  }

  /** A probe has ended. `hasFailed`: because of the endpoint, and not because its caller left or nothing was sent. */
  end({ failedAt }: Probe, hasFailed: boolean): void {
    if (failedAt !== undefined) return;
    this.#running -= 1;
    if (hasFailed) this.#failed += 1;
    if (this.#failed >= MAX_PROBES) this.#fail();
    else if (!this.#isDecided && !hasFailed) this.#announceChange();
  }

  /** Ends the round: the circuit is closed, or open again. */
  close(): void {
    this.#isDecided = true;
    this.#change.resolve();
  }

  #fail(): void {
    this.#isDecided = true;
    this.#decision.reject(new UpstreamFailure('unavailable', 'the endpoint failed again'));
  }

  #announceChange(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }

  #admitRepeat(failedAt: number): Admission {
    const now = performance.now();
    if (now < this.#nextRepeatAt || now - failedAt < REPEAT_AFTER_MS) return 'refuse';
    this.#nextRepeatAt = now + REPEAT_EVERY_MS;
    return 'probe';
  }
}
