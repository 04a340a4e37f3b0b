import { describe, expect, test } from 'vitest';
import { ID, idcloudBody, processesV1Body } from '../../support/bodies.ts';
import { CREATE, onboarding } from '../../support/create-process.ts';
import { gate } from '../../support/gate.ts';
import { startObservedSubgraph } from '../../support/observed-subgraph.ts';
import type { RateWindow } from '../../../src/storage/rate-window.ts';
import { RateLimiter } from '../../../src/upstream/resilience/rate-limiter.ts';

/* A caller that leaves is no failure of Unico: it is counted apart, and not logged. */

const READ = { query: `{ process(id: "${ID}", source: IDCLOUD) { state } }` };

const OPERATIONS = 'graphql_server_request_duration_seconds_count';
const CANCELED = `${OPERATIONS}{operation_type="query",outcome="canceled"}`;
const ERRORS = `${OPERATIONS}{operation_type="query",outcome="error"}`;
const SUCCESSES = `${OPERATIONS}{operation_type="query",outcome="success"}`;
const UNAVAILABLE = 'graphql_server_errors_total{code="UPSTREAM_UNAVAILABLE"}';
const attempts = (status: string): string =>
  `upstream_request_duration_seconds_count{endpoint="GET client/v1/process/{id}",status_class="${status}"}`;

/** That a caller has left may take a while to notice: it may have closed one half of its connection only. */
const SOON = { timeout: 10_000 };

/** An upstream that holds its replies back until `answer`. */
function held() {
  const [reached, answered] = [gate(), gate()];
  return {
    reached: reached.opened,
    answer: answered.open,
    async reply() {
      reached.open();
      await answered.opened;
      return { body: { ...idcloudBody(), ...processesV1Body() } };
    },
  };
}

describe.each([true, false])(
  'a caller that leaves while Unico works, with compiled queries: %s',
  (compiles) => {
    test('is counted as canceled, in the operation and in the attempt, and nothing is logged', async () => {
      const unico = held();
      const { post, counted, lines } = await startObservedSubgraph(unico.reply, { compiles });
      const leaving = new AbortController();
      const response = post(READ, leaving);
      await unico.reached;
      leaving.abort();
      expect(await response).toBe('left');
      await expect.poll(() => counted(CANCELED), SOON).toBe(1);
      await expect.poll(() => counted(attempts('canceled')), SOON).toBe(1);
      expect(await counted(attempts('none'))).toBe(0);
      expect(await counted(ERRORS)).toBe(0);
      expect(await counted(UNAVAILABLE)).toBe(0);
      expect(lines()).toEqual([]);
      unico.answer();
    });

    test('does not disturb another caller that waits for the same process', async () => {
      const unico = held();
      const { post, counted, lines, upstream } = await startObservedSubgraph(unico.reply, { compiles });
      const leaving = new AbortController();
      const [left, stayed] = [post(READ, leaving), post(READ)];
      await unico.reached;
      leaving.abort();
      expect(await left).toBe('left');
      await expect.poll(() => counted(CANCELED), SOON).toBe(1);
      unico.answer();
      const response = await stayed;
      expect(response !== 'left' && (await response.json())).toEqual({
        data: { process: { state: 'FINISHED' } },
      });
      expect(await counted(SUCCESSES)).toBe(1);
      expect(await counted(attempts('2xx'))).toBe(1);
      expect(await counted(attempts('canceled'))).toBe(0);
      expect(upstream.requests).toHaveLength(1);
      expect(lines()).toEqual([]);
    });
  },
);

test('a caller that leaves before its request got a slot is counted as canceled too', async () => {
  const asked = gate();
  const full: RateWindow = {
    async tryAcquire() {
      asked.open();
      return { taken: 0, waitMs: 1_000 };
    },
    pause: async () => {},
    recordLateUse: async () => {},
  };
  const { post, counted, lines, upstream } = await startObservedSubgraph(() => ({}), {
    unico: { rateLimiter: new RateLimiter(full, 1) },
  });
  const leaving = new AbortController();
  const waiting = post(READ, leaving);
  await asked.opened;
  leaving.abort();
  expect(await waiting).toBe('left');
  await expect.poll(() => counted(CANCELED), SOON).toBe(1);
  expect(await counted(ERRORS)).toBe(0);
  expect(await counted(UNAVAILABLE)).toBe(0);
  expect(upstream.requests).toEqual([]);
  expect(lines()).toEqual([]);
});

test('an operation whose time runs out is a failure, which is logged and counted', async () => {
  const { post, counted, lines } = await startObservedSubgraph(() => 'never answer', {
    requestTimeoutMs: 200,
  });
  const response = await post(READ);
  expect(response !== 'left' && response.status).toBe(200);
  await expect.poll(() => counted(ERRORS), SOON).toBe(1);
  expect(await counted(UNAVAILABLE)).toBe(1);
  expect(await counted(CANCELED)).toBe(0);
  expect(await counted(attempts('none'))).toBe(1);
  expect(lines()).toMatchObject([
    { event: 'upstream', status: null },
    { event: 'failure', kind: 'unavailable' },
  ]);
});

test('a creation goes on when its caller leaves, and is counted as what became of it', async () => {
  const unico = held();
  const { post, counted, lines } = await startObservedSubgraph(unico.reply);
  const leaving = new AbortController();
  const left = post({ query: CREATE, variables: { key: 'a-key', input: onboarding } }, leaving);
  await unico.reached;
  leaving.abort();
  expect(await left).toBe('left');
  unico.answer();
  await expect
    .poll(() => counted(`${OPERATIONS}{operation_type="mutation",outcome="success"}`), SOON)
    .toBe(1);
  expect(lines()).toEqual([]);
});
