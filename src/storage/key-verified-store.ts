import { createHash } from 'node:crypto';
import { MAX_LIFE_MS, StoreIncompatible, StoreUnavailable, type Store } from './store.ts';
import type { EntryLabel, Encryptor } from './encryption/encryptor.ts';

/** Longer than anything else is kept, and renewed at each start. */
const LIFE_MS = 400 * 24 * 60 * 60 * 1000;

const SEALED: EntryLabel = { kind: 'key-check', id: '' };

const WRONG_KEY = 'DATA_KEY is not the key that sealed the store';

const REFUSAL =
  'DATA_KEY: this is not the key that sealed what is in STORE_URL: set that one, alone or beside the new one ' +
  '(<new>,<old>), or name another store';

const LEFT_OUT =
  'DATA_KEY: a key that sealed what is in STORE_URL less than 30 days ago is left out, and creations under it would be ' +
  'forgotten: name it too (<new>,<old>), or name another store';

/** Which key seals, and when those before it last did, in milliseconds since the epoch. */
type Seals = { current: string; before: { [keyId: string]: number } };

/** What to write down of the keys at a start with a vault. Throws `StoreRefused` where one is left out too early. */
function sealsFrom(earlier: Seals, { keyIds }: Encryptor): Seals {
  const before: Seals['before'] = {};
  for (const [keyId, at] of [...Object.entries(earlier.before), [earlier.current, Date.now()] as const]) {
    if (keyId === keyIds[0] || at < Date.now() - MAX_LIFE_MS) continue;
    if (!keyIds.includes(keyId)) throw new StoreIncompatible(LEFT_OUT);
    before[keyId] = at;
  }
  return { current: keyIds[0], before };
}

/**
 * Throws `StoreRefused` where the store was sealed by none of the vault's keys, or lately by one that is not among them,
 * and `StoreUnavailable`.
 */
export async function checkDataKey(store: Store, encryptor: Encryptor, scope: string): Promise<void> {
  // The one name that does not depend on the key, so that whoever has another one finds it.
  const names = [`key-check:${createHash('sha256').update(scope).digest('base64url')}`];
  const seal = (seals: Seals): Uint8Array => encryptor.encrypt(SEALED, JSON.stringify(seals));
  const there = await store.add(names, seal({ current: encryptor.keyIds[0], before: {} }), LIFE_MS);
  if (there === null) return;
  const earlier = encryptor.decrypt(SEALED, there);
  if (earlier === null) throw new StoreIncompatible(REFUSAL);
  // Sealed by the current key from now on, so that an older one can be left out one day.
  await store.set(names, seal(sealsFrom(JSON.parse(earlier) as Seals, encryptor)), LIFE_MS);
}

/**
 * A store that is used only once it is known to be sealed by the vault's keys. Under another key nothing would be
 * found, the keys of creations above all, and what was created would be created again. It is looked for here, and where
 * the store can not be asked, before its first use. Throws `StoreRefused`.
 */
export async function openVerifiedStore(store: Store, encryptor: Encryptor, scope: string): Promise<Store> {
  let fits = false;
  let refused = false;

  async function check(): Promise<void> {
    await checkDataKey(store, encryptor, scope);
    fits = true;
  }
  await check().catch((error: unknown) => {
    if (!(error instanceof StoreUnavailable)) throw error;
  });

  async function once<T>(use: () => Promise<T>): Promise<T> {
    if (!fits) {
      await check().catch((error: unknown) => {
        refused = error instanceof StoreIncompatible;
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
    health: () => (refused && !fits ? WRONG_KEY : store.health()),
  };
}
