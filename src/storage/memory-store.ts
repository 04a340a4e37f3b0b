import { LRUCache } from 'lru-cache';
import { createLocalRateWindow } from './rate-window.ts';
import type { Store } from './store.ts';

/** In bytes. What was not used for longest goes first. */
const DEFAULT_SIZE = 64 * 1024 * 1024;

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

/** A store that lives and dies with the server, of at most `size` bytes. */
export function createMemoryStore(size = DEFAULT_SIZE): Store {
  const entries = new LRUCache<string, Uint8Array>({
    maxSize: size,
    sizeCalculation: (value, name) => value.byteLength + name.length,
  });
  const set = (names: readonly string[], value: Uint8Array, lifeMs: number): void => {
    // A copy, because a small buffer is a part of a larger one, which would be kept with it.
    for (const name of names) entries.set(name, new Uint8Array(value), { ttl: Math.max(1, lifeMs) });
  };
  return {
    shared: false,
    get: async (name) => entries.get(name) ?? null,
    set: async (names, value, lifeMs) => set(names, value, lifeMs),
    async add(names, value, lifeMs) {
      for (const name of names) {
        const there = entries.get(name);
        if (there !== undefined) return there;
      }
      set(names, value, lifeMs);
      return null;
    },
    async remove(names, onlyIf) {
      for (const name of names) {
        const there = entries.get(name);
        if (there !== undefined && (onlyIf === undefined || equal(there, onlyIf))) entries.delete(name);
      }
    },
    rateWindow: (_, perSecond) => createLocalRateWindow(perSecond),
    health: () => null,
    close: async () => entries.clear(),
  };
}
