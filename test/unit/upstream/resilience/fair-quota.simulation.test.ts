import { assert, asyncProperty, constantFrom, integer, record } from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ClientId } from '../../../../src/domain/caller.ts';
import type { Claim, Lane } from '../../../../src/domain/call-options.ts';
import { UpstreamFailure } from '../../../../src/domain/upstream-failure.ts';
import { LocalRateWindow } from '../../../../src/storage/rate-window.ts';
import { RateLimiter } from '../../../../src/upstream/resilience/rate-limiter.ts';
import { callOptionsOf, claimOf } from '../../../support/call-options.ts';
import type { ProcessId } from '../../../../src/domain/process-id.ts';
import { newId, simulateService, type SimulatedService } from '../../../support/simulated-reads.ts';

/*
 * Clients compete for the quota in the time of fake timers. Each run is another mix of clients, and the mixes are the same in
 * every test run.
 */

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const QUOTA = 10;
const SECONDS = 40;
const OPERATION_MS = 8_000;
const RESPONSE_MS = 260;
const SEED = 20_261_128;
const RUNS = { numRuns: 5, seed: SEED };

/** Advances the fake timers until something has happened, at most so many seconds. */
async function passUntil(hasHappened: () => boolean, seconds: number): Promise<void> {
  for (let tenths = 0; tenths < 10 * seconds && !hasHappened(); tenths += 1) {
    await vi.advanceTimersByTimeAsync(100);
  }
}

/** A client that always has so many requests in a lane. A greedy one does not wait when it is refused. */
type Client = { name: string; lane: Lane; open: number; isGreedy: boolean };
type Sent = { at: number; client: ClientId | null; lane: Lane };

/** Lets clients compete for some time, and returns what was sent. */
async function compete(clients: readonly Client[]): Promise<Sent[]> {
  const rateLimiter = new RateLimiter(new LocalRateWindow(QUOTA), QUOTA);
  const sent: Sent[] = [];
  const ended = new AbortController();

  /** Sends one request. Returns after how many seconds it is to come back; `null` when it was sent. */
  async function send(claim: Claim): Promise<number | null> {
    try {
      const deadline = performance.now() + OPERATION_MS;
      const release = await rateLimiter.acquire(callOptionsOf(undefined, { deadline, claims: [claim] }), 500);
      sent.push({ at: performance.now(), client: claim.client, lane: claim.lane });
      await new Promise((resolve) => setTimeout(resolve, RESPONSE_MS));
      release();
      return null;
    } catch (error) {
      if (!(error instanceof UpstreamFailure)) throw error;
      return error.retryAfterSeconds ?? 1;
    }
  }

  async function keepSending({ name, lane, isGreedy }: Client): Promise<void> {
    let processId = newId();
    while (!ended.signal.aborted) {
      const claim = claimOf({ client: name as ClientId, lane, processId });
      const seconds = await send(claim);
      if (seconds === null || isGreedy) processId = newId();
      if (seconds !== null) {
        await new Promise((resolve) => setTimeout(resolve, isGreedy ? 500 : seconds * 1_000));
      }
    }
  }

  const running = clients.flatMap((client) => Array.from({ length: client.open }, () => keepSending(client)));
  await vi.advanceTimersByTimeAsync(SECONDS * 1_000);
  ended.abort();
  await vi.advanceTimersByTimeAsync(4 * OPERATION_MS);
  await Promise.all(running);
  return sent.filter(({ at }) => at - (sent[0]?.at ?? 0) < SECONDS * 1_000);
}

const countOf = (sent: readonly Sent[], name: string): number =>
  sent.filter(({ client }) => client === name).length;

/** Jain's fairness index: 1 when all have the same, and 1/n when one has everything. */
function fairness(amounts: readonly number[]): number {
  const sum = amounts.reduce((total, amount) => total + amount, 0);
  return sum ** 2 / (amounts.length * amounts.reduce((total, amount) => total + amount ** 2, 0));
}

