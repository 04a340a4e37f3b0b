import { inspect } from 'node:util';
import { setImmediate as nextTick, setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openRedis, type Redis } from '../../../../src/storage/redis/open-redis.ts';
import { StoreIncompatible, StoreUnavailable, type Store } from '../../../../src/storage/store.ts';
import type { RedisServer } from '../../../support/redis.ts';
import {
  bytes,
  LONG,
  LONG_MS,
  openTestStore,
  rawRedis,
  startOwnRedis,
  textOf,
  waitUntilHealthy,
} from '../../../support/stores.ts';

const VERSION_KEY = 'identity-subgraph:version';

async function openRedisForTest({ url }: RedisServer): Promise<Redis> {
  const redis = await openRedis(url);
  onTestFinished(() => redis.store.close());
  return redis;
}

const open = ({ url }: RedisServer): Promise<Store> => openTestStore({ kind: 'redis', url });
const textAt = async (store: Store, key: string): Promise<string | null> => textOf(await store.get(key));

/** Every operation of a store, with texts that no message may contain. */
function everyOperation(store: Store): [name: string, () => Promise<unknown>][] {
  return [
    ['get', () => store.get('a-key')],
    ['set', () => store.set(['a-key'], bytes('a-value'), LONG)],
    ['add', () => store.add(['a-key'], bytes('a-value'), LONG)],
    ['remove', () => store.remove(['a-key'])],
    ['remove if equal', () => store.remove(['a-key'], bytes('a-value'))],
  ];
}

async function expectUnavailable(store: Store): Promise<void> {
  for (const [, run] of everyOperation(store)) await expect(run()).rejects.toThrow(StoreUnavailable);
}

describe('RedisStore: entries', () => {
  test('entries in Redis are shared by all stores that use it', async () => {
    const redis = await startOwnRedis();
    const [one, other] = [await open(redis), await open(redis)];
    await one.set(['key'], bytes('value'), LONG);
    expect(await textAt(other, 'key')).toBe('value');
    expect(textOf(await other.add(['key'], bytes('new'), LONG))).toBe('value');
    await other.remove(['key']);
    expect(await textAt(one, 'key')).toBeNull();
  });

  test('every key in Redis has the prefix of this program and expires', async () => {
    const redis = await startOwnRedis();
    const { store, createRateWindow } = await openRedisForTest(redis);
    await store.set(['set-1', 'set-2'], bytes('value'), LONG);
    await store.add(['add-1', 'add-2'], bytes('value'), { ttlMs: 0.5 * LONG_MS });
    const rateWindow = createRateWindow('quota', 3);
    await rateWindow.tryAcquire(1);
    await rateWindow.pause(LONG_MS);
    const raw = await rawRedis(redis.url);
    const keys = await raw.keys('*');
    expect(keys).toHaveLength(9);
    for (const key of keys) {
      expect(key).toMatch(/^identity-subgraph:/);
      if (key === VERSION_KEY) continue;
      const ttlMs = await raw.pTTL(key);
      const maxMs = key.includes(':sentinel:') ? 24 * 60 * LONG_MS : LONG_MS;
      expect([key, ttlMs > 0 && ttlMs <= maxMs]).toEqual([key, true]);
    }
    expect(await raw.pTTL('identity-subgraph:add-2')).toBeLessThanOrEqual(0.5 * LONG_MS);
  });

  test('the permits in Redis expire also where more were wanted than the quota', async () => {
    const redis = await startOwnRedis();
    const { createRateWindow } = await openRedisForTest(redis);
    await createRateWindow('quota', 3).tryAcquire(10);
    const raw = await rawRedis(redis.url);
    expect(await raw.pTTL('identity-subgraph:quota:taken')).toBeGreaterThan(0);
  });

  test('entries in another database of the same Redis are not seen', async () => {
    const { url } = await startOwnRedis();
    const one = await openTestStore({ kind: 'redis', url: `${url}/1` });
    const other = await openTestStore({ kind: 'redis', url: `${url}/2` });
    await one.set(['key'], bytes('value'), LONG);
    expect(await textAt(other, 'key')).toBeNull();
  });

  test('keys of other programs in the same Redis are not changed', async () => {
    const redis = await startOwnRedis();
    const raw = await rawRedis(redis.url);
    await raw.set('key', 'theirs');
    const store = await open(redis);
    await store.set(['key'], bytes('ours'), LONG);
    await store.remove(['key']);
    expect(await raw.get('key')).toBe('theirs');
  });
});

