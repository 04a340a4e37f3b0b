import { describe, expect, onTestFinished, test } from 'vitest';
import { SqliteStore } from '../../../src/storage/sqlite/sqlite-store.ts';
import { StoreUnavailable } from '../../../src/storage/store.ts';
import { bytes, LONG, textOf } from '../../support/stores.ts';

describe('SqliteStore: in memory', () => {
  const MAX_BYTES = 1024 * 1024;
  const CLAIM = { ...LONG, durability: 'durable' } as const;
  const PAYLOAD = Buffer.alloc(10_000, 'x');

  async function fill(store: SqliteStore): Promise<number> {
    for (let n = 0; n < 1_000; n += 1) {
      const isFull = await store.set([`filling-${n}`], PAYLOAD, LONG).then(
        () => false,
        (error: unknown) => error instanceof StoreUnavailable,
      );
      if (isFull) return n;
    }
    return Infinity;
  }

  test('a full memory refuses writes and evicts nothing, so that no creation is forgotten', async () => {
    const store = new SqliteStore(':memory:', { maxBytes: MAX_BYTES });
    onTestFinished(() => store.close());
    await store.add(['record'], bytes('created'), CLAIM);
    const filled = await fill(store);
    expect(filled).toBeGreaterThan(50);
    expect(filled).toBeLessThan(MAX_BYTES / PAYLOAD.length);
    // SQLITE_FULL.
    expect(store.health()).toBe('SQLite write failed (13)');
    await expect(store.add(['large'], PAYLOAD, CLAIM)).rejects.toThrow(StoreUnavailable);
    expect(textOf(await store.get('record'))).toBe('created');
    await store.remove(Array.from({ length: filled }, (_, n) => `filling-${n}`));
    expect(await store.add(['large'], PAYLOAD, CLAIM)).toBeNull();
    expect(store.health()).toBeNull();
  });

  test('two stores in memory share nothing', async () => {
    const [one, other] = [new SqliteStore(':memory:'), new SqliteStore(':memory:')];
    onTestFinished(async () => void (await Promise.all([one.close(), other.close()])));
    await one.set(['key'], bytes('value'), LONG);
    expect(await other.get('key')).toBeNull();
  });
});
