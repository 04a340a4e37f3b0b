import { describe, expect, onTestFinished, test } from 'vitest';
import { openRedis } from '../../../../src/storage/redis/open-redis.ts';
import type { RedisOptions } from '../../../../src/storage/redis/redis-connection.ts';
import {
  LOST,
  StoreIncompatible,
  StoreLost,
  StoreUnavailable,
  type Store,
} from '../../../../src/storage/store.ts';
import type { RedisServer } from '../../../support/redis.ts';
import {
  bytes,
  LONG,
  LONG_MS,
  rawRedis,
  startOwnRedis,
  textOf,
  waitUntilHealthy,
} from '../../../support/stores.ts';

const CLAIM = { ...LONG, durability: 'durable' } as const;
const WITHIN = { timeout: 8_000 };
const PREFIX = 'identity-subgraph:';
const DAY_MS = 24 * 60 * 60 * 1000;

/** Far shorter than in production: nearly every test here waits for a check. */
const OFTEN = { checkIntervalMs: 50 };

async function open({ url }: RedisServer, options: RedisOptions = OFTEN): Promise<Store> {
  const { store } = await openRedis(url, options);
  onTestFinished(() => store.close());
  return store;
}

/** Sends a command to Redis as an operator would. */
async function send(redis: RedisServer, ...command: string[]): Promise<unknown> {
  return (await rawRedis(redis.url)).sendCommand(command);
}

async function keys(redis: RedisServer, pattern: string): Promise<string[]> {
  return (await rawRedis(redis.url)).keys(PREFIX + pattern);
}

const losses: [string, (redis: RedisServer) => Promise<unknown>][] = [
  ['FLUSHALL', (redis) => send(redis, 'FLUSHALL')],
  ['FLUSHDB', (redis) => send(redis, 'FLUSHDB')],
  [
    'a restart without its data',
    async (redis) => {
      await redis.kill();
      redis.removeData();
      await redis.start();
    },
  ],
  [
    'the expiry of its keys by a clock that jumped',
    async (redis) => {
      // What the jump of a clock does to keys: their time to live is over at once.
      const all = await keys(redis, '*');
      for (const key of all) if (!key.endsWith(':version')) await send(redis, 'PEXPIREAT', key, '1');
    },
  ],
  [
    'the loss of its last second, as by a failover to a replica that lags',
    async (redis) => {
      const [counter = ''] = await keys(redis, 'sentinel:*');
      const before = Number(await send(redis, 'GET', counter));
      await send(redis, 'SET', counter, String(before - 1), 'PX', String(LONG_MS));
    },
  ],
];

describe.each(losses)('RedisStore after %s', (_, lose) => {
  test('claims are refused, reads and outcomes go on, and the health says what to do', async () => {
    const redis = await startOwnRedis();
    const store = await open(redis);
    await store.add(['known'], bytes('created'), CLAIM);
    await lose(redis);
    await expect.poll(() => store.health(), WITHIN).toBe(LOST);
    await expect(store.add(['known'], bytes('again'), CLAIM)).rejects.toThrow(StoreLost);
    await store.set(['in flight'], bytes('done'), CLAIM);
    expect(textOf(await store.get('in flight'))).toBe('done');
    expect(await store.add(['lease'], bytes('held'), LONG)).toBeNull();
  });

  test('every replica refuses claims, also one that starts later, until an operator accepts the loss', async () => {
    const redis = await startOwnRedis();
    const [one, other] = [await open(redis), await open(redis)];
    await lose(redis);
    for (const store of [one, other]) await expect.poll(() => store.health(), WITHIN).toBe(LOST);
    const later = await open(redis);
    for (const store of [one, other, later]) {
      expect(store.health()).toBe(LOST);
      await expect(store.add(['new'], bytes('again'), CLAIM)).rejects.toThrow(StoreLost);
    }
    const accepting = await open(redis, { acceptsLoss: true, ...OFTEN });
    for (const store of [accepting, one, other, later]) {
      await expect.poll(() => store.health(), WITHIN).toBeNull();
      expect(await store.add([`new ${Math.random()}`], bytes('created'), CLAIM)).toBeNull();
    }
  });
});

