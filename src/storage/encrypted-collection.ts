import { StoreUnavailable, type Durability, type Store } from './store.ts';
import type { Encryptor } from './encryption/encryptor.ts';

/** An entry that is being put where there is none. */
export type Claim<Entry> = {
  /** The entry that was there already, and then nothing was changed; `null` where there was none. */
  existing: Promise<Entry | null>;
  /** Removes what this addition wrote, also where it is not known whether it did, and nothing else. */
  release(): Promise<void>;
};

/** Entries of one kind, by id: encrypted, under storageKeys that do not tell the id. All methods throw `StoreUnavailable`. */
export type EncryptedCollection<Entry> = {
  get(id: string): Promise<Entry | null>;
  set(id: string, entry: Entry, lifeMs: number): Promise<void>;
  /** Puts an entry where there is none. */
  add(id: string, entry: Entry, lifeMs: number): Claim<Entry>;
  remove(id: string): Promise<void>;
};

/**
 * A shelf of a store. `kind` also says the shape of its entries: whoever changes the shape changes the kind, and what
 * an older version kept is not found any more. What can not be opened counts as not there, except where an entry is to
 * be added: what stands in its place then is somebody's, and is not written over.
 */
export function createEncryptedCollection<Entry>(
  store: Store,
  encryptor: Encryptor,
  kind: string,
  durability: Durability = 'usual',
): EncryptedCollection<Entry> {
  function read(id: string, encrypted: Uint8Array): Entry | null {
    const text = encryptor.decrypt({ kind, id }, encrypted);
    return text === null ? null : (JSON.parse(text) as Entry);
  }
  const encrypt = (id: string, entry: Entry): Uint8Array =>
    encryptor.encrypt({ kind, id }, JSON.stringify(entry));
  const storageKeys = (id: string): readonly string[] => encryptor.storageKeys({ kind, id });

  return {
    async get(id) {
      for (const name of storageKeys(id)) {
        const encrypted = await store.get(name);
        const entry = encrypted === null ? null : read(id, encrypted);
        if (entry !== null) return entry;
      }
      return null;
    },
    set: (id, entry, lifeMs) => store.set(storageKeys(id), encrypt(id, entry), lifeMs, durability),
    add(id, entry, lifeMs) {
      const encrypted = encrypt(id, entry);
      const existing = store.add(storageKeys(id), encrypted, lifeMs, durability).then((found) => {
        const taken = found === null ? null : read(id, found);
        if (found === null || taken !== null) return taken;
        throw new StoreUnavailable(`${kind}: an entry that DATA_KEY does not open is in the way`);
      });
      return { existing, release: () => store.remove(storageKeys(id), encrypted) };
    },
    remove: (id) => store.remove(storageKeys(id)),
  };
}
