import { readOrCreateDataKey } from '../../src/storage/encryption/data-key.ts';
import { SqliteStore } from '../../src/storage/sqlite-store.ts';
import type { Durability, Store } from '../../src/storage/store.ts';

/* A process that does with a SQLite store and its data key what `kit.ts` tells it, and can be killed at it. */

const LIFE_MS = 60_000;

let store: Store;

const calls = {
  open(file: string): void {
    store = new SqliteStore(file);
  },
  /** Opens many files, one after the other. */
  async openEach(files: string[]): Promise<void> {
    for (const file of files) await new SqliteStore(file).close();
  },
  /** Takes the data key of many files, one after the other, each made where it is not there. */
  dataKeyOfEach: (files: string[]): Uint8Array[] => files.map((file) => readOrCreateDataKey(file)),
  set: (name: string, value: Uint8Array, durability: Durability): Promise<void> =>
    store.set([name], value, LIFE_MS, durability),
  /** Adds one value under many names, one after the other; answers the names that it won. */
  async addEach(names: string[], value: Uint8Array): Promise<string[]> {
    const won = [];
    for (const name of names) if ((await store.add([name], value, LIFE_MS)) === null) won.push(name);
    return won;
  },
  /** Writes for ever, each time under two names; answers as soon as some are written, and goes on. */
  async writeOn(): Promise<number> {
    const goOn = async (from: number): Promise<never> => goOn(await writeSome(from));
    const written = await writeSome(0);
    setImmediate(() => void goOn(written));
    return written;
  },
  trouble: (): string | null => store.health(),
  /** Hears nothing more, and so ends, unless something keeps it. */
  leave(): void {
    setImmediate(() => process.disconnect());
  },
};

/** What it can be told to do. */
export type Calls = typeof calls;

async function writeSome(from: number): Promise<number> {
  for (let n = from; n < from + 20; n += 1) await store.set([`one-${n}`, `two-${n}`], bytesOf(n), LIFE_MS);
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
