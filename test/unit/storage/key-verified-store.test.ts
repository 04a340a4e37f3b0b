import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { randomDataKey } from '../../../src/storage/encryption/data-key.ts';
import { verifyDataKeys, openVerifiedStore } from '../../../src/storage/key-verified-store.ts';
import { MemoryStore } from '../../../src/storage/memory-store.ts';
import { StoreIncompatible, StoreUnavailable, type Store } from '../../../src/storage/store.ts';
import { Encryptor } from '../../../src/storage/encryption/encryptor.ts';

const [first, second] = [randomDataKey(), randomDataKey()];

test('a store takes the first data key that comes, and the same one ever after', async () => {
  const store = new MemoryStore();
  for (let start = 0; start < 3; start += 1) {
    await expect(verifyDataKeys(store, new Encryptor([first], 'scope'), 'scope')).resolves.toBeUndefined();
  }
});

test('another data key is refused, and the message says what to set and no key', async () => {
  const store = new MemoryStore();
  await verifyDataKeys(store, new Encryptor([first], 'scope'), 'scope');
  const refusal = verifyDataKeys(store, new Encryptor([second], 'scope'), 'scope');
  await expect(refusal).rejects.toThrow(StoreIncompatible);
  await expect(refusal).rejects.toThrow(/^DATA_KEY: .*<new>,<old>/);
  await expect(refusal).rejects.not.toThrow(second.toString('base64'));
});

/** The starts of a change as docs/operating.md tells it, all but the last. */
async function changed(): Promise<Store> {
  const store = new MemoryStore();
  for (const keys of [[first], [first, second], [second, first]] as const) {
    await verifyDataKeys(store, new Encryptor([...keys], 'scope'), 'scope');
  }
  return store;
}

describe('a data key that is changed', () => {
  const DAY_MS = 24 * 60 * 60 * 1000;
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  test('can be left out after 30 days, and is refused from then on', async () => {
    const store = await changed();
    vi.setSystemTime(Date.now() + 31 * DAY_MS);
    await expect(verifyDataKeys(store, new Encryptor([second], 'scope'), 'scope')).resolves.toBeUndefined();
    await expect(verifyDataKeys(store, new Encryptor([first], 'scope'), 'scope')).rejects.toThrow(
      StoreIncompatible,
    );
  });

  test('can not be left out earlier: creations under it would be forgotten', async () => {
    const store = await changed();
    vi.setSystemTime(Date.now() + 29 * DAY_MS);
    const early = verifyDataKeys(store, new Encryptor([second], 'scope'), 'scope');
    await expect(early).rejects.toThrow(/^DATA_KEY: .* less than 30 days ago is left out/);
    const both = verifyDataKeys(store, new Encryptor([second, first], 'scope'), 'scope');
    await expect(both).resolves.toBeUndefined();
  });

  test('counts from when it last sealed, also where it sealed again in between', async () => {
    const store = await changed();
    vi.setSystemTime(Date.now() + 20 * DAY_MS);
    for (const keys of [
      [first, second],
      [second, first],
    ] as const) {
      await verifyDataKeys(store, new Encryptor([...keys], 'scope'), 'scope');
    }
    vi.setSystemTime(Date.now() + 20 * DAY_MS);
    const early = verifyDataKeys(store, new Encryptor([second], 'scope'), 'scope');
    await expect(early).rejects.toThrow(StoreIncompatible);
  });
});

test('two tenants in one store have a key each', async () => {
  const store = new MemoryStore();
  await verifyDataKeys(store, new Encryptor([first], 'one'), 'one');
  await expect(verifyDataKeys(store, new Encryptor([second], 'other'), 'other')).resolves.toBeUndefined();
});

test('a store that can not be asked stops no start', async () => {
  const gone = {
    ...new MemoryStore(),
    add: async () => {
      throw new StoreUnavailable('gone');
    },
  };
  await expect(openVerifiedStore(gone, new Encryptor([first], 'scope'), 'scope')).resolves.toBeDefined();
});

test('is looked at before its first use instead, and under a wrong key it is not used', async () => {
  const store = new MemoryStore();
  await verifyDataKeys(store, new Encryptor([first], 'scope'), 'scope');
  let away = true;
  const sometimes: Store = {
    ...store,
    add: async (...its) => {
      if (away) throw new StoreUnavailable('gone');
      return store.add(...its);
    },
  };
  const right = await openVerifiedStore(sometimes, new Encryptor([first], 'scope'), 'scope');
  const wrong = await openVerifiedStore(sometimes, new Encryptor([second], 'scope'), 'scope');
  await expect(right.get('name')).rejects.toThrow(StoreUnavailable);
  away = false;
  expect(await right.get('name')).toBeNull();
  await expect(wrong.set(['name'], Buffer.from('x'), 1_000)).rejects.toThrow(StoreUnavailable);
  expect(await right.get('name')).toBeNull();
  expect([right.health(), wrong.health()]).toEqual([null, 'DATA_KEY is not the key that sealed the store']);
});
