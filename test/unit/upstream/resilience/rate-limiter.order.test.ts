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
import { RateLimiter, MAX_CONCURRENT } from '../../../../src/upstream/resilience/rate-limiter.ts';
import { UpstreamFailure } from '../../../../src/domain/upstream-failure.ts';
import type { CallOptions } from '../../../../src/domain/call-options.ts';
import { WINDOW_MS, type RateWindow } from '../../../../src/storage/rate-window.ts';
import { callOptionsOf } from '../../../support/call-options.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type RateLimiting = Pick<RateLimiter, 'acquire' | 'pause'>;

type Waiting = {
  callOptions: CallOptions;
  needsMs: number;
  arrival: number;
  settled: boolean;
  admit(): void;
  reject(failure: Error): void;
};

function compare(a: Waiting, b: Waiting): number {
  const write = Number(b.callOptions.priority === 'write') - Number(a.callOptions.priority === 'write');
  return write || a.callOptions.sequence - b.callOptions.sequence || a.arrival - b.arrival;
}

/**
 * A reference rate limiter without any stored order: it sorts and checks all requests on every event. It is too slow for
 * thousands of requests, and obviously right about which is next and which is too late.
 */
function createReferenceRateLimiter(rateWindow: RateWindow, perSecond: number): RateLimiting {
  let waiting: Waiting[] = [];
  let inFlight = 0;
  let dispatching = false;
  let arrivals = 0;
  let nextAt = 0;
  let timer: NodeJS.Timeout | undefined;

  const msToNext = (): number => Math.max(0, nextAt - performance.now());

  function order(): void {
    waiting = waiting.filter(({ settled }) => !settled).toSorted(compare);
  }

  function rejectExpired(): void {
    order();
    const now = performance.now();
    const ahead = msToNext();
    const inTime: Waiting[] = [];
    for (const request of waiting) {
      const waitMs = ahead === 0 ? 0 : ahead + Math.floor(inTime.length / perSecond) * WINDOW_MS;
      if (now + waitMs + request.needsMs <= request.callOptions.deadline) {
        inTime.push(request);
        continue;
      }
      request.settled = true;
      const late = { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) };
      request.reject(
        waitMs === 0
          ? new UpstreamFailure('unavailable', 'out of time')
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
      for (const request of waiting.splice(0, taken)) {
        request.settled = true;
        inFlight += 1;
        request.admit();
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
      const request: Waiting = {
        callOptions,
        needsMs,
        arrival: arrivals,
        settled: false,
        admit: resolve,
        reject,
      };
      arrivals += 1;
      callOptions.signal.addEventListener('abort', () => {
        request.settled = true;
        reject(new UpstreamFailure('unavailable', 'cancelled'));
      });
      waiting.push(request);
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
  };
}

const createRateLimiter: typeof createReferenceRateLimiter = (rateWindow, perSecond) =>
  new RateLimiter(rateWindow, perSecond);

type Grant = { permits: number; waitMs: number; respondsAfterMs: number };

const NOTHING: Grant = { permits: 0, waitMs: 1, respondsAfterMs: 0 };

/** A rate window that grants these permits, call after call, and logs its calls. */
function rateWindowOf(grants: readonly Grant[], log: (event: string) => void): RateWindow {
  let calls = 0;
  return {
    async tryAcquire(limit) {
      log(`take ${limit}`);
      const { permits, waitMs, respondsAfterMs } = grants[calls % grants.length] ?? NOTHING;
      calls += 1;
      if (respondsAfterMs > 0) await new Promise((resolve) => setTimeout(resolve, respondsAfterMs));
      const taken = Math.min(limit, permits);
      return { taken, waitMs: taken < limit ? waitMs : 0 };
    },
    pause: async () => {},
    recordLateUse: async () => {},
  };
}

type Step =
  | { do: 'send'; priority: 'read' | 'write'; sequence: number; timeMs: number; needsMs: number }
  | { do: 'join'; which: number; sequence: number; timeMs: number }
  | { do: 'cancel' | 'finish'; which: number }
  | { do: 'pause' | 'pass'; ms: number };

/** Requests to one rate limiter, and the log of their events. */
type Simulation = {
  apply(step: Step): void;
  log: string[];
};

function createSimulation(
  create: typeof createReferenceRateLimiter,
  grants: readonly Grant[],
  perSecond: number,
): Simulation {
  const log: string[] = [];
  const note = (event: string): void => void log.push(`${performance.now()} ${event}`);
  const rateLimiter = create(rateWindowOf(grants, note), perSecond);
  type TestRequest = {
    callOptions: { -readonly [Property in keyof CallOptions]: CallOptions[Property] };
    caller: AbortController;
    release: () => void;
  };
  const all: TestRequest[] = [];

  async function send({ priority, sequence, timeMs, needsMs }: Step & { do: 'send' }): Promise<void> {
    const caller = new AbortController();
    const callOptions = {
      ...callOptionsOf(caller.signal, { priority, sequence, deadline: performance.now() + timeMs }),
    };
    const request: TestRequest = { callOptions, caller, release: () => {} };
    const name = all.push(request);
    try {
      const release = await rateLimiter.acquire(callOptions, needsMs);
      note(`${name} is sent`);
      request.release = () => {
        request.release = () => {};
        release();
      };
    } catch (failure) {
      const { kind, retryAfterSeconds } = failure as UpstreamFailure;
      note(`${name} is rejected: ${kind}, ${retryAfterSeconds}`);
    }
  }

  return {
    log,
    apply(step) {
      const request = 'which' in step ? all[step.which % all.length] : undefined;
      switch (step.do) {
        case 'send':
          void send(step);
          break;
        case 'join':
          // As `SingleFlight` does for a caller that joins.
          if (request === undefined) break;
          request.callOptions.sequence = Math.min(request.callOptions.sequence, step.sequence);
          request.callOptions.deadline = Math.max(
            request.callOptions.deadline,
            performance.now() + step.timeMs,
          );
          break;
        case 'cancel':
          request?.caller.abort();
          break;
        case 'finish':
          request?.release();
          break;
        case 'pause':
          void rateLimiter.pause(step.ms);
          break;
        case 'pass':
      }
    },
  };
}

const which = nat(1_000);
const sequence = nat(4);
const timeMs = integer({ min: 0, max: 6_000 });
const arrival: Arbitrary<Step> = record({
  do: constant('send' as const),
  priority: constantFrom('read' as const, 'read' as const, 'write' as const),
  sequence,
  timeMs,
  needsMs: constantFrom(0, 500, 2_500),
});
const step: Arbitrary<Step> = oneof(
  { weight: 10, arbitrary: arrival },
  { weight: 4, arbitrary: record({ do: constant('join' as const), which, sequence, timeMs }) },
  { weight: 2, arbitrary: record({ do: constant('cancel' as const), which }) },
  { weight: 4, arbitrary: record({ do: constant('finish' as const), which }) },
  { weight: 1, arbitrary: record({ do: constant('pause' as const), ms: integer({ min: 1, max: 2_000 }) }) },
  {
    weight: 6,
    arbitrary: record({ do: constant('pass' as const), ms: constantFrom(0, 0, 1, 20, 300, 1_100) }),
  },
);
const grant: Arbitrary<Grant> = record({
  permits: nat(8),
  waitMs: constantFrom(1, 40, 1_025),
  respondsAfterMs: constantFrom(0, 0, 3),
});

test('RateLimiter sends and rejects requests at the same times and in the same order as a reference that sorts them on every event', async () => {
  await assert(
    asyncProperty(
      array(step, { maxLength: 200, size: 'max' }),
      array(grant, { minLength: 1, maxLength: 10 }),
      integer({ min: 1, max: 6 }),
      async (steps, grants, perSecond) => {
        const simulations = [createRateLimiter, createReferenceRateLimiter].map((create) =>
          createSimulation(create, grants, perSecond),
        );
        const requests = steps.filter((each) => each.do === 'send').length;
        const end = Array.from({ length: requests }, (_, i): Step => ({ do: 'finish', which: i }));
        const rounds = Array.from({ length: 3 }, () => [...end, { do: 'pass', ms: 4_000 } as const]).flat();
        for (const each of [...steps, ...rounds]) {
          for (const simulation of simulations) simulation.apply(each);
          if (each.do === 'pass') await vi.advanceTimersByTimeAsync(each.ms);
        }
        const [actual, reference] = simulations.map(({ log }) => log);
        expect(actual).toEqual(reference);
      },
    ),
    { numRuns: 1_000 },
  );
});

test('five thousand queued requests are all sent, in order', async () => {
  let isFilled = false;
  const rateWindow: RateWindow = {
    tryAcquire: async (limit) => (isFilled ? { taken: limit, waitMs: 0 } : { taken: 0, waitMs: 100 }),
    pause: async () => {},
    recordLateUse: async () => {},
  };
  const rateLimiter = new RateLimiter(rateWindow, 100_000);
  // 3,571 has no divisor in common with 200: every sequence occurs, in no order.
  const all = Array.from({ length: 5_000 }, (_, i) =>
    callOptionsOf(undefined, { priority: i % 10 === 0 ? 'write' : 'read', sequence: (i * 3_571) % 200 }),
  );
  const sent: CallOptions[] = [];
  async function send(callOptions: CallOptions): Promise<void> {
    const release = await rateLimiter.acquire(callOptions, 0);
    sent.push(callOptions);
    await new Promise((resolve) => setTimeout(resolve, 1));
    release();
  }
  const sending = all.map(send);
  isFilled = true;
  await vi.runAllTimersAsync();
  await Promise.all(sending);
  const byPriority = (['write', 'read'] as const).map((priority) =>
    all
      .filter((callOptions) => callOptions.priority === priority)
      .toSorted((a, b) => a.sequence - b.sequence),
  );
  expect(sent.map((callOptions) => all.indexOf(callOptions))).toEqual(
    byPriority.flat().map((callOptions) => all.indexOf(callOptions)),
  );
});
