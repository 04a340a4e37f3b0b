import { hasCallerLeft, type CallOptions, type Lane } from '../domain/call-options.ts';
import type { ClientId } from '../domain/caller.ts';
import type { ProcessId } from '../domain/process-id.ts';

/**
 * The deadline of one GraphQL operation and the place of its calls to Unico in the queue. All calls share one deadline
 * and count for the client of the operation. The first call is in a lane before the others.
 *
 * An abort signal is created when the first call needs it: most operations read from the cache and need none.
 */
export class OperationBudget {
  /** By the clock of `performance`. */
  readonly #deadline: number;
  readonly #createReadSignal: (ms: number) => AbortSignal;
  readonly #client: ClientId | null;
  #sequence = 0;
  #readSignal: AbortSignal | null = null;
  #writeSignal: AbortSignal | null = null;

  /**
   * `timeMs` is how long the operation may take, in milliseconds. `createReadSignal` returns a signal that aborts after
   * the given milliseconds, or when the caller disconnects. The calls count for `client`.
   */
  constructor(timeMs: number, createReadSignal: (ms: number) => AbortSignal, client: ClientId | null = null) {
    this.#deadline = performance.now() + timeMs;
    this.#createReadSignal = createReadSignal;
    this.#client = client;
  }

  /** Aborts at the deadline, or when the caller disconnects: for reads, and for waits that are no call to Unico. */
  get signal(): AbortSignal {
    return (this.#readSignal ??= this.#createReadSignal(this.#remainingMs()));
  }

  /**
   * Options for the next read: it ends at the deadline, or when the caller disconnects. `processId` is the process that
   * is read, and `isBegun` whether another contract is known not to hold it.
   */
  forRead(processId: ProcessId | null = null, isBegun = false): CallOptions {
    const lane: Lane = this.#sequence === 0 ? 'interactive' : 'page';
    const claim = { lane, client: this.#client, sequence: this.#sequence++, processId, isBegun };
    return { signal: this.signal, deadline: this.#deadline, claims: [claim] };
  }

  /** Options for the next write: it ends at the deadline. A caller that disconnects does not stop it. */
  forWrite(processId: ProcessId | null = null): CallOptions {
    const signal = (this.#writeSignal ??= AbortSignal.timeout(this.#remainingMs()));
    const lane: Lane = 'mutation';
    const claim = { lane, client: this.#client, sequence: this.#sequence++, processId, isBegun: false };
    return { signal, deadline: this.#deadline, claims: [claim] };
  }

  /** Whether the caller left before the operation had read all that it needs. */
  get hasCallerLeft(): boolean {
    return this.#readSignal !== null && hasCallerLeft(this.#readSignal);
  }

  #remainingMs(): number {
    return Math.max(0, Math.ceil(this.#deadline - performance.now()));
  }
}
