import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailable } from '../../storage/store.ts';

/** A write that can be repeated. Throws `StoreUnavailable` when the store cannot be reached. */
export type Write = () => Promise<void>;

/** How many times a failed write is retried. */
const MAX_RETRIES = 9;
/**
 * The wait before the first retry, in milliseconds; it doubles with each retry up to `MAX_WAIT_MS`. All waits together
 * are 40 seconds: as long as a failover of the store takes.
 */
const FIRST_WAIT_MS = 250;
const MAX_WAIT_MS = 8_000;

/** Makes one attempt. Returns false where the store is unavailable. */
async function isWritten(write: Write): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof StoreUnavailable) return false;
    throw error;
  }
}

/** Retries writes to a store that may be unavailable for a while. */
export class DurableWriter {
  readonly #pending = new Set<Promise<void>>();
  readonly #onGiveUp: () => void;

  /** Calls `onGiveUp` for each write that still fails after all retries. */
  constructor(onGiveUp: () => void) {
    this.#onGiveUp = onGiveUp;
  }

  /**
   * Resolves after the first attempt. Where that fails because the store is unavailable, retries continue in the
   * background.
   */
  async write(write: Write): Promise<void> {
    if (!(await isWritten(write))) void this.writeInBackground(write);
  }

  /** Resolves when the write has succeeded, or has failed after all retries. */
  async writeWithRetries(write: Write): Promise<void> {
    if (!(await isWritten(write))) await this.writeInBackground(write);
  }

  /** Writes in the background, after the wait of a first retry. Resolves when the write has succeeded or failed. */
  writeInBackground(write: Write): Promise<void> {
    const pending = this.#retry(write).finally(() => this.#pending.delete(pending));
    this.#pending.add(pending);
    return pending;
  }

  /** Resolves when every write has succeeded or failed. */
  async flush(): Promise<void> {
    await Promise.allSettled(this.#pending);
  }

  async #retry(write: Write): Promise<void> {
    for (let attempt = 0; attempt < MAX_RETRIES; attempt += 1) {
      await sleep(Math.min(FIRST_WAIT_MS * 2 ** attempt, MAX_WAIT_MS));
      if (await isWritten(write)) return;
    }
    this.#onGiveUp();
  }
}
