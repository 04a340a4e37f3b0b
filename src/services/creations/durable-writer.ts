import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailable } from '../../storage/store.ts';

/** A write that may be tried again. */
export type Write = () => Promise<void>;

/** Writes outcomes to a store that may be away for a while. */
export type DurableWriter = {
  /** Waits for the first attempt, so that what was written can be asked for at once; further ones go on alone. */
  write(write: Write): Promise<void>;
  /** Waits for nothing. */
  writeInBackground(write: Write): void;
  /** Waits until every write has come to its end. */
  flush(): Promise<void>;
};

/** How often a write is tried again, and how long to wait before, doubled each time: 40 seconds in all, as long as a failover takes. */
const ATTEMPTS = 9;
const WAIT_MS = 250;
const MAX_WAIT_MS = 8_000;

async function persist(write: Write, givenUp: () => void): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    await sleep(Math.min(WAIT_MS * 2 ** attempt, MAX_WAIT_MS));
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }
  givenUp();
}

/** Makes a writer that knows of its own writes only; `givenUp` is told of each that could not be done. */
export function createDurableWriter(givenUp: () => void): DurableWriter {
  const writing = new Set<Promise<void>>();

  function writeInBackground(write: Write): void {
    const later = persist(write, givenUp).finally(() => writing.delete(later));
    writing.add(later);
  }

  return {
    async write(write) {
      try {
        await write();
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        writeInBackground(write);
      }
    },
    writeInBackground,
    async flush() {
      await Promise.allSettled(writing);
    },
  };
}
