import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, inject, onTestFinished, test } from 'vitest';
import { idcloudBody } from '../support/bodies.ts';
import { mostInOneSecond, startChaos, type Chaos } from '../support/chaos.ts';
import { startSlowTls } from '../support/slow-tls.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';
import { killPrograms, startReplica, type Replica } from '../support/replica.ts';
import type { Answer } from '../support/subgraph.ts';

/** The quota of a tenant, and the time of an operation where nothing else is set. */
const QUOTA = 10;
const DEADLINE_MS = 8_000;

afterEach(killPrograms);

/** Unico as it is when all is well: every process is known, an answer takes a while. */
async function wellUnico(): Promise<Chaos> {
  const chaos = await startChaos(({ method, path }) => ({
    afterMs: 20,
    body: idcloudBody(method === 'POST' ? randomUUID() : path.split('/').at(-1)),
  }));
  onTestFinished(() => chaos.close());
  return chaos;
}

async function ownRedis(): Promise<RedisServer> {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  return redis;
}

function idsOf(count: number): string[] {
  return Array.from({ length: count }, () => randomUUID());
}

function processes(ids: readonly string[]): string {
  return `{ processes(ids: ${JSON.stringify(ids)}) { id state } }`;
}

const process = (id: string): string => `{ process(id: "${id}") { id state } }`;

const CREATE = `mutation ($key: String!, $input: CreateProcessInput!) {
  createProcess(idempotencyKey: $key, input: $input) { process { id } userErrors { code } }
}`;
const creation = (): Record<string, unknown> => ({
  key: randomUUID(),
  input: { journey: { flow: 'id', purpose: 'creditprocess', callbackUri: '/' } },
});