/** The largest number of these requests within an interval, wherever it begins. */
function mostWithin(sent: readonly { at: number }[], ms: number): number {
  return Math.max(
    ...sent.map(({ at }) => sent.filter((other) => other.at >= at && other.at < at + ms).length),
  );
}

const greedy = (name: string, lane: Lane, open: number): Client => ({ name, lane, open, isGreedy: true });
const polite = (name: string, lane: Lane, open: number): Client => ({ name, lane, open, isGreedy: false });

const lane = constantFrom<Lane>('mutation', 'interactive', 'page');
const mix = record({
  greedyOpen: constantFrom(40, 90, 200),
  greedyLane: lane,
  politeLane: lane,
  polites: integer({ min: 2, max: 7 }),
  politeOpen: integer({ min: 6, max: 15 }),
});

describe('the quota beside greedy clients', () => {
  test('is shared equally by polite clients of one lane, and never exceeded', async () => {
    await assert(
      asyncProperty(mix, async ({ greedyOpen, greedyLane, politeLane, polites, politeOpen }) => {
        const names = Array.from({ length: polites }, (_, i) => `polite-${i}`);
        const sent = await compete([
          greedy('greedy', greedyLane, greedyOpen),
          ...names.map((name) => polite(name, politeLane, politeOpen)),
        ]);
        expect(fairness(names.map((name) => countOf(sent, name)))).toBeGreaterThanOrEqual(0.95);
        // Half of the quota, but for the first burst, when no other client waits.
        expect(countOf(sent, 'greedy')).toBeLessThanOrEqual((SECONDS * QUOTA) / 2 + QUOTA);
        expect(mostWithin(sent, 1_000)).toBeLessThanOrEqual(QUOTA);
        expect(sent.length).toBeGreaterThanOrEqual(0.95 * SECONDS * QUOTA);
      }),
      RUNS,
    );
  });

  test('leaves a client of a later lane at least half, also beside several requests a second of the first lane', async () => {
    const sent = await compete([greedy('greedy', 'mutation', 90), polite('polite', 'page', 40)]);
    expect(
      mostWithin(
        sent.filter(({ client, at }) => client === 'greedy' && at > 1_000),
        1_000,
      ),
    ).toBe(QUOTA / 2);
    expect(countOf(sent, 'polite')).toBeGreaterThanOrEqual((SECONDS * QUOTA) / 2 - QUOTA);
  });

  test('each lane with work gets a request in every second, however many others the lanes before it have', async () => {
    const sent = await compete([
      greedy('first', 'mutation', 60),
      greedy('second', 'mutation', 60),
      greedy('third', 'interactive', 60),
      polite('last', 'page', 5),
    ]);
    for (const each of ['mutation', 'interactive', 'page'] as const) {
      const times = sent.filter((request) => request.lane === each).map(({ at }) => at);
      const gaps = times.slice(1).map((at, i) => at - (times[i] ?? 0));
      // A permit returns after 1,025 milliseconds.
      expect(Math.max(...gaps)).toBeLessThanOrEqual(1_100);
    }
    expect(mostWithin(sent, 1_000)).toBeLessThanOrEqual(QUOTA);
  });

  test('is all for a client that is alone', async () => {
    const sent = await compete([greedy('greedy', 'page', 90)]);
    expect(sent.length).toBeGreaterThanOrEqual(0.95 * SECONDS * QUOTA);
  });
});

/** The requests for a page so far: which ids were answered in each, and how many calls were made for each id. */
type Page = {
  client: ClientId;
  ids: ProcessId[];
  requests: { answered: Set<ProcessId>; calls: Map<ProcessId, number> }[];
  isComplete: boolean;
};

function pageOf(client: string, length: number): Page {
  return { client: client as ClientId, ids: Array.from({ length }, newId), requests: [], isComplete: false };
}

