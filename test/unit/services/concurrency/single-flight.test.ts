import { describe, expect, test } from 'vitest';
import { SingleFlight, type Work } from '../../../../src/services/concurrency/single-flight.ts';
import { UpstreamFailure } from '../../../../src/domain/upstream-failure.ts';
import type { ClientId } from '../../../../src/domain/caller.ts';
import type { CallOptions, Claim } from '../../../../src/domain/call-options.ts';
import { callOptionsOf, claimOf } from '../../../support/call-options.ts';

/** Work that ends when the test says so; `current` records whether each work could still be joined at its end. */
function work(): {
  start: Work<string>;
  begun: CallOptions[];
  current: boolean[];
  ends: PromiseWithResolvers<string>[];
} {
  const begun: CallOptions[] = [];
  const current: boolean[] = [];
  const ends: PromiseWithResolvers<string>[] = [];
  return {
    begun,
    current,
    ends,
    start: async ({ callOptions, isCurrent }) => {
      const end = Promise.withResolvers<string>();
      begun.push(callOptions);
      ends.push(end);
      const value = await end.promise;
      current.push(isCurrent());
      return value;
    },
  };
}

/** Claims are withdrawn at the end of a turn of the event loop. */
const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const page = (sequence: number): Claim => claimOf({ lane: 'page', sequence });
const first = claimOf({ client: 'orders-web' as ClientId });

const failure = new UpstreamFailure('unavailable', 'Unico is down');

