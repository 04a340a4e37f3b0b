import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { createRateLimiter, type RateLimiter } from '../../../../src/upstream/resilience/rate-limiter.ts';
import { CircuitOpenError } from '../../../../src/upstream/resilience/circuit-breaker.ts';
import { createResilience, type ResilienceObserver } from '../../../../src/upstream/resilience/resilience.ts';
import { createRetryBudget } from '../../../../src/upstream/resilience/retry-budget.ts';
import { UpstreamFailure } from '../../../../src/domain/upstream-failure.ts';
import type { CallOptions } from '../../../../src/domain/call-options.ts';
import { LocalRateWindow } from '../../../../src/storage/rate-window.ts';
import { openRedis } from '../../../../src/storage/redis/open-redis.ts';
import { createHttpClient } from '../../../../src/upstream/http/http-client.ts';
import type { HttpRequest, Send } from '../../../../src/upstream/http/types.ts';
import type { Middleware, UnicoHost } from '../../../../src/upstream/http/types.ts';
import { startChaos, tooMany, type Chaos, type Deed } from '../../../support/chaos.ts';
import { callOptionsOf } from '../../../support/call-options.ts';

type Decide = (nth: number) => Deed | Promise<Deed>;

async function chaosDoing(decide: Decide): Promise<Chaos> {
  const chaos = await startChaos(() => decide(chaos.arrivals.length));
  onTestFinished(() => chaos.close());
  return chaos;
}

/** What goes to a host through a guard. */
function through(guard: Middleware, chaos: Chaos, host: UnicoHost = 'idcloud'): Send {
  const http = createHttpClient(chaos.url);
  onTestFinished(() => http.close());
  return guard(host, http.send);
}

function request(method: 'GET' | 'POST' = 'GET', callOptions: CallOptions = callOptionsOf()): HttpRequest {
  const body = method === 'POST' ? { body: '{}' } : {};
  return { name: 'a call', method, path: '/', headers: {}, timeoutMs: 2_000, callOptions, ...body };
}

/** A queue in which nobody waits, and which notes what it is asked. */
function openQueue(): RateLimiter & { pauses: number[]; needs: number[]; inside: number } {
  return {
    pauses: [],
    needs: [],
    inside: 0,
    async acquire(_, needsMs) {
      this.needs.push(needsMs);
      this.inside += 1;
      return () => void (this.inside -= 1);
    },
    async pause(ms) {
      this.pauses.push(ms);
    },
    reportLateSend: async () => {},
  };
}

/** The queue of a replica of its own. */
function queueOf(perSecond = 10): RateLimiter {
  return createRateLimiter(new LocalRateWindow(perSecond), perSecond);
}

function guardOf(rateLimiter: RateLimiter, observer?: ResilienceObserver): Middleware {
  return createResilience(rateLimiter, createRetryBudget(), 8_000, observer);
}

async function failureOf(answering: Promise<unknown>): Promise<UpstreamFailure> {
  const end = await answering.catch((error: unknown) => error);
  if (end instanceof UpstreamFailure) return end;
  throw new Error('expected a failure', { cause: end });
}

const seconds = (at: number): string => new Date(Date.now() + at * 1_000).toUTCString();

