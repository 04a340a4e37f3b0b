import { describe, expect, onTestFinished, test } from 'vitest';
import { CircuitOpenError, CircuitBreaker } from '../../../../src/upstream/resilience/circuit-breaker.ts';
import { HttpClient } from '../../../../src/upstream/http/http-client.ts';
import { startChaos, type Chaos, type Behaviour } from '../../../support/chaos.ts';
import { callOptionsOf } from '../../../support/call-options.ts';
import { startClock, type TestClock } from '../../../support/clock.ts';

/** How long the circuit stays open, and how long failures count. */
const OPEN_MS = 5_000;
const WITHIN_MS = 10_000;

type Host = {
  chaos: Chaos;
  breaker: CircuitBreaker;
  /** Sets how the host behaves from now on. */
  behave(next: Behaviour | (() => Promise<Behaviour>)): void;
  /** Sends calls, each for another resource, one after another, and returns how the last one ended. */
  call(times?: number): Promise<string>;
  /** Sends a call for a resource. */
  callFor(resource: string | null): Promise<string>;
  clock: TestClock;
  /** The reported changes of the circuit. */
  changes: boolean[];
};

async function startHost(): Promise<Host> {
  let behaviour: Behaviour | (() => Promise<Behaviour>) = {};
  const chaos = await startChaos(() => (typeof behaviour === 'function' ? behaviour() : behaviour));
  const http = new HttpClient(chaos.url);
  onTestFinished(async () => {
    await http.close();
    await chaos.close();
  });
  const changes: boolean[] = [];
  const breaker = new CircuitBreaker((open) => void changes.push(open));
  let resources = 0;
  const callFor = (resource: string | null): Promise<string> => endOf(callOnce(breaker, http, resource));
  return {
    chaos,
    clock: startClock(),
    callFor,
    breaker,
    changes,
    behave: (next) => void (behaviour = next),
    async call(times = 1) {
      let end = '';
      for (let i = 0; i < times; i += 1) end = await callFor(`id-${(resources += 1)}`);
      return end;
    },
  };
}

async function callOnce(
  breaker: CircuitBreaker,
  http: HttpClient,
  resource: string | null = null,
  signal?: AbortSignal,
): Promise<{ status: number }> {
  const callOptions = callOptionsOf(signal);
  const fixed = { name: 'a call', method: 'GET', path: '/', headers: {}, timeoutMs: 200 } as const;
  const request = { ...fixed, resource, callOptions };
  return breaker.execute(request, () => http.send(request));
}

/** The status, or `circuit open` for a call that was not sent, or `failed`. */
async function endOf(call: Promise<{ status: number }>): Promise<string> {
  try {
    return String((await call).status);
  } catch (error) {
    return error instanceof CircuitOpenError ? 'circuit open' : 'failed';
  }
}

/** Starts a host whose circuit is open. */
async function startFailedHost(): Promise<Host> {
  const host = await startHost();
  host.behave({ status: 503 });
  await host.call(10);
  expect(host.changes).toEqual([true]);
  return host;
}

describe('CircuitBreaker of an endpoint that fails', () => {
  test.each<Behaviour>([
    { status: 500 },
    { status: 503 },
    'drop after reading',
    'silence before the headers',
  ])('ten failures (%j) open the circuit: nothing is sent any more', async (failing) => {
    const host = await startHost();
    host.behave(failing);
    await host.call(9);
    expect(host.changes).toEqual([]);
    await host.call();
    expect(host.changes).toEqual([true]);
    expect(await host.call()).toBe('circuit open');
    expect(host.chaos.arrivals).toHaveLength(10);
  });

  test('an open circuit fails calls with the seconds until the probe, and says that nothing was sent', async () => {
    const { breaker, clock } = await startFailedHost();
    clock.pass(1_500);
    const thrown = await breaker
      .execute({ resource: null, callOptions: callOptionsOf() }, async () => {
        throw new Error('it was sent');
      })
      .catch((error: unknown) => error);
    expect(thrown).toMatchObject({ kind: 'unavailable', retryAfterSeconds: 4, mayHaveHappened: false });
  });

  test('a success in between shows that the endpoint works: the failures before it do not count', async () => {
    const host = await startHost();
    for (let round = 0; round < 5; round += 1) {
      host.behave({ status: 500 });
      await host.call(9);
      host.behave({});
      await host.call();
    }
    expect(host.changes).toEqual([]);
  });

  test('requests without a resource, such as creations, count each', async () => {
    const host = await startHost();
    host.behave({ status: 500 });
    for (let call = 0; call < 10; call += 1) await host.callFor(null);
    expect(host.changes).toEqual([true]);
  });

  test('one id that fails forty times does not open the circuit', async () => {
    const host = await startHost();
    host.behave({ status: 500 });
    for (let call = 0; call < 40; call += 1) expect(await host.callFor('a bad id')).toBe('500');
    host.behave({});
    expect(await host.callFor('another id')).toBe('200');
    expect(host.changes).toEqual([]);
  });

  test('a circuit that opens in an outage is found open at once by requests that were waiting', async () => {
    const host = await startHost();
    host.behave('drop after reading');
    await Promise.all(Array.from({ length: 12 }, () => host.call()));
    expect(host.changes).toEqual([true]);
    expect(host.chaos.arrivals).toHaveLength(12);
  });

  test('rare failures, with more than ten seconds in between, do not open the circuit', async () => {
    const host = await startHost();
    host.behave({ status: 500 });
    for (let minute = 0; minute < 5; minute += 1) {
      await host.call(3);
      host.clock.pass(60_000);
    }
    expect(host.changes).toEqual([]);
  });

  test('failures before a quiet time do not count after it', async () => {
    const host = await startHost();
    host.behave({ status: 500 });
    await host.call(9);
    host.clock.pass(6 * WITHIN_MS);
    await host.call(9);
    expect(host.changes).toEqual([]);
  });
});

