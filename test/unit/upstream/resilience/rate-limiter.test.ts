import {
  array,
  assert,
  asyncProperty,
  constant,
  constantFrom,
  integer,
  nat,
  oneof,
  record,
  type Arbitrary,
} from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  RateLimiter,
  MAX_CONCURRENT,
} from '../../../../src/upstream/resilience/rate-limiter.ts';
import { UpstreamFailure } from '../../../../src/domain/upstream-failure.ts';
import type { CallOptions } from '../../../../src/domain/call-options.ts';
import type { RateWindow } from '../../../../src/storage/rate-window.ts';
import { callOptionsOf } from '../../../support/call-options.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const WAIT_MS = 100;

type TestBucket = RateWindow & {
  /** How many tokens were taken so far. */
  taken: number;
  paused: boolean;
};

/** A bucket that has so many tokens each time it is asked, and asks to come again a little later when that is too few. */
function bucketOf(nextTokens: () => number): TestBucket {
  let pausedUntil = 0;
  return {
    taken: 0,
    get paused() {
      return performance.now() < pausedUntil;
    },
    async tryAcquire(most) {
      const pauseMs = pausedUntil - performance.now();
      if (pauseMs > 0) return { taken: 0, waitMs: pauseMs };
      const taken = Math.min(most, nextTokens());
      this.taken += taken;
      return { taken, waitMs: taken < most ? WAIT_MS : 0 };
    },
    async pause(ms) {
      pausedUntil = Math.max(pausedUntil, performance.now() + ms);
    },
    recordLateUse: async () => {},
  };
}

type End = 'go' | 'refused' | 'left';
type Visitor = {
  callOptions: CallOptions;
  ends: End[];
  failure: UpstreamFailure | null;
  caller: AbortController;
  /** Ends its request, once it may go. */
  leave: (() => void) | null;
};

/** Sends somebody into the queue who gives up when the time is over, as operations do. */
function visit(
  rateLimiter: RateLimiter,
  {
    timeMs = 60_000,
    needsMs = 0,
    ...more
  }: Partial<CallOptions> & { timeMs?: number; needsMs?: number } = {},
  onEnd: (visitor: Visitor) => void = () => {},
): Visitor {
  const caller = new AbortController();
  const callOptions = callOptionsOf(caller.signal, { deadline: Date.now() + timeMs, ...more });
  const visitor: Visitor = { callOptions, ends: [], failure: null, caller, leave: null };
  const deadline = setTimeout(() => caller.abort(), timeMs);
  const end = (how: End): void => {
    visitor.ends.push(how);
    clearTimeout(deadline);
    onEnd(visitor);
  };
  async function enter(): Promise<void> {
    try {
      visitor.leave = await rateLimiter.acquire(callOptions, needsMs);
      end('go');
    } catch (failure) {
      if (!(failure instanceof UpstreamFailure)) throw failure;
      visitor.failure = failure;
      end(failure.kind === 'rate-limited' ? 'refused' : 'left');
    }
  }
  void enter();
  return visitor;
}

/** Lets everything happen that happens within so many milliseconds. */
async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

/** Ends the request of one who was let go. */
function finish(visitor: Visitor): void {
  visitor.leave?.();
  visitor.leave = null;
}

/** Whether one has to go before another who waits at the same time and came later. */
function goesFirst(one: CallOptions, other: CallOptions): boolean {
  return one.priority === other.priority ? one.sequence <= other.sequence : one.priority === 'write';
}

const waits = ({ ends, caller }: Visitor): boolean => ends.length === 0 && !caller.signal.aborted;

