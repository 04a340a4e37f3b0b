import { unreachable } from '../lib/unreachable.ts';
import { createMemoryStore } from './memory-store.ts';
import { createSqliteStore } from './sqlite-store.ts';
import type { Store } from './store.ts';

/** Where things are kept: `STORE_URL`, read. */
export type StoreAddress =
  { kind: 'memory' } | { kind: 'sqlite'; file: string } | { kind: 'redis'; url: string };

/** Opens the store. Throws `StoreRefused` where there is one that can not be used as it is. */
export async function openStore(address: StoreAddress): Promise<Store> {
  switch (address.kind) {
    case 'memory':
      return createMemoryStore();
    case 'sqlite':
      return createSqliteStore(address.file);
    case 'redis': {
      // Read only when it is needed: its client takes a sixth of the time that a start takes.
      const { createRedisStore } = await import('./redis/redis-store.ts');
      return createRedisStore(address.url);
    }
    default:
      return unreachable(address, 'address of a store');
  }
}