/** Requests a page once, and waits as long as its response says. */
async function requestPage(service: SimulatedService, page: Page): Promise<void> {
  const before = service.calls.length;
  const { answered, retryAfterSeconds } = await service.readPage(page.client, page.ids);
  const calls = new Map<ProcessId, number>();
  for (const { id } of service.calls.slice(before)) calls.set(id, (calls.get(id) ?? 0) + 1);
  page.requests.push({ answered: new Set(answered), calls });
  page.isComplete = answered.length === page.ids.length;
  if (!page.isComplete) await new Promise((resolve) => setTimeout(resolve, retryAfterSeconds * 1_000));
}

async function completePage(service: SimulatedService, page: Page): Promise<void> {
  while (!page.isComplete) await requestPage(service, page);
}

/** The calls for a page, and how many of them led to an answer in the same or the next request for it. */
function yieldOf({ ids, requests }: Page): { calls: number; useful: number } {
  let [calls, useful] = [0, 0];
  for (const id of ids) {
    for (const [i, request] of requests.entries()) {
      const made = request.calls.get(id) ?? 0;
      calls += made;
      if ([request, requests[i + 1]].some((each) => each?.answered.has(id))) useful += made;
    }
  }
  return { calls, useful };
}

describe('ids that no contract knows', () => {
  test('a page of 200 of them completes when it is requested again, with one call for each contract', async () => {
    const service = simulateService(QUOTA);
    const page = pageOf('portal', 200);
    const completing = completePage(service, page);
    await passUntil(() => page.isComplete, 120);
    await completing;
    expect(page.requests.length).toBeLessThanOrEqual(8);
    expect(service.calls).toHaveLength(400);
  });

  test('nine of ten calls lead to an answer beside a client that keeps many single reads of new ids open, and all pages complete', async () => {
    await assert(
      asyncProperty(constantFrom(40, 90, 200), integer({ min: 1, max: 3 }), async (open, polites) => {
        const service = simulateService(QUOTA);
        const abandoned: Page[] = [];
        const ended = new AbortController();
        const readNewIds = async (): Promise<void> => {
          while (!ended.signal.aborted) {
            const page = pageOf('greedy', 1);
            abandoned.push(page);
            await requestPage(service, page);
          }
        };
        const pages = Array.from({ length: polites }, (_, i) => pageOf(`portal-${i}`, 60));
        const running = [
          ...Array.from({ length: open }, readNewIds),
          ...pages.map((page) => completePage(service, page)),
        ];
        await passUntil(() => pages.every(({ isComplete }) => isComplete), 240);
        ended.abort();
        await passUntil(() => false, 60);
        await Promise.all(running);
        const yields = [...pages, ...abandoned].map(yieldOf);
        const sum = (of: 'calls' | 'useful'): number => yields.reduce((total, each) => total + each[of], 0);
        expect(sum('calls')).toBe(service.calls.length);
        expect(sum('useful') / sum('calls')).toBeGreaterThanOrEqual(0.9);
        expect(mostWithin(service.calls, 1_000)).toBeLessThanOrEqual(QUOTA);
      }),
      { ...RUNS, numRuns: 4 },
    );
  });

  test('forty single reads of a client beside a greedy one are all served, those that were refused when they come back', async () => {
    await assert(
      asyncProperty(constantFrom(90, 200), integer({ min: 1, max: 2 }), async (open, polites) => {
        const service = simulateService(QUOTA);
        const ended = new AbortController();
        const readNewIds = async (): Promise<void> => {
          while (!ended.signal.aborted) await requestPage(service, pageOf('greedy', 1));
        };
        const running = Array.from({ length: open }, readNewIds);
        await passUntil(() => false, 10);
        const pages = Array.from({ length: 40 }, (_, i) => pageOf(`polite-${i % polites}`, 1));
        running.push(...pages.map((page) => completePage(service, page)));
        await passUntil(() => pages.every(({ isComplete }) => isComplete), 120);
        ended.abort();
        await passUntil(() => false, 60);
        await Promise.all(running);
        const requests = pages.map((page) => page.requests.length);
        expect(requests.filter((count) => count > 1).length).toBeGreaterThan(0);
        expect(Math.max(...requests)).toBeLessThanOrEqual(2);
      }),
      { ...RUNS, numRuns: 4 },
    );
  });
});
