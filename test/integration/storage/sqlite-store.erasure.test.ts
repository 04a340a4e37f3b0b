import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SqliteStore } from '../../../src/storage/sqlite-store.ts';
import { LONG, tempFile } from '../../support/stores.ts';

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
    expect(store.health()).toMatch(/^another process is reading the SQLite file/);
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
    reader.exec('COMMIT');
    reader.close();
    await expect.poll(() => store.health(), { timeout: 8_000 }).toBeNull();
    expect(statSync(`${file}-wal`).size).toBe(0);
  });
});
