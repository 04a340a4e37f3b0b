import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { idcloudBody } from '../support/bodies.ts';
import { mostInOneSecond, startChaos, type Chaos } from '../support/chaos.ts';
import { startSlowTls } from '../support/slow-tls.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';
import { CREATE, creation } from '../support/journeys.ts';
import { killPrograms, startReplica, type Replica } from '../support/replica.ts';
import type { Answer } from '../support/subgraph.ts';

/** The quota of a tenant, by default. */
const QUOTA = 10;
/** The deadline of an operation: half of the default, so that the tests take half of the time. */
const DEADLINE_MS = 4_000;

/** Starts a Unico without faults: it has every process, and a response takes a while. */
async function healthyUnico(): Promise<Chaos> {
  return startChaos(({ method, path }) => ({
    afterMs: 20,
    body: idcloudBody(method === 'POST' ? randomUUID() : path.split('/').at(-1)),
  }));
}

const closings: (() => unknown)[] = [];

/** The first operation of a program takes much longer than others. Its request is counted for another second. */
async function warmUp(chaos: Chaos, ...replicas: Replica[]): Promise<void> {
  await Promise.all(replicas.map((replica) => replica.ask(process(randomUUID()))));
  await sleep(1_100);
  chaos.arrivals.length = 0;
}

/** A Unico, and a replica that uses it. */
type World = { chaos: Chaos; replica: Replica };

async function startWorld(variables: Record<string, string> = {}): Promise<World> {
  const chaos = await healthyUnico();
  closings.push(chaos.close);
  const replica = await startReplica(chaos, { REQUEST_TIMEOUT_MS: String(DEADLINE_MS), ...variables });
  await warmUp(chaos, replica);
  return { chaos, replica };
}

/** A Unico behind slow handshakes, and a replica that uses it. */
async function startSlowWorld(): Promise<World> {
  const chaos = await healthyUnico();
  const tls = await startSlowTls(chaos, 300);
  closings.push(chaos.close, tls.close);
  // Not warmed up: its connections would be open already.
  return { chaos, replica: await startReplica(tls, { NODE_EXTRA_CA_CERTS: tls.certificate }) };
}

/** A Unico, and two replicas on a Redis of their own that use it. */
type SharedWorld = { chaos: Chaos; redis: RedisServer; replicas: Replica[] };

async function startSharedWorld(): Promise<SharedWorld> {
  const [chaos, redis] = await Promise.all([healthyUnico(), startRedis()]);
  closings.push(chaos.close, redis.close);
  // Time for more than the twenty answers below, also on a busy machine.
  const variables = { STORE_URL: redis.url, REQUEST_TIMEOUT_MS: '4600' };
  const replicas = await Promise.all([startReplica(chaos, variables), startReplica(chaos, variables)]);
  await warmUp(chaos, ...replicas);
  return { chaos, redis, replicas };
}

const starts: (() => Promise<void>)[] = [];

/** Starts what a test needs before the first one: programs that start would delay the requests of the others. */
function started<T>(start: () => Promise<T>): () => T {
  let world: T;
  starts.push(async () => void (world = await start()));
  return () => world;
}

beforeAll(async () => {
  await Promise.all(starts.map((start) => start()));
  return async () => {
    killPrograms();
    await Promise.all(closings.map((close) => close()));
  };
});

function idsOf(count: number): string[] {
  return Array.from({ length: count }, () => randomUUID());
}

function processes(ids: readonly string[]): string {
  return `{ processes(ids: ${JSON.stringify(ids)}) { id state } }`;
}

const process = (id: string): string => `{ process(id: "${id}") { id state } }`;

/** The ids that were answered, and those that were rate limited; no id may have a third result. */
function resultsOf(
  ids: readonly string[],
  { data, errors }: Answer,
): { answered: string[]; refused: string[] } {
  const answered = ids.filter((id, i) => data.processes[i]?.id === id);
  const refused = ids.filter((_, i) =>
    errors.some(
      ({ path, extensions }) =>
        path?.[1] === i &&
        extensions.code === 'RATE_LIMITED' &&
        Number.isInteger(extensions.retryAfterSeconds) &&
        (extensions.retryAfterSeconds ?? 0) >= 1,
    ),
  );
  return { answered, refused };
}

/** How many requests for these ids have arrived. */
function arrivedOf({ arrivals }: Chaos, ids: readonly string[]): number {
  const wanted = new Set(ids);
  return arrivals.filter(({ path }) => wanted.has(path.split('/').at(-1) ?? '')).length;
}

