import { StoreUnavailable, type Store, type WriteOptions } from './store.ts';

/** The longest time to live in the fallback: an entry that another replica has removed from the store stays there. */
const MAX_FALLBACK_TTL_MS = 10 * 60 * 1000;

/**
 * A store for data that only saves calls: while `store` is unavailable, `memory` is used instead, and no method rejects
 * with `StoreUnavailable`. `set` and `remove` go to both, so that the fallback has the data when it is needed. `add`
 * goes to one of them, because such entries live for some seconds only.
 */
export class FallbackStore implements Store {
  readonly #store: Store;
  readonly #memory: Store;

  constructor(store: Store, memory: Store) {
    this.#store = store;
    this.#memory = memory;
  }

  get shared(): boolean {
    return this.#store.shared;
  }

  async get(key: string): Promise<Uint8Array | null> {
    return this.#onEither((store) => store.get(key));
  }

  async getMany(keys: readonly string[]): Promise<(Uint8Array | null)[]> {
    return this.#onEither((store) => store.getMany(keys));
  }

  async set(keys: readonly string[], value: Uint8Array, options: WriteOptions): Promise<void> {
    const ttlMs = Math.min(options.ttlMs, MAX_FALLBACK_TTL_MS);
    await this.#memory.set(keys, value, { ...options, ttlMs });
    await this.#onStore((store) => store.set(keys, value, options));
  }

  async add(keys: readonly string[], value: Uint8Array, options: WriteOptions): Promise<Uint8Array | null> {
    return this.#onEither((store) => store.add(keys, value, options));
  }

  async remove(keys: readonly string[], onlyIf?: Uint8Array): Promise<void> {
    await this.#memory.remove(keys, onlyIf);
    await this.#onStore((store) => store.remove(keys, onlyIf));
  }

  /** The health of `store`: the fallback hides its failures from callers, not from operators. */
  health(): string | null {
    return this.#store.health();
  }

  async close(): Promise<void> {
    await this.#store.close();
  }

  async #onEither<T>(operation: (store: Store) => Promise<T>): Promise<T> {
    try {
      return await operation(this.#store);
    } catch (error) {
      if (error instanceof StoreUnavailable) return operation(this.#memory);
      throw error;
    }
  }

  async #onStore(operation: (store: Store) => Promise<void>): Promise<void> {
    try {
      await operation(this.#store);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }
}
