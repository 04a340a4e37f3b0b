import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { SqliteStore } from '../../../src/storage/sqlite-store.ts';
import { StoreIncompatible, StoreUnavailable, type Store } from '../../../src/storage/store.ts';
import {
  bytes,
  LONG_MS,
  opened,
  startStoreProcess,
  tempFile,
  tempFolder,
  textOf,
} from '../../support/stores.ts';

/** Another connection to the file, as another program has one. */
function otherConnection(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  onTestFinished(() => {
    if (database.isOpen) database.close();
  });
  return database;
}

function number(database: DatabaseSync, query: string): number {
  return Number(Object.values(database.prepare(query).get() ?? {})[0]);
}

const open = (file: string): Promise<Store> => opened({ kind: 'sqlite', file });

const entries = (database: DatabaseSync): number => number(database, 'SELECT count(*) FROM entries');
const pages = (database: DatabaseSync): number => number(database, 'PRAGMA page_count');

/** A store whose time the test moves, and a second connection to look into the file. */
async function openInTime(): Promise<{ store: Store; database: DatabaseSync }> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  const file = tempFile();
  const store = await open(file);
  return { store, database: otherConnection(file) };
}

/** A store whose file somebody else is writing for longer than it waits. */
async function openLocked(): Promise<{ store: Store; release(): void }> {
  const file = tempFile();
  const store = await open(file);
  await store.set(['name'], bytes('value'), LONG_MS);
  const other = otherConnection(file);
  other.exec('BEGIN IMMEDIATE');
  return { store, release: () => other.exec('ROLLBACK') };
}

