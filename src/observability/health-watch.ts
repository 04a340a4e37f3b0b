import type { Logger } from './logger.ts';

/** How often the health of the store is checked, in milliseconds. */
const CHECK_INTERVAL_MS = 1_000;

/** Logs once when the store fails, and once when it works again; keeps the metric up to date. */
export class StoreWatch {
  readonly #health: () => string | null;
  readonly #setFailing: (failing: boolean) => void;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #fault: string | null = null;

  /** `health` returns what is wrong with the store, `null` while it works. */
  constructor(health: () => string | null, setFailing: (failing: boolean) => void, logger: Logger) {
    this.#health = health;
    this.#setFailing = setFailing;
    this.#logger = logger;
    this.#timer = setInterval(() => this.#check(), CHECK_INTERVAL_MS).unref();
  }

  /** Stops checking. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #check(): void {
    const before = this.#fault;
    const fault = this.#health();
    this.#fault = fault;
    this.#setFailing(fault !== null);
    if (fault !== null && fault !== before) {
      this.#logger.warn({ event: 'store', trouble: fault }, 'the store fails');
    }
    if (fault === null && before !== null) this.#logger.info({ event: 'store' }, 'the store works again');
  }
}

/** Logs when the keys that verify callers' tokens become unavailable, and when they are available again. */
export class JwksWatch {
  readonly #logger: Logger;
  #fault: string | null = null;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** What is wrong now, for `/readyz`; `null` while keys are available. */
  get fault(): string | null {
    return this.#fault;
  }

  /** `reason`: why the keys are unavailable, or `null` when they are available again. */
  report(reason: string | null): void {
    this.#fault = reason === null ? null : `the keys of callers' tokens are unavailable: ${reason}`;
    if (reason === null) this.#logger.info({ event: 'caller-keys' }, 'the keys of tokens are available');
    else this.#logger.warn({ event: 'caller-keys', trouble: reason }, 'the keys of tokens are unavailable');
  }
}
