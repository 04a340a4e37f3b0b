import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { WINDOW_MS, type RateWindow } from '../../../../src/storage/rate-window.ts';
import { openRedis } from '../../../../src/storage/redis/open-redis.ts';
import type { Store } from '../../../../src/storage/store.ts';
import type { RedisServer } from '../../../support/redis.ts';
import { startOwnRedis, waitUntilHealthy } from '../../../support/stores.ts';

const QUOTA = 10;

type Replica = { store: Store; rateWindow: RateWindow };

/** A replica that shares the quota from now on, until the test has finished. */
async function join(url: string, name: string): Promise<Replica> {
  const { store, createRateWindow } = await openRedis(url);
  onTestFinished(() => store.close());
  const rateWindow = createRateWindow(name, QUOTA);
  await rateWindow.tryAcquire(0);
  return { store, rateWindow };
}

/** A replica that uses the Redis of the test. */
function another({ url }: RedisServer): Promise<Replica> {
  return join(url, 'quota');
}

/** The rate windows of two replicas, in a Redis that all tests share. */
async function pair(): Promise<[RateWindow, RateWindow]> {
  const name = `quota:${randomUUID()}`;
  const [one, other] = [await join(inject('redisUrl'), name), await join(inject('redisUrl'), name)];
  return [one.rateWindow, other.rateWindow];
}

/** Permits that were taken at some time between the request and its answer. */
type Taking = { asked: number; answered: number; taken: number };

async function take(rateWindow: RateWindow, max: number): Promise<Taking & { waitMs: number }> {
  const asked = performance.now();
  const answer = await rateWindow.tryAcquire(max);
  return { asked, answered: performance.now(), ...answer };
}

/** The maximum that was certainly taken in one and the same second. */
function maxInASecond(takings: readonly Taking[]): number {
  const inSecondOf = ({ asked }: Taking): number =>
    takings
      .filter((other) => other.asked >= asked && other.answered <= asked + 1_000)
      .reduce((sum, { taken }) => sum + taken, 0);
  return Math.max(...takings.map(inSecondOf));
}

describe('RedisRateWindow', () => {
  test('a permit that one replica uses late returns one window after its use to all replicas', async () => {
    const [one, other] = await pair();
    await one.tryAcquire(QUOTA);
    await sleep(500);
    for (let used = 0; used < 4; used += 1) await one.recordLateUse(500);
    await sleep(WINDOW_MS - 450);
    const { taken, waitMs } = await other.tryAcquire(QUOTA);
    expect(taken).toBe(QUOTA - 4);
    expect(waitMs).toBeGreaterThan(0);
  });

  test('two replicas together never get more in any second than the quota', async () => {
    const [one, other] = await pair();
    const end = performance.now() + 3_000;
    const greedy = async (rateWindow: RateWindow, max: number, everyMs: number): Promise<Taking[]> => {
      const takings = [];
      while (performance.now() < end) {
        takings.push(await take(rateWindow, max));
        await sleep(everyMs);
      }
      return takings;
    };
    const takings = await Promise.all([greedy(one, 3, 7), greedy(other, 1, 90), greedy(other, 25, 160)]);
    expect(maxInASecond(takings.flat())).toBeLessThanOrEqual(QUOTA);
    // And no less than that under such a demand.
    expect(takings.flat().reduce((sum, { taken }) => sum + taken, 0)).toBeGreaterThanOrEqual(2 * QUOTA);
  });

  test('a permit counts for a whole second, also where more were wanted than available', async () => {
    const [one] = await pair();
    const takings = [await take(one, 1)];
    await sleep(800);
    takings.push(await take(one, 2 * QUOTA));
    await sleep(300);
    takings.push(await take(one, 2 * QUOTA));
    expect(maxInASecond(takings)).toBeLessThanOrEqual(QUOTA);
  });

  test('a replica that waits as long as it was asked to gets a permit', async () => {
    const [one, other] = await pair();
    expect((await one.tryAcquire(QUOTA)).taken).toBe(QUOTA);
    const { taken, waitMs } = await other.tryAcquire(1);
    expect(taken).toBe(0);
    await sleep(waitMs + 1);
    expect((await other.tryAcquire(1)).taken).toBe(1);
  });

  test('a pause of one replica applies to all, and a shorter pause does not end it', async () => {
    const [one, other] = await pair();
    await one.pause(60_000);
    await other.pause(1);
    await sleep(5);
    for (const rateWindow of [one, other]) {
      const { taken, waitMs } = await rateWindow.tryAcquire(1);
      expect(taken).toBe(0);
      expect(waitMs).toBeGreaterThan(30_000);
    }
  });

  test('permits are granted again when a pause has ended', async () => {
    const [one, other] = await pair();
    await one.pause(50);
    const { taken, waitMs } = await other.tryAcquire(1);
    expect([taken, waitMs > 0 && waitMs <= 50]).toEqual([0, true]);
    await sleep(waitMs + 1);
    expect((await other.tryAcquire(1)).taken).toBe(1);
  });
});

