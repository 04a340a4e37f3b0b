import { StoreUnavailable, type Durability, type Store } from './store.ts';
import type { Vault } from './encryption/encryptor.ts';

/** An entry that is being put where there is none. */
export type Addition<Entry> = {
  /** The entry that was there already, and then nothing was changed; `null` where there was none. */
  there: Promise<Entry | null>;
  /** Removes what this addition wrote, also where it is not known whether it did, and nothing else. */
  withdraw(): Promise<void>;
};

/** Entries of one kind, by id: sealed, under names that do not tell the id. All methods throw `StoreUnavailable`. */
export type Shelf<Entry> = {
  get(id: string): Promise<Entry | null>;
  set(id: string, entry: Entry, lifeMs: number): Promise<void>;
  /** Puts an entry where there is none. */
  add(id: string, entry: Entry, lifeMs: number): Addition<Entry>;
  remove(id: string): Promise<void>;
};

/**
 * A shelf of a store. `kind` also says the shape of its entries: whoever changes the shape changes the kind, and what
 * an older version kept is not found any more. What can not be opened counts as not there, except where an entry is to
 * be added: what stands in its place then is somebody's, and is not written over.
 */
export function createShelf<Entry>(
  store: Store,
  vault: Vault,
  kind: string,
  durability: Durability = 'usual',
): Shelf<Entry> {
  function read(id: string, sealed: Uint8Array): Entry | null {
    const text = vault.open({ kind, id }, sealed);
    return text === null ? null : (JSON.parse(text) as Entry);
  }
  const seal = (id: string, entry: Entry): Uint8Array => vault.seal({ kind, id }, JSON.stringify(entry));
  const names = (id: string): readonly string[] => vault.names({ kind, id });

  return {
    async get(id) {
      for (const name of names(id)) {
        const sealed = await store.get(name);
        const entry = sealed === null ? null : read(id, sealed);
        if (entry !== null) return entry;
      }
      return null;
    },
    set: (id, entry, lifeMs) => store.set(names(id), seal(id, entry), lifeMs, durability),
    add(id, entry, lifeMs) {
      const sealed = seal(id, entry);
      const there = store.add(names(id), sealed, lifeMs, durability).then((found) => {
        const taken = found === null ? null : read(id, found);
        if (found === null || taken !== null) return taken;
        throw new StoreUnavailable(`${kind}: an entry that DATA_KEY does not open is in the way`);
      });
      return { there, withdraw: () => store.remove(names(id), sealed) };
    },
    remove: (id) => store.remove(names(id)),
  };
}
