import { unreachable } from '../domain/unreachable.ts';
import { createMemoryStore } from './memory.ts';
import { createRedisStore } from './redis.ts';
import { createSqliteStore } from './sqlite.ts';
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
    case 'redis':
      return createRedisStore(address.url);
    default:
      return unreachable(address, 'address of a store');
  }
}
