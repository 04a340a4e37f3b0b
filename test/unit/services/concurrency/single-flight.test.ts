import { describe, expect, test } from 'vitest';
import { createFlights, type Start } from '../../../../src/services/concurrency/single-flight.ts';
import { UpstreamFailure } from '../../../../src/domain/upstream-failure.ts';
import type { Patience } from '../../../../src/domain/call-options.ts';
import { patienceOf } from '../../../support/call-options.ts';

/** Work that ends when the test says so. */
function work(): {
  start: Start<string>;
  begun: Patience[];
  open: boolean[];
  ends: PromiseWithResolvers<string>[];
} {
  const begun: Patience[] = [];
  const open: boolean[] = [];
  const ends: PromiseWithResolvers<string>[] = [];
  return {
    begun,
    open,
    ends,
    start: async (patience, isOpen) => {
      const end = Promise.withResolvers<string>();
      begun.push(patience);
      ends.push(end);
      const value = await end.promise;
      open.push(isOpen());
      return value;
    },
  };
}

const failure = new UpstreamFailure('unavailable', 'Unico is down');

describe('work that is wanted by several at once', () => {
  test('is done once, and all get what comes of it', async () => {
    const flights = createFlights<string>();
    const { start, begun, ends } = work();
    const all = Array.from({ length: 50 }, () => flights.join('a', patienceOf(), start));
    ends[0]?.resolve('done');
    expect(new Set(await Promise.all(all))).toEqual(new Set(['done']));
    expect(begun).toHaveLength(1);
  });

  test('fails for all of them, and is begun anew for the next one', async () => {
    const flights = createFlights<string>();
    const { start, begun, ends } = work();
    const all = [1, 2].map(() => flights.join('a', patienceOf(), start));
    ends[0]?.reject(failure);
    expect(await Promise.allSettled(all)).toEqual(
      [1, 2].map(() => ({ status: 'rejected', reason: failure })),
    );
    const next = flights.join('a', patienceOf(), start);
    ends[1]?.resolve('done');
    expect(await next).toBe('done');
    expect(begun).toHaveLength(2);
  });

  test('lets others join what it has come to as long as something more is done with it, and nobody waits for that', async () => {
    const flights = createFlights<string>();
    const more = Promise.withResolvers<void>();
    let begun = 0;
    const start: Start<string> = async (_, __, linger) => {
      begun += 1;
      linger(more.promise);
      return 'done';
    };
    expect(await flights.join('a', patienceOf(), start)).toBe('done');
    expect(await flights.join('a', patienceOf(), start)).toBe('done');
    expect({ begun, underWay: flights.isUnderWay('a') }).toEqual({ begun: 1, underWay: true });
    // However that ends.
    more.reject(failure);
    await expect.poll(() => flights.isUnderWay('a')).toBe(false);
    await flights.join('a', patienceOf(), start);
    expect(begun).toBe(2);
  });

  test.each(['__proto__', 'constructor', '7', ''])(
    'is that of its key and no other, also of %j',
    async (key) => {
      const flights = createFlights<string>();
      const { start, begun, ends } = work();
      expect(flights.isUnderWay(key)).toBe(false);
      const both = [1, 2].map(() => flights.join(key, patienceOf(), start));
      expect(flights.isUnderWay(key)).toBe(true);
      ends[0]?.resolve('done');
      expect(await Promise.all(both)).toEqual(['done', 'done']);
      expect(begun).toHaveLength(1);
      expect(flights.isUnderWay(key)).toBe(false);
    },
  );

  test('is not shared with those who want something else', async () => {
    const flights = createFlights<string>();
    const { start, ends } = work();
    const both = ['a', 'b'].map((key) => flights.join(key, patienceOf(), start));
    ends[0]?.resolve('of a');
    ends[1]?.resolve('of b');
    expect(await Promise.all(both)).toEqual(['of a', 'of b']);
  });

  test('is done with the time of who has most, and the place of who had least before', async () => {
    const flights = createFlights<string>();
    const { start, begun, ends } = work();
    const all = [
      patienceOf(undefined, { until: 2_000, rank: 5 }),
      patienceOf(undefined, { until: 9_000, rank: 7 }),
      patienceOf(undefined, { until: 1_000, rank: 3 }),
    ].map((patience) => flights.join('a', patience, start));
    expect(begun).toMatchObject([{ until: 9_000, rank: 3, lane: 'read' }]);
    ends[0]?.resolve('done');
    await Promise.all(all);
  });

  test('takes nothing from the patience of any of them', async () => {
    const flights = createFlights<string>();
    const { start, ends } = work();
    const mine = patienceOf(undefined, { until: 1_000, rank: 9 });
    const both = [mine, patienceOf(undefined, { until: 9_000, rank: 1 })].map((patience) =>
      flights.join('a', patience, start),
    );
    ends[0]?.resolve('done');
    await Promise.all(both);
    expect(mine).toMatchObject({ until: 1_000, rank: 9 });
  });
});

