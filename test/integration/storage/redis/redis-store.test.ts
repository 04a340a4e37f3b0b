import { inspect } from 'node:util';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openRedis } from '../../../../src/storage/redis/open-redis.ts';
import { StoreIncompatible, StoreUnavailable, type Store } from '../../../../src/storage/store.ts';
import type { RedisServer } from '../../../support/redis.ts';
import { bytes, LONG_MS, opened, ownRedis, rawRedis, recovered, textOf } from '../../../support/stores.ts';

const VERSION_KEY = 'identity-subgraph:version';

const open = ({ url }: RedisServer): Promise<Store> => opened({ kind: 'redis', url });
const at = async (store: Store, name: string): Promise<string | null> => textOf(await store.get(name));

/** Everything that can be asked of a store, with words that must not come out. */
function everything(store: Store): [what: string, () => Promise<unknown>][] {
  return [
    ['get', () => store.get('a-name')],
    ['set', () => store.set(['a-name'], bytes('a-value'), LONG_MS)],
    ['add', () => store.add(['a-name'], bytes('a-value'), LONG_MS)],
    ['remove', () => store.remove(['a-name'])],
    ['remove what is mine', () => store.remove(['a-name'], bytes('a-value'))],
  ];
}

async function expectUnavailable(store: Store): Promise<void> {
  for (const [, ask] of everything(store)) await expect(ask()).rejects.toThrow(StoreUnavailable);
}

describe('what is in Redis', () => {
  test('is shared by all who name that Redis', async () => {
    const redis = await ownRedis();
    const [one, other] = [await open(redis), await open(redis)];
    await one.set(['name'], bytes('value'), LONG_MS);
    expect(await at(other, 'name')).toBe('value');
    expect(textOf(await other.add(['name'], bytes('new'), LONG_MS))).toBe('value');
    await other.remove(['name']);
    expect(await at(one, 'name')).toBeNull();
  });

  test('is found under our prefix only, and every entry ends by itself', async () => {
    const redis = await ownRedis();
    const store = await open(redis);
    await store.set(['set-1', 'set-2'], bytes('value'), LONG_MS);
    await store.add(['add-1', 'add-2'], bytes('value'), 0.5 * LONG_MS);
    const rateWindow = store.rateWindow('quota', 3);
    await rateWindow.tryAcquire(1);
    await rateWindow.pause(LONG_MS);
    const raw = await rawRedis(redis.url);
    const keys = await raw.keys('*');
    expect(keys).toHaveLength(8);
    for (const key of keys) {
      expect(key).toMatch(/^identity-subgraph:/);
      if (key === VERSION_KEY) continue;
      const life = await raw.pTTL(key);
      expect([key, life > 0 && life <= LONG_MS]).toEqual([key, true]);
    }
    expect(await raw.pTTL('identity-subgraph:add-2')).toBeLessThanOrEqual(0.5 * LONG_MS);
  });

  test('ends by itself also where the quota was asked for more than it has', async () => {
    const redis = await ownRedis();
    await (await open(redis)).rateWindow('quota', 3).tryAcquire(10);
    const raw = await rawRedis(redis.url);
    expect(await raw.pTTL('identity-subgraph:quota:taken')).toBeGreaterThan(0);
  });

  test('of another database of the same Redis is not seen', async () => {
    const { url } = await ownRedis();
    const one = await opened({ kind: 'redis', url: `${url}/1` });
    const other = await opened({ kind: 'redis', url: `${url}/2` });
    await one.set(['name'], bytes('value'), LONG_MS);
    expect(await at(other, 'name')).toBeNull();
  });

  test('that others have put beside it is left alone', async () => {
    const redis = await ownRedis();
    const raw = await rawRedis(redis.url);
    await raw.set('name', 'theirs');
    const store = await open(redis);
    await store.set(['name'], bytes('ours'), LONG_MS);
    await store.remove(['name']);
    expect(await raw.get('name')).toBe('theirs');
  });
});

