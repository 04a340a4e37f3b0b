import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SqliteStore } from '../../../src/storage/sqlite/sqlite-store.ts';
import { StoreIncompatible, StoreUnavailable, type Store } from '../../../src/storage/store.ts';
import {
  bytes,
  LONG,
  openTestStore,
  startStoreProcess,
  tempDirectory,
  tempFile,
  textOf,
} from '../../support/stores.ts';

/** Another connection to the file, as another program would have. */
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

const open = (file: string): Promise<Store> => openTestStore({ kind: 'sqlite', file });

const entries = (database: DatabaseSync): number => number(database, 'SELECT count(*) FROM entries');

/** A store whose file another connection is writing for longer than the store waits. */
async function openLocked(): Promise<{ store: Store; release(): void }> {
  const file = tempFile();
  const store = await open(file);
  await store.set(['key'], bytes('value'), LONG);
  const other = otherConnection(file);
  other.exec('BEGIN IMMEDIATE');
  return { store, release: () => other.exec('ROLLBACK') };
}

describe('SqliteStore: the file', () => {
  test.each(['normal', 'durable'] as const)(
    'a value survives a kill of the process right after the write: %s',
    async (durability) => {
      const file = tempFile();
      const writer = await startStoreProcess();
      await writer.call('open', file);
      await writer.call('set', 'key', bytes('value'), durability);
      await writer.kill();
      expect(textOf(await (await open(file)).get('key'))).toBe('value');
    },
  );

  test('a kill during writes loses no completed write and leaves no incomplete one', async () => {
    const file = tempFile();
    const writer = await startStoreProcess();
    await writer.call('open', file);
    const written = await writer.call('writeWithoutEnd');
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

  test('the file and those that SQLite adds are accessible to their owner only', async () => {
    const file = tempFile();
    const store = await open(file);
    await store.set(['key'], bytes('value'), LONG);
    for (const path of [file, `${file}-wal`, `${file}-shm`]) expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('a file that others can read is closed to them when it is opened again', async () => {
    const file = tempFile();
    await (await open(file)).set(['key'], bytes('value'), LONG);
    chmodSync(file, 0o644);
    await open(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('a missing file is created with its directories', async () => {
    const file = join(tempDirectory(), 'not', 'there', 'yet.sqlite');
    await open(file);
    expect(existsSync(file)).toBe(true);
  });

  test('an empty file is used', async () => {
    const file = tempFile();
    writeFileSync(file, '');
    const store = await open(file);
    await store.set(['key'], bytes('value'), LONG);
    expect(textOf(await store.get('key'))).toBe('value');
  });

  test('an open store does not keep its process alive', async () => {
    const process = await startStoreProcess();
    await process.call('open', tempFile());
    await process.call('disconnect');
    expect(await process.ended).toBe(0);
  });
});

describe('SqliteStore: two processes', () => {
  test('two processes never both add the same key', async () => {
    const file = tempFile();
    const processes = [await startStoreProcess(), await startStoreProcess()];
    for (const process of processes) await process.call('open', file);
    const keys = Array.from({ length: 400 }, (_, n) => `key-${n}`);
    const added = await Promise.all(
      processes.map((process, n) => process.call('addEach', keys, bytes(`by ${n}`))),
    );
    expect(added.flat().toSorted()).toEqual(keys.toSorted());
    const store = await open(file);
    for (const [n, own] of added.entries()) {
      for (const key of own) expect(textOf(await store.get(key))).toBe(`by ${n}`);
    }
  });

  test('two processes can create the same file at the same time', async () => {
    const directory = tempDirectory();
    const files = Array.from({ length: 40 }, (_, n) => join(directory, `${n}.sqlite`));
    const processes = [await startStoreProcess(), await startStoreProcess()];
    await Promise.all(processes.map((process) => process.call('openEach', files)));
    for (const file of files) expect(await (await open(file)).get('key')).toBeNull();
  });
});

describe('SqliteStore: files that cannot be used', () => {
  /** The file that is there before, and what the message has to say. */
  const refusals: [file: string, create: (file: string) => void, message: RegExp][] = [
    [
      'a database of another program',
      (file) => otherConnection(file).exec('CREATE TABLE theirs (id INTEGER); INSERT INTO theirs VALUES (1)'),
      /another program: set STORE_URL to another file$/,
    ],
    [
      'a database that another program has just created',
      (file) => otherConnection(file).exec('PRAGMA user_version = 1'),
      /another program: set STORE_URL to another file$/,
    ],
    [
      'a database with the application id of another program',
      (file) => otherConnection(file).exec('PRAGMA application_id = 1196444487'),
      /another program: set STORE_URL to another file$/,
    ],
    ['a short text file', (file) => writeFileSync(file, 'no database'), /expected a SQLite file/],
    [
      'a long text file',
      (file) => writeFileSync(file, 'no database\n'.repeat(1_000)),
      /expected a SQLite file/,
    ],
    ['a directory', (file) => mkdirSync(file), /expected a SQLite file that can be written/],
  ];

  test.each(refusals)(
    'a file is refused with what to do about STORE_URL where it is %s',
    async (_, create, message) => {
      const file = tempFile();
      create(file);
      const refusal = open(file);
      await expect(refusal).rejects.toThrow(StoreIncompatible);
      await expect(refusal).rejects.toThrow(/^STORE_URL: /);
      await expect(refusal).rejects.toThrow(message);
    },
  );

  test('a file of a newer version is refused and not changed', async () => {
    const file = tempFile();
    await (await open(file)).set(['key'], bytes('value'), LONG);
    otherConnection(file).exec('PRAGMA user_version = 3');
    await expect(open(file)).rejects.toThrow(
      /^STORE_URL: .* newer version \(format 3, expected at most 2\): run that version, or set STORE_URL to another file$/,
    );
    expect(entries(otherConnection(file))).toBe(1);
  });

  test('a file is refused where its directory cannot be created', async () => {
    const directory = tempFile();
    writeFileSync(directory, 'a file');
    await expect(open(join(directory, 'store.sqlite'))).rejects.toThrow(/^STORE_URL: expected a SQLite file/);
  });

  test('a refused database of another program is not changed', async () => {
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

  test('a refused file that is not a database is not changed', async () => {
    const file = tempFile();
    writeFileSync(file, 'no database', { mode: 0o644 });
    chmodSync(file, 0o644);
    await expect(open(file)).rejects.toThrow(StoreIncompatible);
    expect(readFileSync(file, 'utf8')).toBe('no database');
    expect(statSync(file).mode & 0o777).toBe(0o644);
  });
});

describe('SqliteStore: failures', () => {
  const writes: [method: string, write: (store: Store) => Promise<unknown>][] = [
    ['set', (store) => store.set(['key'], bytes('new'), LONG)],
    ['set, durable', (store) => store.set(['key'], bytes('new'), { ...LONG, durability: 'durable' })],
    ['add', (store) => store.add(['new'], bytes('new'), LONG)],
    ['remove', (store) => store.remove(['key'])],
  ];

  test.each(writes)(
    'a write to a locked file fails, and works again when the lock is released: %s',
    async (_, write) => {
      const { store, release } = await openLocked();
      await expect(write(store)).rejects.toThrow(StoreUnavailable);
      expect(store.health()).toMatch(/^SQLite write failed \(\d+\)$/);
      expect(textOf(await store.get('key'))).toBe('value');
      release();
      await expect.poll(() => write(store).then(() => 'written', String), { timeout: 8_000 }).toBe('written');
      expect(store.health()).toBeNull();
    },
  );

  test('a locked file can still be read', async () => {
    const { store } = await openLocked();
    expect(textOf(await store.get('key'))).toBe('value');
  });

  test('the health reports failed writes until one succeeds, whatever is read meanwhile', async () => {
    const { store } = await openLocked();
    await expect(store.set(['key'], bytes('new'), LONG)).rejects.toThrow(StoreUnavailable);
    await store.get('key');
    expect(store.health()).not.toBeNull();
  });

  test('a full disk fails a write, loses no entries, and does not prevent writes for which there is room', async () => {
    const file = tempFile();
    // Limits the files of the process to about 512 KB (in blocks of 512 bytes), which SQLite sees as a full disk.
    const process = await startStoreProcess('ulimit -f 1000;');
    await process.call('open', file);
    await process.call('set', 'small', bytes('value'), 'durable');
    await expect(process.call('set', 'large', Buffer.alloc(2_000_000), 'durable')).rejects.toThrow(
      /StoreUnavailable: SQLite write failed \(\d+\)$/,
    );
    expect(await process.call('health')).toMatch(/^SQLite write failed/);
    await process.call('set', 'other', bytes('value'), 'durable');
    expect(await process.call('health')).toBeNull();
    await process.kill();
    const store = await open(file);
    expect(textOf(await store.get('small'))).toBe('value');
    expect(textOf(await store.get('other'))).toBe('value');
    expect(await store.get('large')).toBeNull();
  });

  test('a closed store rejects every operation', async () => {
    const store = new SqliteStore(tempFile());
    await store.set(['key'], bytes('value'), LONG);
    await store.close();
    await expect(store.get('key')).rejects.toThrow(StoreUnavailable);
    await expect(store.set(['key'], bytes('value'), LONG)).rejects.toThrow(StoreUnavailable);
  });

  test('messages contain neither the file nor an entry', async () => {
    const file = tempFile();
    const store = await open(file);
    otherConnection(file).exec('DROP TABLE entries');
    for (const attempt of [store.get('a-key'), store.set(['a-key'], bytes('a-value'), LONG)]) {
      const error = await attempt.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StoreUnavailable);
      expect(String(error)).not.toMatch(/a-key|a-value|sqlite\b|entries/);
      expect(store.health()).not.toMatch(/a-key|a-value|sqlite\b|entries/);
    }
  });
});
