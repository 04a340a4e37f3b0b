import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SqliteStore } from '../../../src/storage/sqlite/sqlite-store.ts';
import { StoreIncompatible } from '../../../src/storage/store.ts';
import { bytes, LONG, startStoreProcess, tempFile, textOf } from '../../support/stores.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** A file as the former release created it, with a record for 30 days and one that has expired. */
function formerFile(): { file: string; former: DatabaseSync } {
  const file = tempFile();
  const former = new DatabaseSync(file);
  onTestFinished(() => {
    if (former.isOpen) former.close();
  });
  former.exec(`
    PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;
    CREATE TABLE entries (name TEXT PRIMARY KEY, value BLOB NOT NULL, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE INDEX entries_by_expiry ON entries (expires_at);
    PRAGMA application_id = 0x554e4943; PRAGMA user_version = 1;`);
  const insert = former.prepare('INSERT INTO entries (name, value, expires_at) VALUES (?, ?, ?)');
  insert.run('record', bytes('created'), Date.now() + 30 * DAY_MS);
  insert.run('old', bytes('created'), Date.now() - 1);
  return { file, former };
}

function open(file: string): SqliteStore {
  const store = new SqliteStore(file);
  onTestFinished(() => store.close());
  return store;
}

describe('SqliteStore: a file of the former release', () => {
  test('its records stay valid, and the former release refuses the file afterwards', async () => {
    const { file, former } = formerFile();
    former.close();
    const store = open(file);
    expect(textOf(await store.add(['record'], bytes('again'), { ...LONG, durability: 'durable' }))).toBe(
      'created',
    );
    expect(await store.get('old')).toBeNull();
    expect(store.health()).toBeNull();
    const database = new DatabaseSync(file, { readOnly: true });
    // The former release refuses everything above 1.
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 2 });
    database.close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('a file that a replica of the former release has open is not upgraded under it', async () => {
    const { file, former } = formerFile();
    former.close();
    const replica = await startStoreProcess();
    await replica.call('hold', file);
    expect(() => new SqliteStore(file)).toThrow(StoreIncompatible);
    expect(() => new SqliteStore(file)).toThrow(
      /^STORE_URL: .* another process has it open: stop that process/,
    );
    await replica.kill();
    expect(textOf(await open(file).get('record'))).toBe('created');
  });

  test('a process that was killed leaves a file that is upgraded', async () => {
    const { file, former } = formerFile();
    former.close();
    const replica = await startStoreProcess();
    await replica.call('hold', file);
    await replica.kill();
    expect(textOf(await open(file).get('record'))).toBe('created');
  });
});
