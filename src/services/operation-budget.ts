import type { ClientId } from '../domain/caller.ts';
import { hasCallerLeft, type CallOptions } from '../domain/call-options.ts';

/**
 * The deadline and the call count of one GraphQL operation. The upstream calls of an operation share one deadline; each
 * call gets the next sequence number, so that operations with fewer calls are served first.
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

  /** Options for the next read: it ends at the deadline, or when the caller disconnects. */
  forRead(): CallOptions {
    const signal = (this.#readSignal ??= this.#createReadSignal(this.#remainingMs()));
    return {
      signal,
      deadline: this.#deadline,
      priority: 'read',
      sequence: this.#sequence++,
      client: this.#client,
    };
  }

  /** Options for the next write: it ends at the deadline. A caller that disconnects does not stop it. */
  forWrite(): CallOptions {
    const signal = (this.#writeSignal ??= AbortSignal.timeout(this.#remainingMs()));
    return {
      signal,
      deadline: this.#deadline,
      priority: 'write',
      sequence: this.#sequence++,
      client: this.#client,
    };
  }

  /** Whether the caller left before the operation had read all that it needs. */
  get hasCallerLeft(): boolean {
    return this.#readSignal !== null && hasCallerLeft(this.#readSignal);
  }

  #remainingMs(): number {
    return Math.max(0, Math.ceil(this.#deadline - performance.now()));
  }
}