describe('who leaves', () => {
  test('is told so at once, and the others get what they wait for', async () => {
    const flights = createFlights<string>();
    const { start, begun, ends } = work();
    const leaving = new AbortController();
    const [left, other] = [
      flights.join('a', patienceOf(leaving.signal), start),
      flights.join('a', patienceOf(), start),
    ];
    leaving.abort();
    await expect(left).rejects.toMatchObject({ kind: 'unavailable', mayHaveHappened: false });
    expect(begun[0]?.signal.aborted).toBe(false);
    ends[0]?.resolve('done');
    expect(await other).toBe('done');
  });

  test('ends the work when it was the last one', async () => {
    const flights = createFlights<string>();
    const { start, begun } = work();
    const leaving = [new AbortController(), new AbortController()];
    const all = leaving.map(({ signal }) => flights.join('a', patienceOf(signal), start));
    leaving[0]?.abort();
    await expect(all[0]).rejects.toThrow(UpstreamFailure);
    expect(begun[0]?.signal.aborted).toBe(false);
    leaving[1]?.abort();
    await expect(all[1]).rejects.toThrow(UpstreamFailure);
    expect(begun[0]?.signal.aborted).toBe(true);
  });

  test('leaves nothing behind that a newcomer could join, nor anything that may be kept', async () => {
    const flights = createFlights<string>();
    const { start, begun, open, ends } = work();
    const leaving = new AbortController();
    const left = flights.join('a', patienceOf(leaving.signal), start);
    leaving.abort();
    await expect(left).rejects.toThrow(UpstreamFailure);
    const newcomer = flights.join('a', patienceOf(), start);
    // The work that was ended comes to its end after all: it is not the newcomer's.
    ends[0]?.resolve('of the one that was ended');
    ends[1]?.resolve('of the new one');
    expect(await newcomer).toBe('of the new one');
    expect(begun).toHaveLength(2);
    expect(open).toEqual([false, true]);
  });

  test('before it came does not wait, and ends nobody else', async () => {
    const flights = createFlights<string>();
    const { start, begun, ends } = work();
    const other = flights.join('a', patienceOf(), start);
    await expect(flights.join('a', patienceOf(AbortSignal.abort()), start)).rejects.toThrow(UpstreamFailure);
    expect(begun.map(({ signal }) => signal.aborted)).toEqual([false]);
    ends[0]?.resolve('done');
    expect(await other).toBe('done');
  });

  test('is not troubled by a failure that comes later', async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', listen);
    const flights = createFlights<string>();
    const { start, ends } = work();
    const leaving = new AbortController();
    const left = flights.join('a', patienceOf(leaving.signal), start);
    leaving.abort();
    await expect(left).rejects.toThrow(UpstreamFailure);
    ends[0]?.reject(failure);
    // Node tells of rejections that nobody caught after the tick in which they happened.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  });
});

describe('work that is closed', () => {
  test('still answers those who wait, may not be kept, and nobody else joins it', async () => {
    const flights = createFlights<string>();
    const { start, begun, open, ends } = work();
    const before = flights.join('a', patienceOf(), start);
    flights.close('a');
    const after = flights.join('a', patienceOf(), start);
    ends[0]?.resolve('of before');
    ends[1]?.resolve('of after');
    expect(await Promise.all([before, after])).toEqual(['of before', 'of after']);
    expect(begun).toHaveLength(2);
    expect(open).toEqual([false, true]);
  });

  test('does not take the newer work along when its last caller leaves', async () => {
    const flights = createFlights<string>();
    const { start, begun, ends } = work();
    const leaving = new AbortController();
    const before = flights.join('a', patienceOf(leaving.signal), start);
    flights.close('a');
    const after = flights.join('a', patienceOf(), start);
    leaving.abort();
    await expect(before).rejects.toThrow(UpstreamFailure);
    expect(begun.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    const joined = flights.join('a', patienceOf(), start);
    ends[1]?.resolve('of after');
    expect(await Promise.all([after, joined])).toEqual(['of after', 'of after']);
  });

  test('is no matter where there is none', () => {
    expect(() => createFlights<string>().close('a')).not.toThrow();
  });
});
