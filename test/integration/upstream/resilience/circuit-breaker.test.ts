import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  CircuitOpenError,
  CircuitBreaker,
} from '../../../../src/upstream/resilience/circuit-breaker.ts';
import { HttpClient } from '../../../../src/upstream/http/http-client.ts';
import { startChaos, type Chaos, type Deed } from '../../../support/chaos.ts';
import { callOptionsOf } from '../../../support/call-options.ts';

/** How long a host is left alone, and for how long failures count. */
const OPEN_MS = 5_000;
const SAMPLED_MS = 10_000;

// Only the calendar stands still: sockets and timers are real.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-02T12:00:00Z') }));
afterEach(() => void vi.useRealTimers());

function pass(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

type Host = {
  chaos: Chaos;
  breaker: CircuitBreaker;
  /** What the host does from now on. */
  does(deed: Deed | (() => Promise<Deed>)): void;
  /** Calls so many times, one after another, and says how the last call ended. */
  call(times?: number): Promise<string>;
  /** What was told of the breaker's opening and closing. */
  told: boolean[];
};

async function startHost(): Promise<Host> {
  let deed: Deed | (() => Promise<Deed>) = {};
  const chaos = await startChaos(() => (typeof deed === 'function' ? deed() : deed));
  const http = new HttpClient(chaos.url);
  onTestFinished(async () => {
    await http.close();
    await chaos.close();
  });
  const told: boolean[] = [];
  const breaker = new CircuitBreaker((open) => void told.push(open));
  return {
    chaos,
    breaker,
    told,
    does: (next) => void (deed = next),
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

/** The status, or why there is none; a call that was not even tried ends as `left alone`. */
async function endOf(calling: Promise<{ status: number }>): Promise<string> {
  try {
    return String((await calling).status);
  } catch (error) {
    return error instanceof CircuitOpenError ? 'left alone' : 'failed';
  }
}

async function startOpenHost(): Promise<Host> {
  const host = await startHost();
  host.does({ status: 503 });
  await host.call(10);
  expect(host.told).toEqual([true]);
  return host;
}

describe('a host that fails', () => {
  test.each<Deed>([{ status: 500 }, { status: 503 }, 'drop after reading', 'silence before the headers'])(
    '(%j) ten times is left alone from then on: nothing reaches it',
    async (deed) => {
      const host = await startHost();
      host.does(deed);
      await host.call(9);
      expect(host.told).toEqual([]);
      await host.call();
      expect(host.told).toEqual([true]);
      expect(await host.call()).toBe('left alone');
      expect(host.chaos.arrivals).toHaveLength(10);
    },
  );

  test('says when to come back, and that nothing was sent', async () => {
    const { breaker } = await startOpenHost();
    pass(1_500);
    const thrown = await breaker
      .execute(callOptionsOf(), async () => {
        throw new Error('it was sent');
      })
      .catch((error: unknown) => error);
    expect(thrown).toMatchObject({ kind: 'unavailable', retryAfterSeconds: 4, mayHaveHappened: false });
  });

  test('in half of its calls is left alone, though the others are answered', async () => {
    const host = await startHost();
    await host.call(5);
    host.does({ status: 500 });
    await host.call(4);
    expect(host.told).toEqual([]);
    await host.call();
    expect(host.told).toEqual([true]);
  });

  test('in some of its calls is not left alone', async () => {
    const host = await startHost();
    await host.call(12);
    host.does({ status: 500 });
    await host.call(8);
    expect(host.told).toEqual([]);
  });

  test('now and then, with more than ten seconds in between, is not left alone', async () => {
    const host = await startHost();
    host.does({ status: 500 });
    for (let minute = 0; minute < 5; minute += 1) {
      await host.call(3);
      pass(60_000);
    }
    expect(host.told).toEqual([]);
  });

  test('before a quiet time is not left alone for what it does after it', async () => {
    const host = await startHost();
    host.does({ status: 500 });
    await host.call(9);
    pass(6 * SAMPLED_MS);
    await host.call(9);
    expect(host.told).toEqual([]);
  });
});

describe('a host is never left alone', () => {
  test.each([400, 401, 403, 404, 408, 409, 410, 422, 429])(
    'however often it answers %i, because it answers',
    async (status) => {
      const host = await startHost();
      host.does({ status });
      expect(await host.call(40)).toBe(String(status));
      expect(host.told).toEqual([]);
    },
  );

  test('for answers that are too large', async () => {
    const host = await startHost();
    host.does({ body: 'x'.repeat(3 * 1024 * 1024) });
    expect(await host.call(12)).toBe('failed');
    expect(host.told).toEqual([]);
  });

  test('for callers that leave before it has answered', async () => {
    const host = await startHost();
    const http = new HttpClient(host.chaos.url);
    onTestFinished(() => http.close());
    host.does('silence before the headers');
    const caller = new AbortController();
    const leaving = Array.from({ length: 30 }, () => endOf(callOnce(host.breaker, http, caller.signal)));
    await expect.poll(() => host.chaos.arrivals.length).toBe(30);
    caller.abort();
    expect(await Promise.all(leaving)).toEqual(Array(30).fill('failed'));
    expect(host.told).toEqual([]);
  });
});

describe('a host that was left alone', () => {
  test('is not tried before its time is over', async () => {
    const host = await startOpenHost();
    host.does({});
    pass(OPEN_MS - 1);
    expect(await host.call()).toBe('left alone');
  });

  test('is tried by one call alone, and by all when that is answered', async () => {
    const host = await startOpenHost();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    host.does(async () => {
      await answered;
      return {};
    });
    pass(OPEN_MS);
    const calls = Array.from({ length: 8 }, () => host.call());
    await expect.poll(() => host.chaos.arrivals.length).toBe(11);
    // Time enough for another to arrive, if another were on its way.
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(host.chaos.arrivals).toHaveLength(11);
    answer();
    expect(await Promise.all(calls)).toEqual(Array(8).fill('200'));
    expect(host.told).toEqual([true, false]);
  });

  test('is not waited for by one who leaves while another call tries it', async () => {
    const host = await startOpenHost();
    const http = new HttpClient(host.chaos.url);
    onTestFinished(() => http.close());
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    host.does(async () => {
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

  test('and still fails is left alone again, and only one call has found out', async () => {
    const host = await startOpenHost();
    pass(OPEN_MS);
    const ends = await Promise.all(Array.from({ length: 8 }, () => host.call()));
    expect(ends.toSorted()).toEqual(['503', ...Array(7).fill('left alone')]);
    expect(host.chaos.arrivals).toHaveLength(11);
    pass(OPEN_MS - 1);
    expect(await host.call()).toBe('left alone');
  });

  test.each([404, 429])('is well again when it answers %i', async (status) => {
    const host = await startOpenHost();
    host.does({ status });
    pass(OPEN_MS);
    await host.call();
    expect(host.told).toEqual([true, false]);
  });

  test('and is well again may fail nine times more before it is left alone again', async () => {
    const host = await startOpenHost();
    host.does({});
    pass(OPEN_MS);
    await host.call();
    host.does({ status: 503 });
    await host.call(8);
    expect(host.told).toEqual([true, false]);
  });

  test('is not well again because the caller that tried it has left', async () => {
    const host = await startOpenHost();
    const http = new HttpClient(host.chaos.url);
    onTestFinished(() => http.close());
    pass(OPEN_MS);
    host.does('silence before the headers');
    const caller = new AbortController();
    const probe = endOf(callOnce(host.breaker, http, caller.signal));
    await expect.poll(() => host.chaos.arrivals.length).toBe(11);
    caller.abort();
    await probe;
    expect(host.told).toEqual([true]);
  });
});