describe('RedisStore: versions', () => {
  test('keys of another version are refused at the start with what to do about STORE_URL', async () => {
    const redis = await startOwnRedis();
    const raw = await rawRedis(redis.url);
    await raw.set(VERSION_KEY, '3');
    const refused = openRedis(redis.url);
    await expect(refused).rejects.toThrow(StoreIncompatible);
    await expect(refused).rejects.toThrow(
      /^STORE_URL: .* another version \(format 3, expected 2\): run that version, or set STORE_URL to another database$/,
    );
    // Only the connection of the test is left: the refused one does not reconnect.
    await expect
      .poll(async () => (await raw.sendCommand(['CLIENT', 'LIST'])) as string)
      .toMatch(/^[^\n]+\n$/);
  });

  test('keys of the same version are used as they are', async () => {
    const redis = await startOwnRedis();
    await (await open(redis)).set(['key'], bytes('value'), LONG);
    expect(await textAt(await open(redis), 'key')).toBe('value');
    expect(await (await rawRedis(redis.url)).get(VERSION_KEY)).toBe('2');
  });

  test('keys of another version that appear during a reconnect are not changed', async () => {
    const redis = await startOwnRedis();
    const store = await open(redis);
    const raw = await rawRedis(redis.url);
    await raw.set('identity-subgraph:a-key', 'written by version 3', { PX: LONG_MS });
    await raw.set(VERSION_KEY, '3');
    await raw.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal']);
    await expect.poll(() => store.health()).toBe('Redis has keys of another version');
    await expectUnavailable(store);
    expect(await raw.get('identity-subgraph:a-key')).toBe('written by version 3');
  });

  test('keys of another version are not changed in the moment of the reconnect either', async () => {
    const redis = await startOwnRedis();
    const store = await open(redis);
    const raw = await rawRedis(redis.url);
    await raw.set(VERSION_KEY, '3');
    await raw.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal']);
    while (store.health() !== 'Redis has keys of another version') {
      store.set(['a-key'], bytes('written by version 2'), LONG).catch(() => {});
      await nextTick();
    }
    expect(await raw.get('identity-subgraph:a-key')).toBeNull();
  });

  test('keys of another version are not used where Redis was unreachable at the start', async () => {
    const redis = await startOwnRedis();
    await (await rawRedis(redis.url)).set(VERSION_KEY, '3');
    await redis.kill();
    const store = await open(redis);
    await redis.start();
    await expect.poll(() => store.health(), { timeout: 8_000 }).toBe('Redis has keys of another version');
    await expectUnavailable(store);
  });
});