describe('SingleFlight.run', () => {
  test('concurrent callers of one key share one flight and its result', async () => {
    const singleFlight = new SingleFlight<string>();
    const { start, begun, ends } = work();
    const all = Array.from({ length: 50 }, () => singleFlight.run('a', callOptionsOf(), start));
    ends[0]?.resolve('done');
    expect(new Set(await Promise.all(all))).toEqual(new Set(['done']));
    expect(begun).toHaveLength(1);
  });

  test('a failure reaches all callers of a flight, and the next caller starts a new one', async () => {
    const singleFlight = new SingleFlight<string>();
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

  test('a flight that is held open can be joined, and its callers do not wait for the hold', async () => {
    const singleFlight = new SingleFlight<string>();
    const more = Promise.withResolvers<void>();
    let begun = 0;
    const start: Work<string> = async ({ holdOpen }) => {
      begun += 1;
      holdOpen(more.promise);
      return 'done';
    };
    expect(await singleFlight.run('a', callOptionsOf(), start)).toBe('done');
    expect(await singleFlight.run('a', callOptionsOf(), start)).toBe('done');
    expect({ begun, inFlight: singleFlight.isInFlight('a') }).toEqual({ begun: 1, inFlight: true });
    // Also when the hold fails.
    more.reject(failure);
    await expect.poll(() => singleFlight.isInFlight('a')).toBe(false);
    await singleFlight.run('a', callOptionsOf(), start);
    expect(begun).toBe(2);
  });

  test.each(['__proto__', 'constructor', '7', ''])('a flight belongs to its key alone: %j', async (key) => {
    const singleFlight = new SingleFlight<string>();
    const { start, begun, ends } = work();
    expect(singleFlight.isInFlight(key)).toBe(false);
    const both = [1, 2].map(() => singleFlight.run(key, callOptionsOf(), start));
    expect(singleFlight.isInFlight(key)).toBe(true);
    ends[0]?.resolve('done');
    expect(await Promise.all(both)).toEqual(['done', 'done']);
    expect(begun).toHaveLength(1);
    expect(singleFlight.isInFlight(key)).toBe(false);
  });

  test('callers of different keys do not share a flight', async () => {
    const singleFlight = new SingleFlight<string>();
    const { start, ends } = work();
    const both = ['a', 'b'].map((key) => singleFlight.run(key, callOptionsOf(), start));
    ends[0]?.resolve('of a');
    ends[1]?.resolve('of b');
    expect(await Promise.all(both)).toEqual(['of a', 'of b']);
  });

  test('a flight has the latest deadline of its callers, and each claim that no other one of the same client and lane is better than', async () => {
    const singleFlight = new SingleFlight<string>();
    const { start, begun, ends } = work();
    const all = [
      callOptionsOf(undefined, { deadline: 2_000, claims: [page(5)] }),
      callOptionsOf(undefined, { deadline: 9_000, claims: [page(7)] }),
      callOptionsOf(undefined, { deadline: 1_000, claims: [page(3), first] }),
    ].map((callOptions) => singleFlight.run('a', callOptions, start));
    expect(begun).toMatchObject([{ deadline: 9_000, claims: [page(5), page(3), first] }]);
    ends[0]?.resolve('done');
    await Promise.all(all);
  });

  test('a flight does not change the call options of its callers', async () => {
    const singleFlight = new SingleFlight<string>();
    const { start, ends } = work();
    const mine = callOptionsOf(undefined, { deadline: 1_000, claims: [page(9)] });
    const both = [mine, callOptionsOf(undefined, { deadline: 9_000, claims: [page(1)] })].map((callOptions) =>
      singleFlight.run('a', callOptions, start),
    );
    ends[0]?.resolve('done');
    await Promise.all(both);
    expect(mine).toMatchObject({ deadline: 1_000, claims: [page(9)] });
  });
});

describe('SingleFlight, callers that leave', () => {
  test('a caller that leaves fails at once, and the others get the result', async () => {
    const singleFlight = new SingleFlight<string>();
    const { start, begun, ends } = work();
    const client = new AbortController();
    const [left, other] = [
      singleFlight.run('a', callOptionsOf(client.signal), start),
      singleFlight.run('a', callOptionsOf(), start),
    ];
    client.abort();
    await expect(left).rejects.toMatchObject({ kind: 'unavailable', mayHaveHappened: false });
    expect(begun[0]?.signal.aborted).toBe(false);
    ends[0]?.resolve('done');
    expect(await other).toBe('done');
  });

  test('a caller that leaves takes its claims along, and the others have their own', async () => {
    const singleFlight = new SingleFlight<string>();
    const { start, begun, ends } = work();
    const client = new AbortController();
    const claims = [first];
    const left = singleFlight.run('a', callOptionsOf(client.signal, { claims }), start);
    const others = [page(5), page(7)].map((claim) =>
      singleFlight.run('a', callOptionsOf(undefined, { claims: [claim] }), start),
    );
    client.abort();
    await expect(left).rejects.toThrow(UpstreamFailure);
    await nextTurn();
    expect(begun[0]?.claims).toEqual([page(5)]);
    ends[0]?.resolve('done');
    await Promise.all(others);
  });

  test('a failure says whether the caller left or its time ran out', async () => {
    const singleFlight = new SingleFlight<string>();
    const { start } = work();
    const client = new AbortController();
    const left = singleFlight.run('a', callOptionsOf(client.signal), start);
    const expired = singleFlight.run('a', callOptionsOf(AbortSignal.timeout(1)), start);
    client.abort();
    await expect(left).rejects.toMatchObject({ callerLeft: true });
    await expect(expired).rejects.toMatchObject({ callerLeft: false });
  });

  test('thousands of callers that leave together are looked at a few times each, not once for every other one', async () => {
    const singleFlight = new SingleFlight<string>();
    const { start, begun } = work();
    const leaving = new AbortController();
    let looks = 0;
    const claims = [first];
    const callers = Array.from({ length: 1_000 }, () => {
      const own = [{ ...first }];
      const options = callOptionsOf(leaving.signal);
      Object.defineProperty(options, 'claims', { get: () => ((looks += 1), own) });
      return singleFlight.run('a', options, start);
    });
    void singleFlight.run('a', callOptionsOf(undefined, { claims }), start);
    leaving.abort();
    await Promise.allSettled(callers);
    await nextTurn();
    expect(begun[0]?.claims).toEqual(claims);
    expect(looks).toBeLessThan(10 * callers.length);
  });

  test('the last caller that leaves aborts the work', async () => {
    const singleFlight = new SingleFlight<string>();
    const { start, begun } = work();
    const clients = [new AbortController(), new AbortController()];
    const all = clients.map(({ signal }) => singleFlight.run('a', callOptionsOf(signal), start));
    clients[0]?.abort();
    await expect(all[0]).rejects.toThrow(UpstreamFailure);
    expect(begun[0]?.signal.aborted).toBe(false);
    clients[1]?.abort();
    await expect(all[1]).rejects.toThrow(UpstreamFailure);
    expect(begun[0]?.signal.aborted).toBe(true);
  });

  test('an aborted flight cannot be joined, and its result is not current', async () => {
    const singleFlight = new SingleFlight<string>();
    const { start, begun, current, ends } = work();
    const client = new AbortController();
    const left = singleFlight.run('a', callOptionsOf(client.signal), start);
    client.abort();
    await expect(left).rejects.toThrow(UpstreamFailure);
    const newcomer = singleFlight.run('a', callOptionsOf(), start);
    // The aborted work ends with a result after all: the newcomer does not get it.
    ends[0]?.resolve('of the aborted flight');
    ends[1]?.resolve('of the new flight');
    expect(await newcomer).toBe('of the new flight');
    expect(begun).toHaveLength(2);
    expect(current).toEqual([false, true]);
  });

  test('a caller whose signal has aborted before fails at once, and does not abort the flight of others', async () => {
    const singleFlight = new SingleFlight<string>();
    const { start, begun, ends } = work();
    const other = singleFlight.run('a', callOptionsOf(), start);
    await expect(singleFlight.run('a', callOptionsOf(AbortSignal.abort()), start)).rejects.toThrow(
      UpstreamFailure,
    );
    expect(begun.map(({ signal }) => signal.aborted)).toEqual([false]);
    ends[0]?.resolve('done');
    expect(await other).toBe('done');
  });

  test('a failure after the last caller has left is not an unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', listen);
    const singleFlight = new SingleFlight<string>();
    const { start, ends } = work();
    const client = new AbortController();
    const left = singleFlight.run('a', callOptionsOf(client.signal), start);
    client.abort();
    await expect(left).rejects.toThrow(UpstreamFailure);
    ends[0]?.reject(failure);
    // Node reports unhandled rejections after the tick in which they happened.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  });
});

describe('SingleFlight.detach', () => {
  test('a detached flight answers its callers, cannot be joined, and its result is not current', async () => {
    const singleFlight = new SingleFlight<string>();
    const { start, begun, current, ends } = work();
    const before = singleFlight.run('a', callOptionsOf(), start);
    singleFlight.detach('a');
    const after = singleFlight.run('a', callOptionsOf(), start);
    ends[0]?.resolve('of before');
    ends[1]?.resolve('of after');
    expect(await Promise.all([before, after])).toEqual(['of before', 'of after']);
    expect(begun).toHaveLength(2);
    expect(current).toEqual([false, true]);
  });

  test('the last caller of a detached flight does not abort the newer flight', async () => {
    const singleFlight = new SingleFlight<string>();
    const { start, begun, ends } = work();
    const client = new AbortController();
    const before = singleFlight.run('a', callOptionsOf(client.signal), start);
    singleFlight.detach('a');
    const after = singleFlight.run('a', callOptionsOf(), start);
    client.abort();
    await expect(before).rejects.toThrow(UpstreamFailure);
    expect(begun.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    const joined = singleFlight.run('a', callOptionsOf(), start);
    ends[1]?.resolve('of after');
    expect(await Promise.all([after, joined])).toEqual(['of after', 'of after']);
  });

  test('detaching a key without a flight does nothing', () => {
    expect(() => new SingleFlight<string>().detach('a')).not.toThrow();
  });
});
