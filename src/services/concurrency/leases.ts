import { randomUUID } from 'node:crypto';
import type { EntryLabel, Encryptor } from '../../storage/encryption/encryptor.ts';
import type { Store } from '../../storage/store.ts';

/** How long a lease lasts when its holder does not renew it, such as a replica that was killed, in milliseconds. */
const LEASE_MS = 2_000;
/** How often a holder renews its lease, in milliseconds: at least twice before it expires. */
const RENEW_MS = 700;

/** Leases in a store that all replicas share: one replica at a time does the work of an id. */
export class Leases {
  readonly #store: Store;
  readonly #encryptor: Encryptor;

  /** While `store` falls back to the memory of each replica, every replica gets the lease. */
  constructor(store: Store, encryptor: Encryptor) {
    this.#store = store;
    this.#encryptor = encryptor;
  }

  /** Takes the lease of an id and returns the function that releases it; `null` while another holder has it. */
  async acquire(id: string): Promise<(() => Promise<void>) | null> {
    const holder = Buffer.from(randomUUID());
    const label: EntryLabel = { kind: 'lease', id };
    const keys = this.#encryptor.storageKeys(label);
    if ((await this.#store.add(keys, holder, { ttlMs: LEASE_MS })) !== null) return null;
    const renewal = setInterval(
      () => void this.#store.set(keys, holder, { ttlMs: LEASE_MS }),
      RENEW_MS,
    ).unref();
    return async () => {
      clearInterval(renewal);
      await this.#store.remove(keys, holder);
    };
  }
}
