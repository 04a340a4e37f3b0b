import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ClientId } from '../../../../src/domain/caller.ts';
import { MAX_OF_KIND } from '../../../../src/upstream/resilience/connections.ts';
import { MAX_WAITING, RateLimiter } from '../../../../src/upstream/resilience/rate-limiter.ts';
import { callOptionsOf, claimOf } from '../../../support/call-options.ts';
import { fillableWindow, finish, pass, rateWindowOf, send, WAIT_MS } from '../../../support/rate-limiter.ts';
import { newId } from '../../../support/simulated-reads.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const [A, B, C] = ['a', 'b', 'c'] as [ClientId, ClientId, ClientId];

/** A rate limiter without permits, until the test adds some. */
function waiting(): {
  rateLimiter: RateLimiter;
  refused: (ClientId | null)[];
  fill(permits: number): Promise<void>;
} {
  const { rateWindow, fill } = fillableWindow();
  const refused: (ClientId | null)[] = [];
  const rateLimiter = new RateLimiter(rateWindow, 10, { refused: (client) => void refused.push(client) });
  return {
    rateLimiter,
    refused,
    async fill(permits) {
      fill(permits);
      await pass(WAIT_MS);
    },
  };
}

const outcomesOf = (requests: readonly { outcomes: unknown[] }[]): unknown[] =>
  requests.map(({ outcomes }) => outcomes[0] ?? 'waits');

describe('RateLimiter, several clients', () => {
  test('a refusal hits the client with the most requests, and is reported with that client', async () => {
    const { rateLimiter, refused } = waiting();
    const many = Array.from({ length: 100 }, () => send(rateLimiter, { client: A, timeMs: 4_000 }));
    await pass(0);
    expect(new Set(refused)).toEqual(new Set([A]));
    const few = Array.from({ length: 15 }, () => send(rateLimiter, { client: B, timeMs: 4_000 }));
    await pass(0);
    expect(new Set(outcomesOf(few))).toEqual(new Set(['waits']));
    expect(new Set(refused)).toEqual(new Set([A]));
    // Ten at once, and ten after each second: forty in all, fifteen of them for the other client.
    expect(outcomesOf(many).filter((outcome) => outcome === 'waits')).toHaveLength(25);
  });

  test('two clients alternate, however many requests each has', async () => {
    const { rateLimiter, fill } = waiting();
    const [many, few] = [30, 4].map((count, i) =>
      Array.from({ length: count }, () => send(rateLimiter, { client: i === 0 ? A : B })),
    );
    await fill(8);
    expect(
      [many, few].map((all = []) => outcomesOf(all).filter((outcome) => outcome === 'sent').length),
    ).toEqual([4, 4]);
  });

  test('all callers without a client are one client', async () => {
    const { rateLimiter, fill } = waiting();
    const unknown = Array.from({ length: 10 }, () => send(rateLimiter, { client: null }));
    const known = Array.from({ length: 10 }, () => send(rateLimiter, { client: A }));
    await fill(10);
    for (const all of [unknown, known])
      expect(outcomesOf(all).filter((each) => each === 'sent')).toHaveLength(5);
  });

  test('a client leaves half of the connections to others as soon as they come', async () => {
    const rateLimiter = new RateLimiter(
      rateWindowOf(() => 1_000),
      1_000,
    );
    const many = Array.from({ length: 60 }, () => send(rateLimiter, { client: A }));
    await pass(0);
    expect(outcomesOf(many).filter((each) => each === 'sent')).toHaveLength(MAX_OF_KIND);
    const others = Array.from({ length: 20 }, () => send(rateLimiter, { client: B }));
    for (const request of many.slice(0, 16)) {
      finish(request);
      await pass(0);
    }
    expect(outcomesOf(others).filter((each) => each === 'sent')).toHaveLength(16);
  });
});

describe('RateLimiter, a line that is full', () => {
  test('more requests of its client are refused at once, and those of other clients and lanes wait', async () => {
    const refused: (ClientId | null)[] = [];
    // A quota that would serve all of them in time.
    const rateLimiter = new RateLimiter(fillableWindow().rateWindow, 1_000_000, {
      refused: (client) => void refused.push(client),
    });
    const page = { client: A, lane: 'page' } as const;
    const first = Array.from({ length: MAX_WAITING }, () => send(rateLimiter, page));
    const beyond = send(rateLimiter, { ...page, timeMs: 9_000, needsMs: 1_000 });
    const others = [{ client: A }, { ...page, client: B }].map((claim) => send(rateLimiter, claim));
    await pass(0);
    expect(new Set(outcomesOf([...first, ...others]))).toEqual(new Set(['waits']));
    expect(outcomesOf([beyond])).toEqual(['rejected']);
    expect(beyond.failure).toMatchObject({ kind: 'rate-limited', retryAfterSeconds: 8 });
    expect(refused).toEqual([A]);
  });

  test('a request that another client claims too waits in the line of that one', async () => {
    const rateLimiter = new RateLimiter(fillableWindow().rateWindow, 1_000_000);
    for (let i = 0; i < MAX_WAITING; i += 1) send(rateLimiter, { client: A });
    const shared = rateLimiter.acquire(
      callOptionsOf(undefined, { claims: [claimOf({ client: A }), claimOf({ client: B })] }),
      0,
    );
    const settled = vi.fn<() => void>();
    shared.then(settled, settled);
    await pass(0);
    expect(settled).not.toHaveBeenCalled();
  });
});