/** The index of the first request that matches. */
function placeOf({ arrivals }: Chaos, fits: (arrival: Chaos['arrivals'][number]) => boolean): number {
  return arrivals.findIndex(fits);
}

const arrived = (chaos: Chaos, id: string): number => placeOf(chaos, ({ path }) => path.endsWith(id));

describe.concurrent('a quota of ten requests a second', () => {
  const [worldOfForty, worldOfMany] = [started(startWorld), started(startWorld)];
  const burstWorld = started(() => startWorld({ STORE_URL: inject('redisUrl') }));
  const slowWorld = started(startSlowWorld);
  const sharedWorld = started(startSharedWorld);

  test('forty ids in one query are all answered, and no second sees more than ten requests', async () => {
    const { chaos, replica } = worldOfForty();
    const ids = idsOf(40);
    const { answered } = resultsOf(ids, await replica.ask(processes(ids)));
    expect(answered).toEqual(ids);
    expect(mostInOneSecond(chaos.arrivals)).toBeLessThanOrEqual(QUOTA);
    expect(await replica.metric('upstream_limiter_queue_seconds_count')).toBe(41);
    // The whole quota is used: forty requests take four rounds, the first at once.
    const [first, last] = [chaos.arrivals[0], chaos.arrivals.at(-1)];
    expect((last?.at ?? 0) - (first?.at ?? 0)).toBeLessThan(4_500);
  });

  test('of two hundred ids some are answered, the others are rate limited before the deadline, and none is lost', async () => {
    const { chaos, replica } = worldOfMany();
    const ids = idsOf(200);
    const since = performance.now();
    const answer = await replica.ask(processes(ids));
    expect(performance.now() - since).toBeLessThan(DEADLINE_MS);
    const { answered, refused } = resultsOf(ids, answer);
    expect(answered.length + refused.length).toBe(200);
    expect(answered.length).toBeGreaterThanOrEqual(25);
    expect(arrivedOf(chaos, refused)).toBe(0);
    expect(mostInOneSecond(chaos.arrivals)).toBeLessThanOrEqual(QUOTA);
  });

  test('two replicas on one Redis stay within the quota together, and answer as many ids as one', async () => {
    const { chaos, replicas } = sharedWorld();
    const answers = await Promise.all(
      replicas.map(async (replica) => {
        const ids = idsOf(100);
        return resultsOf(ids, await replica.ask(processes(ids)));
      }),
    );
    for (const { answered, refused } of answers) expect(answered.length + refused.length).toBe(100);
    expect(answers.flatMap(({ answered }) => answered).length).toBeGreaterThanOrEqual(25);
    expect(mostInOneSecond(chaos.arrivals)).toBeLessThanOrEqual(QUOTA);
  });

  test.for<{ what: string; fault: (redis: RedisServer) => Promise<void>; world: () => SharedWorld }>([
    { what: 'is killed', fault: (redis) => redis.kill(), world: started(startSharedWorld) },
    {
      what: 'is killed and started again',
      async fault(redis) {
        await redis.kill();
        await sleep(1_300);
        await redis.start();
      },
      world: started(startSharedWorld),
    },
    {
      what: 'is frozen for a while',
      async fault(redis) {
        redis.freeze();
        await sleep(1_300);
        redis.thaw();
      },
      world: started(startSharedWorld),
    },
  ])(
    'two replicas stay within the quota together when their Redis $what meanwhile',
    async ({ fault, world }, context) => {
      const { chaos, redis, replicas } = world();
      const asking = replicas.map(async (replica) => {
        const ids = idsOf(60);
        return resultsOf(ids, await replica.ask(processes(ids)));
      });
      await context.expect
        .poll(() => chaos.arrivals.length, { timeout: 5_000, interval: 10 })
        .toBeGreaterThan(15);
      await fault(redis);
      const ends = await Promise.all(asking);
      for (const { answered, refused } of ends) expect(answered.length + refused.length).toBe(60);
      expect(ends.flatMap(({ answered }) => answered).length).toBeGreaterThanOrEqual(20);
      expect(mostInOneSecond(chaos.arrivals)).toBeLessThanOrEqual(QUOTA);
    },
  );

  test('requests that wait for the handshakes of new connections stay within the quota', async () => {
    const { chaos, replica } = slowWorld();
    const ids = idsOf(20);
    const { answered } = resultsOf(ids, await replica.ask(processes(ids)));
    expect(answered).toEqual(ids);
    expect(mostInOneSecond(chaos.arrivals)).toBeLessThanOrEqual(QUOTA);
  });

  test('after a second without requests ten are sent at once, and the eleventh waits', async () => {
    const { chaos, replica } = burstWorld();
    await replica.ask(process(randomUUID()));
    await sleep(1_100);
    const before = chaos.arrivals.length;
    await replica.ask(processes(idsOf(11)));
    const burst = chaos.arrivals.slice(before);
    const at = (nth: number): number => (burst[nth]?.at ?? 0) - (burst[0]?.at ?? 0);
    expect(burst).toHaveLength(11);
    // Far less than the second that ten requests one by one would take.
    expect(at(9)).toBeLessThan(500);
    expect(at(10)).toBeGreaterThanOrEqual(900);
  });
});

