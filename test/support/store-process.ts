import { DatabaseSync } from 'node:sqlite';
import { readOrCreateDataKey } from '../../src/storage/encryption/data-key.ts';
import { SqliteStore } from '../../src/storage/sqlite/sqlite-store.ts';
import type { Durability, Store } from '../../src/storage/store.ts';

/* A process with a SQLite store and a data key. `startStoreProcess` of `stores.ts` calls its functions, and may kill it meanwhile. */

const TTL_MS = 60_000;

let store: Store;
let held: DatabaseSync;

const calls = {
  open(file: string): void {
    store = new SqliteStore(file);
  },
  /** Has a file open without using it, as an idle replica does. */
  hold(file: string): void {
    held = new DatabaseSync(file);
    held.prepare('SELECT count(*) FROM entries').get();
  },
  /** Opens and closes many files, one after the other. */
  async openEach(files: string[]): Promise<void> {
    for (const file of files) await new SqliteStore(file).close();
  },
  /** The data keys of many files, one after the other; creates the files that are missing. */
  dataKeyOfEach: (files: string[]): Uint8Array[] => files.map((file) => readOrCreateDataKey(file)),
  set: (key: string, value: Uint8Array, durability: Durability): Promise<void> =>
    store.set([key], value, { ttlMs: TTL_MS, durability }),
  /** Adds one value under many keys, one after the other; returns the keys that were free. */
  async addEach(keys: string[], value: Uint8Array): Promise<string[]> {
    const added = [];
    for (const key of keys) {
      if ((await store.add([key], value, { ttlMs: TTL_MS })) === null) added.push(key);
    }
    return added;
  },
  /** Writes values without end, each under two keys; returns the number of values once some are written, and goes on. */
  async writeWithoutEnd(): Promise<number> {
    const writeMore = async (from: number): Promise<never> => writeMore(await writeBatch(from));
    const written = await writeBatch(0);
    setImmediate(() => void writeMore(written));
    return written;
  },
  /** Erases the value of a key and claims another at the same time: both are carried out in one transaction. */
  async claimWhileErasing(claimed: string, erased: string, before: Uint8Array): Promise<Uint8Array | null> {
    // What arrives while this is under way is the next transaction.
    const writing = store.set(['before'], before, { ttlMs: TTL_MS });
    const erasing = store.remove([erased]);
    const claim = store.add([claimed], bytesOf(1), { ttlMs: TTL_MS, durability: 'durable' });
    await Promise.allSettled([writing, erasing]);
    return claim;
  },
  remove: (key: string): Promise<void> => store.remove([key]),
  health: (): string | null => store.health(),
  /** Stops listening to its parent, so that it ends, unless something else runs. */
  disconnect(): void {
    setImmediate(() => process.disconnect());
  },
};

/** The functions of the process. */
export type Calls = typeof calls;

async function writeBatch(from: number): Promise<number> {
  const options = { ttlMs: TTL_MS };
  for (let n = from; n < from + 20; n += 1) await store.set([`one-${n}`, `two-${n}`], bytesOf(n), options);
  return from + 20;
}

function bytesOf(number: number): Uint8Array {
  return Buffer.from(String(number));
}

process.on('message', async ({ name, args }: { name: keyof Calls; args: never[] }) => {
  try {
    const call: (...args: never[]) => unknown = calls[name];
    process.send?.({ result: await call(...args) });
  } catch (error) {
    process.send?.({ error: String(error) });
  }
});
process.send?.('ready');