describe('whatever comes, leaves, ends and pauses', () => {
  type Step =
    | { do: 'come'; lane: 'read' | 'write'; sequence: number; timeMs: number; needsMs: number }
    | { do: 'leave' | 'finish'; who: number }
    | { do: 'pause' | 'pass'; ms: number };
  const who = nat(1_000);
  const step: Arbitrary<Step> = oneof(
    {
      weight: 6,
      arbitrary: record({
        do: constant('come' as const),
        lane: constantFrom('read' as const, 'write' as const),
        sequence: nat(3),
        timeMs: integer({ min: 1, max: 5_000 }),
        needsMs: constantFrom(0, 500, 2_500),
      }),
    },
    { weight: 1, arbitrary: record({ do: constant('leave' as const), who }) },
    { weight: 3, arbitrary: record({ do: constant('finish' as const), who }) },
    {
      weight: 1,
      arbitrary: record({ do: constant('pause' as const), ms: integer({ min: 1, max: 2_000 }) }),
    },
    {
      weight: 3,
      arbitrary: record({ do: constant('pass' as const), ms: integer({ min: 0, max: 1_500 }) }),
    },
  );
  const steps = array(step, { maxLength: 150, size: 'max' });
  const tokens = array(nat(12), { minLength: 1, maxLength: 20 });

  /** Does the steps, then waits until everything is over; `onGo` is told who goes, and who of them all waits then. */
  async function live(
    given: readonly Step[],
    granted: readonly number[],
    onGo: (visitor: Visitor, all: readonly Visitor[], rateWindow: TestBucket) => void,
  ): Promise<{ all: Visitor[]; rateWindow: TestBucket }> {
    let asked = 0;
    const rateWindow = bucketOf(() => granted[asked++ % granted.length] ?? 0);
    const rateLimiter = new RateLimiter(rateWindow, 10);
    const all: Visitor[] = [];
    // What is found where nobody waits for it is told at the end.
    const broken: unknown[] = [];
    const onEnd = (visitor: Visitor): void => {
      try {
        if (visitor.ends.at(-1) === 'go') onGo(visitor, all, rateWindow);
      } catch (error) {
        broken.push(error);
      }
    };
    for (const each of given) {
      switch (each.do) {
        case 'come':
          all.push(visit(rateLimiter, each, onEnd));
          break;
        case 'leave':
          all[each.who % all.length]?.caller.abort();
          break;
        case 'finish': {
          const running = all.filter(({ leave }) => leave !== null);
          const one = running[each.who % running.length];
          if (one !== undefined) finish(one);
          break;
        }
        case 'pause':
          void rateLimiter.pause(each.ms);
          break;
        case 'pass':
          await pass(each.ms);
      }
      await pass(0);
    }
    for (let round = 0; round < 10; round += 1) {
      for (const visitor of all) finish(visitor);
      await pass(1_000);
    }
    if (broken.length > 0) throw broken[0];
    return { all, rateWindow };
  }

  function check(
    onGo: (visitor: Visitor, all: readonly Visitor[], rateWindow: TestBucket) => void,
    afterwards: (all: readonly Visitor[], rateWindow: TestBucket) => void = () => {},
  ): Promise<void> {
    return assert(
      asyncProperty(steps, tokens, async (given, granted) => {
        const { all, rateWindow } = await live(given, granted, onGo);
        afterwards(all, rateWindow);
      }),
      { numRuns: 150 },
    );
  }

  test(`no more than ${MAX_CONCURRENT} requests run at a time`, async () => {
    await check((_, all) => {
      expect(all.filter(({ leave }) => leave !== null).length).toBeLessThanOrEqual(MAX_CONCURRENT);
    });
  });

  test('no more go than tokens were taken', async () => {
    await check((_, all, rateWindow) => {
      const gone = all.filter(({ ends }) => ends.includes('go')).length;
      expect(gone).toBeLessThanOrEqual(rateWindow.taken);
    });
  });

  test('nobody goes while somebody waits who was first: writes, then who has had least, then who came first', async () => {
    await check((visitor, all) => {
      const before = all.slice(0, all.indexOf(visitor));
      const after = all.slice(all.indexOf(visitor) + 1);
      for (const one of before.filter(waits))
        expect(goesFirst(one.callOptions, visitor.callOptions)).toBe(false);
      for (const one of after.filter(waits))
        expect(goesFirst(visitor.callOptions, one.callOptions)).toBe(true);
    });
  });

  test('everybody goes, is refused or leaves, and only once', async () => {
    await check(
      () => {},
      (all) => {
        for (const { ends } of all) expect(ends).toHaveLength(1);
      },
    );
  });

  test('who is refused is told to come back in a second or more, and that nothing was sent', async () => {
    await check(
      () => {},
      (all) => {
        for (const { ends, failure } of all) {
          if (!ends.includes('refused')) continue;
          expect(failure?.retryAfterSeconds).toBeGreaterThanOrEqual(1);
          expect(failure?.mayHaveHappened).toBe(false);
        }
      },
    );
  });

  test('nobody goes during a pause', async () => {
    await check((_, _all, rateWindow) => expect(rateWindow.paused).toBe(false));
  });
});

