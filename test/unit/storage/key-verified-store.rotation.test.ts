import { beforeEach, expect, test } from 'vitest';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { verifyDataKeys } from '../../../../src/storage/key-verified-store.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { SqliteStore } from '../../../../src/storage/sqlite-store.ts';
import { StoreIncompatible, type Store } from '../../../../src/storage/store.ts';
import { Encryptor } from '../../../../src/storage/encryption/encryptor.ts';
import { tempFile } from '../../../support/stores.ts';

/* What `key-check.ts` says to replicas whose data keys are not changed in the order that they should be. */

const SCOPE = 'production 7a9b';
const OLD = randomDataKey();
const NEW = randomDataKey();

let store: Store;

beforeEach(() => {
  store = new MemoryStore();
});

/** What a server with these data keys does at its start. */
const start = (...keys: [Uint8Array, ...Uint8Array[]]): Promise<void> =>
  verifyDataKeys(store, new Encryptor(keys, SCOPE), SCOPE);

test('a data key that was refused is refused again, and the right one still taken', async () => {
  await start(OLD);
  await expect(start(NEW)).rejects.toThrow(StoreIncompatible);
  await expect(start(NEW)).rejects.toThrow(StoreIncompatible);
  await expect(start(OLD)).resolves.toBeUndefined();
});

test('replicas that have both keys may start in any order', async () => {
  await start(OLD);
  for (const keys of [[NEW, OLD] as const, [OLD, NEW] as const, [NEW, OLD] as const]) {
    await expect(start(...keys)).resolves.toBeUndefined();
  }
});

test('the new data key alone is refused before it was ever the one that seals', async () => {
  await start(OLD, NEW);
  await expect(start(NEW)).rejects.toThrow(StoreIncompatible);
});

test('of many that start for the first time with two keys, those with one of them go on, and no others', async () => {
  const keys = Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? OLD : NEW));
  const starts = await Promise.allSettled(keys.map((key) => start(key)));
  const taken = keys.filter((_, n) => starts[n]?.status === 'fulfilled');
  expect(taken).toHaveLength(5);
  expect(new Set(taken).size).toBe(1);
});

test('a restart does not forget which key is the right one', async () => {
  const file = tempFile();
  store = new SqliteStore(file);
  await start(OLD);
  await store.close();
  store = new SqliteStore(file);
  await expect(start(NEW)).rejects.toThrow(StoreIncompatible);
  await store.close();
});
