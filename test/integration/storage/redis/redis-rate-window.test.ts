import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, inject, test } from 'vitest';
import { LocalRateWindow, WINDOW_MS, type RateWindow } from '../../../src/storage/rate-window.ts';
import type { Store } from '../../../src/storage/store.ts';
import type { RedisServer } from '../../support/redis.ts';
import { opened, ownRedis, recovered } from '../../support/stores.ts';

// Fractions, as the clock of `performance` has them, but none that a sum rounds away.
const time = (most: number): fc.Arbitrary<number> => fc.nat(most * 8).map((n) => n / 8);

const QUOTA = 10;

/** A replica that takes part from now on. */
async function join(url: string, name: string): Promise<{ store: Store; rateWindow: RateWindow }> {
  const store = await opened({ kind: 'redis', url });
  const rateWindow = store.rateWindow(name, QUOTA);
  await rateWindow.tryAcquire(0);
  return { store, rateWindow };
}

/** A replica that takes part in a Redis of its test's own. */
function another({ url }: RedisServer): Promise<{ store: Store; rateWindow: RateWindow }> {
  return join(url, 'quota');
}

/** Two replicas, in a Redis that all tests share. */
async function pair(): Promise<[RateWindow, RateWindow]> {
  const name = `quota:${randomUUID()}`;
  const [one, other] = [await join(inject('redisUrl'), name), await join(inject('redisUrl'), name)];
  return [one.rateWindow, other.rateWindow];
}

/** Some tokens, taken at some time in between. */
type Taking = { asked: number; answered: number; taken: number };

async function take(rateWindow: RateWindow, most: number): Promise<Taking & { waitMs: number }> {
  const asked = performance.now();
  const answer = await rateWindow.tryAcquire(most);
  return { asked, answered: performance.now(), ...answer };
}

/** The most that was taken, beyond doubt, in one and the same second. */
function mostInASecond(takings: readonly Taking[]): number {
  const inSecondOf = ({ asked }: Taking): number =>
    takings
      .filter((other) => other.asked >= asked && other.answered <= asked + 1_000)
      .reduce((sum, { taken }) => sum + taken, 0);
  return Math.max(...takings.map(inSecondOf));
}

