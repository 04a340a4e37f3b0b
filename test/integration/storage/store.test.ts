import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, inject, test } from 'vitest';
import type { StoreAddress } from '../../../src/storage/open-storage.ts';
import type { Store } from '../../../src/storage/store.ts';
import { bytes, LONG, openTestStore, tempFile, textOf } from '../../support/stores.ts';

const addresses: Record<StoreAddress['kind'], () => StoreAddress> = {
  memory: () => ({ kind: 'memory' }),
  sqlite: () => ({ kind: 'sqlite', file: tempFile() }),
  redis: () => ({ kind: 'redis', url: inject('redisUrl') }),
};

const KINDS = ['memory', 'sqlite', 'redis'] as const;

/** Keys that no other test uses. */
function uniqueKeys(count: number): string[] {
  return Array.from({ length: count }, () => `key:${randomUUID()}`);
}

/** One operation on a store. Keys are numbers. A brief entry expires before the next step. */
type Step = {
  kind: 'get' | 'get many' | 'set' | 'add' | 'remove' | 'remove if equal';
  keys: number[];
  value: string;
  brief: boolean;
};

const KEYS = 4;
const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom('get', 'get many', 'set', 'add', 'remove', 'remove if equal'),
    keys: fc.uniqueArray(fc.nat(KEYS - 1), { minLength: 1, maxLength: 3 }),
    // Few values, so that a condition is often met.
    value: fc.constantFrom('one', 'two', 'three'),
    // Often enough to matter, rarely enough to be fast.
    brief: fc.nat(7).map((n) => n === 0),
  }),
  { maxLength: 25 },
);

/** Applies a step to a map and returns what it finds there. */
function applyToMap(entries: Map<number, string>, { kind, keys, value, brief }: Step): string | null {
  const existing = keys.map((key) => entries.get(key)).find((found) => found !== undefined) ?? null;
  for (const key of keys) {
    const isWritten = kind === 'set' || (kind === 'add' && existing === null);
    if (isWritten) entries.set(key, value);
    const isEqual = kind === 'remove if equal' && entries.get(key) === value;
    if ((isWritten && brief) || isEqual || kind === 'remove') entries.delete(key);
  }
  return kind === 'set' || kind.startsWith('remove') ? null : existing;
}

/** Applies a step to a store, under its own keys. */
async function applyToStore(
  store: Store,
  own: string[],
  { kind, keys: numbers, value, brief }: Step,
): Promise<string | null> {
  const keys = numbers.map((number) => own[number] ?? '');
  const options = brief ? { ttlMs: 1 } : LONG;
  let found: Uint8Array | null = null;
  if (kind === 'get') for (const key of keys) found ??= await store.get(key);
  if (kind === 'get many') found = (await store.getMany(keys)).find((each) => each !== null) ?? null;
  if (kind === 'set') await store.set(keys, bytes(value), options);
  if (kind === 'add') found = await store.add(keys, bytes(value), options);
  if (kind === 'remove') await store.remove(keys);
  if (kind === 'remove if equal') await store.remove(keys, bytes(value));
  if (brief) await sleep(5);
  return textOf(found);
}

