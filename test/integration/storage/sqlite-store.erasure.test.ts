import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SqliteStore } from '../../../src/storage/sqlite/sqlite-store.ts';
import { LONG, startStoreProcess, tempFile } from '../../support/stores.ts';

describe('SqliteStore: erased data', () => {
  test('a removal is confirmed while another process reads, and its bytes leave the log when that has ended', async () => {
    const file = tempFile();
    const store = new SqliteStore(file);
    onTestFinished(() => store.close());
    const secret = Buffer.alloc(64, 'erased');
    await store.set(['personal'], secret, LONG);
    const reader = new DatabaseSync(file);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM entries').get();
    await store.remove(['personal']);
    expect(await store.get('personal')).toBeNull();
    expect(store.health()).toMatch(/^erased data is still in the write-ahead log of SQLite/);
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
    reader.exec('COMMIT');
    reader.close();
    await expect.poll(() => store.health(), { timeout: 8_000 }).toBeNull();
    expect(statSync(`${file}-wal`).size).toBe(0);
  });

  test('a claim beside an erasure succeeds, although the disk has no room to empty the log', async () => {
    // Limits the files of the process to 512,000 bytes, which SQLite sees as a full disk. The log is still small here.
    const process = await startStoreProcess('ulimit -f 1000;');
    await process.call('open', tempFile());
    for (const key of ['one', 'two', 'three', 'four']) {
      await process.call('set', key, Buffer.alloc(100_000), 'normal');
    }
    await process.call('remove', 'none');
    expect(await process.call('health')).toBeNull();
    expect(await process.call('claimWhileErasing', 'claimed', 'personal', Buffer.alloc(100_000))).toBeNull();
    expect(await process.call('health')).toMatch(/^erased data is still in the write-ahead log of SQLite/);
  });
});
