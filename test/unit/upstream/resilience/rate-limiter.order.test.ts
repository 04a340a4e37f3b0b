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
import {
  RateLimiter,
  MAX_CONCURRENT,
} from '../../../../src/upstream/resilience/rate-limiter.ts';
import { UpstreamFailure } from '../../../../src/domain/upstream-failure.ts';
import type { CallOptions } from '../../../../src/domain/call-options.ts';
import { WINDOW_MS, type RateWindow } from '../../../../src/storage/rate-window.ts';
import { callOptionsOf } from '../../../support/call-options.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Waiting = {
  callOptions: CallOptions;
  needsMs: number;
  arrival: number;
  settled: boolean;
  go(): void;
  refuse(failure: Error): void;
};

function byTurn(one: Waiting, other: Waiting): number {
  const write = Number(other.callOptions.priority === 'write') - Number(one.callOptions.priority === 'write');
  return write || one.callOptions.sequence - other.callOptions.sequence || one.arrival - other.arrival;
}

/**
 * An admission that forgets everything it knew of the order each time: it sorts all, and looks at all, whenever anything
 * happens. It takes too long where thousands wait, and can not be wrong about who is next or late.
 */
function createSimpleAdmission(rateWindow: RateWindow, perSecond: number): RateLimiter {
  let waiting: Waiting[] = [];
  let inFlight = 0;
  let dispatching = false;
  let arrivals = 0;
  let nextAt = 0;
  let timer: NodeJS.Timeout | undefined;

  const msToNext = (): number => Math.max(0, nextAt - performance.now());

  function order(): void {
    waiting = waiting.filter(({ settled }) => !settled).toSorted(byTurn);
  }

  function rejectExpired(): void {
    order();
    const now = Date.now();
    const ahead = msToNext();
    const inTime: Waiting[] = [];
    for (const one of waiting) {
      const waitMs = ahead === 0 ? 0 : ahead + Math.floor(inTime.length / perSecond) * WINDOW_MS;
      if (now + waitMs + one.needsMs <= one.callOptions.deadline) {
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

  async function dispatch(): Promise<void> {
    if (dispatching) return;
    dispatching = true;
    clearTimeout(timer);
    rejectExpired();
    while (waiting.length > 0 && inFlight < MAX_CONCURRENT && msToNext() === 0) {
      const { taken, waitMs } = await rateWindow.tryAcquire(
        Math.min(waiting.length, MAX_CONCURRENT - inFlight),
      );
      order();
      for (const one of waiting.splice(0, taken)) {
        one.settled = true;
        inFlight += 1;
        one.go();
      }
      nextAt = Math.max(nextAt, performance.now() + waitMs);
    }
    rejectExpired();
    if (waiting.length > 0 && inFlight < MAX_CONCURRENT) {
      timer = setTimeout(() => void dispatch(), Math.max(1, Math.ceil(msToNext())));
    }
    dispatching = false;
  }

  return {
    async acquire(callOptions, needsMs) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const one: Waiting = {
        callOptions,
        needsMs,
        arrival: arrivals,
        settled: false,
        go: resolve,
        refuse: reject,
      };
      arrivals += 1;
      callOptions.signal.addEventListener('abort', () => {
        one.settled = true;
        reject(new UpstreamFailure('unavailable', 'left'));
      });
      waiting.push(one);
      void dispatch();
      await promise;
      return () => {
        inFlight -= 1;
        void dispatch();
      };
    },
    async pause(ms) {
      nextAt = Math.max(nextAt, performance.now() + ms);
      rejectExpired();
      await rateWindow.pause(ms);
    },
    reportLateSend: (ms) => rateWindow.recordLateUse(ms),
  };
}

type Grant = { tokens: number; waitMs: number; answersAfterMs: number };

const NOTHING: Grant = { tokens: 0, waitMs: 1, answersAfterMs: 0 };

/** A bucket that gives out what is told, time after time, and notes what it was asked for. */
function bucketOf(grants: readonly Grant[], note: (what: string) => void): RateWindow {
  let asked = 0;
  return {
    async tryAcquire(most) {
      note(`take ${most}`);
      const { tokens, waitMs, answersAfterMs } = grants[asked % grants.length] ?? NOTHING;
      asked += 1;
      if (answersAfterMs > 0) await new Promise((resolve) => setTimeout(resolve, answersAfterMs));
      const taken = Math.min(most, tokens);
      return { taken, waitMs: taken < most ? waitMs : 0 };
    },
    pause: async () => {},
    recordLateUse: async () => {},
  };
}

type Step =
  | { do: 'come'; priority: 'read' | 'write'; sequence: number; timeMs: number; needsMs: number }
  | { do: 'lend'; who: number; sequence: number; timeMs: number }
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
  const rateLimiter = create(bucketOf(grants, note), perSecond);
  type Visitor = {
    callOptions: { -readonly [member in keyof CallOptions]: CallOptions[member] };
    caller: AbortController;
    leave: () => void;
  };
  const all: Visitor[] = [];

  async function visit({ priority, sequence, timeMs, needsMs }: Step & { do: 'come' }): Promise<void> {
    const caller = new AbortController();
    const callOptions = {
      ...callOptionsOf(caller.signal, { priority, sequence, deadline: Date.now() + timeMs }),
    };
    const visitor: Visitor = { callOptions, caller, leave: () => {} };
    const name = all.push(visitor);
    try {
      const leave = await rateLimiter.acquire(callOptions, needsMs);
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
          one.callOptions.sequence = Math.min(one.callOptions.sequence, step.sequence);
          one.callOptions.deadline = Math.max(one.callOptions.deadline, Date.now() + step.timeMs);
          break;
        case 'leave':
          one?.caller.abort();
          break;
        case 'finish':
          one?.leave();
          break;
        case 'pause':
          void rateLimiter.pause(step.ms);
          break;
        case 'pass':
      }
    },
  };
}

