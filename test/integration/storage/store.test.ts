import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, inject, test } from 'vitest';
import type { StoreAddress } from '../../../src/storage/open-store.ts';
import type { Store } from '../../../src/storage/store.ts';
import { bytes, LONG_MS, opened, tempFile, textOf } from '../../support/stores.ts';

const addresses: Record<StoreAddress['kind'], () => StoreAddress> = {
  memory: () => ({ kind: 'memory' }),
  sqlite: () => ({ kind: 'sqlite', file: tempFile() }),
  redis: () => ({ kind: 'redis', url: inject('redisUrl') }),
};

const KINDS = ['memory', 'sqlite', 'redis'] as const;

/** Names that nobody else has, whatever else is in the store. */
function names(count: number): string[] {
  return Array.from({ length: count }, () => `name:${randomUUID()}`);
}

/** One step of somebody who uses a store; names are by number. A brief life is over before the next step. */
type Step = {
  kind: 'get' | 'set' | 'add' | 'remove' | 'remove what is mine';
  names: number[];
  value: string;
  brief: boolean;
};

const NAMES = 4;
const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom('get', 'set', 'add', 'remove', 'remove what is mine'),
    names: fc.uniqueArray(fc.nat(NAMES - 1), { minLength: 1, maxLength: 3 }),
    // Few of them, so that what is asked for is often there.
    value: fc.constantFrom('one', 'two', 'three'),
    // Often enough to matter, seldom enough to be quick.
    brief: fc.nat(7).map((n) => n === 0),
  }),
  { maxLength: 25 },
);

/** What a step does to a store that is nothing but a map, and what it finds there. */
function takeOnMap(entries: Map<number, string>, { kind, names: under, value, brief }: Step): string | null {
  const there = under.map((name) => entries.get(name)).find((found) => found !== undefined) ?? null;
  for (const name of under) {
    if (kind === 'set' || (kind === 'add' && there === null)) entries.set(name, value);
    const over = brief && (kind === 'set' || (kind === 'add' && there === null));
    const mine = kind === 'remove what is mine' && entries.get(name) === value;
    if (over || mine || kind === 'remove') entries.delete(name);
  }
  return kind === 'get' || kind === 'add' ? there : null;
}

/** The same on a store, under its own names. */
async function takeOn(
  store: Store,
  own: string[],
  { kind, names: under, value, brief }: Step,
): Promise<string | null> {
  const these = under.map((name) => own[name] ?? '');
  const lifeMs = brief ? 1 : LONG_MS;
  let found: Uint8Array | null = null;
  if (kind === 'get') for (const name of these) found ??= await store.get(name);
  if (kind === 'set') await store.set(these, bytes(value), lifeMs);
  if (kind === 'add') found = await store.add(these, bytes(value), lifeMs);
  if (kind === 'remove') await store.remove(these);
  if (kind === 'remove what is mine') await store.remove(these, bytes(value));
  if (brief) await sleep(5);
  return textOf(found);
}

