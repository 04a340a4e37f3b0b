import { createHash } from 'node:crypto';
import type { EntryLabel, Encryptor } from './encryption/encryptor.ts';
import { MAX_TTL_MS, StoreIncompatible, StoreUnavailable, type Store, type WriteOptions } from './store.ts';

/** The time to live of the key history: longer than that of any other entry, and renewed by each start. */
const KEY_CHECK_TTL_MS = 400 * 24 * 60 * 60 * 1000;

const KEY_CHECK: EntryLabel = { kind: 'key-check', id: '' };

const WRONG_KEY = 'DATA_KEY is not the key that encrypted the data in the store';

const UNKNOWN_KEY =
  'DATA_KEY: the data in STORE_URL was encrypted with another key: set DATA_KEY to that key, alone or after the new one ' +
  '(<new>,<old>), or set STORE_URL to another store';

const MISSING_KEY =
  'DATA_KEY: a key that encrypted data in STORE_URL less than 30 days ago is missing, and without it the creations of that ' +
  'time could be repeated: add it after the new one (<new>,<old>), or set STORE_URL to another store';

/**
 * A store format. The id of the key that encrypts, and for each earlier key its last use (milliseconds since the
 * epoch).
 */
type KeyHistory = { current: string; before: { [keyId: string]: number } };

/** The history to store at a start with these keys. Throws `StoreIncompatible` where a needed key is missing. */
function nextHistory(earlier: KeyHistory, { keyIds }: Encryptor): KeyHistory {
  const before: KeyHistory['before'] = {};
  for (const [keyId, lastUsedAt] of [
    ...Object.entries(earlier.before),
    [earlier.current, Date.now()] as const,
  ]) {
    if (keyId === keyIds[0]) continue;
    // A key that is given is remembered however old it seems: the time of day may be wrong.
    if (keyIds.includes(keyId)) before[keyId] = lastUsedAt;
    else if (lastUsedAt >= Date.now() - MAX_TTL_MS) throw new StoreIncompatible(MISSING_KEY);
  }
  return { current: keyIds[0], before };
}

/**
 * Compares the data keys with those that encrypted the store, and records them in it. `scope` names environment and
 * tenant. Returns whether the store is new: it has nothing of that tenant. Throws `StoreIncompatible` where none of the
 * keys encrypted the store, or a key is missing that encrypted data within `MAX_TTL_MS`; and `StoreUnavailable`.
 */
export async function verifyDataKeys(store: Store, encryptor: Encryptor, scope: string): Promise<boolean> {
  // The only storage key that does not depend on a data key: a start with another data key has to find it.
  const keys = [`key-check:${createHash('sha256').update(scope).digest('base64url')}`];
  const encrypt = (history: KeyHistory): Uint8Array => encryptor.encrypt(KEY_CHECK, JSON.stringify(history));
  const options: WriteOptions = { ttlMs: KEY_CHECK_TTL_MS };
  const existing = await store.add(keys, encrypt({ current: encryptor.keyIds[0], before: {} }), options);
  if (existing === null) return true;
  const earlier = encryptor.decrypt(KEY_CHECK, existing);
  if (earlier === null) throw new StoreIncompatible(UNKNOWN_KEY);
  // Encrypted with the current key from now on, so that older keys can be removed from DATA_KEY later.
  await store.set(keys, encrypt(nextHistory(JSON.parse(earlier) as KeyHistory, encryptor)), options);
  return false;
}

/** What the keys of a store are verified with; `scope` names environment and tenant. `onNew`: the store is new. */
export type KeyVerification = { encryptor: Encryptor; scope: string; onNew?: () => void };

/**
 * A store whose data keys could not be verified yet: its first use verifies them. With another key no entry would be
 * found, not even the records of creations, and a repeated creation would create another process.
 */
export class KeyVerifiedStore implements Store {
  readonly #store: Store;
  readonly #options: KeyVerification;
  #isVerified = false;
  #isRejected = false;

  private constructor(store: Store, options: KeyVerification) {
    this.#store = store;
    this.#options = options;
  }

  /**
   * Verifies the keys and returns the store itself; where the store is unavailable, a store whose first use verifies
   * them. Throws `StoreIncompatible`.
   */
  static async open(store: Store, options: KeyVerification): Promise<Store> {
    const verified = new KeyVerifiedStore(store, options);
    try {
      await verified.#verify();
      return store;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      return verified;
    }
  }

  get shared(): boolean {
    return this.#store.shared;
  }

  async get(key: string): Promise<Uint8Array | null> {
    if (!this.#isVerified) await this.#verifyBeforeUse();
    return this.#store.get(key);
  }

  async getMany(keys: readonly string[]): Promise<(Uint8Array | null)[]> {
    if (!this.#isVerified) await this.#verifyBeforeUse();
    return this.#store.getMany(keys);
  }

  async set(keys: readonly string[], value: Uint8Array, options: WriteOptions): Promise<void> {
    if (!this.#isVerified) await this.#verifyBeforeUse();
    return this.#store.set(keys, value, options);
  }

  async add(keys: readonly string[], value: Uint8Array, options: WriteOptions): Promise<Uint8Array | null> {
    if (!this.#isVerified) await this.#verifyBeforeUse();
    return this.#store.add(keys, value, options);
  }

  async remove(keys: readonly string[], onlyIf?: Uint8Array): Promise<void> {
    if (!this.#isVerified) await this.#verifyBeforeUse();
    return this.#store.remove(keys, onlyIf);
  }

  health(): string | null {
    return this.#isRejected && !this.#isVerified ? WRONG_KEY : this.#store.health();
  }

  async close(): Promise<void> {
    await this.#store.close();
  }

  async #verify(): Promise<void> {
    const { encryptor, scope, onNew = () => {} } = this.#options;
    const isNew = await verifyDataKeys(this.#store, encryptor, scope);
    this.#isVerified = true;
    if (isNew) onNew();
  }

  async #verifyBeforeUse(): Promise<void> {
    try {
      await this.#verify();
    } catch (error) {
      this.#isRejected = error instanceof StoreIncompatible;
      throw this.#isRejected ? new StoreUnavailable(WRONG_KEY) : error;
    }
  }
}