const who = nat(1_000);
const sequence = nat(4);
const timeMs = integer({ min: 0, max: 6_000 });
const come: Arbitrary<Step> = record({
  do: constant('come' as const),
  priority: constantFrom('read' as const, 'read' as const, 'write' as const),
  sequence,
  timeMs,
  needsMs: constantFrom(0, 500, 2_500),
});
const step: Arbitrary<Step> = oneof(
  { weight: 10, arbitrary: come },
  { weight: 4, arbitrary: record({ do: constant('lend' as const), who, sequence, timeMs }) },
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
        const worlds = [RateLimiter, createSimpleAdmission].map((create) =>
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
  const rateWindow: RateWindow = {
    tryAcquire: async (most) => (isFilled ? { taken: most, waitMs: 0 } : { taken: 0, waitMs: 100 }),
    pause: async () => {},
    recordLateUse: async () => {},
  };
  const rateLimiter = new RateLimiter(rateWindow, 100_000);
  // 3,571 has no divisor with 200 in common: all ranks come, none in order.
  const all = Array.from({ length: 5_000 }, (_, i) =>
    callOptionsOf(undefined, { priority: i % 10 === 0 ? 'write' : 'read', sequence: (i * 3_571) % 200 }),
  );
  const gone: CallOptions[] = [];
  async function visit(callOptions: CallOptions): Promise<void> {
    const leave = await rateLimiter.acquire(callOptions, 0);
    gone.push(callOptions);
    await new Promise((resolve) => setTimeout(resolve, 1));
    leave();
  }
  const visiting = all.map(visit);
  isFilled = true;
  await vi.runAllTimersAsync();
  await Promise.all(visiting);
  const lanes = (['write', 'read'] as const).map((priority) =>
    all
      .filter((callOptions) => callOptions.priority === priority)
      .toSorted((one, other) => one.sequence - other.sequence),
  );
  expect(gone.map((callOptions) => all.indexOf(callOptions))).toEqual(
    lanes.flat().map((callOptions) => all.indexOf(callOptions)),
  );
});
