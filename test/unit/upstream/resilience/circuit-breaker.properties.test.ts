import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  integer,
  record,
  shuffledSubarray,
  tuple,
} from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { UpstreamFailure } from '../../../../src/domain/upstream-failure.ts';
import { CircuitBreaker, CircuitOpenError } from '../../../../src/upstream/resilience/circuit-breaker.ts';
import { Resilience } from '../../../../src/upstream/resilience/resilience.ts';
import type { HttpResponse } from '../../../../src/upstream/http/types.ts';
import { callOptionsOf } from '../../../support/call-options.ts';

/** Fewer ids than this cannot open the circuit. */
const MIN_RESOURCES = 10;

afterEach(() => void vi.restoreAllMocks());

const response = (status: number): HttpResponse => ({ status, retryAfter: null, body: '' });

/** An endpoint that exists in this process only, and a clock that the test moves. */
function createEndpoint() {
  let now = 1_000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const breaker = new CircuitBreaker();
  let sent = 0;
  return {
    pass: (ms: number) => void (now += ms),
    sent: () => sent,
    /** Sends a call. Returns its status, `broken`, or `circuit open`. */
    async call(resource: string | null, end: number | 'broken'): Promise<number | 'broken' | 'circuit open'> {
      const send = async (): Promise<HttpResponse> => {
        sent += 1;
        if (end === 'broken') throw new UpstreamFailure('unavailable', 'connection failed');
        return response(end);
      };
      return breaker.execute({ resource, callOptions: callOptionsOf() }, send).then(
        ({ status }) => status,
        (error: unknown) => (error instanceof CircuitOpenError ? 'circuit open' : 'broken'),
      );
    },
  };
}

const failure = constantFrom<(number | 'broken')[]>(500, 503, 'broken');
const ids = Array.from({ length: 30 }, (_, i) => `id-${i}`);

/** Reads of thirty ids, of which up to nine always fail, in any order and at any speed. */
const readsWithBadIds = shuffledSubarray(ids, { maxLength: MIN_RESOURCES - 1 }).chain((bad) =>
  tuple(
    array(
      record({ id: constantFrom(...ids, ...bad, ...bad), afterMs: constantFrom(0, 0, 5, 1_000, 11_000) }),
      {
        maxLength: 300,
        size: 'max',
      },
    ),
    failure,
  ).map(([reads, end]) => ({ bad: new Set(bad), reads, end })),
);

test('with up to nine ids that always fail among thirty, in any order, every read of another id is served', async () => {
  await assert(
    asyncProperty(readsWithBadIds, async ({ bad, reads, end }) => {
      const endpoint = createEndpoint();
      for (const { id, afterMs } of reads) {
        endpoint.pass(afterMs);
        expect(await endpoint.call(id, bad.has(id) ? end : 200)).toBe(bad.has(id) ? end : 200);
      }
    }),
    { numRuns: 200 },
  );
});

test('once other ids were served, any number of ids that always fail refuses no read of another id', async () => {
  const reads = array(record({ id: constantFrom(...ids), afterMs: constantFrom(0, 100, 1_000, 20_000) }), {
    minLength: 50,
    maxLength: 300,
    size: 'max',
  });
  await assert(
    asyncProperty(shuffledSubarray(ids, { minLength: 1 }), reads, failure, async (bad, later, end) => {
      const isBad = new Set(bad);
      const endpoint = createEndpoint();
      for (const id of bad) {
        await endpoint.call(id, end);
        await endpoint.call('another id', 200);
      }
      for (const { id, afterMs } of later) {
        endpoint.pass(afterMs);
        expect(await endpoint.call(id, isBad.has(id) ? end : 200)).toBe(isBad.has(id) ? end : 200);
      }
    }),
    { numRuns: 100 },
  );
});

test('while everything fails, ten ids are asked, and then at most nine requests are sent in five seconds', async () => {
  const call = record({ id: integer({ min: 0, max: 2_000 }), afterMs: integer({ min: 0, max: 40 }) });
  const calls = array(call, { minLength: 1_000, maxLength: 3_000, size: 'max' });
  await assert(
    asyncProperty(calls, failure, async (requests, end) => {
      const endpoint = createEndpoint();
      const asked = new Set<number>();
      let allowed = 0;
      let passed = 0;
      for (const { id, afterMs } of requests) {
        endpoint.pass(afterMs);
        passed += afterMs;
        if (asked.size < MIN_RESOURCES) allowed += 1;
        asked.add(id);
        await endpoint.call(`id-${id}`, end);
      }
      expect(endpoint.sent()).toBeLessThanOrEqual(allowed + 9 * Math.ceil(passed / 5_000));
    }),
    { numRuns: 20 },
  );
});

test('after any outage the circuit is closed again six seconds after the endpoint recovers, with two reads', async () => {
  const outage = array(record({ id: constantFrom(...ids), afterMs: integer({ min: 0, max: 2_000 }) }), {
    minLength: 20,
    maxLength: 200,
    size: 'max',
  });
  await assert(
    asyncProperty(
      outage,
      failure,
      shuffledSubarray(ids, { minLength: 2, maxLength: 2 }),
      async (reads, end, next) => {
        const endpoint = createEndpoint();
        for (const { id, afterMs } of reads) {
          endpoint.pass(afterMs);
          await endpoint.call(id, end);
        }
        endpoint.pass(6_000);
        // Ids that failed in the outage or not.
        for (const id of next) await endpoint.call(id, 200);
        for (const id of ids) expect(await endpoint.call(id, 200)).toBe(200);
      },
    ),
    { numRuns: 200 },
  );
});

test('whatever fails elsewhere, every creation is served', async () => {
  const call = record({
    name: constantFrom(
      'GET client/v1/process/{id}',
      'POST client/v1/process/{id}/document',
      'POST oauth2/token',
    ),
    id: constantFrom(...ids),
    end: constantFrom(500, 503, 200),
  });
  const rateLimiter = {
    acquire: async () => () => {},
    pause: async () => {},
    reportLateSend: async () => {},
  };
  await assert(
    asyncProperty(array(call, { minLength: 30, maxLength: 120, size: 'max' }), async (calls) => {
      const statuses = new Map<string, number>();
      const resilience = new Resilience({ rateLimiter, operationTimeoutMs: 1_000 });
      const send = resilience.wrap('idcloud', async ({ path }) => response(statuses.get(path) ?? 200));
      const request = {
        headers: {},
        timeoutMs: 1_000,
        callOptions: callOptionsOf(),
        method: 'POST',
      } as const;
      for (const [nth, { name, id, end }] of calls.entries()) {
        const path = `/${nth}`;
        statuses.set(path, end);
        await send({ ...request, name, path, resource: id }).catch(() => {});
        const creation = { ...request, name: 'POST client/v1/process', path: '/', resource: null };
        expect(await send(creation)).toMatchObject({ status: 200 });
      }
    }),
    { numRuns: 50 },
  );
});
