import type { EntryLabel, Encryptor } from './encryption/encryptor.ts';
import { StoreUnavailable, type Durability, type Store } from './store.ts';

/** The result of `add`: a claim of an id, which holds where `existing` is `null`. */
export type EntryClaim<Entry> = {
  /**
   * `null` where the entry was added; the existing entry where there was one, in which case nothing was written. When
   * it rejects with `StoreUnavailable`, it is unknown whether the entry was added.
   */
  existing: Promise<Entry | null>;
  /** Removes what this claim may have written, and nothing else. */
  release(): Promise<void>;
};

/** Which entries a collection has, and how they are written. */
export type CollectionOptions = {
  /** Names the entries and their shape. A new shape needs a new kind; entries of the old kind are no longer found. */
  kind: string;
  durability?: Durability;
};

/**
 * Entries of one kind, by id: encrypted, and stored under keys that do not reveal the id. An entry that cannot be
 * decrypted counts as missing, except to `add` and `getOrReject`: it may belong to another replica, and is not
 * replaced. All methods reject with `StoreUnavailable`.
 */
export class EncryptedCollection<Entry> {
  readonly #store: Store;
  readonly #encryptor: Encryptor;
  readonly #kind: string;
  readonly #durability: Durability;

  constructor(store: Store, encryptor: Encryptor, { kind, durability = 'normal' }: CollectionOptions) {
    this.#store = store;
    this.#encryptor = encryptor;
    this.#kind = kind;
    this.#durability = durability;
  }

  /** The entry of an id; `null` where there is none. */
  async get(id: string): Promise<Entry | null> {
    for (const key of this.#keys(id)) {
      const encrypted = await this.#store.get(key);
      const entry = encrypted === null ? null : this.#decrypt(id, encrypted);
      if (entry !== null) return entry;
    }
    return null;
  }

  /** The entries of many ids; an id without one is missing. */
  async getMany(ids: readonly string[]): Promise<Map<string, Entry>> {
    const found = new Map<string, Entry>();
    // Under the names by each data key in turn: during a rotation some entries have those of an earlier one.
    let missing = ids.map((id) => ({ id, keys: [...this.#keys(id)] }));
    while (missing.length > 0) {
      const values = await this.#store.getMany(missing.map(({ keys }) => keys.shift() ?? ''));
      for (const [i, { id }] of missing.entries()) {
        const encrypted = values[i] ?? null;
        const entry = encrypted === null ? null : this.#decrypt(id, encrypted);
        if (entry !== null) found.set(id, entry);
      }
      missing = missing.filter(({ id, keys }) => keys.length > 0 && !found.has(id));
    }
    return found;
  }

  /** As `get`, but rejects for an entry that cannot be decrypted: it may guard what must not happen twice. */
  async getOrReject(id: string): Promise<Entry | null> {
    for (const key of this.#keys(id)) {
      const encrypted = await this.#store.get(key);
      if (encrypted !== null) return this.#decryptOrReject(id, encrypted);
    }
    return null;
  }

  /** Writes the entry of an id, and replaces the existing one. `ttlMs` is its time to live in milliseconds. */
  async set(id: string, entry: Entry, ttlMs: number): Promise<void> {
    await this.#store.set(this.#keys(id), this.#encrypt(id, entry), { ttlMs, durability: this.#durability });
  }

  /** Adds the entry of an id where there is none. `ttlMs` is its time to live in milliseconds. */
  add(id: string, entry: Entry, ttlMs: number): EntryClaim<Entry> {
    const encrypted = this.#encrypt(id, entry);
    return {
      existing: this.#claim(id, encrypted, ttlMs),
      release: () => this.#store.remove(this.#keys(id), encrypted),
    };
  }

  /** Removes the entry of an id. */
  async remove(id: string): Promise<void> {
    await this.#store.remove(this.#keys(id));
  }

  async #claim(id: string, encrypted: Uint8Array, ttlMs: number): Promise<Entry | null> {
    const options = { ttlMs, durability: this.#durability };
    const existing = await this.#store.add(this.#keys(id), encrypted, options);
    return existing === null ? null : this.#decryptOrReject(id, existing);
  }

  #decryptOrReject(id: string, encrypted: Uint8Array): Entry {
    const entry = this.#decrypt(id, encrypted);
    if (entry !== null) return entry;
    throw new StoreUnavailable(`${this.#kind}: DATA_KEY does not decrypt the entry that is stored there`);
  }

  #label(id: string): EntryLabel {
    return { kind: this.#kind, id };
  }

  #keys(id: string): readonly string[] {
    return this.#encryptor.storageKeys(this.#label(id));
  }

  #encrypt(id: string, entry: Entry): Uint8Array {
    return this.#encryptor.encrypt(this.#label(id), JSON.stringify(entry));
  }

  #decrypt(id: string, encrypted: Uint8Array): Entry | null {
    const text = this.#encryptor.decrypt(this.#label(id), encrypted);
    return text === null ? null : (JSON.parse(text) as Entry);
  }
}
