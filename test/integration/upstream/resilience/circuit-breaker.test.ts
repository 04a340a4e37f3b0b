import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { CircuitOpenError, CircuitBreaker } from '../../../../src/upstream/resilience/circuit-breaker.ts';
import { HttpClient } from '../../../../src/upstream/http/http-client.ts';
import { startChaos, type Chaos, type Behaviour } from '../../../support/chaos.ts';
import { callOptionsOf } from '../../../support/call-options.ts';

/** How long the circuit stays open, and how long failures count. */
const OPEN_MS = 5_000;
const SAMPLE_MS = 10_000;

// Only the clock of `Date` is fake: sockets and timers are real.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-02T12:00:00Z') }));
afterEach(() => void vi.useRealTimers());

function pass(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

type Host = {
  chaos: Chaos;
  breaker: CircuitBreaker;
  /** Sets how the host behaves from now on. */
  behave(next: Behaviour | (() => Promise<Behaviour>)): void;
  /** Sends calls, one after another, and returns how the last one ended. */
  call(times?: number): Promise<string>;
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
  return {
    chaos,
    breaker,
    changes,
    behave: (next) => void (behaviour = next),
    async call(times = 1) {
      let end = '';
      for (let i = 0; i < times; i += 1) end = await endOf(callOnce(breaker, http));
      return end;
    },
  };
}

async function callOnce(
  breaker: CircuitBreaker,
  http: HttpClient,
  signal?: AbortSignal,
): Promise<{ status: number }> {
  const callOptions = callOptionsOf(signal);
  const request = { name: 'a call', method: 'GET', path: '/', headers: {}, timeoutMs: 200 } as const;
  return breaker.execute(callOptions, () => http.send({ ...request, callOptions }));
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

describe('CircuitBreaker of a host that fails', () => {
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
    const { breaker } = await startFailedHost();
    pass(1_500);
    const thrown = await breaker
      .execute(callOptionsOf(), async () => {
        throw new Error('it was sent');
      })
      .catch((error: unknown) => error);
    expect(thrown).toMatchObject({ kind: 'unavailable', retryAfterSeconds: 4, mayHaveHappened: false });
  });

  test('failures of half of ten calls open the circuit', async () => {
    const host = await startHost();
    await host.call(5);
    host.behave({ status: 500 });
    await host.call(4);
    expect(host.changes).toEqual([]);
    await host.call();
    expect(host.changes).toEqual([true]);
  });

  test('failures of less than half of the calls do not open the circuit', async () => {
    const host = await startHost();
    await host.call(12);
    host.behave({ status: 500 });
    await host.call(8);
    expect(host.changes).toEqual([]);
  });

  test('rare failures, with more than ten seconds in between, do not open the circuit', async () => {
    const host = await startHost();
    host.behave({ status: 500 });
    for (let minute = 0; minute < 5; minute += 1) {
      await host.call(3);
      pass(60_000);
    }
    expect(host.changes).toEqual([]);
  });

  test('failures before a quiet time do not count after it', async () => {
    const host = await startHost();
    host.behave({ status: 500 });
    await host.call(9);
    pass(6 * SAMPLE_MS);
    await host.call(9);
    expect(host.changes).toEqual([]);
  });
});

describe('CircuitBreaker of a host that works', () => {
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
    const leaving = Array.from({ length: 30 }, () => endOf(callOnce(host.breaker, http, caller.signal)));
    await expect.poll(() => host.chaos.arrivals.length).toBe(30);
    caller.abort();
    expect(await Promise.all(leaving)).toEqual(Array(30).fill('failed'));
    expect(host.changes).toEqual([]);
  });
});

describe('CircuitBreaker that is open', () => {
  test('the host is not probed before the open time has ended', async () => {
    const host = await startFailedHost();
    host.behave({});
    pass(OPEN_MS - 1);
    expect(await host.call()).toBe('circuit open');
  });

  test('one call probes the host, and all others are sent when it succeeds', async () => {
    const host = await startFailedHost();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    host.behave(async () => {
      await answered;
      return {};
    });
    pass(OPEN_MS);
    const calls = Array.from({ length: 8 }, () => host.call());
    await expect.poll(() => host.chaos.arrivals.length).toBe(11);
    // Enough time for another request to arrive, if one were on its way.
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(host.chaos.arrivals).toHaveLength(11);
    answer();
    expect(await Promise.all(calls)).toEqual(Array(8).fill('200'));
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
    pass(OPEN_MS);
    const probe = host.call();
    await expect.poll(() => host.chaos.arrivals.length).toBe(11);
    const caller = new AbortController();
    const waiting = endOf(callOnce(host.breaker, http, caller.signal));
    caller.abort();
    expect(await waiting).toBe('failed');
    answer();
    expect(await probe).toBe('200');
    expect(host.chaos.arrivals).toHaveLength(11);
  });

  test('a failed probe opens the circuit again, after one request', async () => {
    const host = await startFailedHost();
    pass(OPEN_MS);
    const ends = await Promise.all(Array.from({ length: 8 }, () => host.call()));
    expect(ends.toSorted()).toEqual(['503', ...Array(7).fill('circuit open')]);
    expect(host.chaos.arrivals).toHaveLength(11);
    pass(OPEN_MS - 1);
    expect(await host.call()).toBe('circuit open');
  });

  test.each([404, 429])('a probe that gets %i closes the circuit', async (status) => {
    const host = await startFailedHost();
    host.behave({ status });
    pass(OPEN_MS);
    await host.call();
    expect(host.changes).toEqual([true, false]);
  });

  test('after a successful probe the earlier failures do not count any more', async () => {
    const host = await startFailedHost();
    host.behave({});
    pass(OPEN_MS);
    await host.call();
    host.behave({ status: 503 });
    await host.call(8);
    expect(host.changes).toEqual([true, false]);
  });

  test('a probe whose caller leaves does not close the circuit', async () => {
    const host = await startFailedHost();
    const http = new HttpClient(host.chaos.url);
    onTestFinished(() => http.close());
    pass(OPEN_MS);
    host.behave('silence before the headers');
    const caller = new AbortController();
    const probe = endOf(callOnce(host.breaker, http, caller.signal));
    await expect.poll(() => host.chaos.arrivals.length).toBe(11);
    caller.abort();
    await probe;
    expect(host.changes).toEqual([true]);
  });
});