describe('keys of another version', () => {
  test('are refused at the start, with what to do about STORE_URL', async () => {
    const redis = await ownRedis();
    const raw = await rawRedis(redis.url);
    await raw.set(VERSION_KEY, '2');
    const refused = openRedis(redis.url);
    await expect(refused).rejects.toThrow(StoreIncompatible);
    await expect(refused).rejects.toThrow(
      /^STORE_URL: .* another version \(2; this one knows 1\): run that version, or name another database$/,
    );
    // Only this connection is left: what was refused does not come back.
    await expect
      .poll(async () => (await raw.sendCommand(['CLIENT', 'LIST'])) as string)
      .toMatch(/^[^\n]+\n$/);
  });

  test('of the same version are taken as they are', async () => {
    const redis = await ownRedis();
    await (await open(redis)).set(['name'], bytes('value'), LONG_MS);
    expect(await at(await open(redis), 'name')).toBe('value');
    expect(await (await rawRedis(redis.url)).get(VERSION_KEY)).toBe('1');
  });

  test('are not touched where they came while the connection was away', async () => {
    const redis = await ownRedis();
    const store = await open(redis);
    const raw = await rawRedis(redis.url);
    await raw.set('identity-subgraph:a-name', 'written by version 2', { PX: LONG_MS });
    await raw.set(VERSION_KEY, '2');
    await raw.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal']);
    await expect.poll(() => store.health()).toBe('Redis has keys of another version');
    await expectUnavailable(store);
    expect(await raw.get('identity-subgraph:a-name')).toBe('written by version 2');
  });

  test('are not even touched in the moment of connecting again', async () => {
    const redis = await ownRedis();
    const store = await open(redis);
    const raw = await rawRedis(redis.url);
    await raw.set(VERSION_KEY, '2');
    await raw.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal']);
    while (store.health() !== 'Redis has keys of another version') {
      store.set(['a-name'], bytes('written by version 1'), LONG_MS).catch(() => {});
      await nextTurn();
    }
    expect(await raw.get('identity-subgraph:a-name')).toBeNull();
  });

  test('are not touched where Redis could not be reached at the start', async () => {
    const redis = await ownRedis();
    await (await rawRedis(redis.url)).set(VERSION_KEY, '2');
    await redis.kill();
    const store = await open(redis);
    await redis.start();
    await expect.poll(() => store.health(), { timeout: 8_000 }).toBe('Redis has keys of another version');
    await expectUnavailable(store);
  });
});

describe('a Redis that can not be reached', () => {
  test('at the start is waited for, and used when it comes', async () => {
    const redis = await ownRedis();
    await redis.kill();
    const store = await open(redis);
    expect(store.health()).toBe('Redis can not be reached');
    await expectUnavailable(store);
    await redis.start();
    await recovered(store);
    await store.set(['name'], bytes('value'), LONG_MS);
    expect(await at(store, 'name')).toBe('value');
    expect(await (await rawRedis(redis.url)).get(VERSION_KEY)).toBe('1');
  });

  test('because it was killed is told at once, and what it had is there when it is back', async () => {
    const redis = await ownRedis();
    const store = await open(redis);
    await store.set(['name'], bytes('value'), LONG_MS);
    await redis.kill();
    await expectUnavailable(store);
    expect(store.health()).toBe('Redis can not be reached');
    await redis.start();
    await recovered(store);
    expect(await at(store, 'name')).toBe('value');
    expect(textOf(await store.add(['name'], bytes('new'), LONG_MS))).toBe('value');
  });

  test('in the middle of what is asked of it leaves nobody waiting', async () => {
    const redis = await ownRedis();
    const store = await open(redis);
    redis.freeze();
    const asked = Array.from({ length: 20 }, (_, n) => store.add([`name-${n}`], bytes('value'), LONG_MS));
    const answers = Promise.allSettled(asked);
    await redis.kill();
    expect((await answers).map(({ status }) => status)).toEqual(Array(20).fill('rejected'));
  });

  test('again and again is come back to each time', async () => {
    const redis = await ownRedis();
    const store = await open(redis);
    for (let time = 0; time < 3; time += 1) {
      await redis.kill();
      await expect(store.get('name')).rejects.toThrow(StoreUnavailable);
      await redis.start();
      await recovered(store);
      await store.set(['name'], bytes(`time ${time}`), LONG_MS);
      expect(await at(store, 'name')).toBe(`time ${time}`);
    }
  });

  test('is left alone once the store is closed', async () => {
    const redis = await ownRedis();
    const store = (await openRedis(redis.url)).store;
    await redis.kill();
    await expect(store.get('name')).rejects.toThrow(StoreUnavailable);
    await store.close();
    await redis.start();
    const raw = await rawRedis(redis.url);
    // Longer than the longest wait between two attempts.
    await sleep(1_500);
    expect(await raw.sendCommand(['CLIENT', 'LIST'])).toMatch(/^[^\n]+\n$/);
    await expect(store.get('name')).rejects.toThrow(StoreUnavailable);
  });
});

describe('a Redis that does not answer', () => {
  test('is not waited for until it does, and used again when it does', async () => {
    const redis = await ownRedis();
    const store = await open(redis);
    await store.set(['name'], bytes('value'), LONG_MS);
    redis.freeze();
    await expectUnavailable(store);
    expect(store.health()).toBe('Redis does not answer in time');
    redis.thaw();
    await recovered(store);
    expect(await at(store, 'name')).toBe('value');
  });

  test('is waited for by the first who ask, and not by those who come right after', async () => {
    const redis = await ownRedis();
    const store = await open(redis);
    redis.freeze();
    await expect(Promise.any([store.get('one'), store.get('other')])).rejects.toThrow(AggregateError);
    // Told before any timer could end.
    const told = await Promise.race([store.get('one').catch(() => 'told'), sleep(0).then(() => 'waited')]);
    expect(told).toBe('told');
  });

  test('at the start is no reason not to start, and it is used when it does', async () => {
    const redis = await ownRedis();
    redis.freeze();
    const store = await open(redis);
    expect(store.health()).not.toBeNull();
    await expectUnavailable(store);
    redis.thaw();
    await recovered(store);
    await store.set(['name'], bytes('value'), LONG_MS);
    expect(await at(store, 'name')).toBe('value');
  });

  test('may have added all the same what it was asked to', async () => {
    const redis = await ownRedis();
    const store = await open(redis);
    redis.freeze();
    await expect(store.add(['name'], bytes('value'), LONG_MS)).rejects.toThrow(StoreUnavailable);
    redis.thaw();
    await recovered(store);
    expect(textOf(await store.add(['name'], bytes('again'), LONG_MS))).toBe('value');
  });
});

