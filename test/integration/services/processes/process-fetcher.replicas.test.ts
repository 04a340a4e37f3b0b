import { randomUUID } from 'node:crypto';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { ABSENT_ID, ID, idcloudBody, OTHER_ID } from '../../../support/bodies.ts';
import { gate } from '../../../support/gate.ts';
import {
  askAndDisconnect,
  idcloudPath,
  newEncryptor,
  processesV1Path,
  read,
  serving,
  startManualUpstream,
  startReplica,
  startWorld,
  twoRedisStores,
} from '../../../support/reads.ts';
import { startRedis } from '../../../support/redis.ts';
import type { Upstream } from '../../../support/upstream.ts';

const PERSON = { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678909', friendlyName: 'Luke' };

/** The number of requests for a path. */
function callsOf({ requests }: Upstream, path: string): number {
  return requests.filter((request) => request.path === path).length;
}

type Answering = Parameters<typeof startWorld>[0];

async function startTwo(
  answer: Answering = serving({ [idcloudPath(ID)]: idcloudBody(ID, { person: PERSON }) }),
) {
  const world = await startWorld(answer, { stores: await twoRedisStores(inject('redisUrl')) });
  const [one, other] = world.replicas;
  if (other === undefined) throw new Error('unreachable: there are two stores');
  return { ...world, one, other };
}

describe('ProcessFetcher, two replicas with one Redis', () => {
  test('a process that one replica has read costs the other replica no call, the person included', async () => {
    const { upstream, one, other } = await startTwo();
    const selection = 'id source state verdict { decision } person { duiValue friendlyName }';
    const first = await read(one, ID, selection);
    expect(first).toMatchObject({ data: { process: { person: { duiValue: '12345678909' } } }, errors: [] });
    expect(await read(other, ID, selection)).toEqual(first);
    expect(upstream.requests).toHaveLength(1);
  });

  test('an id that one replica has not found costs the other replica no call', async () => {
    const { upstream, one, other } = await startTwo();
    const absent = await read(one, ABSENT_ID, 'state');
    expect(absent.data.process).toBeNull();
    expect(await read(other, ABSENT_ID, 'state')).toEqual(absent);
    expect(upstream.requests).toHaveLength(2);
  });

  test('concurrent reads of an unknown id in two replicas cost one call for each contract', async () => {
    const { opened, open } = gate();
    const { upstream, one, other } = await startTwo(async ({ path }) => {
      if (path.endsWith(ABSENT_ID)) await opened;
      return path.endsWith(OTHER_ID) ? { body: idcloudBody(OTHER_ID) } : { status: 404 };
    });
    const searching = read(one, ABSENT_ID, 'state');
    await expect.poll(() => upstream.requests).toHaveLength(1);
    const alsoSearching = other.ask(
      `{ process(id: "${ABSENT_ID}") { state } own: process(id: "${OTHER_ID}") { state } }`,
    );
    await expect.poll(() => upstream.requests).toHaveLength(2);
    open();
    expect((await searching).data.process).toBeNull();
    expect((await alsoSearching).data.process).toBeNull();
    expect(upstream.calls().filter((call) => call.endsWith(ABSENT_ID))).toEqual([
      `GET ${idcloudPath(ABSENT_ID)}`,
      `GET ${processesV1Path(ABSENT_ID)}`,
    ]);
  });

  test('each replica reads the SDK token itself, because tokens are never stored', async () => {
    const { upstream, one, other } = await startTwo(
      serving({ [idcloudPath(ID)]: idcloudBody(ID, { token: 'a.token.b' }) }),
    );
    for (const replica of [one, other]) {
      expect((await read(replica, ID, 'sdkToken')).data.process).toEqual({ sdkToken: 'a.token.b' });
    }
    expect(upstream.requests).toHaveLength(2);
  });

  test('a replica asks Unico itself as soon as the fetch of the other replica has failed', async () => {
    const { opened, open } = gate();
    let calls = 0;
    const { upstream, one, other } = await startTwo(async () => {
      calls += 1;
      if (calls > 1) return { body: idcloudBody() };
      await opened;
      return { status: 503 };
    });
    const first = read(one, ID, 'state', 'IDCLOUD');
    await expect.poll(() => upstream.requests).toHaveLength(1);
    const second = read(other, ID, 'state', 'IDCLOUD');
    open();
    expect((await first).errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
    expect((await second).data.process).toEqual({ state: 'FINISHED' });
    expect(upstream.requests).toHaveLength(2);
  });

  test('a replica asks Unico itself when the only client of the other replica has disconnected', async () => {
    const upstream = await startManualUpstream();
    const encryptor = newEncryptor();
    const [store, otherStore] = await twoRedisStores(inject('redisUrl'));
    const [one, other] = [
      await startReplica(upstream, { store, encryptor }),
      await startReplica(upstream, { store: otherStore, encryptor }),
    ];
    const disconnect = askAndDisconnect(one, `{ process(id: "${ID}") { state } }`);
    await expect.poll(() => upstream.requested).toHaveLength(1);
    const waiting = other.ask(`{ process(id: "${ID}") { state } own: process(id: "${OTHER_ID}") { state } }`);
    await expect.poll(() => upstream.requested).toContain(idcloudPath(OTHER_ID));
    upstream.answer(idcloudPath(OTHER_ID), idcloudBody(OTHER_ID));
    expect(upstream.requested).toEqual([idcloudPath(ID), idcloudPath(OTHER_ID)]);
    disconnect();
    await expect.poll(() => upstream.requested).toHaveLength(3);
    upstream.answer(idcloudPath(ID), idcloudBody());
    expect((await waiting).data.process).toEqual({ state: 'FINISHED' });
  });

  test('a replica that dies during a fetch delays the others only until its lease expires', async () => {
    const { upstream, encryptor, one } = await startTwo();
    const [deadStore] = await twoRedisStores(inject('redisUrl'));
    // A lease that no replica renews, as after the death of its holder; a real one lives for `LEASE_MS`.
    const names = encryptor.storageKeys({ kind: 'lease', id: `IDCLOUD ${ID}` });
    await deadStore.set(names, Buffer.from('a dead replica'), { ttlMs: 1_500 });
    const answer = read(one, ID, 'state', 'IDCLOUD');
    const before = await deadStore.get(names[0] ?? '');
    expect(before?.toString()).toBe('a dead replica');
    expect(upstream.requests).toEqual([]);
    expect((await answer).data.process).toEqual({ state: 'FINISHED' });
    expect(upstream.requests).toHaveLength(1);
    await deadStore.close();
  });

  test('no read fails when Redis dies during reads, and replicas share reads again when Redis is back', async () => {
    const redis = await startRedis();
    onTestFinished(async () => {
      redis.thaw();
      await redis.close();
    });
    const { opened, open } = gate();
    const world = await startWorld(
      async ({ path }) => {
        if (path === idcloudPath(ID)) await opened;
        return { body: idcloudBody(path.split('/').at(-1)) };
      },
      { stores: await twoRedisStores(redis.url) },
    );
    const [one, other] = world.replicas;
    if (other === undefined) throw new Error('unreachable: there are two stores');
    const underWay = [one, other].map((replica) => read(replica, ID, 'state'));
    await expect.poll(() => world.upstream.requests).toHaveLength(1);
    await redis.kill();
    // The replica that waited for the other one loses the lease with Redis, and asks Unico itself.
    await expect.poll(() => world.upstream.requests, { timeout: 5_000 }).toHaveLength(2);
    open();
    for (const { data, errors } of await Promise.all(underWay)) {
      expect({ data, errors }).toEqual({ data: { process: { state: 'FINISHED' } }, errors: [] });
    }
    // Each replica still has what it has read in its own memory.
    expect((await read(one, ID, 'state')).data.process).toEqual({ state: 'FINISHED' });
    expect(world.upstream.requests).toHaveLength(2);

    await redis.start();
    const id = randomUUID();
    // The replicas reconnect on their own: from then on one call serves both.
    await expect
      .poll(
        async () => {
          const fresh = randomUUID();
          await read(one, fresh, 'state');
          await read(other, fresh, 'state');
          return callsOf(world.upstream, idcloudPath(fresh));
        },
        { timeout: 10_000 },
      )
      .toBe(1);
    await Promise.all([one, other].map((replica) => read(replica, id, 'state')));
    expect(callsOf(world.upstream, idcloudPath(id))).toBe(1);
  });

  test('no read fails while Redis does not answer', async () => {
    const redis = await startRedis();
    onTestFinished(async () => {
      redis.thaw();
      await redis.close();
    });
    const world = await startWorld(({ path }) => ({ body: idcloudBody(path.split('/').at(-1)) }), {
      stores: await twoRedisStores(redis.url),
    });
    redis.freeze();
    const ids = Array.from({ length: 10 }, () => randomUUID());
    for (const replica of world.replicas) {
      const answers = await Promise.all(ids.map((id) => read(replica, id, 'state')));
      expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
      expect(answers.map(({ data }) => data.process)).toEqual(ids.map(() => ({ state: 'FINISHED' })));
    }
  });
});
