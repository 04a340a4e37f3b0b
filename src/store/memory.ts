import { LRUCache } from 'lru-cache';
import type { ProcessId } from '../domain/process-id.ts';
import type { ProcessSource } from '../domain/process.ts';
import type { Store } from './store.ts';

/** About 20 MB of ids; the least recently used go first, and cost one more call when they come back. */
const MOST_IDS = 100_000;

/** A store that lives and dies with the server. */
export function createMemoryStore(): Store {
  const sources = new LRUCache<ProcessId, ProcessSource>({ max: MOST_IDS });
  return {
    sourceOf: (id) => sources.get(id) ?? null,
    rememberSource: (id, source) => {
      sources.set(id, source);
    },
  };
}
