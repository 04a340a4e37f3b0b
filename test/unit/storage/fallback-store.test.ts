import { expect, onTestFinished, test } from 'vitest';
import { FallbackStore } from '../../../src/storage/fallback-store.ts';
import { MemoryStore } from '../../../src/storage/memory-store.ts';
import { SqliteStore } from '../../../src/storage/sqlite/sqlite-store.ts';
import { StoreUnavailable, type Store } from '../../../src/storage/store.ts';
import { bytes, LONG, overrideStore, tempFile, textOf } from '../../support/stores.ts';

const KEYS = ['one', 'other'];

type Stores = { store: Store; memory: Store; fallback: Store };

/** A store that can be closed, after which all of its methods fail, its fallback, and both together. */
function openStores(): Stores {
  const store = new SqliteStore(tempFile());
  onTestFinished(() => store.close());
  const memory = new MemoryStore();
  return { store, memory, fallback: new FallbackStore(store, memory) };
}

const textAt = async (store: Store, key = 'one'): Promise<string | null> => textOf(await store.get(key));

async function failWithFault(): Promise<never> {
  throw new TypeError('a fault');
}

test('a fallback store answers from the store while that works', async () => {
  const { store, memory, fallback } = openStores();
  await store.set(KEYS, bytes('in the store'), LONG);
  await memory.set(KEYS, bytes('in memory'), LONG);
  expect(await textAt(fallback)).toBe('in the store');
  expect(textOf(await fallback.add(KEYS, bytes('new'), LONG))).toBe('in the store');
});

test('a fallback store finds nothing where a working store has nothing, whatever is in memory', async () => {
  const { store, memory, fallback } = openStores();
  await memory.set(KEYS, bytes('in memory'), LONG);
  expect(await textAt(fallback)).toBeNull();
  expect(await fallback.add(KEYS, bytes('new'), LONG)).toBeNull();
  expect(await textAt(store)).toBe('new');
});

test('a fallback store writes to the store and to memory', async () => {
  const { store, memory, fallback } = openStores();
  await fallback.set(KEYS, bytes('value'), LONG);
  for (const key of KEYS)
    expect([await textAt(store, key), await textAt(memory, key)]).toEqual(['value', 'value']);
});

test('a fallback store removes from the store and from memory, with a condition only what meets it', async () => {
  const { store, memory, fallback } = openStores();
  await fallback.set(['one'], bytes('mine'), LONG);
  await fallback.set(['other'], bytes("another's"), LONG);
  await fallback.remove(KEYS, bytes('mine'));
  for (const where of [store, memory]) {
    expect([await textAt(where), await textAt(where, 'other')]).toEqual([null, "another's"]);
  }
  await fallback.remove(KEYS);
  for (const where of [store, memory]) expect(await textAt(where, 'other')).toBeNull();
});

test('a fallback store answers from memory what was written before the store failed', async () => {
  const { store, fallback } = openStores();
  await fallback.set(KEYS, bytes('value'), LONG);
  await store.close();
  expect(await textAt(fallback)).toBe('value');
});

test('a fallback store goes on in memory, and rejects nothing, while the store fails', async () => {
  const { store, fallback } = openStores();
  await store.close();
  await fallback.set(KEYS, bytes('value'), LONG);
  expect(await textAt(fallback, 'other')).toBe('value');
  expect(textOf(await fallback.add(KEYS, bytes('new'), LONG))).toBe('value');
  await fallback.remove(KEYS);
  expect(await textAt(fallback)).toBeNull();
  expect(await fallback.add(KEYS, bytes('new'), LONG)).toBeNull();
  expect(await textAt(fallback)).toBe('new');
});

test('a fallback store stores nothing in memory beyond its time to live', async () => {
  const { store, fallback } = openStores();
  await store.close();
  await fallback.set(KEYS, bytes('value'), { ttlMs: 20 });
  await expect.poll(() => textAt(fallback)).toBeNull();
});

test('a fallback store reports the health of the store', async () => {
  const { store, fallback } = openStores();
  expect(fallback.health()).toBeNull();
  await store.close();
  await fallback.get('one');
  expect(fallback.health()).toMatch(/^SQLite read failed/);
});

test('a fallback store is shared where the store is', () => {
  const { store, memory } = openStores();
  const shared = overrideStore(store, { shared: true });
  expect([new FallbackStore(store, memory).shared, new FallbackStore(shared, memory).shared]).toEqual([
    false,
    true,
  ]);
});

test('a fallback store hides no fault other than an unavailable store', async () => {
  const { store, memory } = openStores();
  const methods = { get: failWithFault, set: failWithFault, add: failWithFault, remove: failWithFault };
  const fallback = new FallbackStore(overrideStore(store, methods), memory);
  await expect(fallback.get('one')).rejects.toThrow(TypeError);
  await expect(fallback.set(KEYS, bytes('value'), LONG)).rejects.toThrow(TypeError);
  await expect(fallback.add(KEYS, bytes('value'), LONG)).rejects.toThrow(TypeError);
  await expect(fallback.remove(KEYS)).rejects.toThrow(TypeError);
});

test('a store that has a fallback still rejects those who use it directly', async () => {
  const { store, fallback } = openStores();
  await store.close();
  await fallback.get('one');
  await expect(store.get('one')).rejects.toThrow(StoreUnavailable);
});
