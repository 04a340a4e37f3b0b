import { describe, expect, onTestFinished, test } from 'vitest';
import { FailingResources } from '../../../../src/upstream/resilience/failing-resources.ts';
import { RetryBudget, withRetry } from '../../../../src/upstream/resilience/retry.ts';
import { HttpClient } from '../../../../src/upstream/http/http-client.ts';
import type { HttpResponse, HttpRequest, Send } from '../../../../src/upstream/http/types.ts';
import { EVERY_BREAK, startChaos, type Break, type Chaos, type Behaviour } from '../../../support/chaos.ts';
import { callOptionsOf } from '../../../support/call-options.ts';

/** Breaks with a response that cannot be read; after the others there is none. */
const UNREADABLE: ReadonlySet<Break> = new Set([
  'a gzip bomb',
  'a body without an end',
  'a body longer than its length',
]);
const NO_RESPONSE = EVERY_BREAK.filter((each) => !UNREADABLE.has(each));
const TRANSIENT = [408, 429, 500, 502, 503, 504];

type Setup = { chaos: Chaos; send: Send };

type Budget = Pick<RetryBudget, 'earn' | 'spend'>;

/** Sends with retries to an upstream with these behaviours, one request after another; the last one is repeated. */
async function retrying(
  behaviours: readonly Behaviour[],
  budget: Budget = new RetryBudget(),
  failing = new FailingResources(),
): Promise<Setup> {
  const chaos = await startChaos(() => behaviours[chaos.arrivals.length - 1] ?? behaviours.at(-1) ?? {});
  const http = new HttpClient(chaos.url);
  onTestFinished(async () => {
    await http.close();
    await chaos.close();
  });
  return { chaos, send: withRetry((sent) => http.send(sent), { budget, failing }) };
}

function request(more: Partial<HttpRequest> = {}): HttpRequest {
  return {
    name: 'a call',
    method: 'GET',
    path: '/',
    headers: {},
    resource: null,
    timeoutMs: 150,
    callOptions: callOptionsOf(),
    ...more,
  };
}

/** The status, or the kind of the failure. */
async function endOf(sending: Promise<HttpResponse>): Promise<number | string> {
  return sending.then(
    ({ status }) => status,
    (failure: { kind: string }) => failure.kind,
  );
}

describe('withRetry of a read', () => {
  test.each(TRANSIENT)('a read that gets %i is retried twice and no more', async (status) => {
    const { chaos, send } = await retrying([{ status }]);
    expect(await endOf(send(request()))).toBe(status);
    expect(chaos.arrivals).toHaveLength(3);
  });

  test.each(NO_RESPONSE)('a read that meets %s is retried twice and no more', async (behaviour) => {
    const { chaos, send } = await retrying([behaviour]);
    expect(await endOf(send(request()))).toBe('unavailable');
    expect(chaos.arrivals).toHaveLength(3);
  });

  test('a read whose connection is refused is retried twice and no more', async () => {
    const chaos = await startChaos(() => ({}));
    await chaos.close();
    let attempts = 0;
    const http = new HttpClient(chaos.url, () => void (attempts += 1));
    onTestFinished(() => http.close());
    const options = { budget: new RetryBudget(), failing: new FailingResources() };
    expect(await endOf(withRetry((sent) => http.send(sent), options)(request()))).toBe('unavailable');
    expect(attempts).toBe(3);
  });

  test.each([200, 204, 302, 400, 401, 403, 404, 409, 410, 422, 501, 505])(
    'a read that gets %i is not retried, because the response would be the same',
    async (status) => {
      const { chaos, send } = await retrying([{ status }]);
      expect(await endOf(send(request({ timeoutMs: 5_000 })))).toBe(status);
      expect(chaos.arrivals).toHaveLength(1);
    },
  );

  test('a read whose response is too large is not retried', async () => {
    const { chaos, send } = await retrying(['a body without an end']);
    expect(await endOf(send(request({ timeoutMs: 5_000 })))).toBe('contract');
    expect(chaos.arrivals).toHaveLength(1);
  });

  test.each([...TRANSIENT.map((status) => ({ status })), ...NO_RESPONSE])(
    'a read that fails once (%j) returns the response of its second attempt',
    async (behaviour) => {
      const { chaos, send } = await retrying([behaviour, {}]);
      expect(await endOf(send(request()))).toBe(200);
      expect(chaos.arrivals).toHaveLength(2);
    },
  );

  test.each<[string, readonly Behaviour[], number | string]>([
    ['the third response', [{ status: 500 }, { status: 503 }, { status: 502 }], 502],
    ['a connection that broke last', [{ status: 500 }, { status: 503 }, 'drop after reading'], 'unavailable'],
    ['a response that came last', ['drop after reading', 'drop before reading', { status: 504 }], 504],
    ['a response that ends the attempts', [{ status: 500 }, { status: 404 }], 404],
  ])('a read ends like its last attempt: %s', async (_case, behaviours, end) => {
    const { send } = await retrying(behaviours);
    expect(await endOf(send(request()))).toBe(end);
  });

  test('a read whose caller leaves during the backoff is not retried', async () => {
    const caller = new AbortController();
    // The budget is spent in the moment in which the backoff begins.
    const spend = (): boolean => {
      caller.abort();
      return true;
    };
    const { chaos, send } = await retrying([{ status: 500 }], { earn() {}, spend });
    expect(await endOf(send(request({ callOptions: callOptionsOf(caller.signal) })))).toBe(500);
    expect(chaos.arrivals).toHaveLength(1);
  });

  test('a read whose time has run out is not retried', async () => {
    const { chaos, send } = await retrying([{ status: 500 }]);
    const late = callOptionsOf(undefined, { deadline: performance.now() });
    expect(await endOf(send(request({ callOptions: late })))).toBe(500);
    expect(chaos.arrivals).toHaveLength(1);
  });

  test('a read is not retried when the budget is spent, and ends with its first response', async () => {
    const budget = new RetryBudget();
    while (budget.spend());
    const { chaos, send } = await retrying([{ status: 503 }, {}], budget);
    expect(await endOf(send(request()))).toBe(503);
    expect(chaos.arrivals).toHaveLength(1);
  });
});

