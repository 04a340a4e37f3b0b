import { LRUCache } from 'lru-cache';
import type { Store, WriteOptions } from './store.ts';

/** The memory for entries, in bytes. */
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** A store in the memory of this process. Above `maxBytes`, it evicts the least recently used entries. */
export class MemoryStore implements Store {
  readonly shared: boolean = false;
  readonly #entries: LRUCache<string, Uint8Array>;

  constructor(maxBytes = DEFAULT_MAX_BYTES) {
    this.#entries = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (value, key) => value.byteLength + key.length,
    });
  }

  async get(key: string): Promise<Uint8Array | null> {
    return this.#entries.get(key) ?? null;
  }

  async getMany(keys: readonly string[]): Promise<(Uint8Array | null)[]> {
    return keys.map((key) => this.#entries.get(key) ?? null);
  }

  async set(keys: readonly string[], value: Uint8Array, options: WriteOptions): Promise<void> {
    this.#write(keys, value, options);
  }

  async add(keys: readonly string[], value: Uint8Array, options: WriteOptions): Promise<Uint8Array | null> {
    for (const key of keys) {
      const existing = this.#entries.get(key);
      if (existing !== undefined) return existing;
    }
    this.#write(keys, value, options);
    return null;
  }

  async remove(keys: readonly string[], onlyIf?: Uint8Array): Promise<void> {
    for (const key of keys) {
      const existing = this.#entries.get(key);
      if (existing === undefined) continue;
      if (onlyIf === undefined || Buffer.compare(existing, onlyIf) === 0) this.#entries.delete(key);
    }
  }

  health(): string | null {
    return null;
  }

  async close(): Promise<void> {
    this.#entries.clear();
  }

  #write(keys: readonly string[], value: Uint8Array, { ttlMs }: WriteOptions): void {
    // A copy, because a small buffer is often a view of a larger one, and would keep all of it in memory.
    for (const key of keys) this.#entries.set(key, new Uint8Array(value), { ttl: Math.max(1, ttlMs) });
  }
}