/** Which of the ids were answered and which were told to come back; there may be no third kind. */
function sorted(ids: readonly string[], { data, errors }: Answer): { answered: string[]; refused: string[] } {
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

/** In which place the first request came that fits. */
function placeOf({ arrivals }: Chaos, fits: (arrival: Chaos['arrivals'][number]) => boolean): number {
  return arrivals.findIndex(fits);
}

const arrived = (chaos: Chaos, id: string): number => placeOf(chaos, ({ path }) => path.endsWith(id));

describe('with a quota of ten a second', () => {
  test('sixty ids in one query are all answered, and no second sees more than ten requests', async () => {
    const chaos = await wellUnico();
    const replica = await startReplica(chaos);
    const ids = idsOf(60);
    const { answered } = sorted(ids, await replica.ask(processes(ids)));
    expect(answered).toEqual(ids);
    expect(mostInOneSecond(chaos.arrivals)).toBeLessThanOrEqual(QUOTA);
    expect(await replica.metric('upstream_limiter_queue_seconds_count')).toBe(60);
    // All of the quota is used: sixty take six rounds, the first of them at once.
    const [first, last] = [chaos.arrivals[0], chaos.arrivals.at(-1)];
    expect((last?.at ?? 0) - (first?.at ?? 0)).toBeLessThan(6_500);
  });

  test('of two hundred ids some are answered, the others are told early to come back, and none is lost', async () => {
    const chaos = await wellUnico();
    const replica = await startReplica(chaos);
    const ids = idsOf(200);
    const since = performance.now();
    const answer = await replica.ask(processes(ids));
    expect(performance.now() - since).toBeLessThan(DEADLINE_MS);
    const { answered, refused } = sorted(ids, answer);
    expect(answered.length + refused.length).toBe(200);
    expect(answered.length).toBeGreaterThanOrEqual(60);
    expect(arrivedOf(chaos, refused)).toBe(0);
    expect(mostInOneSecond(chaos.arrivals)).toBeLessThanOrEqual(QUOTA);
  });

  test('two replicas on one Redis keep to it together, and answer as much as one', async () => {
    const chaos = await wellUnico();
    const variables = { STORE_URL: inject('redisUrl'), REQUEST_TIMEOUT_MS: '4000' };
    const replicas = [await startReplica(chaos, variables), await startReplica(chaos, variables)];
    const answers = await Promise.all(
      replicas.map(async (replica) => {
        const ids = idsOf(100);
        return sorted(ids, await replica.ask(processes(ids)));
      }),
    );
    for (const { answered, refused } of answers) expect(answered.length + refused.length).toBe(100);
    expect(answers.flatMap(({ answered }) => answered).length).toBeGreaterThanOrEqual(25);
    expect(mostInOneSecond(chaos.arrivals)).toBeLessThanOrEqual(QUOTA);
  });

  test.each<[string, (redis: RedisServer) => Promise<void>]>([
    ['is killed and stays away', async (redis) => redis.kill()],
    [
      'is killed and started again',
      async (redis) => {
        await redis.kill();
        await sleep(1_300);
        await redis.start();
      },
    ],
    [
      'is frozen for a while',
      async (redis) => {
        redis.freeze();
        await sleep(1_300);
        redis.thaw();
      },
    ],
  ])('two replicas keep to it together also when their Redis %s in the middle', async (_what, trouble) => {
    const chaos = await wellUnico();
    const redis = await ownRedis();
    // Time for more than the least that is asked of them, whatever the machine does meanwhile.
    const variables = { STORE_URL: redis.url, REQUEST_TIMEOUT_MS: '4600' };
    const replicas = [await startReplica(chaos, variables), await startReplica(chaos, variables)];
    const asking = replicas.map(async (replica) => {
      const ids = idsOf(60);
      return sorted(ids, await replica.ask(processes(ids)));
    });
    await expect.poll(() => chaos.arrivals.length, { timeout: 5_000, interval: 10 }).toBeGreaterThan(15);
    await trouble(redis);
    const ends = await Promise.all(asking);
    for (const { answered, refused } of ends) expect(answered.length + refused.length).toBe(60);
    expect(ends.flatMap(({ answered }) => answered).length).toBeGreaterThanOrEqual(20);
    expect(mostInOneSecond(chaos.arrivals)).toBeLessThanOrEqual(QUOTA);
  });

  test('it is kept also by requests that are held up by the handshakes of new connections', async () => {
    const chaos = await wellUnico();
    const tls = await startSlowTls(chaos, 300);
    onTestFinished(() => tls.close());
    const replica = await startReplica(tls, { NODE_EXTRA_CA_CERTS: tls.certificate });
    const ids = idsOf(20);
    const { answered } = sorted(ids, await replica.ask(processes(ids)));
    expect(answered).toEqual(ids);
    expect(mostInOneSecond(chaos.arrivals)).toBeLessThanOrEqual(QUOTA);
  });

  test('after a quiet time ten go at once, and the eleventh waits', async () => {
    const chaos = await wellUnico();
    const replica = await startReplica(chaos, { STORE_URL: inject('redisUrl') });
    await replica.ask(process(randomUUID()));
    await sleep(1_100);
    const before = chaos.arrivals.length;
    await replica.ask(processes(idsOf(11)));
    const burst = chaos.arrivals.slice(before);
    const at = (nth: number): number => (burst[nth]?.at ?? 0) - (burst[0]?.at ?? 0);
    expect(burst).toHaveLength(11);
    // Far from the second that it would take if they went one by one.
    expect(at(9)).toBeLessThan(500);
    expect(at(10)).toBeGreaterThanOrEqual(900);
  });
});

/** A replica in which a query of many ids has just begun to wait. */
async function busy(
  count: number,
): Promise<{ chaos: Chaos; replica: Replica; ids: string[]; bulk: Promise<Answer> }> {
  const chaos = await wellUnico();
  const replica = await startReplica(chaos, { REQUEST_TIMEOUT_MS: '4000' });
  const ids = idsOf(count);
  const bulk = replica.ask(processes(ids));
  await expect.poll(() => chaos.arrivals.length, { interval: 10 }).toBe(QUOTA);
  return { chaos, replica, ids, bulk };
}

describe('while a long query waits', () => {
  test('a single read is among the next that go, and a creation goes before all reads', async () => {
    const { chaos, replica, ids, bulk } = await busy(200);
    const single = randomUUID();
    const [read, created] = await Promise.all([
      replica.ask(process(single)),
      replica.ask(CREATE, creation()),
    ]);
    expect(read.data.process.id).toBe(single);
    expect(created.data.createProcess.userErrors).toEqual([]);
    expect(placeOf(chaos, ({ method }) => method === 'POST')).toBe(QUOTA);
    expect(arrived(chaos, single)).toBe(QUOTA + 1);
    const { answered, refused } = sorted(ids, await bulk);
    expect(answered.length + refused.length).toBe(200);
  });

  test('a second long query gets as much of the quota as the first', async () => {
    const { chaos, replica, ids, bulk } = await busy(40);
    const others = idsOf(40);
    const second = await replica.ask(processes(others));
    await bulk;
    // Who has had less goes first, so the second catches up and both go on side by side.
    const round = chaos.arrivals.slice(QUOTA, 3 * QUOTA).map(({ path }) => path.split('/').at(-1) ?? '');
    expect(round.slice(0, QUOTA).every((id) => others.includes(id))).toBe(true);
    expect(round.slice(QUOTA).filter((id) => others.includes(id))).toHaveLength(QUOTA / 2);
    expect(sorted(others, second).answered.length).toBeGreaterThanOrEqual(10);
    expect(arrivedOf(chaos, ids)).toBeGreaterThanOrEqual(15);
  });

  test('the caller of which leaves, its places are free for others, and nothing more is sent for it', async () => {
    const chaos = await wellUnico();
    const replica = await startReplica(chaos, { REQUEST_TIMEOUT_MS: '4000' });
    const ids = idsOf(200);
    await replica.askAndLeave(processes(ids), 500);
    const others = idsOf(20);
    const { answered } = sorted(others, await replica.ask(processes(others)));
    expect(answered).toEqual(others);
    expect(arrivedOf(chaos, ids)).toBe(QUOTA);
    expect(mostInOneSecond(chaos.arrivals)).toBeLessThanOrEqual(QUOTA);
  });

  test('and many callers come and leave in the middle, all who stay are answered and nobody waits in vain', async () => {
    const chaos = await wellUnico();
    const replica = await startReplica(chaos, { UNICO_RATE_LIMIT: '100', REQUEST_TIMEOUT_MS: '4000' });
    const shared = idsOf(30);
    const leaving = Array.from({ length: 30 }, (_, i) =>
      replica.askAndLeave(processes([...shared, ...idsOf(20)]), 20 + 30 * (i % 10)),
    );
    const staying = await Promise.all(
      Array.from({ length: 5 }, async () => sorted(shared, await replica.ask(processes(shared)))),
    );
    await Promise.all(leaving);
    for (const { answered } of staying) expect(answered).toEqual(shared);
    await expect.poll(() => replica.ask(process(randomUUID()))).toMatchObject({ errors: [] });
    expect(mostInOneSecond(chaos.arrivals)).toBeLessThanOrEqual(100);
  });
});