describe('RedisStore, a loss of data', () => {
  test('a FLUSHALL in the moment before the only replica stops is noticed too', async () => {
    const redis = await startOwnRedis();
    const store = await open(redis);
    await store.add(['known'], bytes('created'), CLAIM);
    await send(redis, 'FLUSHALL');
    await store.close();
    expect((await open(redis)).health()).toBe(LOST);
  });

  test('the first claim after a FLUSHALL is refused, however soon it comes', async () => {
    const redis = await startOwnRedis();
    // As seldom as in production: the claim comes before the next check.
    const store = await open(redis, {});
    const raw = await rawRedis(redis.url);
    for (let round = 0; round < 5; round += 1) {
      await raw.sendCommand(['DEL', `${PREFIX}lost`]);
      await store.set(['known'], bytes('created'), CLAIM);
      expect(store.health()).toBeNull();
      await raw.sendCommand(['FLUSHALL']);
      await expect(store.add(['known'], bytes('again'), CLAIM)).rejects.toThrow(StoreLost);
      expect(await store.get('known')).toBeNull();
    }
  });

  test('an outage without a loss is none: every write that was confirmed is there afterwards', async () => {
    const redis = await startOwnRedis();
    const store = await open(redis);
    for (let round = 0; round < 3; round += 1) {
      await store.add([`key ${round}`], bytes('created'), CLAIM);
      await redis.kill();
      await expect(store.add(['other'], bytes('value'), CLAIM)).rejects.toThrow(StoreUnavailable);
      expect(store.health()).toBe('Redis is unreachable');
      await redis.start();
      await waitUntilHealthy(store);
      expect(textOf(await store.add([`key ${round}`], bytes('again'), CLAIM))).toBe('created');
    }
  });

  test('a write of which it is unknown whether it was carried out is not missed', async () => {
    const redis = await startOwnRedis();
    const store = await open(redis);
    redis.freeze();
    await expect(store.add(['key'], bytes('value'), CLAIM)).rejects.toThrow(StoreUnavailable);
    await redis.kill();
    await redis.start();
    await waitUntilHealthy(store);
  });

  test('a store that has no data at the start is not one that lost some', async () => {
    const redis = await startOwnRedis();
    expect((await open(redis)).health()).toBeNull();
    await send(redis, 'SET', `${PREFIX}sentinel:of-another-replica`, '7', 'PX', String(DAY_MS));
    expect((await open(redis)).health()).toBeNull();
  });

  test('a loss while Redis is unreachable at the start with an acceptance is accepted when it comes up', async () => {
    const redis = await startOwnRedis();
    await send(redis, 'SET', `${PREFIX}lost`, '1');
    await redis.kill();
    const accepting = await open(redis, { acceptsLoss: true, ...OFTEN });
    await redis.start();
    await waitUntilHealthy(accepting);
    // An acceptance is for what was lost before, and not for what is lost later.
    await send(redis, 'FLUSHALL');
    await expect.poll(() => accepting.health(), WITHIN).toBe(LOST);
  });
});