describe('CircuitBreaker of an endpoint that works', () => {
  test.each([400, 401, 403, 404, 408, 409, 410, 422, 429])(
    'the circuit stays closed however often the host responds with %i',
    async (status) => {
      const host = await startHost();
      host.behave({ status });
      expect(await host.call(40)).toBe(String(status));
      expect(host.changes).toEqual([]);
    },
  );

  test('responses that are too large do not open the circuit', async () => {
    const host = await startHost();
    host.behave({ body: 'x'.repeat(3 * 1024 * 1024) });
    expect(await host.call(12)).toBe('failed');
    expect(host.changes).toEqual([]);
  });

  test('callers that leave before the response do not open the circuit', async () => {
    const host = await startHost();
    const http = new HttpClient(host.chaos.url);
    onTestFinished(() => http.close());
    host.behave('silence before the headers');
    const caller = new AbortController();
    const leaving = Array.from({ length: 30 }, () =>
      endOf(callOnce(host.breaker, http, null, caller.signal)),
    );
    await expect.poll(() => host.chaos.arrivals.length).toBe(30);
    caller.abort();
    expect(await Promise.all(leaving)).toEqual(Array(30).fill('failed'));
    expect(host.changes).toEqual([]);
  });
});

describe('CircuitBreaker that is open', () => {
  test('the endpoint is not probed before the open time has ended', async () => {
    const host = await startFailedHost();
    host.behave({});
    host.clock.pass(OPEN_MS - 1_000);
    expect(await host.call()).toBe('circuit open');
  });

  test('three calls probe the endpoint, and all others are sent when the first of them succeeds', async () => {
    const host = await startFailedHost();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    let probes = 0;
    host.behave(async () => {
      probes += 1;
      // The second and the third probe do not get a response in time: one id may be like that.
      if (probes === 2 || probes === 3) return 'silence before the headers';
      await answered;
      return {};
    });
    host.clock.pass(OPEN_MS);
    const calls = Array.from({ length: 8 }, () => host.call());
    await expect.poll(() => host.chaos.arrivals.length).toBe(13);
    // Enough time for another request to arrive, if one were on its way.
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(host.chaos.arrivals).toHaveLength(13);
    answer();
    const ends = await Promise.all(calls);
    expect(ends.toSorted()).toEqual([...Array(6).fill('200'), 'failed', 'failed']);
    expect(host.changes).toEqual([true, false]);
  });

  test('a request from before the opening that succeeds shows that the endpoint works: other ids are sent at once', async () => {
    const host = await startHost();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    host.behave(async () => {
      if (host.chaos.arrivals.length > 1) return { status: 500 };
      await answered;
      return {};
    });
    const earlier = host.call();
    await expect.poll(() => host.chaos.arrivals.length).toBe(1);
    await host.call(10);
    expect(await host.call()).toBe('circuit open');
    answer();
    expect(await earlier).toBe('200');
    host.behave({});
    expect(await host.call()).toBe('200');
    expect(host.changes).toEqual([true, false]);
  });

  test('a caller can leave while its call waits for the probe of another call', async () => {
    const host = await startFailedHost();
    const http = new HttpClient(host.chaos.url);
    onTestFinished(() => http.close());
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    host.behave(async () => {
      await answered;
      return {};
    });
    host.clock.pass(OPEN_MS);
    const probes = Array.from({ length: 3 }, () => host.call());
    await expect.poll(() => host.chaos.arrivals.length).toBe(13);
    const caller = new AbortController();
    const waiting = endOf(callOnce(host.breaker, http, null, caller.signal));
    caller.abort();
    expect(await waiting).toBe('failed');
    answer();
    expect(await Promise.all(probes)).toEqual(['200', '200', '200']);
    expect(host.chaos.arrivals).toHaveLength(13);
  });

  test('three failed probes of different ids open the circuit again: no other request is sent', async () => {
    const host = await startFailedHost();
    host.clock.pass(OPEN_MS);
    const ends = await Promise.all(Array.from({ length: 8 }, () => host.call()));
    expect(ends.toSorted()).toEqual([...Array(3).fill('503'), ...Array(5).fill('circuit open')]);
    expect(host.chaos.arrivals).toHaveLength(13);
    host.clock.pass(OPEN_MS - 1_000);
    expect(await host.call()).toBe('circuit open');
  });

  test('a failed probe of one id does not open the circuit again: the next id is sent', async () => {
    const host = await startFailedHost();
    host.clock.pass(OPEN_MS);
    expect(await host.callFor('a bad id')).toBe('503');
    expect(await host.callFor('a bad id')).toBe('circuit open');
    host.behave({});
    expect(await host.callFor('another id')).toBe('200');
    expect(host.changes).toEqual([true, false]);
  });

  test('ids that fail all the time do not open the circuit again, however often they probe', async () => {
    const host = await startFailedHost();
    host.clock.pass(OPEN_MS);
    for (let second = 0; second < 60; second += 1) {
      // Of the ids that opened the circuit.
      await host.callFor(`id-${1 + (second % 10)}`);
      host.clock.pass(1_000);
    }
    // One such id a second at most, and each once in five seconds.
    expect(host.chaos.arrivals.length).toBeLessThanOrEqual(10 + 60);
    expect(host.chaos.arrivals.length).toBeGreaterThan(10 + 5);
    host.behave({});
    expect(await host.callFor('a new id')).toBe('200');
  });

  test('an id that failed in the outage closes the circuit when it recovers, also when no other one is read', async () => {
    const host = await startFailedHost();
    host.clock.pass(OPEN_MS);
    expect(await host.callFor('id-1')).toBe('503');
    host.behave({});
    expect(await host.callFor('id-1')).toBe('circuit open');
    host.clock.pass(OPEN_MS);
    expect(await host.callFor('id-1')).toBe('200');
    expect(host.changes).toEqual([true, false]);
  });

  test.each([404, 429])('a probe that gets %i closes the circuit', async (status) => {
    const host = await startFailedHost();
    host.behave({ status });
    host.clock.pass(OPEN_MS);
    await host.call();
    expect(host.changes).toEqual([true, false]);
  });

  test('after a successful probe the earlier failures do not count any more', async () => {
    const host = await startFailedHost();
    host.behave({});
    host.clock.pass(OPEN_MS);
    await host.call();
    host.behave({ status: 503 });
    await host.call(8);
    expect(host.changes).toEqual([true, false]);
  });

  test('a probe whose caller leaves does not close the circuit', async () => {
    const host = await startFailedHost();
    const http = new HttpClient(host.chaos.url);
    onTestFinished(() => http.close());
    host.clock.pass(OPEN_MS);
    host.behave('silence before the headers');
    const caller = new AbortController();
    const probe = endOf(callOnce(host.breaker, http, null, caller.signal));
    await expect.poll(() => host.chaos.arrivals.length).toBe(11);
    caller.abort();
    await probe;
    expect(host.changes).toEqual([true]);
  });

  test('a call that waits becomes a probe when the caller of a probe leaves', async () => {
    const host = await startFailedHost();
    const http = new HttpClient(host.chaos.url);
    onTestFinished(() => http.close());
    host.clock.pass(OPEN_MS);
    host.behave(() => Promise.resolve(host.chaos.arrivals.length <= 13 ? 'silence before the headers' : {}));
    const caller = new AbortController();
    const probes = Array.from({ length: 3 }, () => endOf(callOnce(host.breaker, http, null, caller.signal)));
    await expect.poll(() => host.chaos.arrivals.length).toBe(13);
    const waiting = host.call();
    caller.abort();
    expect(await Promise.all(probes)).toEqual(['failed', 'failed', 'failed']);
    expect(await waiting).toBe('200');
  });

  test.each([
    ['forward', 3_600_000],
    ['back', -3_600_000],
  ])(
    'the circuit opens and closes at its time when the wall clock jumps an hour %s',
    async (_way, jumpMs) => {
      const host = await startHost();
      host.behave({ status: 503 });
      await host.call(5);
      host.clock.jumpWallClock(jumpMs);
      await host.call(5);
      expect(host.changes).toEqual([true]);
      host.clock.jumpWallClock(jumpMs);
      host.clock.pass(OPEN_MS - 1_000);
      expect(await host.call()).toBe('circuit open');
      host.behave({});
      host.clock.pass(1_000);
      expect(await host.call()).toBe('200');
      expect(host.changes).toEqual([true, false]);
    },
  );
});
