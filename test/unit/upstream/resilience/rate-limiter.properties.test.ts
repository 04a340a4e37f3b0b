import {
  array,
  assert,
  asyncProperty,
  boolean,
  constant,
  constantFrom,
  integer,
  nat,
  oneof,
  record,
  type Arbitrary,
} from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ClientId } from '../../../../src/domain/caller.ts';
import type { CallOptions, Claim, Lane } from '../../../../src/domain/call-options.ts';
import { MAX_CONCURRENT } from '../../../../src/upstream/resilience/connections.ts';
import { RateLimiter } from '../../../../src/upstream/resilience/rate-limiter.ts';
import {
  finish,
  pass,
  rateWindowOf,
  send,
  type TestRateWindow,
  type TestRequest,
} from '../../../support/rate-limiter.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Whether two requests of one client and lane are sent in this order, which is that of their arrival. */
function isOrdered(first: CallOptions, second: CallOptions): boolean {
  const [one, other] = [first.claims[0], second.claims[0]];
  if (one === undefined || other === undefined) throw new Error('unreachable');
  if (one.lane !== other.lane || one.client !== other.client) return true;
  return one.isBegun === other.isBegun ? one.sequence <= other.sequence : one.isBegun;
}

const haveOneLine = ({ callOptions: one }: TestRequest, { callOptions: other }: TestRequest): boolean =>
  one.claims[0]?.lane === other.claims[0]?.lane && one.claims[0]?.client === other.claims[0]?.client;

const isQueued = ({ outcomes, caller }: TestRequest): boolean =>
  outcomes.length === 0 && !caller.signal.aborted;

describe('RateLimiter under arbitrary requests, cancellations, outcomes and pauses', () => {
  type Step =
    | ({ do: 'send'; timeMs: number; needsMs: number } & Omit<Claim, 'processId'>)
    | { do: 'cancel' | 'finish'; which: number }
    | { do: 'pause' | 'pass'; ms: number };
  const which = nat(1_000);
  const step: Arbitrary<Step> = oneof(
    {
      weight: 6,
      arbitrary: record({
        do: constant('send' as const),
        lane: constantFrom<Lane>('mutation', 'interactive', 'page'),
        client: constantFrom(null, 'a' as ClientId, 'b' as ClientId),
        isBegun: boolean(),
        sequence: nat(3),
        timeMs: integer({ min: 1, max: 5_000 }),
        needsMs: constantFrom(0, 500, 2_500),
      }),
    },
    { weight: 1, arbitrary: record({ do: constant('cancel' as const), which }) },
    { weight: 3, arbitrary: record({ do: constant('finish' as const), which }) },
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
  const permits = array(nat(12), { minLength: 1, maxLength: 20 });

  /** Runs the steps, then waits until every request has ended. Calls `onSent` for each sent request, with all requests so far. */
  async function run(
    given: readonly Step[],
    granted: readonly number[],
    onSent: (request: TestRequest, all: readonly TestRequest[], rateWindow: TestRateWindow) => void,
  ): Promise<{ all: TestRequest[]; rateWindow: TestRateWindow }> {
    let calls = 0;
    const rateWindow = rateWindowOf(() => granted[calls++ % granted.length] ?? 0);
    const rateLimiter = new RateLimiter(rateWindow, 10);
    const all: TestRequest[] = [];
    // An error in a callback is thrown at the end.
    const errors: unknown[] = [];
    const onEnd = (request: TestRequest): void => {
      try {
        if (request.outcomes.at(-1) === 'sent') onSent(request, all, rateWindow);
      } catch (error) {
        errors.push(error);
      }
    };
    for (const item of given) {
      switch (item.do) {
        case 'send':
          all.push(send(rateLimiter, item, onEnd));
          break;
        case 'cancel':
          all[item.which % all.length]?.caller.abort();
          break;
        case 'finish': {
          const running = all.filter(({ release }) => release !== null);
          const request = running[item.which % running.length];
          if (request !== undefined) finish(request);
          break;
        }
        case 'pause':
          void rateLimiter.pause(item.ms);
          break;
        case 'pass':
          await pass(item.ms);
      }
      await pass(0);
    }
    for (let round = 0; round < 10; round += 1) {
      for (const request of all) finish(request);
      await pass(1_000);
    }
    if (errors.length > 0) throw errors[0];
    return { all, rateWindow };
  }

  function check(
    onSent: (request: TestRequest, all: readonly TestRequest[], rateWindow: TestRateWindow) => void,
    afterwards: (all: readonly TestRequest[], rateWindow: TestRateWindow) => void = () => {},
  ): Promise<void> {
    return assert(
      asyncProperty(steps, permits, async (given, granted) => {
        const { all, rateWindow } = await run(given, granted, onSent);
        afterwards(all, rateWindow);
      }),
      { numRuns: 150 },
    );
  }

  test(`at most ${MAX_CONCURRENT} requests are in flight at a time`, async () => {
    await check((_, all) => {
      expect(all.filter(({ release }) => release !== null).length).toBeLessThanOrEqual(MAX_CONCURRENT);
    });
  });

  test('at most as many requests are sent as permits were taken', async () => {
    await check((_, all, rateWindow) => {
      const sent = all.filter(({ outcomes }) => outcomes.includes('sent')).length;
      expect(sent).toBeLessThanOrEqual(rateWindow.taken);
    });
  });

  test('within a lane, requests of a client are sent in order: a process that was begun first, then the operation with the fewest calls, then first in, first out', async () => {
    await check((request, all) => {
      const before = all.slice(0, all.indexOf(request));
      const after = all.slice(all.indexOf(request) + 1);
      for (const earlier of before.filter(isQueued))
        expect(isOrdered(earlier.callOptions, request.callOptions)).toBe(!haveOneLine(earlier, request));
      for (const later of after.filter(isQueued))
        expect(isOrdered(request.callOptions, later.callOptions)).toBe(true);
    });
  });

  test('every request is sent, rejected or cancelled, exactly once', async () => {
    await check(
      () => {},
      (all) => {
        for (const { outcomes } of all) expect(outcomes).toHaveLength(1);
      },
    );
  });

  test('a rejected request gets a retry time of a second or more, and nothing of it was sent', async () => {
    await check(
      () => {},
      (all) => {
        for (const { outcomes, failure } of all) {
          if (!outcomes.includes('rejected')) continue;
          expect(failure?.retryAfterSeconds).toBeGreaterThanOrEqual(1);
          expect(failure?.mayHaveHappened).toBe(false);
        }
      },
    );
  });

  test('no request is sent during a pause', async () => {
    await check((_, _all, rateWindow) => expect(rateWindow.isPaused).toBe(false));
  });
});
