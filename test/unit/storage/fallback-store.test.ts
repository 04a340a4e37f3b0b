import { beforeEach, expect, test } from 'vitest';
import { FallbackStore } from '../../../src/storage/fallback-store.ts';
import { MemoryStore } from '../../../src/storage/memory-store.ts';
import { SqliteStore } from '../../../src/storage/sqlite-store.ts';
import { StoreUnavailable, type Store } from '../../../src/storage/store.ts';
import { bytes, LONG_MS, tempFile, textOf } from '../../support/stores.ts';

const NAMES = ['one', 'other'];

let store: Store;
let memory: Store;
let withFallback: Store;

beforeEach(() => {
  // Closed, it fails as a store does: with every method.
  store = new SqliteStore(tempFile());
  memory = new MemoryStore();
  withFallback = new FallbackStore(store, memory);
});

const at = async (where: Store, name = 'one'): Promise<string | null> => textOf(await where.get(name));

async function faulty(): Promise<never> {
  throw new TypeError('a fault');
}

test('is the store while that works', async () => {
  await store.set(NAMES, bytes('in the store'), LONG_MS);
  await memory.set(NAMES, bytes('in memory'), LONG_MS);
  expect(await at(withFallback)).toBe('in the store');
  expect(textOf(await withFallback.add(NAMES, bytes('new'), LONG_MS))).toBe('in the store');
});

test('has nothing where the store has nothing, whatever is in memory', async () => {
  await memory.set(NAMES, bytes('in memory'), LONG_MS);
  expect(await at(withFallback)).toBeNull();
  expect(await withFallback.add(NAMES, bytes('new'), LONG_MS)).toBeNull();
  expect(await at(store)).toBe('new');
});

test('writes to the store and to memory', async () => {
  await withFallback.set(NAMES, bytes('value'), LONG_MS);
  for (const name of NAMES)
    expect([await at(store, name), await at(memory, name)]).toEqual(['value', 'value']);
});

test('removes from the store and from memory, and only what is meant', async () => {
  await withFallback.set(['one'], bytes('mine'), LONG_MS);
  await withFallback.set(['other'], bytes("somebody else's"), LONG_MS);
  await withFallback.remove(NAMES, bytes('mine'));
  for (const where of [store, memory]) {
    expect([await at(where), await at(where, 'other')]).toEqual([null, "somebody else's"]);
  }
  await withFallback.remove(NAMES);
  for (const where of [store, memory]) expect(await at(where, 'other')).toBeNull();
});

test('answers from memory what was written before the store failed', async () => {
  await withFallback.set(NAMES, bytes('value'), LONG_MS);
  await store.close();
  expect(await at(withFallback)).toBe('value');
});

test('goes on in memory, and throws nothing, while the store fails', async () => {
  await store.close();
  await withFallback.set(NAMES, bytes('value'), LONG_MS);
  expect(await at(withFallback, 'other')).toBe('value');
  expect(textOf(await withFallback.add(NAMES, bytes('new'), LONG_MS))).toBe('value');
  await withFallback.remove(NAMES);
  expect(await at(withFallback)).toBeNull();
  expect(await withFallback.add(NAMES, bytes('new'), LONG_MS)).toBeNull();
  expect(await at(withFallback)).toBe('new');
});

test('keeps in memory for no longer than it was told', async () => {
  await store.close();
  await withFallback.set(NAMES, bytes('value'), 20);
  await expect.poll(() => at(withFallback)).toBeNull();
});

test('says what trouble the store has', async () => {
  expect(withFallback.health()).toBeNull();
  await store.close();
  await withFallback.get('one');
  expect(withFallback.health()).toMatch(/^SQLite read failed/);
});

test('hides no fault that is not the failing of a store', async () => {
  const broken = new FallbackStore(
    { ...store, get: faulty, set: faulty, add: faulty, remove: faulty },
    memory,
  );
  await expect(broken.get('one')).rejects.toThrow(TypeError);
  await expect(broken.set(NAMES, bytes('value'), LONG_MS)).rejects.toThrow(TypeError);
  await expect(broken.add(NAMES, bytes('value'), LONG_MS)).rejects.toThrow(TypeError);
  await expect(broken.remove(NAMES)).rejects.toThrow(TypeError);
  await store.close();
});

test('does not make the store itself lenient', async () => {
  await store.close();
  await withFallback.get('one');
  await expect(store.get('one')).rejects.toThrow(StoreUnavailable);
});