describe('the file', () => {
  test.each(['usual', 'lasting'] as const)(
    'has what was written (%s) by a process that was killed right after',
    async (durability) => {
      const file = tempFile();
      const writer = await startStoreProcess();
      await writer.call('open', file);
      await writer.call('set', 'name', bytes('value'), durability);
      await writer.kill();
      expect(textOf(await (await open(file)).get('name'))).toBe('value');
    },
  );

  test('has everything that was answered, and nothing by half, when a process is killed while it writes', async () => {
    const file = tempFile();
    const writer = await startStoreProcess();
    await writer.call('open', file);
    const written = await writer.call('writeOn');
    const database = otherConnection(file);
    const count = (): number => entries(database);
    await expect.poll(count).toBeGreaterThan(2 * written);
    await writer.kill();
    const store = await open(file);
    const total = count() / 2;
    for (let n = 0; n < total; n += 1) {
      expect(textOf(await store.get(`one-${n}`))).toBe(String(n));
      expect(textOf(await store.get(`two-${n}`))).toBe(String(n));
    }
  });

  test('is read and written by its owner alone, and so is what SQLite puts beside it', async () => {
    const file = tempFile();
    const store = await open(file);
    await store.set(['name'], bytes('value'), LONG_MS);
    for (const path of [file, `${file}-wal`, `${file}-shm`]) expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('is closed to others when it is opened again', async () => {
    const file = tempFile();
    await (await open(file)).set(['name'], bytes('value'), LONG_MS);
    chmodSync(file, 0o644);
    await open(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('is made with the folders that it is in', async () => {
    const file = join(tempFolder(), 'not', 'there', 'yet.sqlite');
    await open(file);
    expect(existsSync(file)).toBe(true);
  });

  test('may be there, empty', async () => {
    const file = tempFile();
    writeFileSync(file, '');
    const store = await open(file);
    await store.set(['name'], bytes('value'), LONG_MS);
    expect(textOf(await store.get('name'))).toBe('value');
  });

  test('keeps the process that opened it from nothing when that wants to end', async () => {
    const process = await startStoreProcess();
    await process.call('open', tempFile());
    await process.call('leave');
    expect(await process.ended).toBe(0);
  });
});

describe('two processes', () => {
  test('never both win the name that both add', async () => {
    const file = tempFile();
    const processes = [await startStoreProcess(), await startStoreProcess()];
    for (const process of processes) await process.call('open', file);
    const names = Array.from({ length: 400 }, (_, n) => `name-${n}`);
    const won = await Promise.all(
      processes.map((process, n) => process.call('addEach', names, bytes(`by ${n}`))),
    );
    expect(won.flat().toSorted()).toEqual(names.toSorted());
    const store = await open(file);
    for (const [n, mine] of won.entries()) {
      for (const name of mine) expect(textOf(await store.get(name))).toBe(`by ${n}`);
    }
  });

  test('can make one file at the same time', async () => {
    const folder = tempFolder();
    const files = Array.from({ length: 40 }, (_, n) => join(folder, `${n}.sqlite`));
    const processes = [await startStoreProcess(), await startStoreProcess()];
    await Promise.all(processes.map((process) => process.call('openEach', files)));
    for (const file of files) expect(await (await open(file)).get('name')).toBeNull();
  });
});

describe('a file that can not be used is refused, with what to do about STORE_URL', () => {
  /** What is there before, and what the message has to say. */
  const refusals: [what: string, make: (file: string) => void, says: RegExp][] = [
    [
      'a database of another program',
      (file) => otherConnection(file).exec('CREATE TABLE theirs (id INTEGER); INSERT INTO theirs VALUES (1)'),
      /another program: name another file/,
    ],
    [
      'a database that another program has just begun',
      (file) => otherConnection(file).exec('PRAGMA user_version = 1'),
      /another program: name another file/,
    ],
    [
      'a database with the mark of another program',
      (file) => otherConnection(file).exec('PRAGMA application_id = 1196444487'),
      /another program: name another file/,
    ],
    ['a short text', (file) => writeFileSync(file, 'no database'), /expected a SQLite file/],
    ['a long text', (file) => writeFileSync(file, 'no database\n'.repeat(1_000)), /expected a SQLite file/],
    ['a folder', (file) => mkdirSync(file), /expected a SQLite file that can be written/],
  ];

  test.each(refusals)('%s', async (_, make, says) => {
    const file = tempFile();
    make(file);
    const refused = open(file);
    await expect(refused).rejects.toThrow(StoreIncompatible);
    await expect(refused).rejects.toThrow(/^STORE_URL: /);
    await expect(refused).rejects.toThrow(says);
  });

  test('one that a newer version has written', async () => {
    const file = tempFile();
    await (await open(file)).set(['name'], bytes('value'), LONG_MS);
    otherConnection(file).exec('PRAGMA user_version = 2');
    await expect(open(file)).rejects.toThrow(
      /^STORE_URL: .* newer version \(2; this one knows 1\): run that version, or name another file$/,
    );
    expect(entries(otherConnection(file))).toBe(1);
  });

  test('one in a folder that can not be', async () => {
    const folder = tempFile();
    writeFileSync(folder, 'a file');
    await expect(open(join(folder, 'store.sqlite'))).rejects.toThrow(/^STORE_URL: expected a SQLite file/);
  });

  test("and another program's database is left as it was, for that program to use", async () => {
    const file = tempFile();
    const theirs = otherConnection(file);
    theirs.exec('CREATE TABLE theirs (id INTEGER)');
    theirs.close();
    chmodSync(file, 0o664);
    const before = readFileSync(file);
    await expect(open(file)).rejects.toThrow(StoreIncompatible);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o664);
  });

  test('and a file that is no database is left for others to read', async () => {
    const file = tempFile();
    writeFileSync(file, 'no database', { mode: 0o644 });
    chmodSync(file, 0o644);
    await expect(open(file)).rejects.toThrow(StoreIncompatible);
    expect(readFileSync(file, 'utf8')).toBe('no database');
    expect(statSync(file).mode & 0o777).toBe(0o644);
  });
});

describe('what is over', () => {
  afterEach(() => vi.useRealTimers());

  const LIFE_MS = 1_000;
  const PAYLOAD = Buffer.alloc(3_000, 'x');

  async function writeMany(store: Store, round: number): Promise<void> {
    const names = Array.from({ length: 3_000 }, (_, n) => `${round}-${n}`);
    await store.set(names, PAYLOAD, LIFE_MS);
  }

  test('is removed from the file, and what is not over stays', async () => {
    const { store, database } = await openInTime();
    await store.set(['kept'], bytes('value'), 10 * 60_000);
    await writeMany(store, 0);
    expect(entries(database)).toBe(3_001);
    vi.advanceTimersByTime(60_000);
    expect(entries(database)).toBe(1);
    expect(textOf(await store.get('kept'))).toBe('value');
  });

  test('makes room for what comes, so that the file does not grow for ever', async () => {
    const { store, database } = await openInTime();
    await writeMany(store, 0);
    const once = pages(database);
    for (let round = 1; round <= 10; round += 1) {
      vi.advanceTimersByTime(60_000);
      await writeMany(store, round);
    }
    expect(pages(database)).toBeLessThan(1.5 * once);
  });

  test('gives its room back to the file system', async () => {
    const { store, database } = await openInTime();
    const empty = pages(database);
    await writeMany(store, 0);
    expect(pages(database)).toBeGreaterThan(100 * empty);
    vi.advanceTimersByTime(10 * 60_000);
    expect(pages(database)).toBeLessThan(10 * empty);
  });

  test('is looked for no more once the store is closed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const store = new SqliteStore(tempFile());
    expect(vi.getTimerCount()).toBe(1);
    await store.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a store that can not do what is asked', () => {
  const writes: [what: string, write: (store: Store) => Promise<unknown>][] = [
    ['set', (store) => store.set(['name'], bytes('new'), LONG_MS)],
    ['set, to last', (store) => store.set(['name'], bytes('new'), LONG_MS, 'lasting')],
    ['add', (store) => store.add(['new'], bytes('new'), LONG_MS)],
    ['remove', (store) => store.remove(['name'])],
  ];

  test.each(writes)('because the file is locked says so, and then goes on: %s', async (_, write) => {
    const { store, release } = await openLocked();
    await expect(write(store)).rejects.toThrow(StoreUnavailable);
    expect(store.health()).toMatch(/^SQLite write failed \(\d+\)$/);
    expect(textOf(await store.get('name'))).toBe('value');
    release();
    await write(store);
    expect(store.health()).toBeNull();
  });

  test('still reads while somebody else writes', async () => {
    const { store } = await openLocked();
    expect(textOf(await store.get('name'))).toBe('value');
  });

  test('says that it can not be written for as long as that is so, whatever is read meanwhile', async () => {
    const { store } = await openLocked();
    await expect(store.set(['name'], bytes('new'), LONG_MS)).rejects.toThrow(StoreUnavailable);
    await store.get('name');
    expect(store.health()).not.toBeNull();
  });

  test('because the disk is full says so, keeps what it had, and goes on where there is room', async () => {
    const file = tempFile();
    // No file of this process may be larger than 512 KB or so (in blocks of 512 bytes): to SQLite, a disk that is full.
    const process = await startStoreProcess('ulimit -f 1000;');
    await process.call('open', file);
    await process.call('set', 'small', bytes('value'), 'lasting');
    await expect(process.call('set', 'large', Buffer.alloc(2_000_000), 'lasting')).rejects.toThrow(
      /StoreUnavailable: SQLite write failed \(\d+\)$/,
    );
    expect(await process.call('trouble')).toMatch(/^SQLite write failed/);
    await process.call('set', 'other', bytes('value'), 'lasting');
    expect(await process.call('trouble')).toBeNull();
    await process.kill();
    const store = await open(file);
    expect(textOf(await store.get('small'))).toBe('value');
    expect(textOf(await store.get('other'))).toBe('value');
    expect(await store.get('large')).toBeNull();
  });

  test('because it is closed says so', async () => {
    const store = new SqliteStore(tempFile());
    await store.set(['name'], bytes('value'), LONG_MS);
    await store.close();
    await expect(store.get('name')).rejects.toThrow(StoreUnavailable);
    await expect(store.set(['name'], bytes('value'), LONG_MS)).rejects.toThrow(StoreUnavailable);
  });

  test('names neither the file nor an entry in what it says', async () => {
    const file = tempFile();
    const store = await open(file);
    otherConnection(file).exec('DROP TABLE entries');
    for (const attempt of [store.get('a-name'), store.set(['a-name'], bytes('a-value'), LONG_MS)]) {
      const error = await attempt.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StoreUnavailable);
      expect(String(error)).not.toMatch(/a-name|a-value|sqlite\b|entries/);
      expect(store.health()).not.toMatch(/a-name|a-value|sqlite\b|entries/);
    }
  });
});
