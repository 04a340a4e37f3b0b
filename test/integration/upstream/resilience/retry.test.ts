import { describe, expect, onTestFinished, test } from 'vitest';
import { RetryBudget } from '../../../../src/upstream/resilience/retry-budget.ts';
import { withRetry } from '../../../../src/upstream/resilience/retry.ts';
import { HttpClient } from '../../../../src/upstream/http/http-client.ts';
import type { HttpResponse, HttpRequest, Send } from '../../../../src/upstream/http/types.ts';
import { EVERY_BREAK, startChaos, type Break, type Chaos, type Deed } from '../../../support/chaos.ts';
import { callOptionsOf } from '../../../support/call-options.ts';

/** Breaks after which the answer is not there; the others give one that can not be read. */
const UNREADABLE: ReadonlySet<Break> = new Set([
  'a gzip bomb',
  'a body without an end',
  'a body longer than its length',
]);
const UNANSWERED = EVERY_BREAK.filter((each) => !UNREADABLE.has(each));
const MAY_PASS = [408, 429, 500, 502, 503, 504];

type Setup = { chaos: Chaos; send: Send };

/** A connection with retries to an upstream that does these deeds in turn, the last one for ever. */
async function over(deeds: readonly Deed[], budget: RetryBudget = new RetryBudget()): Promise<Setup> {
  const chaos = await startChaos(() => deeds[chaos.arrivals.length - 1] ?? deeds.at(-1) ?? {});
  const http = new HttpClient(chaos.url);
  onTestFinished(async () => {
    await http.close();
    await chaos.close();
  });
  return { chaos, send: withRetry((request) => http.send(request), budget) };
}

function request(more: Partial<HttpRequest> = {}): HttpRequest {
  return {
    name: 'a call',
    method: 'GET',
    path: '/',
    headers: {},
    timeoutMs: 150,
    callOptions: callOptionsOf(),
    ...more,
  };
}

/** The status, or why there is none. */
async function endOf(answering: Promise<HttpResponse>): Promise<number | string> {
  return answering.then(
    ({ status }) => status,
    (failure: { kind: string }) => failure.kind,
  );
}

describe('a read', () => {
  test.each(MAY_PASS)('that is answered %i is repeated twice and no more', async (status) => {
    const { chaos, send } = await over([{ status }]);
    expect(await endOf(send(request()))).toBe(status);
    expect(chaos.arrivals).toHaveLength(3);
  });

  test.each(UNANSWERED)('that meets %s is repeated twice and no more', async (deed) => {
    const { chaos, send } = await over([deed]);
    expect(await endOf(send(request()))).toBe('unavailable');
    expect(chaos.arrivals).toHaveLength(3);
  });

  test('that finds nobody listening is repeated twice and no more', async () => {
    const chaos = await startChaos(() => ({}));
    await chaos.close();
    let attempts = 0;
    const http = new HttpClient(chaos.url, () => void (attempts += 1));
    onTestFinished(() => http.close());
    expect(await endOf(withRetry((request) => http.send(request), new RetryBudget())(request()))).toBe('unavailable');
    expect(attempts).toBe(3);
  });

  test.each([200, 204, 302, 400, 401, 403, 404, 409, 410, 422, 501, 505])(
    'that is answered %i is not repeated, because the same would come again',
    async (status) => {
      const { chaos, send } = await over([{ status }]);
      expect(await endOf(send(request()))).toBe(status);
      expect(chaos.arrivals).toHaveLength(1);
    },
  );

  test('whose answer is too large is not repeated', async () => {
    const { chaos, send } = await over(['a body without an end']);
    expect(await endOf(send(request({ timeoutMs: 5_000 })))).toBe('contract');
    expect(chaos.arrivals).toHaveLength(1);
  });

  test.each([...MAY_PASS.map((status) => ({ status })), ...UNANSWERED])(
    'that fails once (%j) is answered by its second attempt',
    async (deed) => {
      const { chaos, send } = await over([deed, {}]);
      expect(await endOf(send(request()))).toBe(200);
      expect(chaos.arrivals).toHaveLength(2);
    },
  );

  test.each<[string, readonly Deed[], number | string]>([
    ['the third answer', [{ status: 500 }, { status: 503 }, { status: 502 }], 502],
    ['a connection that broke last', [{ status: 500 }, { status: 503 }, 'drop after reading'], 'unavailable'],
    ['an answer that came last', ['drop after reading', 'drop before reading', { status: 504 }], 504],
    ['an answer that ends the attempts', [{ status: 500 }, { status: 404 }], 404],
  ])('is told how its last attempt ended: %s', async (_what, deeds, end) => {
    const { send } = await over(deeds);
    expect(await endOf(send(request()))).toBe(end);
  });

  test('whose caller leaves while it waits is not repeated', async () => {
    const caller = new AbortController();
    // A retry is paid for in the moment in which its wait begins.
    const spend = (): boolean => {
      caller.abort();
      return true;
    };
    const { chaos, send } = await over([{ status: 500 }], { earn() {}, spend });
    expect(await endOf(send(request({ callOptions: callOptionsOf(caller.signal) })))).toBe(500);
    expect(chaos.arrivals).toHaveLength(1);
  });

  test('whose time is over is not repeated', async () => {
    const { chaos, send } = await over([{ status: 500 }]);
    const late = callOptionsOf(undefined, { deadline: Date.now() });
    expect(await endOf(send(request({ callOptions: late })))).toBe(500);
    expect(chaos.arrivals).toHaveLength(1);
  });

  test('is not repeated when the budget is spent, and is told its first failure', async () => {
    const budget = new RetryBudget();
    while (budget.spend());
    const { chaos, send } = await over([{ status: 503 }, {}], budget);
    expect(await endOf(send(request()))).toBe(503);
    expect(chaos.arrivals).toHaveLength(1);
  });
});

describe('a creation', () => {
  test.each([...MAY_PASS.map((status) => ({ status })), ...EVERY_BREAK])(
    'that meets %j is sent once',
    async (deed) => {
      const { chaos, send } = await over([deed, {}]);
      await endOf(send(request({ method: 'POST', body: '{}' })));
      expect(chaos.arrivals).toHaveLength(1);
    },
  );

  test('neither earns nor spends of the budget of the reads', async () => {
    const spent: string[] = [];
    const budget = { earn: () => void spent.push('earned'), spend: () => spent.push('spent') > 0 };
    const { send } = await over([{ status: 500 }], budget);
    await send(request({ method: 'POST', body: '{}' }));
    expect(spent).toEqual([]);
  });
});

test('a hundred reads of a host that is down are no more than a hundred and thirty requests', async () => {
  const { chaos, send } = await over([{ status: 503 }]);
  await Promise.all(Array.from({ length: 100 }, () => endOf(send(request({ timeoutMs: 5_000 })))));
  expect(chaos.arrivals.length).toBeGreaterThan(100);
  expect(chaos.arrivals.length).toBeLessThanOrEqual(130);
});

test('the observer is told of each retry and of no first attempt', async () => {
  const chaos = await startChaos(() => ({ status: chaos.arrivals.length === 1 ? 500 : 200 }));
  const http = new HttpClient(chaos.url);
  onTestFinished(async () => {
    await http.close();
    await chaos.close();
  });
  let told = 0;
  const send = withRetry((request) => http.send(request), new RetryBudget(), () => void (told += 1));
  await send(request());
  await send(request());
  expect(told).toBe(1);
});
