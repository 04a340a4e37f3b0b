import { randomUUID } from 'node:crypto';
import { describe, expect, inject, test } from 'vitest';
import { createLeases } from '../../../../src/services/concurrency/leases.ts';
import { ABSENT_ID, ID, idcloudBody, OTHER_ID, processesV1Body } from '../../../support/bodies.ts';
import { startRedis } from '../../../support/redis.ts';
import type { Answer, Subgraph } from '../../../support/subgraph.ts';
import type { Upstream } from '../../../support/upstream.ts';
import {
  askAndMayLeave,
  DEPLOYMENTS,
  gate,
  holding,
  idcloudPath,
  ownVault,
  processesV1Path,
  read,
  readEntities,
  startPatientUpstream,
  startReplica,
  startWorld,
  twoWith,
  type World,
} from '../../../support/reads.ts';

const PERSON = { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678909', friendlyName: 'Luke' };

/** How often the upstream was asked for a path. */
function callsOf({ requests }: Upstream, path: string): number {
  return requests.filter((request) => request.path === path).length;
}

/** The first selection of a process in an answer, whichever way it was asked for. */
function processIn({ data }: Answer): unknown {
  return data.shared ?? data._entities?.[0];
}

/** An upstream that knows every process, and holds back its answers for `ID` until the gate is opened. */
async function startHeld(stores: Parameters<typeof startWorld>[1]): Promise<World & { open(): void }> {
  const { opened, open } = gate();
  const world = await startWorld(async ({ path }) => {
    const id = path.split('/').at(-1) ?? '';
    if (id === ID) await opened;
    return { body: idcloudBody(id, { person: PERSON, token: 'a.token.b' }) };
  }, stores);
  return { ...world, open };
}

/**
 * So many questions about one process, to each replica in turn. Each also asks for a process of its own, so that it is
 * known when all of them are waiting for the shared one.
 */
async function askAtOnce(
  { upstream, replicas }: World,
  count: number,
  selectionOf: (i: number) => string,
  ways: ((replica: Subgraph, own: string, selection: string) => Promise<Answer>)[],
): Promise<{ answers: Promise<Answer[]> }> {
  const own = Array.from({ length: count }, () => randomUUID());
  const answers = own.map((id, i) => {
    const [replica, way] = [replicas[i % replicas.length], ways[i % ways.length]];
    if (replica === undefined || way === undefined) throw new Error('unreachable');
    return way(replica, id, selectionOf(i));
  });
  await expect
    .poll(() => own.filter((id) => callsOf(upstream, idcloudPath(id)) > 0), { timeout: 10_000 })
    .toHaveLength(count);
  // Not the promise itself: the answers come only when the upstream is let go.
  return { answers: Promise.all(answers) };
}

const byQuery = (replica: Subgraph, own: string, selection: string): Promise<Answer> =>
  replica.ask(`{ shared: process(id: "${ID}") { ${selection} } own: process(id: "${own}") { state } }`);
const byQueryWithSource = (replica: Subgraph, own: string, selection: string): Promise<Answer> =>
  replica.ask(
    `{ shared: process(id: "${ID}", source: IDCLOUD) { ${selection} } own: process(id: "${own}") { state } }`,
  );
const byEntity = (replica: Subgraph, own: string, selection: string): Promise<Answer> =>
  readEntities(replica, selection, [{ id: ID }, { id: own }]);
const byEntityWithSource = (replica: Subgraph, own: string, selection: string): Promise<Answer> =>
  readEntities(replica, selection, [{ id: ID, source: 'IDCLOUD' }, { id: own }]);
const EVERY_WAY = [byQuery, byQueryWithSource, byEntity, byEntityWithSource];

describe.each(Object.entries(DEPLOYMENTS))('%s', (_, open) => {
  test('answers fifty who ask for the same process at once with one call, however they ask', async () => {
    const world = await startHeld({ stores: await open() });
    const selections = ['state', 'verdict { decision }', 'person { duiValue }', 'documents { number }'];
    const waiting = await askAtOnce(world, 50, (i) => selections[(i >> 2) % 4] ?? '', EVERY_WAY);
    world.open();
    const answers = await waiting.answers;
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    const expected: Record<string, unknown> = {
      state: { state: 'FINISHED' },
      'verdict { decision }': { verdict: { decision: 'APPROVED' } },
      'person { duiValue }': { person: { duiValue: '12345678909' } },
      'documents { number }': { documents: [] },
    };
    expect(answers.map(processIn)).toEqual(
      Array.from({ length: 50 }, (__, i) => expected[selections[(i >> 2) % 4] ?? '']),
    );
    expect(callsOf(world.upstream, idcloudPath(ID))).toBe(1);
  });

  test('asks once for those who want the signed addresses of the same process at once', async () => {
    const world = await startHeld({ stores: await open() });
    const waiting = await askAtOnce(world, 10, () => 'documents { signedUrl }', [byQuery]);
    world.open();
    await waiting.answers;
    expect(callsOf(world.upstream, idcloudPath(ID))).toBe(1);
  });

  test('tells a failure to all who wait for it, and asks again for the next one', async () => {
    const { opened, open: dispatch } = gate();
    let down = true;
    const world = await startWorld(
      async ({ path }) => {
        if (path !== idcloudPath(ID)) return { body: idcloudBody(path.split('/').at(-1)) };
        await opened;
        return down ? { status: 503 } : { body: idcloudBody() };
      },
      { stores: [(await open())[0]] },
    );
    const waiting = await askAtOnce(world, 10, () => 'state', [byQueryWithSource]);
    dispatch();
    const answers = await waiting.answers;
    expect(answers.map(({ data }) => data.shared)).toEqual(Array.from({ length: 10 }, () => null));
    expect(new Set(answers.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code)))).toEqual(
      new Set(['UPSTREAM_UNAVAILABLE']),
    );
    expect(callsOf(world.upstream, idcloudPath(ID))).toBe(1);
    down = false;
    expect((await read(world.replicas[0], ID, 'state')).data.process).toEqual({ state: 'FINISHED' });
    expect(callsOf(world.upstream, idcloudPath(ID))).toBe(2);
  });

  test('lets who leaves go without taking the call from the others', async () => {
    const upstream = await startPatientUpstream();
    const replica = await startReplica(upstream, { store: (await open())[0], encryptor: ownVault() });
    const [a, b, own] = [randomUUID(), randomUUID(), idcloudPath(ID)];
    const leave = askAndMayLeave(
      replica,
      `{ process(id: "${ID}") { state } own: process(id: "${a}") { state } }`,
    );
    await expect.poll(() => upstream.asked).toContain(idcloudPath(a));
    const stays = replica.ask(`{ process(id: "${ID}") { state } own: process(id: "${b}") { state } }`);
    await expect.poll(() => upstream.asked).toContain(idcloudPath(b));
    leave();
    // What nobody else wants is ended.
    await expect.poll(() => upstream.left).toEqual([idcloudPath(a)]);
    upstream.answer(own, idcloudBody());
    upstream.answer(idcloudPath(b), idcloudBody(b));
    expect((await stays).data).toEqual({ process: { state: 'FINISHED' }, own: { state: 'FINISHED' } });
    expect(upstream.asked.filter((path) => path === own)).toHaveLength(1);
    expect(upstream.left).toEqual([idcloudPath(a)]);
  });

  test('ends the call when the last one leaves, and begins anew for a newcomer', async () => {
    const upstream = await startPatientUpstream();
    const replica = await startReplica(upstream, { store: (await open())[0], encryptor: ownVault() });
    const own = idcloudPath(ID);
    for (const times of [1, 2]) {
      const leave = askAndMayLeave(replica, `{ process(id: "${ID}") { state } }`);
      await expect.poll(() => upstream.asked).toHaveLength(times);
      leave();
      await expect.poll(() => upstream.left).toHaveLength(times);
    }
    const newcomer = read(replica, ID, 'state');
    await expect.poll(() => upstream.asked).toEqual([own, own, own]);
    upstream.answer(own, idcloudBody());
    expect((await newcomer).data.process).toEqual({ state: 'FINISHED' });
    expect(upstream.left).toEqual([own, own]);
  });
});