describe('after a 429 everybody waits', () => {
  test.each([
    ['3', 3_000],
    ['60', 60_000],
    ['86400', 60_000],
    ['99999999999999999999', 60_000],
    ['0', 1_000],
    ['-5', 1_000],
    ['soon', 1_000],
    ['', 1_000],
    ['1.5', 1_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 1_000],
    ['Fri, 31 Dec 2100 23:59:59 GMT', 60_000],
  ])('as long as Retry-After says, between a second and a minute: %j', async (retryAfter, ms) => {
    const queue = openQueue();
    const send = through(guardOf(queue), await chaosDoing(() => tooMany(retryAfter)));
    await send(request('POST'));
    expect(queue.pauses).toEqual([ms]);
  });

  test('until the date that Retry-After names', async () => {
    const queue = openQueue();
    const send = through(guardOf(queue), await chaosDoing(() => tooMany(seconds(20))));
    await send(request('POST'));
    expect(queue.pauses).toHaveLength(1);
    expect(queue.pauses[0]).toBeGreaterThan(18_000);
    expect(queue.pauses[0]).toBeLessThanOrEqual(20_000);
  });

  test('for one second where it names no time, then two, then four, and never longer than a minute', async () => {
    const queue = openQueue();
    const send = through(guardOf(queue), await chaosDoing(() => tooMany(null)));
    for (let call = 0; call < 9; call += 1) await send(request('POST'));
    expect(queue.pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((each) => each * 1_000));
  });

  test('for one second again once a request was answered in between', async () => {
    const queue = openQueue();
    const send = through(guardOf(queue), await chaosDoing((nth) => (nth === 3 ? {} : tooMany(null))));
    for (let call = 0; call < 4; call += 1) await send(request('POST'));
    expect(queue.pauses).toEqual([1_000, 2_000, 1_000]);
  });

  test('for one second again once Unico has said in between that it knows no such process', async () => {
    const queue = openQueue();
    const deeds = [tooMany(null), tooMany(null), { status: 404 }, tooMany(null)];
    const send = through(guardOf(queue), await chaosDoing((nth) => deeds[nth - 1] ?? {}));
    for (let call = 0; call < 4; call += 1) await send(request('POST'));
    expect(queue.pauses).toEqual([1_000, 2_000, 1_000]);
  });

  test('for one second where ten requests that ran together are refused, because that is one refusal', async () => {
    const queue = openQueue();
    const send = through(guardOf(queue), await chaosDoing(() => ({ ...tooMany(null), afterMs: 50 })));
    await Promise.all(Array.from({ length: 10 }, () => send(request('POST'))));
    expect(Math.max(...queue.pauses)).toBe(1_000);
  });

  test('and no other answer makes anybody wait', async () => {
    const queue = openQueue();
    const statuses = [200, 400, 401, 403, 404, 408, 409, 410, 500, 503];
    const chaos = await chaosDoing((nth) => ({
      status: statuses[nth - 1] ?? 200,
      headers: { 'retry-after': '30' },
    }));
    const send = through(guardOf(queue), chaos);
    for (let call = 0; call < statuses.length; call += 1) await send(request('POST'));
    expect(queue.pauses).toEqual([]);
  });

  test('the read that got it is repeated after the pause, not before', async () => {
    const chaos = await chaosDoing((nth) => (nth === 1 ? tooMany('1') : {}));
    const send = through(guardOf(queueOf()), chaos);
    expect((await send(request())).status).toBe(200);
    const [first, second] = chaos.arrivals;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  test('to every host, because they share the quota', async () => {
    const chaos = await chaosDoing((nth) => (nth === 1 ? tooMany('1') : {}));
    const guard = guardOf(queueOf());
    const [idcloud, api] = [through(guard, chaos), through(guard, chaos, 'api')];
    await idcloud(request('POST'));
    await api(request());
    const [first, second] = chaos.arrivals;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  test('in all replicas that share a Redis', async () => {
    const chaos = await chaosDoing((nth) => (nth === 1 ? tooMany('2') : {}));
    const name = randomUUID();
    const replicas: Send[] = [];
    for (let i = 0; i < 2; i += 1) {
      const { store, createRateWindow } = await openRedis(inject('redisUrl'));
      onTestFinished(() => store.close());
      replicas.push(through(guardOf(createRateLimiter(createRateWindow(name, 10), 10)), chaos));
    }
    const [one, other] = replicas;
    await one?.(request('POST'));
    await other?.(request());
    const [first, second] = chaos.arrivals;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(2_000);
  });

  test('who has no time for that is told at once, and when the pause is over', async () => {
    const chaos = await chaosDoing(() => tooMany('30'));
    const send = through(guardOf(queueOf()), chaos);
    await send(request('POST'));
    const hurried = callOptionsOf(undefined, { deadline: Date.now() + 5_000 });
    const failure = await failureOf(send(request('GET', hurried)));
    expect(failure).toMatchObject({ kind: 'rate-limited', retryAfterSeconds: 30, mayHaveHappened: false });
    expect(chaos.arrivals).toHaveLength(1);
  });

  test('also those who wait already and have no time for that are told at once', async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const chaos = await chaosDoing(async () => {
      await answered;
      return tooMany('30');
    });
    const send = through(guardOf(queueOf(1)), chaos);
    const first = send(request('POST'));
    await expect.poll(() => chaos.arrivals.length).toBe(1);
    const hurried = callOptionsOf(undefined, { deadline: Date.now() + 5_000 });
    const waiting = failureOf(send(request('GET', hurried)));
    answer();
    await first;
    expect(await waiting).toMatchObject({ kind: 'rate-limited', retryAfterSeconds: 30 });
  });
});

describe('a place in the queue', () => {
  test.each<[string, Deed]>([
    ['an answer', {}],
    ['a refusal', { status: 400 }],
    ['an error of Unico', { status: 500 }],
    ['a connection that broke', 'drop after reading'],
    ['an answer that is no HTTP', 'words that are no HTTP'],
  ])('is given back after %s', async (_what, deed) => {
    const queue = openQueue();
    const send = through(guardOf(queue), await chaosDoing(() => deed));
    await send(request()).catch(() => {});
    expect([queue.needs.length > 0, queue.inside]).toEqual([true, 0]);
  });

  test('is given back by a caller who leaves while Unico works', async () => {
    const queue = openQueue();
    const chaos = await chaosDoing(() => 'silence before the headers');
    const caller = new AbortController();
    const send = through(guardOf(queue), chaos);
    const failing = failureOf(send(request('GET', callOptionsOf(caller.signal))));
    await expect.poll(() => chaos.arrivals.length).toBe(1);
    expect(queue.inside).toBe(1);
    caller.abort();
    await failing;
    expect(queue.inside).toBe(0);
  });

  test('is asked for with the time that the answer takes: a creation takes longer than a read or a token', async () => {
    const queue = openQueue();
    const chaos = await chaosDoing(() => ({}));
    const guard = guardOf(queue);
    await through(guard, chaos)(request());
    await through(guard, chaos)(request('POST'));
    await through(guard, chaos, 'identity')(request('POST'));
    expect(queue.needs).toEqual([500, 2_500, 500]);
    // An attempt that may take no longer than that could never be sent.
    await through(guard, chaos)({ ...request(), timeoutMs: 400 });
    expect(queue.needs.pop()).toBe(200);
  });

  test('is asked for by each attempt, because each is a request to Unico', async () => {
    const queue = openQueue();
    const send = through(guardOf(queue), await chaosDoing(() => ({ status: 503 })));
    await send(request());
    expect(queue.needs).toHaveLength(3);
  });
});

/** Makes ten creations fail, one after another. */
async function shut(send: Send): Promise<void> {
  for (let call = 0; call < 10; call += 1) await send(request('POST')).catch(() => {});
}

/** For a write whose operation has little time. */
const operation = (): CallOptions => callOptionsOf(AbortSignal.timeout(200), { priority: 'write' });

describe('a host that is down', () => {
  test('is asked nothing more, and nobody takes a place in the queue for it', async () => {
    const queue = openQueue();
    const chaos = await chaosDoing(() => ({ status: 503 }));
    const send = through(guardOf(queue), chaos);
    await shut(send);
    const failures = await Promise.all([failureOf(send(request())), failureOf(send(request('POST')))]);
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(CircuitOpenError);
      expect(failure).toMatchObject({ kind: 'unavailable', mayHaveHappened: false });
      expect(failure.retryAfterSeconds).toBeGreaterThanOrEqual(1);
      expect(failure.retryAfterSeconds).toBeLessThanOrEqual(5);
    }
    expect([queue.needs.length, chaos.arrivals.length]).toEqual([10, 10]);
  });

  test('does not shut out the other host', async () => {
    const down = await chaosDoing(() => ({ status: 503 }));
    const up = await chaosDoing(() => ({}));
    const guard = guardOf(openQueue());
    const [idcloud, api] = [through(guard, down), through(guard, up, 'api')];
    await shut(idcloud);
    expect(await failureOf(idcloud(request()))).toBeInstanceOf(CircuitOpenError);
    expect((await api(request())).status).toBe(200);
  });

  test('is told to the observer by its name', async () => {
    const told: [UnicoHost, boolean][] = [];
    const observer = {
      retried() {},
      circuit: (host: UnicoHost, open: boolean) => void told.push([host, open]),
    };
    await shut(through(guardOf(openQueue(), observer), await chaosDoing(() => ({ status: 503 })), 'api'));
    expect(told).toEqual([['api', true]]);
  });

  test('because it swallows creations until their time is over is left alone like any other', async () => {
    const chaos = await chaosDoing(() => 'silence before the headers');
    const send = through(guardOf(openQueue()), chaos);
    await Promise.all(Array.from({ length: 12 }, () => failureOf(send(request('POST', operation())))));
    await failureOf(send(request('POST', operation())));
    expect(chaos.arrivals).toHaveLength(12);
  });

  test('is asked once when its time is over, though many wait, and no longer than each of them has time', async () => {
    const chaos = await chaosDoing((nth) => (nth <= 10 ? { status: 503 } : 'silence before the headers'));
    const send = through(guardOf(openQueue()), chaos);
    await shut(send);
    await sleep(5_050);
    const probe = failureOf(send(request('POST', callOptionsOf(AbortSignal.timeout(1_500)))));
    await expect.poll(() => chaos.arrivals.length).toBe(11);
    const hurried = callOptionsOf(AbortSignal.timeout(300), { deadline: Date.now() + 300 });
    const first = await Promise.race([
      failureOf(send(request('POST', hurried))).then(() => 'one who has little time'),
      probe.then(() => 'the one that tries the host'),
    ]);
    expect(first).toBe('one who has little time');
    expect(chaos.arrivals).toHaveLength(11);
  });
});
