import { describe, expect, test } from 'vitest';
import { createSingleFlight, type Work } from '../../../../src/services/concurrency/single-flight.ts';
import { UpstreamFailure } from '../../../../src/domain/upstream-failure.ts';
import type { CallOptions } from '../../../../src/domain/call-options.ts';
import { callOptionsOf } from '../../../support/call-options.ts';

/** Work that ends when the test says so. */
function work(): {
  start: Work<string>;
  begun: CallOptions[];
  open: boolean[];
  ends: PromiseWithResolvers<string>[];
} {
  const begun: CallOptions[] = [];
  const open: boolean[] = [];
  const ends: PromiseWithResolvers<string>[] = [];
  return {
    begun,
    open,
    ends,
    start: async (callOptions, isCurrent) => {
      const end = Promise.withResolvers<string>();
      begun.push(callOptions);
      ends.push(end);
      const value = await end.promise;
      open.push(isCurrent());
      return value;
    },
  };
}

const failure = new UpstreamFailure('unavailable', 'Unico is down');

describe('work that is wanted by several at once', () => {
  test('is done once, and all get what comes of it', async () => {
    const singleFlight = createSingleFlight<string>();
    const { start, begun, ends } = work();
    const all = Array.from({ length: 50 }, () => singleFlight.run('a', callOptionsOf(), start));
    ends[0]?.resolve('done');
    expect(new Set(await Promise.all(all))).toEqual(new Set(['done']));
    expect(begun).toHaveLength(1);
  });

  test('fails for all of them, and is begun anew for the next one', async () => {
    const singleFlight = createSingleFlight<string>();
    const { start, begun, ends } = work();
    const all = [1, 2].map(() => singleFlight.run('a', callOptionsOf(), start));
    ends[0]?.reject(failure);
    expect(await Promise.allSettled(all)).toEqual(
      [1, 2].map(() => ({ status: 'rejected', reason: failure })),
    );
    const next = singleFlight.run('a', callOptionsOf(), start);
    ends[1]?.resolve('done');
    expect(await next).toBe('done');
    expect(begun).toHaveLength(2);
  });

  test('lets others join what it has come to as long as something more is done with it, and nobody waits for that', async () => {
    const singleFlight = createSingleFlight<string>();
    const more = Promise.withResolvers<void>();
    let begun = 0;
    const start: Work<string> = async (_, __, holdOpen) => {
      begun += 1;
      holdOpen(more.promise);
      return 'done';
    };
    expect(await singleFlight.run('a', callOptionsOf(), start)).toBe('done');
    expect(await singleFlight.run('a', callOptionsOf(), start)).toBe('done');
    expect({ begun, underWay: singleFlight.isInFlight('a') }).toEqual({ begun: 1, underWay: true });
    // However that ends.
    more.reject(failure);
    await expect.poll(() => singleFlight.isInFlight('a')).toBe(false);
    await singleFlight.run('a', callOptionsOf(), start);
    expect(begun).toBe(2);
  });

  test.each(['__proto__', 'constructor', '7', ''])(
    'is that of its key and no other, also of %j',
    async (key) => {
      const singleFlight = createSingleFlight<string>();
      const { start, begun, ends } = work();
      expect(singleFlight.isInFlight(key)).toBe(false);
      const both = [1, 2].map(() => singleFlight.run(key, callOptionsOf(), start));
      expect(singleFlight.isInFlight(key)).toBe(true);
      ends[0]?.resolve('done');
      expect(await Promise.all(both)).toEqual(['done', 'done']);
      expect(begun).toHaveLength(1);
      expect(singleFlight.isInFlight(key)).toBe(false);
    },
  );

  test('is not shared with those who want something else', async () => {
    const singleFlight = createSingleFlight<string>();
    const { start, ends } = work();
    const both = ['a', 'b'].map((key) => singleFlight.run(key, callOptionsOf(), start));
    ends[0]?.resolve('of a');
    ends[1]?.resolve('of b');
    expect(await Promise.all(both)).toEqual(['of a', 'of b']);
  });

  test('is done with the time of who has most, and the place of who had least before', async () => {
    const singleFlight = createSingleFlight<string>();
    const { start, begun, ends } = work();
    const all = [
      callOptionsOf(undefined, { deadline: 2_000, sequence: 5 }),
      callOptionsOf(undefined, { deadline: 9_000, sequence: 7 }),
      callOptionsOf(undefined, { deadline: 1_000, sequence: 3 }),
    ].map((callOptions) => singleFlight.run('a', callOptions, start));
    expect(begun).toMatchObject([{ deadline: 9_000, sequence: 3, priority: 'read' }]);
    ends[0]?.resolve('done');
    await Promise.all(all);
  });

  test('takes nothing from the patience of any of them', async () => {
    const singleFlight = createSingleFlight<string>();
    const { start, ends } = work();
    const mine = callOptionsOf(undefined, { deadline: 1_000, sequence: 9 });
    const both = [mine, callOptionsOf(undefined, { deadline: 9_000, sequence: 1 })].map((callOptions) =>
      singleFlight.run('a', callOptions, start),
    );
    ends[0]?.resolve('done');
    await Promise.all(both);
    expect(mine).toMatchObject({ deadline: 1_000, sequence: 9 });
  });
});