describe('RedisStore while Redis is unreachable', () => {
  test('a Redis that is unreachable at the start is used when it comes up', async () => {
    const redis = await startOwnRedis();
    await redis.kill();
    const store = await open(redis);
    expect(store.health()).toBe('Redis is unreachable');
    await expectUnavailable(store);
    await redis.start();
    await waitUntilHealthy(store);
    await store.set(['key'], bytes('value'), LONG);
    expect(await textAt(store, 'key')).toBe('value');
    expect(await (await rawRedis(redis.url)).get(VERSION_KEY)).toBe('2');
  });

  test('a killed Redis is reported at once, and its entries are there when it is back', async () => {
    const redis = await startOwnRedis();
    const store = await open(redis);
    await store.set(['key'], bytes('value'), LONG);
    await redis.kill();
    await expectUnavailable(store);
    expect(store.health()).toBe('Redis is unreachable');
    await redis.start();
    await waitUntilHealthy(store);
    expect(await textAt(store, 'key')).toBe('value');
    expect(textOf(await store.add(['key'], bytes('new'), LONG))).toBe('value');
  });

  test('commands under way when Redis is killed are rejected', async () => {
    const redis = await startOwnRedis();
    const store = await open(redis);
    redis.freeze();
    const commands = Array.from({ length: 20 }, (_, n) => store.add([`key-${n}`], bytes('value'), LONG));
    const results = Promise.allSettled(commands);
    await redis.kill();
    expect((await results).map(({ status }) => status)).toEqual(Array(20).fill('rejected'));
  });

  test('a Redis that is killed several times is used again each time', async () => {
    const redis = await startOwnRedis();
    const store = await open(redis);
    for (let time = 0; time < 3; time += 1) {
      await redis.kill();
      await expect(store.get('key')).rejects.toThrow(StoreUnavailable);
      await redis.start();
      await waitUntilHealthy(store);
      await store.set(['key'], bytes(`time ${time}`), LONG);
      expect(await textAt(store, 'key')).toBe(`time ${time}`);
    }
  });

  test('a closed store does not reconnect', async () => {
    const redis = await startOwnRedis();
    const { store } = await openRedis(redis.url);
    await redis.kill();
    await expect(store.get('key')).rejects.toThrow(StoreUnavailable);
    await store.close();
    await redis.start();
    const raw = await rawRedis(redis.url);
    // Longer than the longest delay between two attempts.
    await sleep(1_500);
    expect(await raw.sendCommand(['CLIENT', 'LIST'])).toMatch(/^[^\n]+\n$/);
    await expect(store.get('key')).rejects.toThrow(StoreUnavailable);
  });
});

describe('RedisStore while Redis does not answer', () => {
  test('operations time out while Redis does not answer, and work again when it does', async () => {
    const redis = await startOwnRedis();
    const store = await open(redis);
    await store.set(['key'], bytes('value'), LONG);
    redis.freeze();
    await expectUnavailable(store);
    expect(store.health()).toBe('Redis does not answer in time');
    redis.thaw();
    await waitUntilHealthy(store);
    expect(await textAt(store, 'key')).toBe('value');
  });

  test('only the first operations wait for a Redis that does not answer, and later ones fail at once', async () => {
    const redis = await startOwnRedis();
    const store = await open(redis);
    redis.freeze();
    await expect(Promise.any([store.get('one'), store.get('other')])).rejects.toThrow(AggregateError);
    // Rejected before any timer could end.
    const first = await Promise.race([
      store.get('one').catch(() => 'rejected'),
      sleep(0).then(() => 'waited'),
    ]);
    expect(first).toBe('rejected');
  });

  test('a Redis that does not answer at the start is used when it does', async () => {
    const redis = await startOwnRedis();
    redis.freeze();
    const store = await open(redis);
    expect(store.health()).not.toBeNull();
    await expectUnavailable(store);
    redis.thaw();
    await waitUntilHealthy(store);
    await store.set(['key'], bytes('value'), LONG);
    expect(await textAt(store, 'key')).toBe('value');
  });

  test('an add that timed out may have succeeded', async () => {
    const redis = await startOwnRedis();
    const store = await open(redis);
    redis.freeze();
    await expect(store.add(['key'], bytes('value'), LONG)).rejects.toThrow(StoreUnavailable);
    redis.thaw();
    await waitUntilHealthy(store);
    expect(textOf(await store.add(['key'], bytes('again'), LONG))).toBe('value');
  });
});

describe('RedisStore while Redis answers with errors', () => {
  test.each([
    ['has no room left', ['CONFIG', 'SET', 'maxmemory', '1']],
    ['has become a replica of another', ['REPLICAOF', '127.0.0.1', '1']],
  ])(
    'a Redis that %s is reported by the health, and used again when it can be written',
    async (_, command) => {
      const redis = await startOwnRedis();
      const store = await open(redis);
      const raw = await rawRedis(redis.url);
      await raw.sendCommand(command);
      await expect(store.set(['key'], bytes('value'), LONG)).rejects.toThrow(StoreUnavailable);
      expect(store.health()).not.toBeNull();
      await raw.sendCommand(['CONFIG', 'SET', 'maxmemory', '0']);
      await raw.sendCommand(['REPLICAOF', 'NO', 'ONE']);
      await expect.poll(() => store.set(['key'], bytes('value'), LONG), { timeout: 8_000 }).toBeUndefined();
      await expect.poll(() => store.health(), { timeout: 8_000 }).toBeNull();
    },
  );
});

