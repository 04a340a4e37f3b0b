import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { RateLimiter } from '../../../../src/upstream/resilience/rate-limiter.ts';
import { CircuitOpenError } from '../../../../src/upstream/resilience/circuit-breaker.ts';
import {
  Resilience,
  type CircuitChange,
  type ResilienceObserver,
  type ResilienceOptions,
} from '../../../../src/upstream/resilience/resilience.ts';
import type { CallOptions } from '../../../../src/domain/call-options.ts';
import { LocalRateWindow } from '../../../../src/storage/rate-window.ts';
import { openRedis } from '../../../../src/storage/redis/open-redis.ts';
import { HttpClient } from '../../../../src/upstream/http/http-client.ts';
import type { UnicoHost } from '../../../../src/domain/unico-host.ts';
import type { HttpRequest, Send } from '../../../../src/upstream/http/types.ts';
import { startChaos, tooMany, type Chaos, type Behaviour } from '../../../support/chaos.ts';
import { callOptionsOf, claimOf } from '../../../support/call-options.ts';
import { failureOf } from '../../../support/unico-client.ts';

type RateLimiting = ResilienceOptions['rateLimiter'];

/** Starts a server whose behaviour depends on how many requests have arrived. */
async function chaosBehaving(decide: (nth: number) => Behaviour | Promise<Behaviour>): Promise<Chaos> {
  const chaos = await startChaos(() => decide(chaos.arrivals.length));
  onTestFinished(() => chaos.close());
  return chaos;
}

/** Sends to a host through its resilience. */
function through(resilience: Resilience, chaos: Chaos, host: UnicoHost = 'idcloud'): Send {
  const http = new HttpClient(chaos.url);
  onTestFinished(() => http.close());
  return resilience.wrap(host, (sent) => http.send(sent));
}

function request(method: 'GET' | 'POST' = 'GET', callOptions: CallOptions = callOptionsOf()): HttpRequest {
  const body = method === 'POST' ? { body: '{}' } : {};
  const fixed = { name: `${method} a call`, path: '/', headers: {}, resource: null, timeoutMs: 2_000 };
  return { ...fixed, method, callOptions, ...body };
}

/** A rate limiter without a limit, which records its calls. `inFlight` counts the slots that were not released. */
function unlimited(): RateLimiting & { pauses: number[]; needs: number[]; inFlight: number } {
  return {
    pauses: [],
    needs: [],
    inFlight: 0,
    async acquire(_, needsMs) {
      this.needs.push(needsMs);
      this.inFlight += 1;
      return () => void (this.inFlight -= 1);
    },
    async pause(ms) {
      this.pauses.push(ms);
    },
    reportLateSend: async () => {},
  };
}

/** The rate limiter of a single replica. */
function rateLimiterOf(perSecond = 10): RateLimiter {
  return new RateLimiter(new LocalRateWindow(perSecond), perSecond);
}

function resilienceOf(rateLimiter: RateLimiting, observer?: ResilienceObserver): Resilience {
  const options = { rateLimiter, operationTimeoutMs: 8_000 };
  return new Resilience(observer === undefined ? options : { ...options, observer });
}

const httpDateIn = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toUTCString();