describe.each(KINDS)('Store: %s', (kind) => {
  let store: Store;
  let one: string;
  let other: string;

  beforeEach(async () => {
    [one = '', other = ''] = uniqueKeys(2);
    store = await openTestStore(addresses[kind]());
    // The first write to SQLite starts its thread; an entry that lives for milliseconds would expire meanwhile.
    await store.remove([one]);
  });

  const textAt = async (key: string): Promise<string | null> => textOf(await store.get(key));

  test('a store behaves like a map', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const entries = new Map<number, string>();
        const own = uniqueKeys(KEYS);
        for (const step of all) expect(await applyToStore(store, own, step)).toBe(applyToMap(entries, step));
        for (const [number, key] of own.entries())
          expect(await textAt(key)).toBe(entries.get(number) ?? null);
      }),
      { numRuns: 150 },
    );
  });

  test('a key that was never written has no value', async () => {
    expect(await textAt(one)).toBeNull();
  });

  test('a value is stored under all of its keys', async () => {
    await store.set([one, other], bytes('value'), LONG);
    expect([await textAt(one), await textAt(other)]).toEqual(['value', 'value']);
  });

  test('the values of many keys come in the order of the keys, with null for a key without one', async () => {
    await store.set([one], bytes('first'), LONG);
    await store.set([other], bytes('second'), LONG);
    const [missing = ''] = uniqueKeys(1);
    const values = await store.getMany([other, missing, one, other]);
    expect(values.map(textOf)).toEqual(['second', null, 'first', 'second']);
    expect(await store.getMany([])).toEqual([]);
  });

  test('a write under one key leaves the other key of a value unchanged', async () => {
    await store.set([one, other], bytes('before'), LONG);
    await store.set([one], bytes('after'), LONG);
    expect([await textAt(one), await textAt(other)]).toEqual(['after', 'before']);
  });

  test.each([
    ['every byte', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
    ['zeros only', Buffer.alloc(16)],
    ['no bytes', Buffer.alloc(0)],
    ['a mebibyte', Buffer.alloc(1024 * 1024, 'personal')],
    ['part of a larger buffer', bytes('before value after').subarray(7, 12)],
  ])('a value is returned byte for byte: %s', async (_, whole) => {
    await store.set([one], whole, LONG);
    expect(textOf(await store.get(one))).toBe(textOf(whole));
    expect(textOf(await store.add([one], bytes('later'), LONG))).toBe(textOf(whole));
    await store.remove([one], whole);
    expect(await textAt(one)).toBeNull();
  });

  test('keys that differ in one character, its case or a space are different', async () => {
    const similar = [one, `${one}a`, `${one}A`, `${one} `, `${one}á`, `${one}*`];
    for (const [n, key] of similar.entries()) await store.set([key], bytes(String(n)), LONG);
    for (const [n, key] of similar.entries()) expect(await textAt(key)).toBe(String(n));
  });

  test('an entry expires however often it is read', async () => {
    await store.set([one], bytes('value'), { ttlMs: 300 });
    expect(await textAt(one)).toBe('value');
    await expect.poll(() => textAt(one), { interval: 10, timeout: 5_000 }).toBeNull();
  });

  test('a time to live may be less than a millisecond', async () => {
    await store.set([one], bytes('value'), { ttlMs: 0.25 });
    await sleep(5);
    expect(await textAt(one)).toBeNull();
  });

  test('each write gives an entry a new time to live', async () => {
    await store.set([one], bytes('value'), { ttlMs: 20 });
    await store.set([one], bytes('value'), LONG);
    await store.set([other], bytes('value'), LONG);
    await store.set([other], bytes('value'), { ttlMs: 20 });
    await sleep(40);
    expect([await textAt(one), await textAt(other)]).toEqual(['value', null]);
  });

  test('add replaces an expired entry', async () => {
    await store.add([one], bytes('before'), { ttlMs: 5 });
    await sleep(20);
    expect(await store.add([one], bytes('after'), LONG)).toBeNull();
    expect(await textAt(one)).toBe('after');
  });

  test('add writes under no key where one of the keys is taken', async () => {
    await store.set([other], bytes('there'), LONG);
    expect(textOf(await store.add([one, other], bytes('new'), LONG))).toBe('there');
    expect([await textAt(one), await textAt(other)]).toEqual([null, 'there']);
  });

  test('add does not extend the time to live of an existing entry', async () => {
    await store.add([one], bytes('there'), { ttlMs: 300 });
    expect(textOf(await store.add([one], bytes('new'), LONG))).toBe('there');
    await expect.poll(() => textAt(one), { interval: 10, timeout: 5_000 }).toBeNull();
  });

  test('of fifty simultaneous adds of one key exactly one wins, and the others get its value', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => textOf(await store.add([one], bytes(`by ${n}`), LONG))),
    );
    const winner = answers.indexOf(null);
    expect(winner).not.toBe(-1);
    expect(answers).toEqual(answers.map((_, n) => (n === winner ? null : `by ${winner}`)));
    expect(await textAt(one)).toBe(`by ${winner}`);
  });

  test('simultaneous adds of overlapping keys never win a key that another one has won', async () => {
    const all = uniqueKeys(6);
    const pairs = all.flatMap((first) =>
      all.filter((second) => second !== first).map((second) => [first, second]),
    );
    const answers = await Promise.all(
      pairs.map(async (pair) => textOf(await store.add(pair, bytes(pair.join('+')), LONG))),
    );
    const won = pairs.filter((_, n) => answers[n] === null);
    expect(won.flat()).toHaveLength(new Set(won.flat()).size);
    for (const [n, pair] of pairs.entries()) {
      const answer = answers[n];
      if (answer === null || answer === undefined) continue;
      const winner = answer.split('+');
      expect(won).toContainEqual(winner);
      expect(pair.some((key) => winner.includes(key))).toBe(true);
    }
  });

  test('remove removes all keys, also where some have no value', async () => {
    const [third = ''] = uniqueKeys(1);
    await store.set([one, other], bytes('value'), LONG);
    await store.remove([one, third, other]);
    expect([await textAt(one), await textAt(other), await textAt(third)]).toEqual([null, null, null]);
    expect(await store.add([one, other], bytes('again'), LONG)).toBeNull();
  });

  test('remove with a condition removes only an equal value', async () => {
    await store.set([one], bytes('mine'), LONG);
    await store.set([other], bytes("another's"), LONG);
    await store.remove([one, other], bytes('mine'));
    expect([await textAt(one), await textAt(other)]).toEqual([null, "another's"]);
  });

  test('a store that works is healthy, and says whether it is shared', async () => {
    expect(store.health()).toBeNull();
    expect(store.shared).toBe(kind === 'redis');
  });
});