describe('a bucket of one replica', () => {
  /** A step of those who use it: they take, they are told to pause, or time goes by. */
  type Step = { kind: 'take' | 'pause' | 'pass'; amount: number };

  const steps = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record<Step>({ kind: fc.constant('take'), amount: fc.nat(25) }) },
      { weight: 5, arbitrary: fc.record<Step>({ kind: fc.constant('pass'), amount: time(700) }) },
      { weight: 1, arbitrary: fc.record<Step>({ kind: fc.constant('pause'), amount: time(3_000) }) },
    ),
    { maxLength: 60 },
  );
  const quota = fc.integer({ min: 1, max: 20 });

  type Day = { rateWindow: RateWindow; clock: { now: number }; takenAt: number[]; pausedUntil: number };

  /** What becomes of a bucket in the course of some steps. */
  async function spend(perSecond: number, day: Step[]): Promise<Day> {
    const clock = { now: 12_345 };
    const rateWindow = new LocalRateWindow(perSecond, () => clock.now);
    const so: Day = { rateWindow, clock, takenAt: [], pausedUntil: -Infinity };
    for (const { kind, amount } of day) {
      if (kind === 'pass') clock.now += amount;
      if (kind === 'pause') {
        await rateWindow.pause(amount);
        so.pausedUntil = Math.max(so.pausedUntil, clock.now + amount);
      }
      if (kind === 'take') {
        const { taken } = await rateWindow.tryAcquire(amount);
        so.takenAt.push(...Array.from({ length: taken }, () => clock.now));
      }
    }
    return so;
  }

  test('never gives out more in any second than the quota, whoever takes when', async () => {
    await fc.assert(
      fc.asyncProperty(quota, steps, async (perSecond, day) => {
        const { takenAt } = await spend(perSecond, day);
        for (const from of takenAt) {
          const within = takenAt.filter((at) => at >= from && at <= from + 1_000);
          expect(within.length).toBeLessThanOrEqual(perSecond);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('gives out all of the quota to those who come when they are told to', async () => {
    await fc.assert(
      fc.asyncProperty(quota, steps, async (perSecond, day) => {
        const { rateWindow, clock } = await spend(perSecond, day);
        const start = clock.now;
        let taken = 0;
        let inVain = 0;
        while (taken < 3 * perSecond) {
          const answer = await rateWindow.tryAcquire(3 * perSecond - taken);
          taken += answer.taken;
          // Whoever waits as long as they were told finds a token, or, after a pause, is told once more how long.
          inVain = answer.taken > 0 ? 0 : inVain + 1;
          expect(inVain).toBeLessThanOrEqual(2);
          clock.now += answer.waitMs;
        }
        // A pause that is left, a second for what was taken before, and two until the third lot is there.
        expect(clock.now - start).toBeLessThanOrEqual(3_000 + 3 * WINDOW_MS);
      }),
      { numRuns: 500 },
    );
  });

  test('sends nobody away while a token is there', async () => {
    await fc.assert(
      fc.asyncProperty(quota, steps, async (perSecond, day) => {
        const { rateWindow, clock, takenAt, pausedUntil } = await spend(perSecond, day);
        const away = takenAt.filter((at) => at + WINDOW_MS > clock.now).length;
        const { taken, waitMs } = await rateWindow.tryAcquire(perSecond);
        expect(taken).toBe(clock.now < pausedUntil ? 0 : perSecond - away);
        expect(waitMs > 0).toBe(taken < perSecond);
      }),
      { numRuns: 500 },
    );
  });

  test('gives out nothing in a pause, which a shorter one does not end', async () => {
    await fc.assert(
      fc.asyncProperty(
        quota,
        time(5_000),
        time(5_000),
        time(6_000),
        async (perSecond, first, second, passed) => {
          const clock = { now: 0 };
          const rateWindow = new LocalRateWindow(perSecond, () => clock.now);
          await rateWindow.pause(first);
          await rateWindow.pause(second);
          clock.now += passed;
          const left = Math.max(first, second) - passed;
          expect(await rateWindow.tryAcquire(1)).toEqual(
            left > 0 ? { taken: 0, waitMs: left } : { taken: 1, waitMs: 0 },
          );
        },
      ),
    );
  });

  test('saves nothing up', async () => {
    const clock = { now: 0 };
    const rateWindow = new LocalRateWindow(5, () => clock.now);
    clock.now += 3_600_000;
    expect((await rateWindow.tryAcquire(100)).taken).toBe(5);
  });

  test('gives as much as is wanted, as far as there is as much, and never more', async () => {
    await fc.assert(
      fc.asyncProperty(quota, fc.nat(30), async (perSecond, most) => {
        const rateWindow = new LocalRateWindow(perSecond, () => 0);
        expect((await rateWindow.tryAcquire(most)).taken).toBe(Math.min(most, perSecond));
        expect((await rateWindow.tryAcquire(perSecond)).taken).toBe(Math.max(0, perSecond - most));
      }),
    );
  });
});

describe('tokens that are used late', () => {
  test('come back a second from then, in a replica of its own', async () => {
    const clock = { now: 0 };
    const rateWindow = new LocalRateWindow(2, () => clock.now);
    await rateWindow.tryAcquire(2);
    clock.now = 300;
    await rateWindow.recordLateUse(300);
    clock.now = WINDOW_MS;
    expect(await rateWindow.tryAcquire(2)).toEqual({ taken: 1, waitMs: 300 });
  });

  test('come back a second from then, in all replicas', async () => {
    const [one, other] = await pair();
    await one.tryAcquire(QUOTA);
    await sleep(500);
    for (let used = 0; used < 4; used += 1) await one.recordLateUse(500);
    await sleep(WINDOW_MS - 450);
    const { taken, waitMs } = await other.tryAcquire(QUOTA);
    expect(taken).toBe(QUOTA - 4);
    expect(waitMs).toBeGreaterThan(0);
  });
});

describe('a bucket that replicas share in Redis', () => {
  test('never gives two replicas together more in any second than the quota', async () => {
    const [one, other] = await pair();
    const end = performance.now() + 3_000;
    const greedy = async (rateWindow: RateWindow, most: number, everyMs: number): Promise<Taking[]> => {
      const takings = [];
      while (performance.now() < end) {
        takings.push(await take(rateWindow, most));
        await sleep(everyMs);
      }
      return takings;
    };
    const takings = await Promise.all([greedy(one, 3, 7), greedy(other, 1, 90), greedy(other, 25, 160)]);
    expect(mostInASecond(takings.flat())).toBeLessThanOrEqual(QUOTA);
    // And no less than that, when there is such a demand.
    expect(takings.flat().reduce((sum, { taken }) => sum + taken, 0)).toBeGreaterThanOrEqual(2 * QUOTA);
  });

  test('remembers each token for a second, also those of whoever wanted more than there were', async () => {
    const [one] = await pair();
    const takings = [await take(one, 1)];
    await sleep(800);
    takings.push(await take(one, 2 * QUOTA));
    await sleep(300);
    takings.push(await take(one, 2 * QUOTA));
    expect(mostInASecond(takings)).toBeLessThanOrEqual(QUOTA);
  });

  test('has a token for whoever comes when they were told to', async () => {
    const [one, other] = await pair();
    expect((await one.tryAcquire(QUOTA)).taken).toBe(QUOTA);
    const { taken, waitMs } = await other.tryAcquire(1);
    expect(taken).toBe(0);
    await sleep(waitMs + 1);
    expect((await other.tryAcquire(1)).taken).toBe(1);
  });

  test('pauses for all replicas when one of them is told to, and a shorter pause does not end it', async () => {
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

  test('goes on when a pause is over', async () => {
    const [one, other] = await pair();
    await one.pause(50);
    const { taken, waitMs } = await other.tryAcquire(1);
    expect([taken, waitMs > 0 && waitMs <= 50]).toEqual([0, true]);
    await sleep(waitMs + 1);
    expect((await other.tryAcquire(1)).taken).toBe(1);
  });

  describe('while Redis is away', () => {
    test('gives each replica its share, and all of it to all when Redis is back', async () => {
      const redis = await ownRedis();
      const all = [await another(redis), await another(redis)] as const;
      const [one, other] = all.map(({ rateWindow }) => rateWindow) as [RateWindow, RateWindow];
      // So that the first, too, knows of the second.
      await one.tryAcquire(0);
      await redis.kill();
      // What the other has taken just before is not known, so it has to come back first.
      expect([(await one.tryAcquire(QUOTA)).taken, (await other.tryAcquire(QUOTA)).taken]).toEqual([0, 0]);
      await sleep(WINDOW_MS + 50);
      const shares = [await one.tryAcquire(QUOTA), await other.tryAcquire(QUOTA)];
      expect(shares.map(({ taken }) => taken)).toEqual([QUOTA / 2, QUOTA / 2]);
      for (const { waitMs } of shares) expect(waitMs).toBeGreaterThan(0);
      await redis.start();
      for (const { store } of all) await recovered(store);
      // The others may not have noticed yet that Redis is back.
      await sleep(4_000);
      expect((await one.tryAcquire(QUOTA)).taken).toBe(QUOTA);
      expect((await other.tryAcquire(1)).taken).toBe(0);
    });

    test('gives no more than the quota also in the second in which Redis comes back', async () => {
      const redis = await ownRedis();
      const { store, rateWindow } = await another(redis);
      await redis.kill();
      const takings = [await take(rateWindow, QUOTA)];
      await redis.start();
      await recovered(store);
      takings.push(await take(rateWindow, QUOTA));
      expect(mostInASecond(takings)).toBeLessThanOrEqual(QUOTA);
    });

    test('holds the pause that was asked for meanwhile when Redis is back', async () => {
      const redis = await ownRedis();
      const { store, rateWindow } = await another(redis);
      await redis.kill();
      await rateWindow.pause(60_000);
      await redis.start();
      await recovered(store);
      expect((await rateWindow.tryAcquire(1)).taken).toBe(0);
    });

    test('gives a single replica the whole quota, less what it has just taken', async () => {
      const redis = await ownRedis();
      const { rateWindow } = await another(redis);
      const takings = [await take(rateWindow, 4)];
      await redis.kill();
      takings.push(await take(rateWindow, QUOTA));
      expect(mostInASecond(takings)).toBe(QUOTA);
    });

    test('gives something to each of more replicas than there are tokens', async () => {
      const redis = await ownRedis();
      for (let replica = 0; replica < QUOTA; replica += 1) await another(redis);
      const { rateWindow } = await another(redis);
      await redis.kill();
      await rateWindow.tryAcquire(QUOTA);
      await sleep(WINDOW_MS + 50);
      expect((await rateWindow.tryAcquire(QUOTA)).taken).toBe(1);
    });

    test('holds a pause that was asked for before, and one that is asked for meanwhile', async () => {
      const redis = await ownRedis();
      const [one, other] = [(await another(redis)).rateWindow, (await another(redis)).rateWindow];
      await one.tryAcquire(0);
      await one.pause(60_000);
      await redis.kill();
      await other.pause(60_000);
      expect([await one.tryAcquire(1), await other.tryAcquire(1)].map(({ taken }) => taken)).toEqual([0, 0]);
    });

    test('holds the pause that was asked for before a further replica came', async () => {
      const redis = await ownRedis();
      const { rateWindow } = await another(redis);
      await rateWindow.pause(60_000);
      await another(redis);
      expect((await rateWindow.tryAcquire(1)).taken).toBe(0);
      await redis.kill();
      expect((await rateWindow.tryAcquire(1)).taken).toBe(0);
    });

    test('gives nothing to a replica that has just taken all, also where a further one has come since', async () => {
      const redis = await ownRedis();
      const { rateWindow } = await another(redis);
      const takings = [await take(rateWindow, QUOTA)];
      await another(redis);
      takings.push(await take(rateWindow, 1));
      await redis.kill();
      takings.push(await take(rateWindow, QUOTA));
      expect(mostInASecond(takings)).toBeLessThanOrEqual(QUOTA);
    });

    test('gives a replica its share also while Redis does not answer', async () => {
      const redis = await ownRedis();
      await another(redis);
      const { rateWindow } = await another(redis);
      redis.freeze();
      await rateWindow.tryAcquire(QUOTA);
      await sleep(WINDOW_MS + 50);
      expect((await rateWindow.tryAcquire(QUOTA)).taken).toBe(QUOTA / 2);
    });
  });
});
