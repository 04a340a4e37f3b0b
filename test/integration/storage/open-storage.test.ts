import { randomUUID } from 'node:crypto';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { randomDataKey } from '../../../src/storage/encryption/data-key.ts';
import { Encryptor } from '../../../src/storage/encryption/encryptor.ts';
import { verifyDataKeys } from '../../../src/storage/key-verified-store.ts';
import { openStorage, type Storage, type StoreAddress } from '../../../src/storage/open-storage.ts';
import { openRedis } from '../../../src/storage/redis/open-redis.ts';
import { StoreIncompatible, StoreUnavailable } from '../../../src/storage/store.ts';
import { bytes, LONG, rawRedis, startOwnRedis, tempFile, textOf } from '../../support/stores.ts';

const KINDS = ['memory', 'sqlite', 'redis'] as const;

const addresses: Record<StoreAddress['kind'], () => StoreAddress> = {
  memory: () => ({ kind: 'memory' }),
  sqlite: () => ({ kind: 'sqlite', file: tempFile() }),
  redis: () => ({ kind: 'redis', url: inject('redisUrl') }),
};

const DATA_KEY = randomDataKey();
const QUOTA = 3;

/** The storage of a tenant, until the test has finished. */
async function open(address: StoreAddress, scope: string, dataKey = DATA_KEY): Promise<Storage> {
  const encryptor = new Encryptor([dataKey], scope);
  const storage = await openStorage(address, { encryptor, scope, perSecond: QUOTA });
  onTestFinished(() => storage.close());
  return storage;
}

describe.each(KINDS)('openStorage: %s', (kind) => {
  test('a storage has a store, and a rate window with the quota of the tenant', async () => {
    const { store, rateWindow } = await open(addresses[kind](), randomUUID());
    await store.set(['key'], bytes('value'), LONG);
    expect(textOf(await store.get('key'))).toBe('value');
    const { taken, waitMs } = await rateWindow.tryAcquire(10);
    expect(taken).toBe(QUOTA);
    expect(waitMs).toBeGreaterThan(0);
  });

  test('two tenants with the same address do not share a quota', async () => {
    const address = addresses[kind]();
    const [one, other] = [await open(address, randomUUID()), await open(address, randomUUID())];
    expect((await one.rateWindow.tryAcquire(QUOTA)).taken).toBe(QUOTA);
    expect((await other.rateWindow.tryAcquire(QUOTA)).taken).toBe(QUOTA);
  });
});

describe.each(['sqlite', 'redis'] as const)('openStorage with another data key: %s', (kind) => {
  test('a store that was encrypted with another data key refuses to open', async () => {
    const [address, scope] = [addresses[kind](), randomUUID()];
    await open(address, scope);
    await expect(open(address, scope, randomDataKey())).rejects.toThrow(StoreIncompatible);
  });
});

describe('openStorage: Redis', () => {
  test('two replicas of a tenant share one quota in Redis', async () => {
    const [address, scope] = [addresses.redis(), randomUUID()];
    const [one, other] = [await open(address, scope), await open(address, scope)];
    expect((await one.rateWindow.tryAcquire(2)).taken).toBe(2);
    expect((await other.rateWindow.tryAcquire(2)).taken).toBe(1);
  });

  test('a Redis that was encrypted with another data key is left without a connection or a replica', async () => {
    const { url } = await startOwnRedis();
    const raw = await rawRedis(url);
    const before = await openRedis(url);
    await verifyDataKeys(before.store, new Encryptor([DATA_KEY], 'scope'), 'scope');
    await before.store.close();
    await expect(open({ kind: 'redis', url }, 'scope', randomDataKey())).rejects.toThrow(StoreIncompatible);
    // Only the connection of the test is left.
    await expect.poll(async () => String(await raw.sendCommand(['CLIENT', 'LIST']))).toMatch(/^[^\n]+\n$/);
    expect(await raw.keys('*quota*')).toEqual([]);
  });

  test('a Redis that is unreachable at the start is verified before its first use', async () => {
    const redis = await startOwnRedis();
    const address: StoreAddress = { kind: 'redis', url: redis.url };
    await (await open(address, 'scope')).close();
    await redis.kill();
    const { store } = await open(address, 'scope', randomDataKey());
    await redis.start();
    const fault = 'DATA_KEY is not the key that encrypted the data in the store';
    await expect
      .poll(() => store.get('key').catch(String), { timeout: 8_000 })
      .toBe(String(new StoreUnavailable(fault)));
    expect(store.health()).toBe(fault);
  });
});
