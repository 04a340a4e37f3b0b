import { StoreUnavailable, type Store } from './store.ts';

/** How long memory holds anything: what is removed elsewhere meanwhile is not removed here. */
const MEMORY_LIFE_MS = 10 * 60 * 1000;

/**
 * A store for what is only kept to save calls: where `store` fails, `memory` answers, and nothing is thrown. What is set
 * and removed goes to both, so that memory has something to say when it is needed; what is added is for the moment, and
 * goes to one of them.
 */
export function createFallbackStore(store: Store, memory: Store): Store {
  async function either<T>(work: (store: Store) => Promise<T>): Promise<T> {
    try {
      return await work(store);
    } catch (error) {
      if (error instanceof StoreUnavailable) return work(memory);
      throw error;
    }
  }
  async function both(work: (store: Store) => Promise<void>): Promise<void> {
    await work(memory);
    try {
      await work(store);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }
  return {
    ...store,
    get: (name) => either((one) => one.get(name)),
    set: (names, value, lifeMs, durability) =>
      both((one) =>
        one.set(names, value, one === memory ? Math.min(lifeMs, MEMORY_LIFE_MS) : lifeMs, durability),
      ),
    add: (names, value, lifeMs, durability) => either((one) => one.add(names, value, lifeMs, durability)),
    remove: (names, onlyIf) => both((one) => one.remove(names, onlyIf)),
  };
}