describe.each(KINDS)('%s', (kind) => {
  let store: Store;
  let one: string;
  let other: string;

  beforeEach(async () => {
    [one = '', other = ''] = names(2);
    store = await opened(addresses[kind]());
  });

  const at = async (name: string): Promise<string | null> => textOf(await store.get(name));

  test('does whatever is asked of it as a plain map would', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const entries = new Map<number, string>();
        const own = names(NAMES);
        for (const step of all) expect(await takeOn(store, own, step)).toBe(takeOnMap(entries, step));
        for (const [number, name] of own.entries()) expect(await at(name)).toBe(entries.get(number) ?? null);
      }),
      { numRuns: 150 },
    );
  });

  test('has nothing under a name that nobody has written', async () => {
    expect(await at(one)).toBeNull();
  });

  test('keeps a value under all of its names', async () => {
    await store.set([one, other], bytes('value'), LONG_MS);
    expect([await at(one), await at(other)]).toEqual(['value', 'value']);
  });

  test('writes over one name and leaves the other as it was', async () => {
    await store.set([one, other], bytes('before'), LONG_MS);
    await store.set([one], bytes('after'), LONG_MS);
    expect([await at(one), await at(other)]).toEqual(['after', 'before']);
  });

  test.each([
    ['every byte there is', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
    ['zeros only', Buffer.alloc(16)],
    ['nothing', Buffer.alloc(0)],
    ['a mebibyte', Buffer.alloc(1024 * 1024, 'personal')],
    ['part of a larger buffer', bytes('before value after').subarray(7, 12)],
  ])('gives back byte for byte: %s', async (_, whole) => {
    await store.set([one], whole, LONG_MS);
    expect(textOf(await store.get(one))).toBe(textOf(whole));
    expect(textOf(await store.add([one], bytes('later'), LONG_MS))).toBe(textOf(whole));
    await store.remove([one], whole);
    expect(await at(one)).toBeNull();
  });

  test('tells names apart that differ in one letter, its case, or a space', async () => {
    const alike = [one, `${one}a`, `${one}A`, `${one} `, `${one}á`, `${one}*`];
    for (const [n, name] of alike.entries()) await store.set([name], bytes(String(n)), LONG_MS);
    for (const [n, name] of alike.entries()) expect(await at(name)).toBe(String(n));
  });

  test('forgets an entry when its life is over, however often it is read', async () => {
    await store.set([one], bytes('value'), 300);
    expect(await at(one)).toBe('value');
    await expect.poll(() => at(one), { interval: 10, timeout: 5_000 }).toBeNull();
  });

  test('takes a life of less than a millisecond', async () => {
    await store.set([one], bytes('value'), 0.25);
    await sleep(5);
    expect(await at(one)).toBeNull();
  });

  test('gives an entry a new life each time it is written', async () => {
    await store.set([one], bytes('value'), 20);
    await store.set([one], bytes('value'), LONG_MS);
    await store.set([other], bytes('value'), LONG_MS);
    await store.set([other], bytes('value'), 20);
    await sleep(40);
    expect([await at(one), await at(other)]).toEqual(['value', null]);
  });

  test('adds over an entry whose life is over', async () => {
    await store.add([one], bytes('before'), 5);
    await sleep(20);
    expect(await store.add([one], bytes('after'), LONG_MS)).toBeNull();
    expect(await at(one)).toBe('after');
  });

  test('adds nothing, under no name, where one of the names is taken', async () => {
    await store.set([other], bytes('there'), LONG_MS);
    expect(textOf(await store.add([one, other], bytes('new'), LONG_MS))).toBe('there');
    expect([await at(one), await at(other)]).toEqual([null, 'there']);
  });

  test('gives no new life to an entry that somebody else wanted to add', async () => {
    await store.add([one], bytes('there'), 300);
    expect(textOf(await store.add([one], bytes('new'), LONG_MS))).toBe('there');
    await expect.poll(() => at(one), { interval: 10, timeout: 5_000 }).toBeNull();
  });

  test('lets one of fifty who add at once win, and tells the others what it wrote', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => textOf(await store.add([one], bytes(`by ${n}`), LONG_MS))),
    );
    const winner = answers.indexOf(null);
    expect(winner).not.toBe(-1);
    expect(answers).toEqual(answers.map((_, n) => (n === winner ? null : `by ${winner}`)));
    expect(await at(one)).toBe(`by ${winner}`);
  });

  test('lets nobody of many who add at once win a name that somebody else has won', async () => {
    const all = names(6);
    const pairs = all.flatMap((first) =>
      all.filter((second) => second !== first).map((second) => [first, second]),
    );
    const answers = await Promise.all(
      pairs.map(async (pair) => textOf(await store.add(pair, bytes(pair.join('+')), LONG_MS))),
    );
    const won = pairs.filter((_, n) => answers[n] === null);
    expect(won.flat()).toHaveLength(new Set(won.flat()).size);
    for (const [n, pair] of pairs.entries()) {
      const answer = answers[n];
      if (answer === null || answer === undefined) continue;
      const winner = answer.split('+');
      expect(won).toContainEqual(winner);
      expect(pair.some((name) => winner.includes(name))).toBe(true);
    }
  });

  test('removes under all names, of which some may have nothing', async () => {
    const [third = ''] = names(1);
    await store.set([one, other], bytes('value'), LONG_MS);
    await store.remove([one, third, other]);
    expect([await at(one), await at(other), await at(third)]).toEqual([null, null, null]);
    expect(await store.add([one, other], bytes('again'), LONG_MS)).toBeNull();
  });

  test('removes only what is still what the remover takes it for', async () => {
    await store.set([one], bytes('mine'), LONG_MS);
    await store.set([other], bytes("somebody else's"), LONG_MS);
    await store.remove([one, other], bytes('mine'));
    expect([await at(one), await at(other)]).toEqual([null, "somebody else's"]);
  });

  test('gives out no more than the quota, and says when to come back', async () => {
    const { taken, waitMs } = await store.rateWindow(one, 3).tryAcquire(10);
    expect(taken).toBe(3);
    expect(waitMs).toBeGreaterThan(0);
    expect((await store.rateWindow(other, 3).tryAcquire(3)).taken).toBe(3);
  });

  test('has no trouble while it works, and says whether it is shared', async () => {
    expect(store.health()).toBeNull();
    expect(store.shared).toBe(kind === 'redis');
  });
});
