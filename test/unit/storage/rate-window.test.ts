import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LocalRateWindow, WINDOW_MS, type RateWindow } from '../../../src/storage/rate-window.ts';

// Fractions, as the clock of `performance` has them, but none that a sum rounds.
const time = (max: number): fc.Arbitrary<number> => fc.nat(max * 8).map((n) => n / 8);

describe('LocalRateWindow', () => {
  /** A step of a test: permits are taken, a pause begins, or time passes. */
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

  type Run = { rateWindow: RateWindow; clock: { now: number }; takenAt: number[]; pausedUntil: number };

  /** Runs the steps on a new rate window. */
  async function run(perSecond: number, all: Step[]): Promise<Run> {
    const clock = { now: 12_345 };
    const rateWindow = new LocalRateWindow(perSecond, () => clock.now);
    const result: Run = { rateWindow, clock, takenAt: [], pausedUntil: -Infinity };
    for (const { kind, amount } of all) {
      if (kind === 'pass') clock.now += amount;
      if (kind === 'pause') {
        await rateWindow.pause(amount);
        result.pausedUntil = Math.max(result.pausedUntil, clock.now + amount);
      }
      if (kind === 'take') {
        const { taken } = await rateWindow.tryAcquire(amount);
        result.takenAt.push(...Array.from({ length: taken }, () => clock.now));
      }
    }
    return result;
  }

  test('a rate window never grants more in any second than the quota', async () => {
    await fc.assert(
      fc.asyncProperty(quota, steps, async (perSecond, all) => {
        const { takenAt } = await run(perSecond, all);
        for (const from of takenAt) {
          const within = takenAt.filter((at) => at >= from && at <= from + 1_000);
          expect(within.length).toBeLessThanOrEqual(perSecond);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a rate window grants the whole quota to a caller that waits as long as it says', async () => {
    await fc.assert(
      fc.asyncProperty(quota, steps, async (perSecond, all) => {
        const { rateWindow, clock } = await run(perSecond, all);
        const start = clock.now;
        let taken = 0;
        let refusals = 0;
        while (taken < 3 * perSecond) {
          const answer = await rateWindow.tryAcquire(3 * perSecond - taken);
          taken += answer.taken;
          // A caller that has waited gets a permit or, after a pause, has to wait once more.
          refusals = answer.taken > 0 ? 0 : refusals + 1;
          expect(refusals).toBeLessThanOrEqual(2);
          clock.now += answer.waitMs;
        }
        // The rest of a pause, a window for what was taken before, and two until the third quota is available.
        expect(clock.now - start).toBeLessThanOrEqual(3_000 + 3 * WINDOW_MS);
      }),
      { numRuns: 500 },
    );
  });

  test('a rate window refuses no caller while a permit is available', async () => {
    await fc.assert(
      fc.asyncProperty(quota, steps, async (perSecond, all) => {
        const { rateWindow, clock, takenAt, pausedUntil } = await run(perSecond, all);
        const away = takenAt.filter((at) => at + WINDOW_MS > clock.now).length;
        const { taken, waitMs } = await rateWindow.tryAcquire(perSecond);
        expect(taken).toBe(clock.now < pausedUntil ? 0 : perSecond - away);
        expect(waitMs > 0).toBe(taken < perSecond);
      }),
      { numRuns: 500 },
    );
  });

  test('a rate window grants nothing during a pause, which a shorter one does not end', async () => {
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

  test('a rate window does not save up unused permits', async () => {
    const clock = { now: 0 };
    const rateWindow = new LocalRateWindow(5, () => clock.now);
    clock.now += 3_600_000;
    expect((await rateWindow.tryAcquire(100)).taken).toBe(5);
  });

  test('a rate window grants as much as is wanted, up to the quota', async () => {
    await fc.assert(
      fc.asyncProperty(quota, fc.nat(30), async (perSecond, most) => {
        const rateWindow = new LocalRateWindow(perSecond, () => 0);
        expect((await rateWindow.tryAcquire(most)).taken).toBe(Math.min(most, perSecond));
        expect((await rateWindow.tryAcquire(perSecond)).taken).toBe(Math.max(0, perSecond - most));
      }),
    );
  });

  test('a permit that is used late returns one window after its use', async () => {
    const clock = { now: 0 };
    const rateWindow = new LocalRateWindow(2, () => clock.now);
    await rateWindow.tryAcquire(2);
    clock.now = 300;
    await rateWindow.recordLateUse(300);
    clock.now = WINDOW_MS;
    expect(await rateWindow.tryAcquire(2)).toEqual({ taken: 1, waitMs: 300 });
  });
});
