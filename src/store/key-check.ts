import { createHash } from 'node:crypto';
import { StoreRefused, StoreUnavailable, type Store } from './store.ts';
import type { Label, Vault } from './vault.ts';

/** Longer than anything else is kept, and renewed at each start. */
const LIFE_MS = 400 * 24 * 60 * 60 * 1000;

const SEALED: Label = { kind: 'key-check', id: '' };

/**
 * Refuses a data key that is not that of the store. Under a wrong one nothing would be found, the keys of creations above
 * all, and what was created would be created again. Throws `StoreRefused`; a store that can not be asked is asked at
 * the next start.
 */
export async function checkDataKey(store: Store, vault: Vault, scope: string): Promise<void> {
  // The one name that does not depend on the key, so that whoever has another one finds it.
  const names = [`key-check:${createHash('sha256').update(scope).digest('base64url')}`];
  const mine = vault.seal(SEALED, '');
  try {
    const there = await store.add(names, mine, LIFE_MS);
    if (there !== null && vault.open(SEALED, there) === null) {
      throw new StoreRefused(
        'DATA_KEY: this is not the key that sealed what is in STORE_URL: set that one, alone or beside the new one (<new>,<old>), or name another store',
      );
    }
    // Sealed by the current key from now on, so that an older one can be left out one day.
    if (there !== null) await store.set(names, mine, LIFE_MS);
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
  }
}
