import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SqliteStore, type SqliteStoreOptions } from '../../../src/storage/sqlite/sqlite-store.ts';
import { LOST, StoreIncompatible, StoreLost } from '../../../src/storage/store.ts';
import { bytes, LONG, tempDirectory, textOf } from '../../support/stores.ts';

const CLAIM = { ...LONG, durability: 'durable' } as const;
const WITHIN = { timeout: 8_000 };
/** Far shorter than in production: every test here waits for a tick. */
const TICK_MS = 20;

function open(file: string, options: SqliteStoreOptions = {}): SqliteStore {
  const store = new SqliteStore(file, { tickMs: TICK_MS, ...options });
  onTestFinished(() => store.close());
  return store;
}

/** A file in a directory of its own, which may be removed. */
function newFile(): string {
  const directory = join(tempDirectory(), 'data');
  mkdirSync(directory);
  return join(directory, 'store.sqlite');
}

/** A store in use, which knows one creation. */
async function storeInUse(file = newFile()): Promise<{ file: string; store: SqliteStore }> {
  const store = open(file);
  await store.add(['known'], bytes('created'), CLAIM);
  return { file, store };
}

/** The files of a store that were copied a while ago, as a backup. */
async function backup(): Promise<string> {
  const { file, store } = await storeInUse();
  await store.close();
  return file;
}

const removeAll = (file: string): void => {
  for (const path of [file, `${file}-wal`, `${file}-shm`]) rmSync(path, { force: true });
};

const losses: [string, (file: string) => void | Promise<void>][] = [
  ['the file is deleted', unlinkSync],
  ['the file is deleted with those next to it', removeAll],
  ['its directory is deleted', (file) => rmSync(dirname(file), { recursive: true })],
  ['the file is moved away', (file) => renameSync(file, `${file}.moved`)],
  [
    'a backup replaces the file',
    async (file) => {
      const copy = await backup();
      removeAll(file);
      copyFileSync(copy, file);
    },
  ],
  [
    'an empty file replaces it',
    (file) => {
      removeAll(file);
      writeFileSync(file, '');
    },
  ],
  ['its write-ahead log is deleted', (file) => unlinkSync(`${file}-wal`)],
];

describe.each(losses)('SqliteStore, when %s while it is in use', (_, lose) => {
  test('claims are refused, reads and outcomes go on, and the health says what to do', async () => {
    const { file, store } = await storeInUse();
    await lose(file);
    await expect.poll(() => store.health(), WITHIN).toBe(LOST);
    await expect(store.add(['known'], bytes('again'), CLAIM)).rejects.toThrow(StoreLost);
    await expect(store.add(['new'], bytes('again'), CLAIM)).rejects.toThrow('--accept-store-loss');
    expect(textOf(await store.get('known'))).toBe('created');
    await store.set(['in flight'], bytes('done'), CLAIM);
    expect(textOf(await store.get('in flight'))).toBe('done');
    expect(await store.add(['lease'], bytes('held'), LONG)).toBeNull();
    expect(store.health()).toBe(LOST);
  });

  test('a loss in the moment before the store is closed is noticed too', async () => {
    const { file, store } = await storeInUse();
    await lose(file);
    await store.close();
    expect(open(file).health()).toBe(LOST);
  });

  test('each restart refuses claims too, until an operator accepts the loss', async () => {
    const { file, store } = await storeInUse();
    await lose(file);
    await expect.poll(() => store.health(), WITHIN).toBe(LOST);
    // The mark is stored right after.
    await expect.poll(() => isMarked(file), WITHIN).toBe(true);
    await store.close();
    for (let start = 0; start < 2; start += 1) {
      const restarted = open(file);
      expect(restarted.health()).toBe(LOST);
      await expect(restarted.add(['new'], bytes('again'), CLAIM)).rejects.toThrow(StoreLost);
      await restarted.close();
    }
    const accepting = open(file, { acceptsLoss: true });
    expect(accepting.health()).toBeNull();
    expect(await accepting.add(['new'], bytes('created'), CLAIM)).toBeNull();
    await accepting.close();
    const after = open(file);
    expect(after.health()).toBeNull();
    expect(textOf(await after.add(['new'], bytes('again'), CLAIM))).toBe('created');
  });
});

/** Whether a restart would find the mark. Opens the file only where it is safe: a process locks a file as a whole. */
function isMarked(file: string): boolean {
  const copy = join(tempDirectory(), 'copy.sqlite');
  for (const end of ['', '-wal']) {
    try {
      copyFileSync(`${file}${end}`, `${copy}${end}`);
    } catch {
      // There is none.
    }
  }
  const database = new DatabaseSync(copy);
  try {
    return database.prepare("SELECT value FROM state WHERE name = 'lost'").get() !== undefined;
  } catch {
    return false;
  } finally {
    database.close();
  }
}

describe('SqliteStore, a loss of data', () => {
  test('a deleted write-ahead log loses nothing of what the running program knew', async () => {
    const { file, store } = await storeInUse();
    unlinkSync(`${file}-wal`);
    await expect.poll(() => store.health(), WITHIN).toBe(LOST);
    await expect.poll(() => isMarked(file), WITHIN).toBe(true);
    await store.close();
    expect(textOf(await open(file).get('known'))).toBe('created');
  });

  test('a database of another program in place of the file is not changed', async () => {
    const { file, store } = await storeInUse();
    const theirs = join(tempDirectory(), 'theirs.sqlite');
    const database = new DatabaseSync(theirs);
    database.exec('CREATE TABLE theirs (id INTEGER)');
    database.close();
    const before = readFileSync(theirs);
    removeAll(file);
    renameSync(theirs, file);
    await expect.poll(() => store.health(), WITHIN).toBe(LOST);
    await expect(store.add(['new'], bytes('again'), CLAIM)).rejects.toThrow(StoreLost);
    await store.close();
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(() => new SqliteStore(file)).toThrow(StoreIncompatible);
  });

  test('a file that is replaced before the first write is not written to as if it were the store', async () => {
    const file = newFile();
    const store = open(file);
    removeAll(file);
    await expect(store.set(['key'], bytes('value'), LONG)).rejects.toThrow('has ended');
    await expect.poll(() => store.health(), WITHIN).toBe(LOST);
    await store.close();
    expect(open(file).health()).toBe(LOST);
  });

  test('a store that other programs read, and that writes, erases and is cleaned up, has lost nothing', async () => {
    const { file, store } = await storeInUse();
    for (let round = 0; round < 3; round += 1) {
      const other = new DatabaseSync(file);
      other.exec('PRAGMA wal_checkpoint(TRUNCATE); VACUUM;');
      await store.set(['key'], bytes(`round ${round}`), CLAIM);
      other.close();
      await store.remove(['key']);
    }
    const checked = await new Promise((resolve) => setTimeout(() => resolve(store.health()), 10 * TICK_MS));
    expect(checked).toBeNull();
    expect(textOf(await store.add(['known'], bytes('again'), CLAIM))).toBe('created');
  });

  test('an acceptance without a loss changes nothing', async () => {
    const { file, store } = await storeInUse();
    await store.close();
    const accepting = open(file, { acceptsLoss: true });
    expect(textOf(await accepting.add(['known'], bytes('again'), CLAIM))).toBe('created');
    expect(accepting.health()).toBeNull();
  });
});
