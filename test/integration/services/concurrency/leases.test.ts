import { describe, expect, inject, test } from 'vitest';
import { Leases } from '../../../../src/services/concurrency/leases.ts';
import { newEncryptor, twoRedisStores } from '../../../support/reads.ts';

describe('Leases', () => {
  test('a lease has one holder at a time, is renewed while it is held, and is free after its release', async () => {
    const encryptor = newEncryptor();
    const [store, otherStore] = await twoRedisStores(inject('redisUrl'));
    const [one, other] = [new Leases(store, encryptor), new Leases(otherStore, encryptor)];
    const release = await one.acquire('a');
    expect(release).not.toBeNull();
    expect([await one.acquire('a'), await other.acquire('a')]).toEqual([null, null]);
    const free = await other.acquire('b');
    expect(free).not.toBeNull();
    // Longer than the life of a lease without renewal.
    await new Promise((resolve) => setTimeout(resolve, 2_300));
    expect(await other.acquire('a')).toBeNull();
    await release?.();
    const taken = await other.acquire('a');
    expect(taken).not.toBeNull();
    // A second release does not end the lease of the new holder.
    await release?.();
    expect(await one.acquire('a')).toBeNull();
    await Promise.all([taken?.(), free?.()]);
    await Promise.all([store.close(), otherStore.close()]);
  });
});
