import { describe, expect, test } from 'vitest';
import { randomDataKey } from '../../../src/storage/encryption/data-key.ts';
import { Encryptor } from '../../../src/storage/encryption/encryptor.ts';
import { KeyVerifiedStore, verifyDataKeys } from '../../../src/storage/key-verified-store.ts';
import { MemoryStore } from '../../../src/storage/memory-store.ts';
import { StoreIncompatible, StoreUnavailable, type Store } from '../../../src/storage/store.ts';
import { bytes, LONG, overrideStore } from '../../support/stores.ts';

const SCOPE = 'scope';
const [firstKey, secondKey] = [randomDataKey(), randomDataKey()];
const first = new Encryptor([firstKey], SCOPE);
const second = new Encryptor([secondKey], SCOPE);

const WRONG_KEY = 'DATA_KEY is not the key that encrypted the data in the store';

/** A store that was used with the first data key, and that can be made unavailable. */
async function usedStore(): Promise<{ store: Store; setAvailable(available: boolean): void }> {
  const inner = new MemoryStore();
  await verifyDataKeys(inner, first, SCOPE);
  let isAvailable = true;
  const store = overrideStore(inner, {
    add: async (...args) => {
      if (!isAvailable) throw new StoreUnavailable('unavailable');
      return inner.add(...args);
    },
  });
  return { store, setAvailable: (available) => void (isAvailable = available) };
}

describe('verifyDataKeys', () => {
  test('a new store accepts the first data key, and the same one at every start, when it is no longer new', async () => {
    const store = new MemoryStore();
    for (const isNew of [true, false, false]) {
      await expect(verifyDataKeys(store, new Encryptor([firstKey], SCOPE), SCOPE)).resolves.toBe(isNew);
    }
  });

  test('another data key is refused with a message that says what to set and names no key', async () => {
    const { store } = await usedStore();
    const refusal = verifyDataKeys(store, second, SCOPE);
    await expect(refusal).rejects.toThrow(StoreIncompatible);
    await expect(refusal).rejects.toThrow(/^DATA_KEY: .*<new>,<old>/);
    await expect(refusal).rejects.not.toThrow(secondKey.toString('base64'));
  });

  test('two tenants in one store each have their own data key', async () => {
    const store = new MemoryStore();
    await verifyDataKeys(store, new Encryptor([firstKey], 'one'), 'one');
    const other = verifyDataKeys(store, new Encryptor([secondKey], 'other'), 'other');
    await expect(other).resolves.toBe(true);
  });
});

describe('KeyVerifiedStore', () => {
  test('a store with another data key refuses to open', async () => {
    const { store } = await usedStore();
    await expect(KeyVerifiedStore.open(store, { encryptor: second, scope: SCOPE })).rejects.toThrow(
      StoreIncompatible,
    );
  });

  test('a store that is unavailable at the start opens all the same', async () => {
    const { store, setAvailable } = await usedStore();
    setAvailable(false);
    await expect(KeyVerifiedStore.open(store, { encryptor: first, scope: SCOPE })).resolves.toBeInstanceOf(
      KeyVerifiedStore,
    );
  });

  test('a store that was unavailable at the start is verified before its first use', async () => {
    const { store, setAvailable } = await usedStore();
    setAvailable(false);
    const verified = await KeyVerifiedStore.open(store, { encryptor: first, scope: SCOPE });
    await expect(verified.get('key')).rejects.toThrow(StoreUnavailable);
    setAvailable(true);
    expect(await verified.get('key')).toBeNull();
    expect(verified.health()).toBeNull();
  });

  test.each<[method: string, use: (store: Store) => Promise<unknown>]>([
    ['get', (store) => store.get('key')],
    ['set', (store) => store.set(['key'], bytes('new'), LONG)],
    ['add', (store) => store.add(['free'], bytes('new'), LONG)],
    ['remove', (store) => store.remove(['key'])],
  ])(
    '%s does not reach a store that turns out to have another data key, and its health says so',
    async (_, use) => {
      const { store, setAvailable } = await usedStore();
      await store.set(['key'], bytes('value'), LONG);
      setAvailable(false);
      const verified = await KeyVerifiedStore.open(store, { encryptor: second, scope: SCOPE });
      setAvailable(true);
      await expect(use(verified)).rejects.toThrow(new StoreUnavailable(WRONG_KEY));
      expect(verified.health()).toBe(WRONG_KEY);
      expect([await store.get('key'), await store.get('free')]).toEqual([
        new Uint8Array(bytes('value')),
        null,
      ]);
    },
  );

  test('a verified store passes every use on, and its health, its sharing and its end', async () => {
    const { store } = await usedStore();
    let closed = 0;
    const inner = overrideStore(store, {
      shared: true,
      health: () => 'ill',
      close: async () => void (closed += 1),
    });
    const verified = await KeyVerifiedStore.open(inner, { encryptor: first, scope: SCOPE });
    await verified.set(['key'], bytes('value'), LONG);
    expect(await verified.add(['key'], bytes('new'), LONG)).toEqual(new Uint8Array(bytes('value')));
    expect(await store.get('key')).toEqual(await verified.get('key'));
    await verified.remove(['key']);
    expect(await store.get('key')).toBeNull();
    await verified.close();
    expect([verified.shared, verified.health(), closed]).toEqual([true, 'ill', 1]);
  });
});