describe('RedisStore: eviction policy', () => {
  test.each([
    ['allkeys-lru', /evicts keys when it is full \(maxmemory-policy is allkeys-lru, expected noeviction\)$/],
    [
      'volatile-ttl',
      /evicts keys when it is full \(maxmemory-policy is volatile-ttl, expected noeviction\)$/,
    ],
  ])(
    'a Redis that evicts keys is reported by the health, and used all the same: %s',
    async (policy, fault) => {
      const redis = await startOwnRedis();
      const raw = await rawRedis(redis.url);
      await raw.sendCommand(['CONFIG', 'SET', 'maxmemory', '100mb', 'maxmemory-policy', policy]);
      const store = await open(redis);
      expect(store.health()).toMatch(fault);
      await store.set(['key'], bytes('value'), LONG);
      expect(await textAt(store, 'key')).toBe('value');
    },
  );

  test.each([
    ['noeviction', '100mb'],
    ['allkeys-lru', '0'],
  ])('a Redis that evicts no keys is healthy: %s, maxmemory %s', async (policy, maxmemory) => {
    const redis = await startOwnRedis();
    const raw = await rawRedis(redis.url);
    await raw.sendCommand(['CONFIG', 'SET', 'maxmemory', maxmemory, 'maxmemory-policy', policy]);
    expect((await open(redis)).health()).toBeNull();
  });
});

/** A Redis with a password, and its address with the password. */
async function startProtectedRedis(): Promise<{ redis: RedisServer; url: string }> {
  const redis = await startOwnRedis();
  const raw = await rawRedis(redis.url);
  await raw.sendCommand(['CONFIG', 'SET', 'requirepass', 'hunter2']);
  return { redis, url: redis.url.replace('redis://', 'redis://:hunter2@') };
}

/** All texts that a store produces when the operations fail and that could reach a log or a caller. */
async function messagesOf(store: Store, operations = everyOperation(store)): Promise<string[]> {
  const messages = [];
  for (const [name, run] of operations) {
    const error = await run().catch((thrown: unknown) => thrown);
    if (!(error instanceof StoreUnavailable)) throw new Error(`${name} did not fail as it should`);
    // With its cause and all other properties.
    messages.push(inspect(error, { depth: 9 }), String(store.health()));
  }
  return messages;
}

describe('RedisStore: messages', () => {
  const SECRETS = /a-key|a-value|hunter2|127\.0\.0\.1|redis:\/\//;

  test('messages contain no address, password or entry when Redis is killed', async () => {
    const { redis, url } = await startProtectedRedis();
    const store = await openTestStore({ kind: 'redis', url });
    await store.set(['a-key'], bytes('a-value'), LONG);
    await redis.kill();
    for (const message of await messagesOf(store)) expect(message).not.toMatch(SECRETS);
  });

  test('messages contain no address, password or entry when Redis does not answer', async () => {
    const { redis, url } = await startProtectedRedis();
    const store = await openTestStore({ kind: 'redis', url });
    redis.freeze();
    for (const message of await messagesOf(store)) expect(message).not.toMatch(SECRETS);
  });

  test('messages contain no address, password or entry when the password is wrong, and the health reports it', async () => {
    const { url } = await startProtectedRedis();
    const store = await openTestStore({ kind: 'redis', url: url.replace('hunter2', 'hunter22') });
    for (const message of await messagesOf(store)) expect(message).not.toMatch(SECRETS);
    expect(store.health()).not.toBeNull();
  });

  test('messages contain no address, password or entry when a key has another type', async () => {
    const { url } = await startProtectedRedis();
    const store = await openTestStore({ kind: 'redis', url });
    await (await rawRedis(url)).rPush('identity-subgraph:a-key', 'a list');
    const reads = everyOperation(store).filter(([name]) => name === 'get' || name === 'add');
    for (const message of await messagesOf(store, reads)) expect(message).not.toMatch(SECRETS);
  });
});