describe('RedisStore: an eviction policy that changes while the program is running', () => {
  test('claims are refused as soon as Redis would evict keys, and taken again when it does not', async () => {
    const redis = await startOwnRedis();
    const store = await open(redis);
    await send(redis, 'CONFIG', 'SET', 'maxmemory', '100mb', 'maxmemory-policy', 'allkeys-lru');
    await expect.poll(() => store.health(), WITHIN).toMatch(/^Redis evicts keys when it is full/);
    await expect(store.add(['key'], bytes('value'), CLAIM)).rejects.toThrow(/^Redis evicts keys/);
    await store.set(['key'], bytes('value'), LONG);
    await send(redis, 'CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    await expect.poll(() => store.health(), WITHIN).toBeNull();
    expect(textOf(await store.add(['key'], bytes('again'), CLAIM))).toBe('value');
  });

  test('keys that were evicted are a loss, also when the policy is right again', async () => {
    const redis = await startOwnRedis();
    const store = await open(redis);
    await store.set(['filling'], Buffer.alloc(4 * 1024 * 1024), LONG);
    await send(redis, 'CONFIG', 'SET', 'maxmemory', '3mb', 'maxmemory-policy', 'allkeys-random');
    await send(redis, 'SET', 'any', 'value').catch(() => {});
    await send(redis, 'CONFIG', 'SET', 'maxmemory', '0', 'maxmemory-policy', 'noeviction');
    await expect.poll(() => store.health(), WITHIN).toBe(LOST);
  });
});

/** Why a Redis may reject every write: the setting that causes it, and the one that ends it. */
const rejections: [string, (usedBytes: number) => string[], string[]][] = [
  ['it is full', (usedBytes) => ['maxmemory', String(usedBytes - 1_000)], ['maxmemory', '0']],
  ['it has no replica', () => ['min-replicas-to-write', '1'], ['min-replicas-to-write', '0']],
];

describe('RedisStore: a Redis that rejects writes', () => {
  test.each(rejections)(
    'claims are refused and known keys are still found, also over a new connection: %s',
    async (_, begin, end) => {
      const redis = await startOwnRedis();
      const store = await open(redis);
      await store.add(['known'], bytes('value'), CLAIM);
      const used = /used_memory:(\d+)/.exec(String(await send(redis, 'INFO', 'memory')))?.[1];
      await send(redis, 'CONFIG', 'SET', ...begin(Number(used)));
      await expect.poll(() => store.health(), WITHIN).toBe('Redis rejects commands');
      await expect(store.add(['new'], bytes('value'), CLAIM)).rejects.toThrow(StoreUnavailable);
      expect(textOf(await store.get('known'))).toBe('value');
      await send(redis, 'CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await expect.poll(async () => textOf(await store.get('known').catch(() => null)), WITHIN).toBe('value');
      await send(redis, 'CONFIG', 'SET', ...end);
      await expect.poll(() => store.health(), WITHIN).toBeNull();
      expect(await store.add(['new'], bytes('value'), CLAIM)).toBeNull();
    },
  );
});

describe('RedisStore: the former version', () => {
  const VERSION = `${PREFIX}version`;

  test('entries of the former version are used, and Redis is of this version afterwards', async () => {
    const redis = await startOwnRedis();
    await send(redis, 'SET', VERSION, '1');
    await send(redis, 'SET', `${PREFIX}known`, 'created', 'PX', String(LONG_MS));
    const store = await open(redis);
    expect(textOf(await store.add(['known'], bytes('again'), CLAIM))).toBe('created');
    expect(String(await send(redis, 'GET', VERSION))).toBe('2');
  });

  test('a start waits for replicas of the former release that have just stopped', async () => {
    const redis = await startOwnRedis();
    await send(redis, 'SET', VERSION, '1');
    await send(redis, 'ZADD', `${PREFIX}quota:tenant:replicas`, String(Date.now() - 29_000), 'a-replica');
    await open(redis);
    expect(String(await send(redis, 'GET', VERSION))).toBe('2');
  });

  test('a Redis that replicas of the former release are using is not upgraded under them', async () => {
    const redis = await startOwnRedis();
    await redis.kill();
    // Found when Redis comes up: then the start does not wait for them.
    const store = await open(redis);
    const refused = store.add(['key'], bytes('value'), CLAIM);
    await expect(refused).rejects.toThrow(StoreUnavailable);
    await redis.start();
    await send(redis, 'SET', VERSION, '1');
    await send(redis, 'ZADD', `${PREFIX}quota:tenant:replicas`, String(Date.now() + LONG_MS), 'a-replica');
    await expect.poll(() => store.health(), WITHIN).toBe('Redis has keys of another version');
    expect(String(await send(redis, 'GET', VERSION))).toBe('1');
    await send(redis, 'ZREM', `${PREFIX}quota:tenant:replicas`, 'a-replica');
    await waitUntilHealthy(store);
    expect(String(await send(redis, 'GET', VERSION))).toBe('2');
  });

  test('a running replica notices within seconds that another release has upgraded Redis', async () => {
    const redis = await startOwnRedis();
    const store = await open(redis);
    await send(redis, 'SET', VERSION, '3');
    await expect.poll(() => store.health(), WITHIN).toBe('Redis has keys of another version');
    await expect(store.add(['key'], bytes('value'), CLAIM)).rejects.toThrow(StoreUnavailable);
    await expect(openRedis(redis.url)).rejects.toThrow(StoreIncompatible);
  });
});
