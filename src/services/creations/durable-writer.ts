import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailable } from '../../storage/store.ts';

/** A write that can be repeated. Throws `StoreUnavailable` when the store cannot be reached. */
export type Write = () => Promise<void>;

/** How often a failed write is retried. */
const MAX_RETRIES = 9;
/**
 * The wait before the first retry, in milliseconds; it doubles with each retry up to `MAX_WAIT_MS`. All waits together are
 * 40 seconds: as long as a failover of the store takes.
 */
const WAIT_MS = 250;
const MAX_WAIT_MS = 8_000;

/** Retries writes to a store that may be unavailable for a while. */
export class DurableWriter {
  readonly #pending = new Set<Promise<void>>();
  readonly #givenUp: () => void;

  /** Calls `givenUp` for each write that failed after all retries. */
  constructor(givenUp: () => void) {
    this.#givenUp = givenUp;
  }

  /** Waits for the first attempt, so that the entry can be read at once; retries continue in the background. */
  async write(write: Write): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.writeInBackground(write);
    }
  }

  /** Writes after the first wait, without waiting for the result. */
  writeInBackground(write: Write): void {
    const pending = this.#retry(write).finally(() => this.#pending.delete(pending));
    this.#pending.add(pending);
  }

  /** Resolves when every write has succeeded or failed. */
  async flush(): Promise<void> {
    await Promise.allSettled(this.#pending);
  }

  async #retry(write: Write): Promise<void> {
    for (let attempt = 0; attempt < MAX_RETRIES; attempt += 1) {
      await sleep(Math.min(WAIT_MS * 2 ** attempt, MAX_WAIT_MS));
      try {
        return await write();
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
      }
    }
    this.#givenUp();
  }
}