/** As many tokens as the test has put into it. */
function filledBucket(): { rateWindow: TestBucket; fill(tokens: number): void } {
  let there = 0;
  const rateWindow = bucketOf(() => there);
  const take = rateWindow.tryAcquire.bind(rateWindow);
  rateWindow.tryAcquire = async (most) => {
    const answer = await take(most);
    there -= answer.taken;
    return answer;
  };
  return { rateWindow, fill: (tokens) => void (there += tokens) };
}

describe('the queue', () => {
  test('lets go at once when there are tokens', async () => {
    const { rateWindow, fill } = filledBucket();
    fill(1);
    const visitor = visit(new RateLimiter(rateWindow, 10));
    await pass(0);
    expect(visitor.ends).toEqual(['go']);
  });

  test('keeps all but 32 waiting while nobody is done, whatever the bucket has', async () => {
    const rateLimiter = new RateLimiter(
      bucketOf(() => 1_000),
      1_000,
    );
    const all = Array.from({ length: 40 }, () => visit(rateLimiter));
    await pass(1_000);
    expect(all.filter(({ leave }) => leave !== null)).toHaveLength(32);
    for (const visitor of all.slice(0, 3)) finish(visitor);
    await pass(0);
    expect(all.filter(({ ends }) => ends.includes('go'))).toHaveLength(35);
  });

  test('gives the place of one who leaves to the next', async () => {
    const { rateWindow, fill } = filledBucket();
    const rateLimiter = new RateLimiter(rateWindow, 10);
    const [first, second] = [visit(rateLimiter), visit(rateLimiter)];
    await pass(0);
    first.caller.abort();
    fill(1);
    await pass(WAIT_MS);
    expect([first.ends, second.ends]).toEqual([['left'], ['go']]);
  });

  test('takes no token for those who have left', async () => {
    const { rateWindow, fill } = filledBucket();
    const rateLimiter = new RateLimiter(rateWindow, 10);
    const all = Array.from({ length: 20 }, () => visit(rateLimiter));
    await pass(0);
    for (const { caller } of all) caller.abort();
    fill(10);
    await pass(10 * WAIT_MS);
    expect(rateWindow.taken).toBe(0);
  });

  test('takes no more tokens than there are people who still wait', async () => {
    const { rateWindow, fill } = filledBucket();
    const rateLimiter = new RateLimiter(rateWindow, 10);
    const all = Array.from({ length: 10 }, () => visit(rateLimiter));
    await pass(0);
    for (const { caller } of all.slice(1)) caller.abort();
    fill(10);
    await pass(10 * WAIT_MS);
    expect([all[0]?.ends, rateWindow.taken]).toEqual([['go'], 1]);
  });

  test('sends one away who has left before coming, without asking for a token', async () => {
    const { rateWindow, fill } = filledBucket();
    fill(1);
    const rateLimiter = new RateLimiter(rateWindow, 10);
    await expect(rateLimiter.acquire(callOptionsOf(AbortSignal.abort()), 0)).rejects.toMatchObject({
      kind: 'unavailable',
      mayHaveHappened: false,
    });
    expect(rateWindow.taken).toBe(0);
  });

  test('refuses at once who can not be answered in time, and says when there will be a turn', async () => {
    const { rateWindow } = filledBucket();
    const rateLimiter = new RateLimiter(rateWindow, 10);
    await rateLimiter.pause(4_200);
    const hurried = visit(rateLimiter, { timeMs: 5_000, needsMs: 1_000 });
    const patient = visit(rateLimiter, { timeMs: 6_000, needsMs: 1_000 });
    await pass(0);
    expect([hurried.ends, patient.ends]).toEqual([['refused'], []]);
    expect(hurried.failure).toMatchObject({ retryAfterSeconds: 5, mayHaveHappened: false });
  });

  test('refuses those at its end when it is too long for their time, and nobody before them', async () => {
    const { rateWindow } = filledBucket();
    const rateLimiter = new RateLimiter(rateWindow, 10);
    const all = Array.from({ length: 50 }, (_, sequence) => visit(rateLimiter, { sequence, timeMs: 3_000 }));
    await pass(0);
    const refused = all.map(({ ends }) => ends.includes('refused'));
    // Ten at once, ten after each second: those whose turn comes within three seconds may hope.
    expect(refused).toEqual(all.map((_, i) => i >= 30));
  });

  test('refuses those whom a pause makes too late, in the moment in which it begins', async () => {
    const { rateWindow } = filledBucket();
    const rateLimiter = new RateLimiter(rateWindow, 10);
    const [hurried, patient] = [
      visit(rateLimiter, { timeMs: 2_000 }),
      visit(rateLimiter, { timeMs: 30_000 }),
    ];
    await pass(0);
    await rateLimiter.pause(10_000);
    await pass(0);
    expect([hurried.ends, patient.ends]).toEqual([['refused'], []]);
    expect(hurried.failure?.retryAfterSeconds).toBeGreaterThanOrEqual(10);
  });

  test('holds a long pause, though a shorter one comes after it', async () => {
    const { rateWindow, fill } = filledBucket();
    fill(10);
    const rateLimiter = new RateLimiter(rateWindow, 10);
    await rateLimiter.pause(5_000);
    await rateLimiter.pause(1_000);
    const visitor = visit(rateLimiter);
    await pass(4_999);
    expect(visitor.ends).toEqual([]);
    await pass(2);
    expect(visitor.ends).toEqual(['go']);
  });

  test('holds a pause that begins while the bucket is being asked', async () => {
    const { rateWindow } = filledBucket();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    let asked = 0;
    rateWindow.tryAcquire = async () => {
      asked += 1;
      await answered;
      return { taken: 1, waitMs: 0 };
    };
    const rateLimiter = new RateLimiter(rateWindow, 10);
    const all = Array.from({ length: 5 }, () => visit(rateLimiter));
    const pausing = rateLimiter.pause(5_000);
    answer();
    await pausing;
    await pass(4_000);
    expect(all.filter(({ ends }) => ends.includes('go')).length).toBeLessThanOrEqual(1);
    expect(asked).toBe(1);
  });

  test('lets a write go before reads that have waited longer', async () => {
    const { rateWindow, fill } = filledBucket();
    const rateLimiter = new RateLimiter(rateWindow, 10);
    const reads = Array.from({ length: 5 }, () => visit(rateLimiter));
    const write = visit(rateLimiter, { priority: 'write', sequence: 9 });
    fill(1);
    await pass(WAIT_MS);
    expect(write.ends).toEqual(['go']);
    expect(reads.flatMap(({ ends }) => ends)).toEqual([]);
  });

  test('lets one who joins work that waits already lend it a better place', async () => {
    const { rateWindow, fill } = filledBucket();
    const rateLimiter = new RateLimiter(rateWindow, 10);
    const [first, shared] = [visit(rateLimiter, { sequence: 5 }), visit(rateLimiter, { sequence: 100 })];
    await pass(0);
    Object.assign(shared.callOptions, { sequence: 0 });
    fill(1);
    await pass(WAIT_MS);
    expect([first.ends, shared.ends]).toEqual([[], ['go']]);
  });

  test('tells how long each has waited, in seconds', async () => {
    const { rateWindow, fill } = filledBucket();
    const told: number[] = [];
    const rateLimiter = new RateLimiter(rateWindow, 10, (seconds) => void told.push(seconds));
    visit(rateLimiter);
    await pass(0);
    fill(1);
    await pass(WAIT_MS);
    expect(told).toEqual([WAIT_MS / 1000]);
  });

  test('goes on with those who come later when the bucket has failed once', async () => {
    const { rateWindow, fill } = filledBucket();
    fill(5);
    const { tryAcquire } = rateWindow;
    let failed = false;
    rateWindow.tryAcquire = async (most) => {
      if (failed) return tryAcquire(most);
      failed = true;
      throw new Error('a bucket that broke');
    };
    const faults: unknown[] = [];
    const onFault = (fault: unknown): void => void faults.push(fault);
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', onFault);
    try {
      const rateLimiter = new RateLimiter(rateWindow, 10);
      const first = visit(rateLimiter);
      await pass(0);
      const second = visit(rateLimiter);
      await pass(WAIT_MS);
      expect([first.ends, second.ends]).toEqual([['go'], ['go']]);
    } finally {
      process.removeListener('unhandledRejection', onFault);
      for (const listener of listeners) process.on('unhandledRejection', listener);
    }
  });
});