describe('RateLimiter, within a client', () => {
  test('the next contract of a process that was begun goes first, then reservations, then first come', async () => {
    const { rateLimiter, fill } = waiting();
    const processId = newId();
    const refused = send(rateLimiter, { client: A, processId, timeMs: 400, needsMs: 500 });
    await rateLimiter.pause(1_000);
    await pass(0);
    const early = send(rateLimiter, { client: A, processId, timeMs: 900 });
    await pass(0);
    expect(outcomesOf([refused, early])).toEqual(['cancelled', 'rejected']);
    const newcomers = [1, 2].map(() => send(rateLimiter, { client: A }));
    const back = send(rateLimiter, { client: A, processId });
    const begun = send(rateLimiter, { client: A, isBegun: true, processId: newId() });
    const all = [begun, back, ...newcomers];
    await pass(1_000);
    for (let i = 1; i <= all.length; i += 1) {
      await fill(1);
      expect(outcomesOf(all)).toEqual(all.map((_, at) => (at < i ? 'sent' : 'waits')));
    }
  });

  test.each([
    ['another process', 0, { client: A, processId: newId() }],
    ['another client', 0, { client: B }],
    ['no longer than five seconds beyond its time', 7_000, { client: A }],
  ])('a reservation holds for its client and process, and not for %s', async (_, laterMs, claim) => {
    const { rateLimiter, fill } = waiting();
    const processId = newId();
    await rateLimiter.pause(1_000);
    const refused = send(rateLimiter, { client: A, processId, timeMs: 900 });
    await pass(0);
    expect(refused.failure?.retryAfterSeconds).toBe(1);
    await pass(1_000 + laterMs);
    // The client of the newcomer has had nothing either, so that the first that came is next.
    const newcomer = send(rateLimiter, { client: C });
    const sameClient = send(rateLimiter, { ...claim, processId: newId() });
    const back = send(rateLimiter, { processId, ...claim });
    await fill(2);
    expect(outcomesOf([newcomer, sameClient, back])).toEqual(['sent', 'sent', 'waits']);
  });

  test('a client has twenty reservations, and comes back for them in turns', async () => {
    const { rateLimiter, fill } = waiting();
    await rateLimiter.pause(1_000);
    const ids = Array.from({ length: 30 }, newId);
    const refused = ids.map((processId) => send(rateLimiter, { client: A, processId, timeMs: 900 }));
    await pass(0);
    const seconds = refused.map(({ failure }) => failure?.retryAfterSeconds ?? 0);
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
    expect([seconds[0], seconds[29]]).toEqual([1, 6]);
    await pass(1_000);
    const newcomers = Array.from({ length: 10 }, () => send(rateLimiter, { client: A, processId: newId() }));
    const back = ids.map((processId) => send(rateLimiter, { client: A, processId }));
    await fill(20);
    expect(outcomesOf(back.slice(0, 20))).toEqual(Array(20).fill('sent'));
    expect(outcomesOf([...newcomers, ...back.slice(20)])).toEqual(Array(20).fill('waits'));
  });
});

describe('RateLimiter, a call that several clients share', () => {
  test('is sent in the best place of them all, and counts for the client of that place', async () => {
    const { rateLimiter, fill } = waiting();
    const many = Array.from({ length: 10 }, () => send(rateLimiter, { client: A }));
    const shared = send(rateLimiter, { client: A });
    await fill(4);
    Object.assign(shared.callOptions, { claims: [...shared.callOptions.claims, claimOf({ client: B })] });
    await fill(0);
    const ofB = send(rateLimiter, { client: B });
    await fill(1);
    expect(outcomesOf([shared, ofB])).toEqual(['sent', 'waits']);
    // The other client has had one by now, and A four.
    await fill(1);
    expect(outcomesOf([ofB])).toEqual(['sent']);
    expect(outcomesOf(many).filter((each) => each === 'sent')).toHaveLength(4);
  });

  test('does not bring other calls of a client forward that joins it', async () => {
    const { rateLimiter, fill } = waiting();
    const many = Array.from({ length: 20 }, () => send(rateLimiter, { client: A }));
    await fill(6);
    const ofB = [1, 2, 3].map(() => send(rateLimiter, { client: B }));
    for (const { callOptions } of ofB)
      Object.assign(callOptions, { claims: [...callOptions.claims, claimOf({ client: A })] });
    await fill(3);
    expect(outcomesOf(ofB)).toEqual(['sent', 'sent', 'sent']);
    expect(outcomesOf(many).filter((each) => each === 'sent')).toHaveLength(6);
  });

  test('waits in the places of its other callers when the caller of the best place leaves', async () => {
    const { rateLimiter, fill } = waiting();
    const first = send(rateLimiter, { client: A });
    const shared = send(rateLimiter, { client: A });
    const { claims } = shared.callOptions;
    Object.assign(shared.callOptions, { claims: [...claims, claimOf({ client: B, lane: 'mutation' })] });
    await pass(WAIT_MS);
    Object.assign(shared.callOptions, { claims });
    await fill(1);
    expect(outcomesOf([first, shared])).toEqual(['sent', 'waits']);
    await fill(1);
    expect(outcomesOf([shared])).toEqual(['sent']);
  });
});

test('five thousand requests of many clients are all sent, each once', async () => {
  const { rateLimiter, fill } = waiting();
  const all = Array.from({ length: 5_000 }, (_, i) =>
    send(rateLimiter, { client: `client-${i % 50}` as ClientId, timeMs: 3_600_000 }, (request) =>
      queueMicrotask(() => finish(request)),
    ),
  );
  await fill(5_000);
  await pass(10 * WAIT_MS);
  expect(new Set(all.flatMap(({ outcomes }) => outcomes))).toEqual(new Set(['sent']));
  for (const { outcomes } of all) expect(outcomes).toHaveLength(1);
});
