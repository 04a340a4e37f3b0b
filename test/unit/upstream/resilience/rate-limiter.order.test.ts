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
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAdmission, MOST_IN_FLIGHT, type Admission } from '../../../../src/upstream/resilience/rate-limiter.ts';
import { UpstreamFailure } from '../../../../src/domain/upstream-failure.ts';
import type { Patience } from '../../../../src/domain/call-options.ts';
import { TOKEN_AWAY_MS, type Bucket } from '../../../../src/storage/rate-window.ts';
import { patienceOf } from '../../../support/call-options.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Waiting = {
  patience: Patience;
  needsMs: number;
  arrival: number;
  settled: boolean;
  go(): void;
  refuse(failure: Error): void;
};

function byTurn(one: Waiting, other: Waiting): number {
  const write = Number(other.patience.lane === 'write') - Number(one.patience.lane === 'write');
  return write || one.patience.rank - other.patience.rank || one.arrival - other.arrival;
}

/**
 * An admission that forgets everything it knew of the order each time: it sorts all, and looks at all, whenever anything
 * happens. It takes too long where thousands wait, and can not be wrong about who is next or late.
 */
function createSimpleAdmission(bucket: Bucket, perSecond: number): Admission {
  let waiting: Waiting[] = [];
  let inFlight = 0;
  let letting = false;
  let arrivals = 0;
  let nextAt = 0;
  let timer: NodeJS.Timeout | undefined;

  const msToNext = (): number => Math.max(0, nextAt - performance.now());

  function order(): void {
    waiting = waiting.filter(({ settled }) => !settled).toSorted(byTurn);
  }

  function refuseLate(): void {
    order();
    const now = Date.now();
    const ahead = msToNext();
    const inTime: Waiting[] = [];
    for (const one of waiting) {
      const waitMs = ahead === 0 ? 0 : ahead + Math.floor(inTime.length / perSecond) * TOKEN_AWAY_MS;
      if (now + waitMs + one.needsMs <= one.patience.until) {
        inTime.push(one);
        continue;
      }
      one.settled = true;
      const late = { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) };
      one.refuse(
        waitMs === 0
          ? new UpstreamFailure('unavailable', 'over')
          : new UpstreamFailure('rate-limited', 'late', late),
      );
    }
    waiting = inTime;
  }

  async function letGo(): Promise<void> {
    if (letting) return;
    letting = true;
    clearTimeout(timer);
    refuseLate();
    while (waiting.length > 0 && inFlight < MOST_IN_FLIGHT && msToNext() === 0) {
      const { taken, waitMs } = await bucket.take(Math.min(waiting.length, MOST_IN_FLIGHT - inFlight));
      order();
      for (const one of waiting.splice(0, taken)) {
        one.settled = true;
        inFlight += 1;
        one.go();
      }
      nextAt = Math.max(nextAt, performance.now() + waitMs);
    }
    refuseLate();
    if (waiting.length > 0 && inFlight < MOST_IN_FLIGHT) {
      timer = setTimeout(() => void letGo(), Math.max(1, Math.ceil(msToNext())));
    }
    letting = false;
  }

  return {
    async enter(patience, needsMs) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const one: Waiting = {
        patience,
        needsMs,
        arrival: arrivals,
        settled: false,
        go: resolve,
        refuse: reject,
      };
      arrivals += 1;
      patience.signal.addEventListener('abort', () => {
        one.settled = true;
        reject(new UpstreamFailure('unavailable', 'left'));
      });
      waiting.push(one);
      void letGo();
      await promise;
      return () => {
        inFlight -= 1;
        void letGo();
      };
    },
    async pause(ms) {
      nextAt = Math.max(nextAt, performance.now() + ms);
      refuseLate();
      await bucket.pause(ms);
    },
    leftLate: (ms) => bucket.usedLate(ms),
  };
}

type Grant = { tokens: number; waitMs: number; answersAfterMs: number };

const NOTHING: Grant = { tokens: 0, waitMs: 1, answersAfterMs: 0 };

/** A bucket that gives out what is told, time after time, and notes what it was asked for. */
function bucketOf(grants: readonly Grant[], note: (what: string) => void): Bucket {
  let asked = 0;
  return {
    async take(most) {
      note(`take ${most}`);
      const { tokens, waitMs, answersAfterMs } = grants[asked % grants.length] ?? NOTHING;
      asked += 1;
      if (answersAfterMs > 0) await new Promise((resolve) => setTimeout(resolve, answersAfterMs));
      const taken = Math.min(most, tokens);
      return { taken, waitMs: taken < most ? waitMs : 0 };
    },
    pause: async () => {},
    usedLate: async () => {},
  };
}

type Step =
  | { do: 'come'; lane: 'read' | 'write'; rank: number; timeMs: number; needsMs: number }
  | { do: 'lend'; who: number; rank: number; timeMs: number }
  | { do: 'leave' | 'finish'; who: number }
  | { do: 'pause' | 'pass'; ms: number };

/** Visitors of one admission, and all that happens to them. */
type World = {
  does(step: Step): void;
  log: string[];
};

