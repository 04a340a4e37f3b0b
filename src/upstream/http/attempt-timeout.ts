/**
 * The time limit of one attempt, which starts at construction. It expires after `timeoutMs` milliseconds, or earlier when
 * `signal` aborts. Its timer does not keep the process alive.
 *
 * `AbortSignal.any` over `signal` and a timeout would say the same, but costs more than the rest of a call, because it leaves
 * its work to the garbage collector.
 */
export class AttemptTimeout {
  readonly #signal: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  readonly #expire: () => void;
  #isExpired: boolean;
  #onExpired: (() => void) | null = null;

  constructor(signal: AbortSignal, timeoutMs: number) {
    this.#signal = signal;
    this.#isExpired = signal.aborted;
    this.#expire = () => this.#handleExpiry();
    this.#timer = setTimeout(this.#expire, timeoutMs).unref();
    signal.addEventListener('abort', this.#expire);
  }

  /** Whether the attempt has expired. */
  get isExpired(): boolean {
    return this.#isExpired;
  }

  /** Calls `listener` once on expiry, or at once when the attempt has expired already. Replaces an earlier listener. */
  onExpired(listener: () => void): void {
    this.#onExpired = listener;
    if (this.#isExpired) listener();
  }

  /** Ends the attempt: the listener is not called any more, and the timer and the signal's listener are removed. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.#expire);
  }

  #handleExpiry(): void {
    this.#isExpired = true;
    this.clear();
    this.#onExpired?.();
  }
}