describe('Resilience after a 429', () => {
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
  ])(
    'a 429 pauses all requests for its Retry-After, between a second and a minute: %j',
    async (retryAfter, ms) => {
      const rateLimiter = unlimited();
      const send = through(resilienceOf(rateLimiter), await chaosBehaving(() => tooMany(retryAfter)));
      await send(request('POST'));
      expect(rateLimiter.pauses).toEqual([ms]);
    },
  );

  test('a 429 pauses all requests until the date in its Retry-After', async () => {
    const rateLimiter = unlimited();
    const send = through(resilienceOf(rateLimiter), await chaosBehaving(() => tooMany(httpDateIn(20))));
    await send(request('POST'));
    expect(rateLimiter.pauses).toHaveLength(1);
    expect(rateLimiter.pauses[0]).toBeGreaterThan(18_000);
    expect(rateLimiter.pauses[0]).toBeLessThanOrEqual(20_000);
  });

  test('429s without Retry-After pause all requests for one second, then two, then four, and at most a minute', async () => {
    const rateLimiter = unlimited();
    const send = through(resilienceOf(rateLimiter), await chaosBehaving(() => tooMany(null)));
    for (let call = 0; call < 9; call += 1) await send(request('POST'));
    expect(rateLimiter.pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((each) => each * 1_000));
  });

  test('a response between two 429s resets the pause to one second', async () => {
    const rateLimiter = unlimited();
    const send = through(
      resilienceOf(rateLimiter),
      await chaosBehaving((nth) => (nth === 3 ? {} : tooMany(null))),
    );
    for (let call = 0; call < 4; call += 1) await send(request('POST'));
    expect(rateLimiter.pauses).toEqual([1_000, 2_000, 1_000]);
  });

  test('a 404 between two 429s resets the pause to one second', async () => {
    const rateLimiter = unlimited();
    const behaviours = [tooMany(null), tooMany(null), { status: 404 }, tooMany(null)];
    const send = through(resilienceOf(rateLimiter), await chaosBehaving((nth) => behaviours[nth - 1] ?? {}));
    for (let call = 0; call < 4; call += 1) await send(request('POST'));
    expect(rateLimiter.pauses).toEqual([1_000, 2_000, 1_000]);
  });

  test('429s of ten requests that ran at the same time pause for one second, because they count as one rejection', async () => {
    const rateLimiter = unlimited();
    const send = through(
      resilienceOf(rateLimiter),
      await chaosBehaving(() => ({ ...tooMany(null), afterMs: 50 })),
    );
    await Promise.all(Array.from({ length: 10 }, () => send(request('POST'))));
    expect(Math.max(...rateLimiter.pauses)).toBe(1_000);
  });

  test('no other status pauses requests, even with a Retry-After', async () => {
    const rateLimiter = unlimited();
    const statuses = [200, 400, 401, 403, 404, 408, 409, 410, 500, 503];
    const chaos = await chaosBehaving((nth) => ({
      status: statuses[nth - 1] ?? 200,
      headers: { 'retry-after': '30' },
    }));
    const send = through(resilienceOf(rateLimiter), chaos);
    for (let call = 0; call < statuses.length; call += 1) await send(request('POST'));
    expect(rateLimiter.pauses).toEqual([]);
  });

  test('a read that gets a 429 is retried after the pause, not before', async () => {
    const chaos = await chaosBehaving((nth) => (nth === 1 ? tooMany('1') : {}));
    const send = through(resilienceOf(rateLimiterOf()), chaos);
    expect((await send(request())).status).toBe(200);
    const [first, second] = chaos.arrivals;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  test('a 429 of one host pauses the requests to every host, because they share the quota', async () => {
    const chaos = await chaosBehaving((nth) => (nth === 1 ? tooMany('1') : {}));
    const resilience = resilienceOf(rateLimiterOf());
    const [idcloud, api] = [through(resilience, chaos), through(resilience, chaos, 'api')];
    await idcloud(request('POST'));
    await api(request());
    const [first, second] = chaos.arrivals;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  test('a 429 of the token service pauses no request to the contracts, which have a token', async () => {
    const rateLimiter = unlimited();
    const chaos = await chaosBehaving(() => tooMany('3600'));
    expect((await through(resilienceOf(rateLimiter), chaos, 'identity')(request('POST'))).status).toBe(429);
    expect(rateLimiter.pauses).toEqual([]);
  });

  test('a 429 pauses the requests of all replicas that share a Redis', async () => {
    const chaos = await chaosBehaving((nth) => (nth === 1 ? tooMany('2') : {}));
    const name = randomUUID();
    const replicas: Send[] = [];
    for (let i = 0; i < 2; i += 1) {
      const { store, createRateWindow } = await openRedis(inject('redisUrl'));
      onTestFinished(() => store.close());
      replicas.push(through(resilienceOf(new RateLimiter(createRateWindow(name, 10), 10)), chaos));
    }
    const [replica, otherReplica] = replicas;
    await replica?.(request('POST'));
    await otherReplica?.(request());
    const [first, second] = chaos.arrivals;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(2_000);
  });

  test('a request without time for the pause fails at once, with the seconds until the pause ends', async () => {
    const chaos = await chaosBehaving(() => tooMany('30'));
    const send = through(resilienceOf(rateLimiterOf()), chaos);
    await send(request('POST'));
    const shortOfTime = callOptionsOf(undefined, { deadline: performance.now() + 5_000 });
    const failure = await failureOf(send(request('GET', shortOfTime)));
    expect(failure).toMatchObject({ kind: 'rate-limited', retryAfterSeconds: 30, mayHaveHappened: false });
    expect(chaos.arrivals).toHaveLength(1);
  });

  test('a queued request without time for a new pause fails at once', async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const chaos = await chaosBehaving(async () => {
      await answered;
      return tooMany('30');
    });
    const send = through(resilienceOf(rateLimiterOf(1)), chaos);
    const first = send(request('POST'));
    await expect.poll(() => chaos.arrivals.length).toBe(1);
    const shortOfTime = callOptionsOf(undefined, { deadline: performance.now() + 5_000 });
    const waiting = failureOf(send(request('GET', shortOfTime)));
    answer();
    await first;
    expect(await waiting).toMatchObject({ kind: 'rate-limited', retryAfterSeconds: 30 });
  });
});

describe('Resilience and the slots of the rate limiter', () => {
  test.each<[string, Behaviour]>([
    ['a response', {}],
    ['a refusal', { status: 400 }],
    ['an error of Unico', { status: 500 }],
    ['a broken connection', 'drop after reading'],
    ['a response that is not HTTP', 'bytes that are not HTTP'],
  ])('a slot is released after %s', async (_case, behaviour) => {
    const rateLimiter = unlimited();
    const send = through(resilienceOf(rateLimiter), await chaosBehaving(() => behaviour));
    await send(request()).catch(() => {});
    expect([rateLimiter.needs.length > 0, rateLimiter.inFlight]).toEqual([true, 0]);
  });

  test('a slot is released when its caller leaves while Unico works', async () => {
    const rateLimiter = unlimited();
    const chaos = await chaosBehaving(() => 'silence before the headers');
    const caller = new AbortController();
    const send = through(resilienceOf(rateLimiter), chaos);
    const failing = failureOf(send(request('GET', callOptionsOf(caller.signal))));
    await expect.poll(() => chaos.arrivals.length).toBe(1);
    expect(rateLimiter.inFlight).toBe(1);
    caller.abort();
    await failing;
    expect(rateLimiter.inFlight).toBe(0);
  });

  test('a slot is requested with the time that the response needs: more for a creation than for a read or a token', async () => {
    const rateLimiter = unlimited();
    const chaos = await chaosBehaving(() => ({}));
    const resilience = resilienceOf(rateLimiter);
    await through(resilience, chaos)(request());
    await through(resilience, chaos)(request('POST'));
    await through(resilience, chaos, 'identity')(request('POST'));
    expect(rateLimiter.needs).toEqual([500, 2_500, 500]);
    // An attempt with a shorter time limit than that could never be sent.
    await through(resilience, chaos)({ ...request(), timeoutMs: 400 });
    expect(rateLimiter.needs.pop()).toBe(200);
  });

  test('every attempt of a read acquires a slot, because each is a request to Unico', async () => {
    const rateLimiter = unlimited();
    const send = through(resilienceOf(rateLimiter), await chaosBehaving(() => ({ status: 503 })));
    await send(request());
    expect(rateLimiter.needs).toHaveLength(3);
  });
});

/** Opens the circuit of the POST: ten creations fail, one after another. */
async function openCircuit(send: Send): Promise<void> {
  for (let call = 0; call < 10; call += 1) await send(request('POST')).catch(() => {});
}

/** Call options of a write with 200 ms of time. */
const shortWrite = (): CallOptions =>
  callOptionsOf(AbortSignal.timeout(200), { claims: [claimOf({ lane: 'mutation' })] });

describe('Resilience of an endpoint that is down', () => {
  test('an open circuit fails calls without a request and without a slot of the rate limiter', async () => {
    const rateLimiter = unlimited();
    const chaos = await chaosBehaving(() => ({ status: 503 }));
    const send = through(resilienceOf(rateLimiter), chaos);
    await openCircuit(send);
    for (const failure of await Promise.all([1, 2].map(() => failureOf(send(request('POST')))))) {
      expect(failure).toBeInstanceOf(CircuitOpenError);
      expect(failure).toMatchObject({ kind: 'unavailable', mayHaveHappened: false });
      expect(failure.retryAfterSeconds).toBeGreaterThanOrEqual(1);
      expect(failure.retryAfterSeconds).toBeLessThanOrEqual(5);
    }
    expect([rateLimiter.needs.length, chaos.arrivals.length]).toEqual([10, 10]);
  });

  test('the open circuit of one host does not affect the other host', async () => {
    const down = await chaosBehaving(() => ({ status: 503 }));
    const up = await chaosBehaving(() => ({}));
    const resilience = resilienceOf(unlimited());
    const [idcloud, api] = [through(resilience, down), through(resilience, up, 'api')];
    await openCircuit(idcloud);
    expect(await failureOf(idcloud(request('POST')))).toBeInstanceOf(CircuitOpenError);
    expect((await api(request('POST'))).status).toBe(200);
  });

  test('the open circuit of one endpoint does not affect the other endpoints of its host', async () => {
    const chaos = await startChaos(({ method }) => ({ status: method === 'POST' ? 503 : 200 }));
    onTestFinished(() => chaos.close());
    const send = through(resilienceOf(unlimited()), chaos);
    await openCircuit(send);
    expect(await failureOf(send(request('POST')))).toBeInstanceOf(CircuitOpenError);
    expect((await send(request())).status).toBe(200);
    expect((await send({ ...request('GET'), name: 'POST another call' })).status).toBe(200);
  });

  test('reads that all fail neither stop creations nor use up the retries of another endpoint', async () => {
    const chaos = await startChaos(({ path }) => ({ status: path === '/bad' ? 503 : 200 }));
    onTestFinished(() => chaos.close());
    let retries = 0;
    const observer = { retried: () => void (retries += 1), circuit() {} };
    const send = through(resilienceOf(unlimited(), observer), chaos);
    for (let read = 0; read < 20; read += 1) {
      await send({ ...request(), path: '/bad', resource: `id-${read}` }).catch(() => {});
    }
    expect(retries).toBeGreaterThan(0);
    expect((await send(request('POST'))).status).toBe(200);
    retries = 0;
    await send({ ...request(), path: '/bad', name: 'GET another call' });
    expect(retries).toBe(2);
  });

  test('one id that always fails stops neither other reads nor their retries', async () => {
    let flaky = 0;
    const chaos = await startChaos(({ path }) => {
      if (path === '/bad') return { status: 500 };
      // Every other attempt of the others fails.
      return { status: (flaky += 1) % 2 === 1 ? 503 : 200 };
    });
    onTestFinished(() => chaos.close());
    const send = through(resilienceOf(unlimited()), chaos);
    for (let round = 0; round < 20; round += 1) {
      expect((await send({ ...request(), path: '/bad', resource: 'bad' })).status).toBe(500);
    }
    for (let round = 0; round < 8; round += 1) {
      expect((await send({ ...request(), resource: `id-${round}` })).status).toBe(200);
    }
    // Three attempts of the first read of the bad id, and one of each later read.
    expect(chaos.arrivals.filter(({ path }) => path === '/bad')).toHaveLength(3 + 19);
  });

  test('the observer gets the host and the call whose circuit opened', async () => {
    const changes: CircuitChange[] = [];
    const observer = { retried() {}, circuit: (change: CircuitChange) => void changes.push(change) };
    await openCircuit(
      through(resilienceOf(unlimited(), observer), await chaosBehaving(() => ({ status: 503 })), 'api'),
    );
    expect(changes).toEqual([{ host: 'api', call: 'POST a call', open: true }]);
  });

  test('an endpoint that never responds to creations opens its circuit', async () => {
    const chaos = await chaosBehaving(() => 'silence before the headers');
    const send = through(resilienceOf(unlimited()), chaos);
    await Promise.all(Array.from({ length: 12 }, () => failureOf(send(request('POST', shortWrite())))));
    await failureOf(send(request('POST', shortWrite())));
    expect(chaos.arrivals).toHaveLength(12);
  });

  test('a call that waits for the probes of other calls waits no longer than its own time', async () => {
    const chaos = await chaosBehaving((nth) => (nth <= 10 ? { status: 503 } : 'silence before the headers'));
    const send = through(resilienceOf(unlimited()), chaos);
    await openCircuit(send);
    await sleep(5_050);
    const probing = callOptionsOf(AbortSignal.timeout(1_500));
    const probes = Promise.all([1, 2, 3].map(() => failureOf(send(request('POST', probing)))));
    await expect.poll(() => chaos.arrivals.length).toBe(13);
    const shortOfTime = callOptionsOf(AbortSignal.timeout(300), { deadline: performance.now() + 300 });
    const first = await Promise.race([
      failureOf(send(request('POST', shortOfTime))).then(() => 'the call that is short of time'),
      probes.then(() => 'the probes'),
    ]);
    expect(first).toBe('the call that is short of time');
    expect(chaos.arrivals).toHaveLength(13);
  });
});