describe('a Redis that answers with errors', () => {
  test.each([
    ['has no room left', ['CONFIG', 'SET', 'maxmemory', '1']],
    ['has become a replica of another', ['REPLICAOF', '127.0.0.1', '1']],
  ])('because it %s is told as trouble, and used again when it can be written', async (_, command) => {
    const redis = await ownRedis();
    const store = await open(redis);
    const raw = await rawRedis(redis.url);
    await raw.sendCommand(command);
    await expect(store.set(['name'], bytes('value'), LONG_MS)).rejects.toThrow(StoreUnavailable);
    expect(store.health()).not.toBeNull();
    await raw.sendCommand(['CONFIG', 'SET', 'maxmemory', '0']);
    await raw.sendCommand(['REPLICAOF', 'NO', 'ONE']);
    await expect.poll(() => store.set(['name'], bytes('value'), LONG_MS), { timeout: 8_000 }).toBeUndefined();
    await expect.poll(() => store.health(), { timeout: 8_000 }).toBeNull();
  });
});

describe('a Redis that drops keys when it is full', () => {
  test.each([
    ['allkeys-lru', /drops keys when it is full \(allkeys-lru; expected noeviction\)$/],
    ['volatile-ttl', /drops keys when it is full \(volatile-ttl; expected noeviction\)$/],
  ])('is told as trouble, and used all the same: %s', async (policy, told) => {
    const redis = await ownRedis();
    const raw = await rawRedis(redis.url);
    await raw.sendCommand(['CONFIG', 'SET', 'maxmemory', '100mb', 'maxmemory-policy', policy]);
    const store = await open(redis);
    expect(store.health()).toMatch(told);
    await store.set(['name'], bytes('value'), LONG_MS);
    expect(await at(store, 'name')).toBe('value');
  });

  test.each([
    ['noeviction', '100mb'],
    ['allkeys-lru', '0'],
  ])('is not meant where it drops none: %s, maxmemory %s', async (policy, maxmemory) => {
    const redis = await ownRedis();
    const raw = await rawRedis(redis.url);
    await raw.sendCommand(['CONFIG', 'SET', 'maxmemory', maxmemory, 'maxmemory-policy', policy]);
    expect((await open(redis)).health()).toBeNull();
  });
});

/** A Redis with a password, and its address with that. */
async function guardedRedis(): Promise<{ redis: RedisServer; url: string }> {
  const redis = await ownRedis();
  const raw = await rawRedis(redis.url);
  await raw.sendCommand(['CONFIG', 'SET', 'requirepass', 'hunter2']);
  return { redis, url: redis.url.replace('redis://', 'redis://:hunter2@') };
}

/** Everything that a store says when everything fails, as far as it could come to a log or a user. */
async function sayingsOf(store: Store, asked = everything(store)): Promise<string[]> {
  const sayings = [];
  for (const [what, ask] of asked) {
    const error = await ask().catch((thrown: unknown) => thrown);
    if (!(error instanceof StoreUnavailable)) throw new Error(`${what} did not fail as it should`);
    // With its cause, and whatever else it carries.
    sayings.push(inspect(error, { depth: 9 }), String(store.health()));
  }
  return sayings;
}

describe('what the store says names neither address, password nor entry', () => {
  const SECRETS = /a-name|a-value|hunter2|127\.0\.0\.1|redis:\/\//;

  test('when Redis is gone', async () => {
    const { redis, url } = await guardedRedis();
    const store = await opened({ kind: 'redis', url });
    await store.set(['a-name'], bytes('a-value'), LONG_MS);
    await redis.kill();
    for (const saying of await sayingsOf(store)) expect(saying).not.toMatch(SECRETS);
  });

  test('when Redis does not answer', async () => {
    const { redis, url } = await guardedRedis();
    const store = await opened({ kind: 'redis', url });
    redis.freeze();
    for (const saying of await sayingsOf(store)) expect(saying).not.toMatch(SECRETS);
  });

  test('when Redis knows another password, which is told as trouble', async () => {
    const { url } = await guardedRedis();
    const store = await opened({ kind: 'redis', url: url.replace('hunter2', 'hunter22') });
    for (const saying of await sayingsOf(store)) expect(saying).not.toMatch(SECRETS);
    expect(store.health()).not.toBeNull();
  });

  test('when something else stands where an entry would be', async () => {
    const { url } = await guardedRedis();
    const store = await opened({ kind: 'redis', url });
    await (await rawRedis(url)).rPush('identity-subgraph:a-name', 'a list');
    const reading = everything(store).filter(([what]) => what === 'get' || what === 'add');
    for (const saying of await sayingsOf(store, reading)) expect(saying).not.toMatch(SECRETS);
  });
});
