import { beforeEach, expect, test } from 'vitest';
import { createLenientStore } from '../../../src/storage/fallback-store.ts';
import { createMemoryStore } from '../../../src/storage/memory-store.ts';
import { createSqliteStore } from '../../../src/storage/sqlite-store.ts';
import { StoreUnavailable, type Store } from '../../../src/storage/store.ts';
import { bytes, LONG_MS, tempFile, textOf } from '../../support/stores.ts';

const NAMES = ['one', 'other'];

let store: Store;
let memory: Store;
let lenient: Store;

beforeEach(() => {
  // Closed, it fails as a store does: with every method.
  store = createSqliteStore(tempFile());
  memory = createMemoryStore();
  lenient = createLenientStore(store, memory);
});

const at = async (where: Store, name = 'one'): Promise<string | null> => textOf(await where.get(name));

async function faulty(): Promise<never> {
  throw new TypeError('a fault');
}

test('is the store while that works', async () => {
  await store.set(NAMES, bytes('in the store'), LONG_MS);
  await memory.set(NAMES, bytes('in memory'), LONG_MS);
  expect(await at(lenient)).toBe('in the store');
  expect(textOf(await lenient.add(NAMES, bytes('new'), LONG_MS))).toBe('in the store');
});

test('has nothing where the store has nothing, whatever is in memory', async () => {
  await memory.set(NAMES, bytes('in memory'), LONG_MS);
  expect(await at(lenient)).toBeNull();
  expect(await lenient.add(NAMES, bytes('new'), LONG_MS)).toBeNull();
  expect(await at(store)).toBe('new');
});

test('writes to the store and to memory', async () => {
  await lenient.set(NAMES, bytes('value'), LONG_MS);
  for (const name of NAMES)
    expect([await at(store, name), await at(memory, name)]).toEqual(['value', 'value']);
});

test('removes from the store and from memory, and only what is meant', async () => {
  await lenient.set(['one'], bytes('mine'), LONG_MS);
  await lenient.set(['other'], bytes("somebody else's"), LONG_MS);
  await lenient.remove(NAMES, bytes('mine'));
  for (const where of [store, memory]) {
    expect([await at(where), await at(where, 'other')]).toEqual([null, "somebody else's"]);
  }
  await lenient.remove(NAMES);
  for (const where of [store, memory]) expect(await at(where, 'other')).toBeNull();
});

test('answers from memory what was written before the store failed', async () => {
  await lenient.set(NAMES, bytes('value'), LONG_MS);
  await store.close();
  expect(await at(lenient)).toBe('value');
});

test('goes on in memory, and throws nothing, while the store fails', async () => {
  await store.close();
  await lenient.set(NAMES, bytes('value'), LONG_MS);
  expect(await at(lenient, 'other')).toBe('value');
  expect(textOf(await lenient.add(NAMES, bytes('new'), LONG_MS))).toBe('value');
  await lenient.remove(NAMES);
  expect(await at(lenient)).toBeNull();
  expect(await lenient.add(NAMES, bytes('new'), LONG_MS)).toBeNull();
  expect(await at(lenient)).toBe('new');
});

test('keeps in memory for no longer than it was told', async () => {
  await store.close();
  await lenient.set(NAMES, bytes('value'), 20);
  await expect.poll(() => at(lenient)).toBeNull();
});

test('says what trouble the store has', async () => {
  expect(lenient.trouble()).toBeNull();
  await store.close();
  await lenient.get('one');
  expect(lenient.trouble()).toMatch(/^SQLite read failed/);
});

test('hides no fault that is not the failing of a store', async () => {
  const broken = createLenientStore(
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
  await lenient.get('one');
  await expect(store.get('one')).rejects.toThrow(StoreUnavailable);
});