test('a read of a resource that is known to fail is not retried, and uses up no retry of others', async () => {
  const failing = new FailingResources();
  failing.add('a bad id');
  const spent: string[] = [];
  const budget = { earn() {}, spend: () => spent.push('spend') > 0 };
  const { chaos, send } = await retrying([{ status: 500 }], budget, failing);
  expect(await endOf(send(request({ resource: 'a bad id' })))).toBe(500);
  expect([chaos.arrivals.length, spent]).toEqual([1, []]);
  await send(request({ resource: 'another id' }));
  expect([chaos.arrivals.length, spent]).toEqual([4, ['spend', 'spend']]);
});

describe('withRetry of a creation', () => {
  test.each([...TRANSIENT.map((status) => ({ status })), ...EVERY_BREAK])(
    'a creation that meets %j is sent once',
    async (behaviour) => {
      const { chaos, send } = await retrying([behaviour, {}]);
      await endOf(send(request({ method: 'POST', body: '{}' })));
      expect(chaos.arrivals).toHaveLength(1);
    },
  );

  test('a creation neither earns nor spends retries', async () => {
    const calls: string[] = [];
    const budget = { earn: () => void calls.push('earn'), spend: () => calls.push('spend') > 0 };
    const { send } = await retrying([{ status: 500 }], budget);
    await send(request({ method: 'POST', body: '{}' }));
    expect(calls).toEqual([]);
  });
});

test('a hundred reads of a host that is down send at most a hundred and thirty requests', async () => {
  const { chaos, send } = await retrying([{ status: 503 }]);
  await Promise.all(Array.from({ length: 100 }, () => endOf(send(request({ timeoutMs: 5_000 })))));
  expect(chaos.arrivals.length).toBeGreaterThan(100);
  expect(chaos.arrivals.length).toBeLessThanOrEqual(130);
});

test('each retry is reported, and no first attempt', async () => {
  const chaos = await startChaos(() => ({ status: chaos.arrivals.length === 1 ? 500 : 200 }));
  const http = new HttpClient(chaos.url);
  onTestFinished(async () => {
    await http.close();
    await chaos.close();
  });
  let retries = 0;
  const send = withRetry((sent) => http.send(sent), {
    budget: new RetryBudget(),
    failing: new FailingResources(),
    onRetry: () => void (retries += 1),
  });
  await send(request());
  await send(request());
  expect(retries).toBe(1);
});
