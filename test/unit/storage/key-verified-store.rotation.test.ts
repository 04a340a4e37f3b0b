import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { randomDataKey } from '../../../src/storage/encryption/data-key.ts';
import { Encryptor } from '../../../src/storage/encryption/encryptor.ts';
import { verifyDataKeys } from '../../../src/storage/key-verified-store.ts';
import { MemoryStore } from '../../../src/storage/memory-store.ts';
import { SqliteStore } from '../../../src/storage/sqlite/sqlite-store.ts';
import { StoreIncompatible, type Store } from '../../../src/storage/store.ts';
import { tempFile } from '../../support/stores.ts';

const SCOPE = 'production 7a9b';
const OLD = randomDataKey();
const NEW = randomDataKey();
const DAY_MS = 24 * 60 * 60 * 1000;

/** What a replica with these data keys does at its start. */
async function startWith(store: Store, ...keys: [Uint8Array, ...Uint8Array[]]): Promise<void> {
  await verifyDataKeys(store, new Encryptor(keys, SCOPE), SCOPE);
}

/** A store after all steps of a rotation as docs/operating.md describes it, except the last. */
async function rotated(): Promise<Store> {
  const store = new MemoryStore();
  await startWith(store, OLD);
  await startWith(store, OLD, NEW);
  await startWith(store, NEW, OLD);
  return store;
}

describe('verifyDataKeys at the end of a rotation', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
  });

  test('an old data key can be removed after 30 days, and is refused from then on', async () => {
    const store = await rotated();
    vi.setSystemTime(Date.now() + 31 * DAY_MS);
    await expect(startWith(store, NEW)).resolves.toBeUndefined();
    await expect(startWith(store, OLD)).rejects.toThrow(StoreIncompatible);
  });

  test('an old data key cannot be removed earlier, because creations under it would be lost', async () => {
    const store = await rotated();
    vi.setSystemTime(Date.now() + 29 * DAY_MS);
    await expect(startWith(store, NEW)).rejects.toThrow(/^DATA_KEY: .* less than 30 days ago is missing/);
    await expect(startWith(store, NEW, OLD)).resolves.toBeUndefined();
  });

  test('the 30 days begin when the old data key last encrypted, also where it did so again in between', async () => {
    const store = await rotated();
    vi.setSystemTime(Date.now() + 20 * DAY_MS);
    await startWith(store, OLD, NEW);
    await startWith(store, NEW, OLD);
    vi.setSystemTime(Date.now() + 20 * DAY_MS);
    await expect(startWith(store, NEW)).rejects.toThrow(StoreIncompatible);
  });
});

describe('verifyDataKeys while the time of day jumps', () => {
  test('a start with all keys while the time of day is 31 days ahead does not let one be removed earlier', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const store = await rotated();
    vi.setSystemTime(Date.now() + 31 * DAY_MS);
    await startWith(store, NEW, OLD);
    vi.setSystemTime(Date.now() - 31 * DAY_MS);
    await expect(startWith(store, NEW)).rejects.toThrow(/^DATA_KEY: .* less than 30 days ago is missing/);
  });
});

describe('verifyDataKeys during a rotation', () => {
  test('a data key that was refused is refused again, and the right one still accepted', async () => {
    const store = new MemoryStore();
    await startWith(store, OLD);
    await expect(startWith(store, NEW)).rejects.toThrow(StoreIncompatible);
    await expect(startWith(store, NEW)).rejects.toThrow(StoreIncompatible);
    await expect(startWith(store, OLD)).resolves.toBeUndefined();
  });

  test('replicas that have both data keys may start in any order', async () => {
    const store = new MemoryStore();
    await startWith(store, OLD);
    for (const keys of [[NEW, OLD] as const, [OLD, NEW] as const, [NEW, OLD] as const]) {
      await expect(startWith(store, ...keys)).resolves.toBeUndefined();
    }
  });

  test('the new data key alone is refused before it was ever the one that encrypts', async () => {
    const store = new MemoryStore();
    await startWith(store, OLD, NEW);
    await expect(startWith(store, NEW)).rejects.toThrow(StoreIncompatible);
  });

  test('of replicas that start at the same time with two data keys, those with one of them start, and no others', async () => {
    const store = new MemoryStore();
    const keys = Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? OLD : NEW));
    const starts = await Promise.allSettled(keys.map((key) => startWith(store, key)));
    const accepted = keys.filter((_, n) => starts[n]?.status === 'fulfilled');
    expect(accepted).toHaveLength(5);
    expect(new Set(accepted).size).toBe(1);
  });

  test('the right data key is remembered across a restart', async () => {
    const file = tempFile();
    const before = new SqliteStore(file);
    await startWith(before, OLD);
    await before.close();
    const after = new SqliteStore(file);
    onTestFinished(() => after.close());
    await expect(startWith(after, NEW)).rejects.toThrow(StoreIncompatible);
  });
});
