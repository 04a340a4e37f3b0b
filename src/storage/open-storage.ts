import { createHash } from 'node:crypto';
import { unreachable } from '../lib/unreachable.ts';
import type { Encryptor } from './encryption/encryptor.ts';
import { KeyVerifiedStore } from './key-verified-store.ts';
import { LocalRateWindow, type RateWindow } from './rate-window.ts';
import { SqliteStore } from './sqlite/sqlite-store.ts';
import { IN_MEMORY } from './sqlite/sqlite-file.ts';
import type { Store } from './store.ts';

/** Where data is stored: the parsed `STORE_URL`. */
export type StoreAddress =
  { kind: 'memory' } | { kind: 'sqlite'; file: string } | { kind: 'redis'; url: string };

/** What identifies and limits a tenant. */
export type StorageOptions = {
  encryptor: Encryptor;
  /** Environment and tenant: two of them that use the same store share neither data nor quota. */
  scope: string;
  /** The tenant's quota: the maximum number of calls to Unico in any one second. */
  perSecond: number;
  /** Whether the operator accepts that the store lost data. */
  acceptsLoss?: boolean;
  /**
   * Called when the store turns out to have nothing of this tenant: it is new, or lost everything while nothing ran.
   */
  onNew?: () => void;
};

/** The store and the rate window of a tenant. */
export type Storage = {
  store: Store;
  /** Shared with the other replicas where the store is shared. */
  rateWindow: RateWindow;
  /** Releases the file or the connection. */
  close(): Promise<void>;
};

/** A store whose data keys are not verified, and the rate windows of the replicas that share it. */
type Backend = { store: Store; createRateWindow(name: string, perSecond: number): RateWindow };

function createLocalRateWindow(_: string, perSecond: number): RateWindow {
  return new LocalRateWindow(perSecond);
}

async function openBackend(address: StoreAddress, acceptsLoss: boolean): Promise<Backend> {
  switch (address.kind) {
    case 'memory':
      return { store: new SqliteStore(IN_MEMORY), createRateWindow: createLocalRateWindow };
    case 'sqlite':
      return {
        store: new SqliteStore(address.file, { acceptsLoss }),
        createRateWindow: createLocalRateWindow,
      };
    case 'redis': {
      // Loaded only when it is used: the Redis client takes a sixth of the time of a start.
      const { openRedis } = await import('./redis/open-redis.ts');
      return openRedis(address.url, { acceptsLoss });
    }
    default:
      return unreachable(address, 'address of a store');
  }
}

/** The name of a tenant's quota in a shared store: neither secret nor readable. */
function quotaName(scope: string): string {
  return `quota:${createHash('sha256').update(scope).digest('base64url')}`;
}

/**
 * Opens the store of a tenant and verifies that its data keys encrypted it; a store that is unreachable is verified
 * before its first use. Throws `StoreIncompatible` where the store cannot be used as it is.
 */
export async function openStorage(
  address: StoreAddress,
  { encryptor, scope, perSecond, acceptsLoss = false, onNew = () => {} }: StorageOptions,
): Promise<Storage> {
  const backend = await openBackend(address, acceptsLoss);
  try {
    const store = await KeyVerifiedStore.open(backend.store, { encryptor, scope, onNew });
    const rateWindow = backend.createRateWindow(quotaName(scope), perSecond);
    return { store, rateWindow, close: () => store.close() };
  } catch (error) {
    await backend.store.close();
    throw error;
  }
}
