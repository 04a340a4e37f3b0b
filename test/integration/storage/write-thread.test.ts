import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SqliteStore } from '../../../src/storage/sqlite/sqlite-store.ts';
import { StoreUnavailable } from '../../../src/storage/store.ts';
import type { WriteRequest } from '../../../src/storage/sqlite/sqlite-writer.ts';
import { WriteThread } from '../../../src/storage/sqlite/write-thread.ts';
import type { Order } from '../../support/obedient-writer.ts';
import { bytes, LONG, tempFile, textOf } from '../../support/stores.ts';

const SCRIPT = new URL('../../support/obedient-writer.ts', import.meta.url);
/** Shorter than in production, and still longer than a write takes on a busy machine. */
const OPTIONS = { script: SCRIPT, writeTimeoutMs: 500, closeTimeoutMs: 500 };

const DELAYED = new URL('../../support/delayed-writer.ts', import.meta.url);

/** A number that threads share. */
const shared = (): Int32Array => new Int32Array(new SharedArrayBuffer(4));

function openGate(gate: Int32Array): void {
  Atomics.store(gate, 0, 1);
  Atomics.notify(gate, 0);
}

/** A thread that does what its writes say. */
function obedientThread() {
  const [gate, batches, closed] = [shared(), shared(), shared()];
  const thread = new WriteThread({ gate, batches, closed }, OPTIONS);
  const release = (): void => openGate(gate);
  onTestFinished(async () => {
    release();
    await thread.close();
  });
  return {
    thread,
    release,
    batches: (): number => Atomics.load(batches, 0),
    hasClosed: (): boolean => Atomics.load(closed, 0) === 1,
    write: (order: Order) => thread.write(request(order)),
  };
}

const request = (key: string): WriteRequest => ({ kind: 'remove', keys: [key], onlyIf: bytes('value') });

describe('WriteThread', () => {
  test('the event loop turns while a write waits for the disk', async () => {
    const { write, release, batches } = obedientThread();
    let isWritten = false;
    const written = write('wait').then(() => (isWritten = true));
    await expect.poll(batches).toBe(1);
    for (let turn = 0; turn < 100; turn += 1) await nextTurn();
    expect(isWritten).toBe(false);
    release();
    await written;
  });

  test('writes that arrive while one is under way are carried out together', async () => {
    const { write, release, batches } = obedientThread();
    const first = write('wait');
    const others = Array.from({ length: 50 }, () => write('answer'));
    release();
    await Promise.all([first, ...others]);
    expect(batches()).toBe(2);
  });

  test('a write that takes too long is rejected, those behind it are never carried out, and later ones fail at once', async () => {
    const { write, release, batches } = obedientThread();
    await write('answer');
    const all = await Promise.allSettled([write('wait'), write('answer'), write('answer')]);
    for (const { status, ...more } of all) {
      expect(status).toBe('rejected');
      expect(more).toMatchObject({ reason: new StoreUnavailable('SQLite does not answer in time') });
    }
    const later = await Promise.race([write('answer').catch(() => 'rejected'), nextTurn('waited')]);
    expect(later).toBe('rejected');
    release();
    await expect.poll(() => write('answer').then(() => 'written', String)).toBe('written');
    // The first one, the one that took too long, and the one after it.
    expect(batches()).toBe(3);
  });

  test.each<[Order, RegExp]>([
    ['throw', /^StoreUnavailable: the thread that writes to SQLite has ended \(no code\)$/],
    ['exit', /^StoreUnavailable: the thread that writes to SQLite has ended$/],
    [
      'exhaust the memory',
      /^StoreUnavailable: the thread that writes to SQLite has ended \(ERR_WORKER_OUT_OF_MEMORY\)$/,
    ],
  ])('a thread that ends by "%s" rejects what it was doing, and is started again', async (order, message) => {
    const { write } = obedientThread();
    const results = [write(order), write('answer')].map((result) => result.catch(String));
    for (const result of results) expect(await result).toMatch(message);
    await expect(write('answer')).resolves.toMatchObject({ kind: 'done' });
  });

  test('a closed thread has carried out what it was given, and takes nothing more', async () => {
    const { thread, write, batches } = obedientThread();
    const before = [write('answer'), write('answer')];
    await thread.close();
    await expect(Promise.all(before)).resolves.toHaveLength(2);
    expect(batches()).toBe(2);
    await expect(write('answer')).rejects.toThrow(StoreUnavailable);
  });

  test('a thread that was never needed, or is stuck, does not keep a store from closing', async () => {
    await obedientThread().thread.close();
    const { thread, write, batches } = obedientThread();
    const stuck = write('wait').catch(String);
    await expect.poll(batches).toBe(1);
    await thread.close();
    expect(await stuck).toMatch(/^StoreUnavailable/);
  });

  test('a thread that answers only after the store has closed ends then, and keeps no process alive', async () => {
    const { thread, write, batches, release, hasClosed } = obedientThread();
    const stuck = write('wait').catch(String);
    await expect.poll(batches).toBe(1);
    await thread.close();
    release();
    await expect.poll(hasClosed).toBe(true);
    expect(await stuck).toMatch(/^StoreUnavailable/);
  });
});