test('what one replica is asked for at once costs one call, its token and its addresses too', async () => {
  const world = await startHeld({});
  const selections = ['state', 'person { duiValue }', 'documents { signedUrl }', 'sdkToken'];
  const waiting = await askAtOnce(world, 8, (i) => selections[i % 4] ?? '', [byQuery]);
  world.open();
  const answers = await waiting.answers;
  expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  expect(answers.map(processIn).slice(0, 4)).toEqual([
    { state: 'FINISHED' },
    { person: { duiValue: '12345678909' } },
    { documents: [] },
    { sdkToken: 'a.token.b' },
  ]);
  expect(callsOf(world.upstream, idcloudPath(ID))).toBe(1);
});

test('what one operation asks of a process under several names costs one call', async () => {
  const body = idcloudBody(ID, { person: PERSON, token: 'a.token.b' });
  const { upstream, replicas } = await startWorld(holding({ [idcloudPath(ID)]: body }));
  const { data, errors } = await replicas[0].ask(
    `query ($of: [_Any!]!) {
    a: process(id: "${ID}") { state }
    b: process(id: "${ID}", source: IDCLOUD) { person { duiValue } }
    c: process(id: "${ID.toUpperCase()}") { sdkToken }
    d: processes(ids: ["${ID}", "${ID}"]) { id source }
    _entities(representations: $of) { ... on Process { verdict { decision } } }
  }`,
    { of: [{ __typename: 'Process', id: ID }] },
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({
    a: { state: 'FINISHED' },
    b: { person: { duiValue: '12345678909' } },
    c: { sdkToken: 'a.token.b' },
    d: [
      { id: ID, source: 'IDCLOUD' },
      { id: ID, source: 'IDCLOUD' },
    ],
    _entities: [{ verdict: { decision: 'APPROVED' } }],
  });
  expect(upstream.calls()).toEqual([`GET ${idcloudPath(ID)}`]);
});

describe('a process of the second contract', () => {
  test('that is asked for by those who know its contract and by those who do not costs each contract one call', async () => {
    const { opened, open } = gate();
    const world = await startWorld(async ({ path }) => {
      if (path === processesV1Path(ID)) return { body: processesV1Body() };
      await opened;
      return { status: 404 };
    });
    const [replica] = world.replicas;
    const searching = read(replica, ID, 'state');
    await expect.poll(() => world.upstream.calls()).toEqual([`GET ${idcloudPath(ID)}`]);
    expect((await read(replica, ID, 'state', 'PROCESSES_V1')).data.process).toEqual({ state: 'FINISHED' });
    open();
    expect((await searching).data.process).toEqual({ state: 'FINISHED' });
    expect(world.upstream.calls()).toEqual([`GET ${idcloudPath(ID)}`, `GET ${processesV1Path(ID)}`]);
  });

  test('is found once by fifty who do not know its contract', async () => {
    const world = await startWorld(holding({ [processesV1Path(ID)]: processesV1Body() }));
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => read(world.replicas[0], ID, 'source state')),
    );
    expect(new Set(answers.map(({ data }) => JSON.stringify(data.process)))).toEqual(
      new Set([JSON.stringify({ source: 'PROCESSES_V1', state: 'FINISHED' })]),
    );
    expect(world.upstream.calls()).toEqual([`GET ${idcloudPath(ID)}`, `GET ${processesV1Path(ID)}`]);
  });
});