function createWorld(
  create: typeof createSimpleAdmission,
  grants: readonly Grant[],
  perSecond: number,
): World {
  const log: string[] = [];
  const note = (what: string): void => void log.push(`${performance.now()} ${what}`);
  const admission = create(bucketOf(grants, note), perSecond);
  type Visitor = {
    patience: { -readonly [member in keyof Patience]: Patience[member] };
    caller: AbortController;
    leave: () => void;
  };
  const all: Visitor[] = [];

  async function visit({ lane, rank, timeMs, needsMs }: Step & { do: 'come' }): Promise<void> {
    const caller = new AbortController();
    const patience = { ...patienceOf(caller.signal, { lane, rank, until: Date.now() + timeMs }) };
    const visitor: Visitor = { patience, caller, leave: () => {} };
    const name = all.push(visitor);
    try {
      const leave = await admission.enter(patience, needsMs);
      note(`${name} goes`);
      visitor.leave = () => {
        visitor.leave = () => {};
        leave();
      };
    } catch (failure) {
      const { kind, retryAfterSeconds } = failure as UpstreamFailure;
      note(`${name} is sent away: ${kind}, ${retryAfterSeconds}`);
    }
  }

  return {
    log,
    does(step) {
      const one = 'who' in step ? all[step.who % all.length] : undefined;
      switch (step.do) {
        case 'come':
          void visit(step);
          break;
        case 'lend':
          // As flights do.
          if (one === undefined) break;
          one.patience.rank = Math.min(one.patience.rank, step.rank);
          one.patience.until = Math.max(one.patience.until, Date.now() + step.timeMs);
          break;
        case 'leave':
          one?.caller.abort();
          break;
        case 'finish':
          one?.leave();
          break;
        case 'pause':
          void admission.pause(step.ms);
          break;
        case 'pass':
      }
    },
  };
}

const who = nat(1_000);
const rank = nat(4);
const timeMs = integer({ min: 0, max: 6_000 });
const come: Arbitrary<Step> = record({
  do: constant('come' as const),
  lane: constantFrom('read' as const, 'read' as const, 'write' as const),
  rank,
  timeMs,
  needsMs: constantFrom(0, 500, 2_500),
});
const step: Arbitrary<Step> = oneof(
  { weight: 10, arbitrary: come },
  { weight: 4, arbitrary: record({ do: constant('lend' as const), who, rank, timeMs }) },
  { weight: 2, arbitrary: record({ do: constant('leave' as const), who }) },
  { weight: 4, arbitrary: record({ do: constant('finish' as const), who }) },
  { weight: 1, arbitrary: record({ do: constant('pause' as const), ms: integer({ min: 1, max: 2_000 }) }) },
  {
    weight: 6,
    arbitrary: record({ do: constant('pass' as const), ms: constantFrom(0, 0, 1, 20, 300, 1_100) }),
  },
);
const grant: Arbitrary<Grant> = record({
  tokens: nat(8),
  waitMs: constantFrom(1, 40, 1_025),
  answersAfterMs: constantFrom(0, 0, 3),
});

test('everybody goes or is sent away when, and in the order in which, one who looks at all anew has it', async () => {
  await assert(
    asyncProperty(
      array(step, { maxLength: 200, size: 'max' }),
      array(grant, { minLength: 1, maxLength: 10 }),
      integer({ min: 1, max: 6 }),
      async (steps, grants, perSecond) => {
        const worlds = [createAdmission, createSimpleAdmission].map((create) =>
          createWorld(create, grants, perSecond),
        );
        const visitors = steps.filter((each) => each.do === 'come').length;
        const end = Array.from({ length: visitors }, (_, i): Step => ({ do: 'finish', who: i }));
        const rounds = Array.from({ length: 3 }, () => [...end, { do: 'pass', ms: 4_000 } as const]).flat();
        for (const each of [...steps, ...rounds]) {
          for (const world of worlds) world.does(each);
          if (each.do === 'pass') await vi.advanceTimersByTimeAsync(each.ms);
        }
        const [ours, simple] = worlds.map(({ log }) => log);
        expect(ours).toEqual(simple);
      },
    ),
    { numRuns: 1_000 },
  );
});

test('five thousand who wait together all have their turn, each in its place', async () => {
  let isFilled = false;
  const bucket: Bucket = {
    take: async (most) => (isFilled ? { taken: most, waitMs: 0 } : { taken: 0, waitMs: 100 }),
    pause: async () => {},
    usedLate: async () => {},
  };
  const admission = createAdmission(bucket, 100_000);
  // 3,571 has no divisor with 200 in common: all ranks come, none in order.
  const all = Array.from({ length: 5_000 }, (_, i) =>
    patienceOf(undefined, { lane: i % 10 === 0 ? 'write' : 'read', rank: (i * 3_571) % 200 }),
  );
  const gone: Patience[] = [];
  async function visit(patience: Patience): Promise<void> {
    const leave = await admission.enter(patience, 0);
    gone.push(patience);
    await new Promise((resolve) => setTimeout(resolve, 1));
    leave();
  }
  const visiting = all.map(visit);
  isFilled = true;
  await vi.runAllTimersAsync();
  await Promise.all(visiting);
  const lanes = (['write', 'read'] as const).map((lane) =>
    all.filter((patience) => patience.lane === lane).toSorted((one, other) => one.rank - other.rank),
  );
  expect(gone.map((patience) => all.indexOf(patience))).toEqual(
    lanes.flat().map((patience) => all.indexOf(patience)),
  );
});
