import { randomUUID } from 'node:crypto';
import type { EntryLabel, Encryptor } from '../../storage/encryption/encryptor.ts';
import type { Store } from '../../storage/store.ts';

/** How long a lease outlives the replica that took it, and how often a living one renews it. */
const LEASE_MS = 2_000;
const RENEW_MS = 700;

/** Lets one replica at a time do a thing. */
export type Leases = {
  /** Takes the lease; `null` where another replica has it. What it returns gives it back. */
  acquire(id: string): Promise<(() => Promise<void>) | null>;
};

/** Leases in a store that all replicas share; where it fails, everybody gets one. */
export function createLeases(store: Store, encryptor: Encryptor): Leases {
  return {
    async acquire(id) {
      const holder = Buffer.from(randomUUID());
      const label: EntryLabel = { kind: 'lease', id };
      const names = encryptor.storageKeys(label);
      if ((await store.add(names, holder, { ttlMs: LEASE_MS })) !== null) return null;
      const renewing = setInterval(
        () => void store.set(names, holder, { ttlMs: LEASE_MS }),
        RENEW_MS,
      ).unref();
      return async () => {
        clearInterval(renewing);
        await store.remove(names, holder);
      };
    },
  };
}