type Answering = Parameters<typeof startWorld>[0];

async function startTwo(
  answer: Answering = holding({ [idcloudPath(ID)]: idcloudBody(ID, { person: PERSON }) }),
) {
  const world = await startWorld(answer, { stores: await twoWith(inject('redisUrl')) });
  const [one, other] = world.replicas;
  if (other === undefined) throw new Error('unreachable');
  return { ...world, one, other };
}

describe('two replicas with one Redis', () => {
  test('what one has read the other answers without a call, the person too', async () => {
    const { upstream, one, other } = await startTwo();
    const selection = 'id source state verdict { decision } person { duiValue friendlyName }';
    const first = await read(one, ID, selection);
    expect(first).toMatchObject({ data: { process: { person: { duiValue: '12345678909' } } }, errors: [] });
    expect(await read(other, ID, selection)).toEqual(first);
    expect(upstream.requests).toHaveLength(1);
  });

  test('what one knows to be absent the other does not ask for', async () => {
    const { upstream, one, other } = await startTwo();
    const absent = await read(one, ABSENT_ID, 'state');
    expect(absent.data.process).toBeNull();
    expect(await read(other, ABSENT_ID, 'state')).toEqual(absent);
    expect(upstream.requests).toHaveLength(2);
  });

  test('what both look for at once and is nowhere costs each contract one call', async () => {
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

  test('one asks for a token of its own: a token is never kept for the other', async () => {
    const { upstream, one, other } = await startTwo(
      holding({ [idcloudPath(ID)]: idcloudBody(ID, { token: 'a.token.b' }) }),
    );
    for (const replica of [one, other]) {
      expect((await read(replica, ID, 'sdkToken')).data.process).toEqual({ sdkToken: 'a.token.b' });
    }
    expect(upstream.requests).toHaveLength(2);
  });

  test('of which one is told nothing in time: the other asks as soon as the one has given up', async () => {
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

  test('the other asks when the only caller of the one that was asking has left', async () => {
    const upstream = await startPatientUpstream();
    const encryptor = ownVault();
    const [store, otherStore] = await twoWith(inject('redisUrl'));
    const [one, other] = [
      await startReplica(upstream, { store, encryptor }),
      await startReplica(upstream, { store: otherStore, encryptor }),
    ];
    const leave = askAndMayLeave(one, `{ process(id: "${ID}") { state } }`);
    await expect.poll(() => upstream.asked).toHaveLength(1);
    const waiting = other.ask(`{ process(id: "${ID}") { state } own: process(id: "${OTHER_ID}") { state } }`);
    await expect.poll(() => upstream.asked).toContain(idcloudPath(OTHER_ID));
    upstream.answer(idcloudPath(OTHER_ID), idcloudBody(OTHER_ID));
    expect(upstream.asked).toEqual([idcloudPath(ID), idcloudPath(OTHER_ID)]);
    leave();
    await expect.poll(() => upstream.asked).toHaveLength(3);
    upstream.answer(idcloudPath(ID), idcloudBody());
    expect((await waiting).data.process).toEqual({ state: 'FINISHED' });
  });

  test('a replica that dies while it asks keeps the others waiting for no longer than its lease', async () => {
    const { upstream, encryptor, one } = await startTwo();
    const [ofTheDead] = await twoWith(inject('redisUrl'));
    // A lease that nobody renews: its life is that of `LEASE_MS`, and there is nobody behind it.
    const names = encryptor.storageKeys({ kind: 'lease', id: `IDCLOUD ${ID}` });
    await ofTheDead.set(names, Buffer.from('somebody who died'), { ttlMs: 1_500 });
    const answer = read(one, ID, 'state', 'IDCLOUD');
    const before = await ofTheDead.get(names[0] ?? '');
    expect(before?.toString()).toBe('somebody who died');
    expect(upstream.requests).toEqual([]);
    expect((await answer).data.process).toEqual({ state: 'FINISHED' });
    expect(upstream.requests).toHaveLength(1);
    await ofTheDead.close();
  });

  test('a lease is given to one at a time, renewed while it is held, and free when it was given back', async () => {
    const encryptor = ownVault();
    const [store, otherStore] = await twoWith(inject('redisUrl'));
    const [one, other] = [createLeases(store, encryptor), createLeases(otherStore, encryptor)];
    const giveBack = await one.acquire('a');
    expect(giveBack).not.toBeNull();
    expect([await one.acquire('a'), await other.acquire('a')]).toEqual([null, null]);
    const free = await other.acquire('b');
    expect(free).not.toBeNull();
    // Longer than a lease lives by itself.
    await new Promise((resolve) => setTimeout(resolve, 2_300));
    expect(await other.acquire('a')).toBeNull();
    await giveBack?.();
    const taken = await other.acquire('a');
    expect(taken).not.toBeNull();
    // Who gives back twice takes it from nobody.
    await giveBack?.();
    expect(await one.acquire('a')).toBeNull();
    await Promise.all([taken?.(), free?.()]);
    await Promise.all([store.close(), otherStore.close()]);
  });

  test('no read fails when Redis dies in the middle of reads, and what is read after it is back is shared', async () => {
    const redis = await startRedis();
    try {
      const { opened, open } = gate();
      const world = await startWorld(
        async ({ path }) => {
          if (path === idcloudPath(ID)) await opened;
          return { body: idcloudBody(path.split('/').at(-1)) };
        },
        { stores: await twoWith(redis.url) },
      );
      const [one, other] = world.replicas;
      if (other === undefined) throw new Error('unreachable');
      const underWay = [one, other].map((replica) => read(replica, ID, 'state'));
      await expect.poll(() => world.upstream.requests).toHaveLength(1);
      await redis.kill();
      // Who waited for the other replica finds out that there is nobody to wait for, and asks itself.
      await expect.poll(() => world.upstream.requests, { timeout: 5_000 }).toHaveLength(2);
      open();
      for (const { data, errors } of await Promise.all(underWay)) {
        expect({ data, errors }).toEqual({ data: { process: { state: 'FINISHED' } }, errors: [] });
      }
      // What a replica has read it still knows by itself.
      expect((await read(one, ID, 'state')).data.process).toEqual({ state: 'FINISHED' });
      expect(world.upstream.requests).toHaveLength(2);

      await redis.start();
      const id = randomUUID();
      // The replicas connect again by themselves: then what one has read the other knows.
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
    } finally {
      await redis.close();
    }
  });

  test('no read fails while Redis does not answer', async () => {
    const redis = await startRedis();
    try {
      const world = await startWorld(({ path }) => ({ body: idcloudBody(path.split('/').at(-1)) }), {
        stores: await twoWith(redis.url),
      });
      redis.freeze();
      const ids = Array.from({ length: 10 }, () => randomUUID());
      for (const replica of world.replicas) {
        const answers = await Promise.all(ids.map((id) => read(replica, id, 'state')));
        expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
        expect(answers.map(({ data }) => data.process)).toEqual(ids.map(() => ({ state: 'FINISHED' })));
      }
    } finally {
      redis.thaw();
      await redis.close();
    }
  });
});
