import { createHash } from 'node:crypto';
import { StoreRefused, StoreUnavailable, type Store } from './store.ts';
import type { Label, Vault } from './vault.ts';

/** Longer than anything else is kept, and renewed at each start. */
const LIFE_MS = 400 * 24 * 60 * 60 * 1000;

const SEALED: Label = { kind: 'key-check', id: '' };

const WRONG_KEY = 'DATA_KEY is not the key that sealed the store';

const REFUSAL =
  'DATA_KEY: this is not the key that sealed what is in STORE_URL: set that one, alone or beside the new one ' +
  '(<new>,<old>), or name another store';

/** Throws `StoreRefused` where the store was sealed by none of the vault's keys, and `StoreUnavailable`. */
export async function checkDataKey(store: Store, vault: Vault, scope: string): Promise<void> {
  // The one name that does not depend on the key, so that whoever has another one finds it.
  const names = [`key-check:${createHash('sha256').update(scope).digest('base64url')}`];
  const mine = vault.seal(SEALED, '');
  const there = await store.add(names, mine, LIFE_MS);
  if (there === null) return;
  if (vault.open(SEALED, there) === null) throw new StoreRefused(REFUSAL);
  // Sealed by the current key from now on, so that an older one can be left out one day.
  await store.set(names, mine, LIFE_MS);
}

/**
 * A store that is used only once it is known to be sealed by the vault's keys. Under another key nothing would be
 * found, the keys of creations above all, and what was created would be created again. It is looked for here, and where
 * the store can not be asked, before its first use. Throws `StoreRefused`.
 */
export async function openChecked(store: Store, vault: Vault, scope: string): Promise<Store> {
  let fits = false;
  let refused = false;

  async function check(): Promise<void> {
    await checkDataKey(store, vault, scope);
    fits = true;
  }
  await check().catch((error: unknown) => {
    if (!(error instanceof StoreUnavailable)) throw error;
  });

  async function once<T>(use: () => Promise<T>): Promise<T> {
    if (!fits) {
      await check().catch((error: unknown) => {
        refused = error instanceof StoreRefused;
        throw refused ? new StoreUnavailable(WRONG_KEY) : error;
      });
    }
    return use();
  }
  return {
    ...store,
    get: (...its) => once(() => store.get(...its)),
    set: (...its) => once(() => store.set(...its)),
    add: (...its) => once(() => store.add(...its)),
    remove: (...its) => once(() => store.remove(...its)),
    trouble: () => (refused && !fits ? WRONG_KEY : store.trouble()),
  };
}