describe('RedisRateWindow while Redis is unavailable', () => {
  test('each replica gets its share of the quota while Redis is down, and any part of it when Redis is back', async () => {
    const redis = await startOwnRedis();
    const all = [await another(redis), await another(redis)] as const;
    const [one, other] = all.map(({ rateWindow }) => rateWindow) as [RateWindow, RateWindow];
    // Tells the first replica of the second.
    await one.tryAcquire(0);
    await redis.kill();
    // What the other replica has just taken is unknown, so it has to return first.
    expect([(await one.tryAcquire(QUOTA)).taken, (await other.tryAcquire(QUOTA)).taken]).toEqual([0, 0]);
    await sleep(WINDOW_MS + 50);
    const shares = [await one.tryAcquire(QUOTA), await other.tryAcquire(QUOTA)];
    expect(shares.map(({ taken }) => taken)).toEqual([QUOTA / 2, QUOTA / 2]);
    for (const { waitMs } of shares) expect(waitMs).toBeGreaterThan(0);
    await redis.start();
    for (const { store } of all) await waitUntilHealthy(store);
    // Other replicas may not have noticed yet that Redis is back.
    await sleep(4_000);
    expect((await one.tryAcquire(QUOTA)).taken).toBe(QUOTA);
    expect((await other.tryAcquire(1)).taken).toBe(0);
  });

  test('no more than the quota is granted in the second in which Redis comes back', async () => {
    const redis = await startOwnRedis();
    const { store, rateWindow } = await another(redis);
    await redis.kill();
    const takings = [await take(rateWindow, QUOTA)];
    await redis.start();
    await waitUntilHealthy(store);
    takings.push(await take(rateWindow, QUOTA));
    expect(maxInASecond(takings)).toBeLessThanOrEqual(QUOTA);
  });

  test('a pause that began while Redis was down goes on when Redis is back', async () => {
    const redis = await startOwnRedis();
    const { store, rateWindow } = await another(redis);
    await redis.kill();
    await rateWindow.pause(60_000);
    await redis.start();
    await waitUntilHealthy(store);
    expect((await rateWindow.tryAcquire(1)).taken).toBe(0);
  });

  test('a single replica gets the whole quota while Redis is down, less what it has just taken', async () => {
    const redis = await startOwnRedis();
    const { rateWindow } = await another(redis);
    const takings = [await take(rateWindow, 4)];
    await redis.kill();
    takings.push(await take(rateWindow, QUOTA));
    expect(maxInASecond(takings)).toBe(QUOTA);
  });

  test('each replica gets a permit while Redis is down, also where there are more replicas than permits', async () => {
    const redis = await startOwnRedis();
    for (let replica = 0; replica < QUOTA; replica += 1) await another(redis);
    const { rateWindow } = await another(redis);
    await redis.kill();
    await rateWindow.tryAcquire(QUOTA);
    await sleep(WINDOW_MS + 50);
    expect((await rateWindow.tryAcquire(QUOTA)).taken).toBe(1);
  });

  test('a pause from before Redis went down goes on, and so does one that begins meanwhile', async () => {
    const redis = await startOwnRedis();
    const [one, other] = [(await another(redis)).rateWindow, (await another(redis)).rateWindow];
    await one.tryAcquire(0);
    await one.pause(60_000);
    await redis.kill();
    await other.pause(60_000);
    expect([await one.tryAcquire(1), await other.tryAcquire(1)].map(({ taken }) => taken)).toEqual([0, 0]);
  });

  test('a pause goes on when another replica joins, and when Redis goes down then', async () => {
    const redis = await startOwnRedis();
    const { rateWindow } = await another(redis);
    await rateWindow.pause(60_000);
    await another(redis);
    expect((await rateWindow.tryAcquire(1)).taken).toBe(0);
    await redis.kill();
    expect((await rateWindow.tryAcquire(1)).taken).toBe(0);
  });

  test('a replica that has just taken the whole quota gets nothing when another one joins and Redis goes down', async () => {
    const redis = await startOwnRedis();
    const { rateWindow } = await another(redis);
    const takings = [await take(rateWindow, QUOTA)];
    await another(redis);
    takings.push(await take(rateWindow, 1));
    await redis.kill();
    takings.push(await take(rateWindow, QUOTA));
    expect(maxInASecond(takings)).toBeLessThanOrEqual(QUOTA);
  });

  test('a replica gets its share also while Redis does not answer', async () => {
    const redis = await startOwnRedis();
    await another(redis);
    const { rateWindow } = await another(redis);
    redis.freeze();
    await rateWindow.tryAcquire(QUOTA);
    await sleep(WINDOW_MS + 50);
    expect((await rateWindow.tryAcquire(QUOTA)).taken).toBe(QUOTA / 2);
  });
});