describe('who leaves', () => {
  test('is told so at once, and the others get what they wait for', async () => {
    const singleFlight = createSingleFlight<string>();
    const { start, begun, ends } = work();
    const leaving = new AbortController();
    const [left, other] = [
      singleFlight.run('a', callOptionsOf(leaving.signal), start),
      singleFlight.run('a', callOptionsOf(), start),
    ];
    leaving.abort();
    await expect(left).rejects.toMatchObject({ kind: 'unavailable', mayHaveHappened: false });
    expect(begun[0]?.signal.aborted).toBe(false);
    ends[0]?.resolve('done');
    expect(await other).toBe('done');
  });

  test('ends the work when it was the last one', async () => {
    const singleFlight = createSingleFlight<string>();
    const { start, begun } = work();
    const leaving = [new AbortController(), new AbortController()];
    const all = leaving.map(({ signal }) => singleFlight.run('a', callOptionsOf(signal), start));
    leaving[0]?.abort();
    await expect(all[0]).rejects.toThrow(UpstreamFailure);
    expect(begun[0]?.signal.aborted).toBe(false);
    leaving[1]?.abort();
    await expect(all[1]).rejects.toThrow(UpstreamFailure);
    expect(begun[0]?.signal.aborted).toBe(true);
  });

  test('leaves nothing behind that a newcomer could join, nor anything that may be kept', async () => {
    const singleFlight = createSingleFlight<string>();
    const { start, begun, open, ends } = work();
    const leaving = new AbortController();
    const left = singleFlight.run('a', callOptionsOf(leaving.signal), start);
    leaving.abort();
    await expect(left).rejects.toThrow(UpstreamFailure);
    const newcomer = singleFlight.run('a', callOptionsOf(), start);
    // The work that was ended comes to its end after all: it is not the newcomer's.
    ends[0]?.resolve('of the one that was ended');
    ends[1]?.resolve('of the new one');
    expect(await newcomer).toBe('of the new one');
    expect(begun).toHaveLength(2);
    expect(open).toEqual([false, true]);
  });

  test('before it came does not wait, and ends nobody else', async () => {
    const singleFlight = createSingleFlight<string>();
    const { start, begun, ends } = work();
    const other = singleFlight.run('a', callOptionsOf(), start);
    await expect(singleFlight.run('a', callOptionsOf(AbortSignal.abort()), start)).rejects.toThrow(
      UpstreamFailure,
    );
    expect(begun.map(({ signal }) => signal.aborted)).toEqual([false]);
    ends[0]?.resolve('done');
    expect(await other).toBe('done');
  });

  test('is not troubled by a failure that comes later', async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', listen);
    const singleFlight = createSingleFlight<string>();
    const { start, ends } = work();
    const leaving = new AbortController();
    const left = singleFlight.run('a', callOptionsOf(leaving.signal), start);
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
    const singleFlight = createSingleFlight<string>();
    const { start, begun, open, ends } = work();
    const before = singleFlight.run('a', callOptionsOf(), start);
    singleFlight.detach('a');
    const after = singleFlight.run('a', callOptionsOf(), start);
    ends[0]?.resolve('of before');
    ends[1]?.resolve('of after');
    expect(await Promise.all([before, after])).toEqual(['of before', 'of after']);
    expect(begun).toHaveLength(2);
    expect(open).toEqual([false, true]);
  });

  test('does not take the newer work along when its last caller leaves', async () => {
    const singleFlight = createSingleFlight<string>();
    const { start, begun, ends } = work();
    const leaving = new AbortController();
    const before = singleFlight.run('a', callOptionsOf(leaving.signal), start);
    singleFlight.detach('a');
    const after = singleFlight.run('a', callOptionsOf(), start);
    leaving.abort();
    await expect(before).rejects.toThrow(UpstreamFailure);
    expect(begun.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    const joined = singleFlight.run('a', callOptionsOf(), start);
    ends[1]?.resolve('of after');
    expect(await Promise.all([after, joined])).toEqual(['of after', 'of after']);
  });

  test('is no matter where there is none', () => {
    expect(() => createSingleFlight<string>().detach('a')).not.toThrow();
  });
});