/** A store whose writes a test controls. */
function openOver() {
  const [gate, batches, closed] = [shared(), shared(), shared()];
  const store = new SqliteStore(tempFile(), {
    tickMs: 50,
    createWriter: () => new WriteThread({ gate, batches, closed }, OPTIONS),
  });
  onTestFinished(async () => {
    openGate(gate);
    await store.close();
  });
  return { store, gate };
}

describe('SqliteStore over its thread', () => {
  test('reads go on while a write is stuck; writes fail at once, and work again when the disk does', async () => {
    const { store, gate } = openOver();
    await store.set(['answer'], bytes('value'), LONG);
    await expect(store.set(['wait'], bytes('value'), LONG)).rejects.toThrow(StoreUnavailable);
    expect(store.health()).toBe('SQLite does not answer in time');
    expect(await store.get('any')).toBeNull();
    const claim = store.add(['answer'], bytes('value'), LONG).catch(() => 'rejected');
    expect(await Promise.race([claim, nextTurn('waited')])).toBe('rejected');
    openGate(gate);
    await expect.poll(() => store.health(), { timeout: 8_000 }).toBeNull();
    expect(await store.add(['answer'], bytes('value'), LONG)).toBeNull();
  });

  test('a claim that took too long is undone as soon as the disk answers', async () => {
    const gate = shared();
    const store = new SqliteStore(tempFile(), {
      createWriter: ({ file }) => new WriteThread({ file, gate }, { script: DELAYED }),
    });
    onTestFinished(async () => {
      openGate(gate);
      await store.close();
    });
    await store.add(['before'], bytes('claim'), LONG);
    await expect(store.add(['wait'], bytes('claim'), LONG)).rejects.toThrow(StoreUnavailable);
    expect(textOf(await store.get('wait'))).toBe('claim');
    openGate(gate);
    await expect.poll(() => store.health(), { timeout: 8_000 }).toBeNull();
    expect(await store.get('wait')).toBeNull();
    expect(textOf(await store.get('before'))).toBe('claim');
  });

  test('a thread that ended is reported by the health, and replaced within seconds', async () => {
    const { store } = openOver();
    await expect(store.set(['exit'], bytes('value'), LONG)).rejects.toThrow(StoreUnavailable);
    expect(store.health()).toBe('the thread that writes to SQLite has ended');
    await expect.poll(() => store.health(), { timeout: 8_000 }).toBeNull();
    await store.set(['answer'], bytes('value'), LONG);
  });

  test('what was written is read as soon as the write has resolved, also with many at once', async () => {
    const store = new SqliteStore(tempFile());
    onTestFinished(() => store.close());
    const readBack = async (n: number): Promise<string | null> => {
      const options = { ...LONG, durability: n % 3 === 0 ? 'durable' : 'normal' } as const;
      await store.set([`key-${n % 20}`, `own-${n}`], bytes(`value ${n}`), options);
      return textOf(await store.get(`own-${n}`));
    };
    const read = await Promise.all(Array.from({ length: 300 }, (_, n) => readBack(n)));
    expect(read).toEqual(read.map((_, n) => `value ${n}`));
  });

  test('one write that fails does not take those with it that came at the same time', async () => {
    const store = new SqliteStore(tempFile());
    onTestFinished(() => store.close());
    const results = await Promise.allSettled([
      store.set(['zero'], bytes('value'), LONG),
      store.set(['one'], bytes('value'), LONG),
      // SQLite takes no row with this expiry.
      store.set(['broken'], bytes('value'), { ttlMs: NaN }),
      store.set(['two'], bytes('value'), LONG),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(textOf(await store.get('two'))).toBe('value');
  });
});
