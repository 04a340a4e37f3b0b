import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { SqliteStore } from '../../../src/storage/sqlite/sqlite-store.ts';
import { MAX_TTL_MS, type Store } from '../../../src/storage/store.ts';
import { bytes, LONG, openTestStore, tempFile, textOf } from '../../support/stores.ts';

const SECOND_MS = 1_000;
const DAY_MS = 24 * 60 * 60 * SECOND_MS;

const open = (file: string): Promise<Store> => openTestStore({ kind: 'sqlite', file });

/** Another connection to the file, as another program would have. */
function otherConnection(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  onTestFinished(() => database.close());
  return database;
}

function number(database: DatabaseSync, query: string): number {
  return Number(Object.values(database.prepare(query).get() ?? {})[0]);
}

const entries = (database: DatabaseSync): number => number(database, 'SELECT count(*) FROM entries');
const pages = (database: DatabaseSync): number => number(database, 'PRAGMA page_count');

/** Lets the test set the time of day and the monotonic clock, and run the timers. */
function useFakeClock(): void {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
}

/** A store whose clock the test sets, and another connection to look into its file. */
async function openWithFakeClock(): Promise<{ store: Store; database: DatabaseSync }> {
  useFakeClock();
  const file = tempFile();
  const store = await open(file);
  return { store, database: otherConnection(file) };
}

/** Lets time pass, ten seconds at a time, until the maintenance has done its work. */
async function passTimeUntil(isDone: () => boolean): Promise<void> {
  await expect
    .poll(
      () => {
        vi.advanceTimersByTime(10 * SECOND_MS);
        return isDone();
      },
      { interval: 5, timeout: 20_000 },
    )
    .toBe(true);
}

describe('SqliteStore: expired entries', () => {
  const TTL_MS = 1_000;
  const PAYLOAD = Buffer.alloc(3_000, 'x');

  async function writeMany(store: Store, round: number): Promise<void> {
    const keys = Array.from({ length: 3_000 }, (_, n) => `${round}-${n}`);
    await store.set(keys, PAYLOAD, { ttlMs: TTL_MS });
  }

  test('expired entries are removed from the file, and others stay', async () => {
    const { store, database } = await openWithFakeClock();
    await store.set(['live'], bytes('value'), { ttlMs: DAY_MS });
    await writeMany(store, 0);
    expect(entries(database)).toBe(3_001);
    await passTimeUntil(() => entries(database) === 1);
    expect(textOf(await store.get('live'))).toBe('value');
  });

  test('the room of expired entries is used again, so that the file does not grow without limit', async () => {
    const { store, database } = await openWithFakeClock();
    await writeMany(store, 0);
    const once = pages(database);
    for (let round = 1; round <= 5; round += 1) {
      await passTimeUntil(() => entries(database) === 0);
      await writeMany(store, round);
    }
    expect(pages(database)).toBeLessThan(1.5 * once);
  });

  test('the room of expired entries is returned to the file system', async () => {
    const { store, database } = await openWithFakeClock();
    const empty = pages(database);
    await writeMany(store, 0);
    expect(pages(database)).toBeGreaterThan(100 * empty);
    await passTimeUntil(() => pages(database) < 10 * empty);
  });

  test('a closed store does not look for expired entries', async () => {
    useFakeClock();
    const store = new SqliteStore(tempFile());
    expect(vi.getTimerCount()).toBe(1);
    await store.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** Sets the time of day, as an administrator or NTP does; the monotonic clock goes on. */
function jump(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

describe('SqliteStore: the time of day jumps', () => {
  const RECORD = { ttlMs: MAX_TTL_MS, durability: 'durable' } as const;

  test.each([
    ['31 days ahead', 31],
    ['a century ahead', 36_500],
    ['31 days back', -31],
  ])(
    'the record of a creation stays while the time of day is %s, and when it is right again',
    async (_, days) => {
      const { store } = await openWithFakeClock();
      await store.add(['record'], bytes('created'), RECORD);
      for (const step of [days, -days]) {
        jump(step * DAY_MS);
        expect(textOf(await store.get('record'))).toBe('created');
        expect(textOf(await store.add(['record'], bytes('again'), RECORD))).toBe('created');
      }
    },
  );

  test('the record of a creation stays over restarts while the time of day is 31 days ahead', async () => {
    useFakeClock();
    const file = tempFile();
    const before = new SqliteStore(file);
    await before.add(['record'], bytes('created'), RECORD);
    await before.close();
    jump(31 * DAY_MS);
    const ahead = new SqliteStore(file);
    expect(textOf(await ahead.get('record'))).toBe('created');
    await ahead.close();
    jump(-31 * DAY_MS);
    expect(textOf(await (await open(file)).get('record'))).toBe('created');
  });

  test('an entry does not outlive its time to live when the time of day is set back', async () => {
    const { store } = await openWithFakeClock();
    await store.set(['personal'], bytes('value'), { ttlMs: 10 * 60 * SECOND_MS });
    jump(-DAY_MS);
    vi.advanceTimersByTime(10 * 60 * SECOND_MS);
    expect(await store.get('personal')).toBeNull();
  });

  test('an entry that was written while the time of day was ahead expires in its time to live', async () => {
    const { store } = await openWithFakeClock();
    jump(31 * DAY_MS);
    await store.set(['personal'], bytes('value'), { ttlMs: 10 * 60 * SECOND_MS });
    jump(-31 * DAY_MS);
    expect(textOf(await store.get('personal'))).toBe('value');
    vi.advanceTimersByTime(10 * 60 * SECOND_MS);
    expect(await store.get('personal')).toBeNull();
  });

  test('an entry expires while the program is stopped', async () => {
    useFakeClock();
    const file = tempFile();
    const before = new SqliteStore(file);
    await before.set(['personal'], bytes('value'), { ttlMs: 10 * 60 * SECOND_MS });
    await before.set(['summary'], bytes('value'), { ttlMs: 7 * DAY_MS });
    await before.close();
    jump(11 * 60 * SECOND_MS);
    const after = await open(file);
    expect(await after.get('personal')).toBeNull();
    expect(textOf(await after.get('summary'))).toBe('value');
  });

  test('the record of a creation expires after 30 days in which the program ran', async () => {
    const { store } = await openWithFakeClock();
    await store.add(['record'], bytes('created'), RECORD);
    vi.advanceTimersByTime(MAX_TTL_MS - SECOND_MS);
    expect(textOf(await store.get('record'))).toBe('created');
    vi.advanceTimersByTime(2 * SECOND_MS);
    expect(await store.get('record')).toBeNull();
    expect(await store.add(['record'], bytes('again'), LONG)).toBeNull();
  });
});