/** Has a query of many ids begin to wait for the quota. */
async function busy(
  { chaos, replica }: World,
  count: number,
): Promise<{ ids: string[]; bulk: Promise<Answer> }> {
  const ids = idsOf(count);
  const bulk = replica.ask(processes(ids));
  while (chaos.arrivals.length < QUOTA) await sleep(10);
  return { ids, bulk };
}

describe.concurrent('a long query that waits for the quota', () => {
  const [mixedWorld, sharingWorld, leavingWorld] = [
    started(startWorld),
    started(startWorld),
    started(startWorld),
  ];

  test('a single read and a creation are among the next ten requests, before the rest of a long query', async () => {
    const { chaos, replica } = mixedWorld();
    const { ids, bulk } = await busy({ chaos, replica }, 200);
    const single = randomUUID();
    const [read, created] = await Promise.all([
      replica.ask(process(single)),
      replica.ask(CREATE, creation()),
    ]);
    expect(read.data.process.id).toBe(single);
    expect(created.data.createProcess.userErrors).toEqual([]);
    // The ten leave at the same instant over several connections, so they arrive in any order.
    expect(placeOf(chaos, ({ method }) => method === 'POST')).toBeLessThan(2 * QUOTA);
    expect(arrived(chaos, single)).toBeLessThan(2 * QUOTA);
    const { answered, refused } = resultsOf(ids, await bulk);
    expect(answered.length + refused.length).toBe(200);
  });

  test('a second long query gets the same share of the quota as the first', async () => {
    const { chaos, replica } = sharingWorld();
    const { ids, bulk } = await busy({ chaos, replica }, 40);
    const others = idsOf(40);
    const second = await replica.ask(processes(others));
    await bulk;
    // The query with fewer requests so far goes first: the second catches up, then both alternate.
    const round = chaos.arrivals.slice(QUOTA, 3 * QUOTA).map(({ path }) => path.split('/').at(-1) ?? '');
    expect(round.slice(0, QUOTA).every((id) => others.includes(id))).toBe(true);
    expect(round.slice(QUOTA).filter((id) => others.includes(id))).toHaveLength(QUOTA / 2);
    expect(resultsOf(others, second).answered.length).toBeGreaterThanOrEqual(10);
    expect(arrivedOf(chaos, ids)).toBeGreaterThanOrEqual(15);
  });

  test('a long query whose caller leaves is removed from the queue and sends no more requests', async () => {
    const { chaos, replica } = leavingWorld();
    const ids = idsOf(200);
    await replica.askAndLeave(processes(ids), 500);
    const others = idsOf(20);
    const { answered } = resultsOf(others, await replica.ask(processes(others)));
    expect(answered).toEqual(others);
    expect(arrivedOf(chaos, ids)).toBe(QUOTA);
    expect(mostInOneSecond(chaos.arrivals)).toBeLessThanOrEqual(QUOTA);
  });
});

// After the others, because it is much work.
describe('many callers with long queries', () => {
  const world = started(() => startWorld({ UNICO_RATE_LIMIT: '100' }));

  test('all callers that stay are answered while many others come and leave', async () => {
    const { chaos, replica } = world();
    const shared = idsOf(30);
    const leaving = Array.from({ length: 30 }, (_, i) =>
      replica.askAndLeave(processes([...shared, ...idsOf(20)]), 20 + 30 * (i % 10)),
    );
    const staying = await Promise.all(
      Array.from({ length: 5 }, async () => resultsOf(shared, await replica.ask(processes(shared)))),
    );
    await Promise.all(leaving);
    for (const { answered } of staying) expect(answered).toEqual(shared);
    await expect.poll(() => replica.ask(process(randomUUID()))).toMatchObject({ errors: [] });
    expect(mostInOneSecond(chaos.arrivals)).toBeLessThanOrEqual(100);
  });
});
