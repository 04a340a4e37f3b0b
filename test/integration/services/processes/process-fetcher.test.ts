import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ID, idcloudBody, processesV1Body } from '../../../support/bodies.ts';
import type { Answer, Subgraph } from '../../../support/subgraph.ts';
import type { Upstream } from '../../../support/upstream.ts';
import { gate } from '../../../support/gate.ts';
import {
  askAndDisconnect,
  DEPLOYMENTS,
  serving,
  idcloudPath,
  newEncryptor,
  processesV1Path,
  read,
  readEntities,
  startManualUpstream,
  startReplica,
  startWorld,
  type World,
} from '../../../support/reads.ts';

const PERSON = { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678909', friendlyName: 'Luke' };

/** The number of requests for a path. */
function callsOf({ requests }: Upstream, path: string): number {
  return requests.filter((request) => request.path === path).length;
}

/** The shared process in an answer, by query or as an entity. */
function processIn({ data }: Answer): unknown {
  return data.shared ?? data._entities?.[0];
}

/** An upstream that has every process, and holds back its responses for `ID` until the gate is open. */
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
 * Sends `count` queries of one process, to each replica in turn. Each query also reads a process of its own, which shows when all
 * of them wait for the shared one.
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
  // In an object, because an async function would await the promise: the answers come after the gate opens.
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

describe.each(Object.entries(DEPLOYMENTS))('ProcessFetcher, %s', (deployment, open) => {
  test(`fifty concurrent reads of one process, in every way, cost one call (${deployment})`, async () => {
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

  test(`concurrent reads of signed URLs of one process cost one call (${deployment})`, async () => {
    const world = await startHeld({ stores: await open() });
    const waiting = await askAtOnce(world, 10, () => 'documents { signedUrl }', [byQuery]);
    world.open();
    await waiting.answers;
    expect(callsOf(world.upstream, idcloudPath(ID))).toBe(1);
  });

  test(`a failure reaches all concurrent reads, and the next read asks again (${deployment})`, async () => {
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

  test(`a client that disconnects does not abort the call that others share (${deployment})`, async () => {
    const upstream = await startManualUpstream();
    const replica = await startReplica(upstream, { store: (await open())[0], encryptor: newEncryptor() });
    const [a, b, own] = [randomUUID(), randomUUID(), idcloudPath(ID)];
    const disconnect = askAndDisconnect(
      replica,
      `{ process(id: "${ID}") { state } own: process(id: "${a}") { state } }`,
    );
    await expect.poll(() => upstream.requested).toContain(idcloudPath(a));
    const remaining = replica.ask(`{ process(id: "${ID}") { state } own: process(id: "${b}") { state } }`);
    await expect.poll(() => upstream.requested).toContain(idcloudPath(b));
    disconnect();
    // A call that no other client shares is aborted.
    await expect.poll(() => upstream.abandoned).toEqual([idcloudPath(a)]);
    upstream.answer(own, idcloudBody());
    upstream.answer(idcloudPath(b), idcloudBody(b));
    expect((await remaining).data).toEqual({ process: { state: 'FINISHED' }, own: { state: 'FINISHED' } });
    expect(upstream.requested.filter((path) => path === own)).toHaveLength(1);
    expect(upstream.abandoned).toEqual([idcloudPath(a)]);
  });

  test(`the last client that disconnects aborts the call, and a newcomer starts a new one (${deployment})`, async () => {
    const upstream = await startManualUpstream();
    const replica = await startReplica(upstream, { store: (await open())[0], encryptor: newEncryptor() });
    const own = idcloudPath(ID);
    for (const times of [1, 2]) {
      const disconnect = askAndDisconnect(replica, `{ process(id: "${ID}") { state } }`);
      await expect.poll(() => upstream.requested).toHaveLength(times);
      disconnect();
      await expect.poll(() => upstream.abandoned).toHaveLength(times);
    }
    const newcomer = read(replica, ID, 'state');
    await expect.poll(() => upstream.requested).toEqual([own, own, own]);
    upstream.answer(own, idcloudBody());
    expect((await newcomer).data.process).toEqual({ state: 'FINISHED' });
    expect(upstream.abandoned).toEqual([own, own]);
  });
});

test('concurrent reads of one process in one replica cost one call, also for SDK token and signed URLs', async () => {
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

test('one operation that selects a process under several aliases costs one call', async () => {
  const body = idcloudBody(ID, { person: PERSON, token: 'a.token.b' });
  const { upstream, replicas } = await startWorld(serving({ [idcloudPath(ID)]: body }));
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

describe('ProcessFetcher, a process of the second contract', () => {
  test('concurrent reads with and without the source cost one call for each contract', async () => {
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

  test('fifty concurrent reads without the source cost one call for each contract', async () => {
    const world = await startWorld(serving({ [processesV1Path(ID)]: processesV1Body() }));
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => read(world.replicas[0], ID, 'source state')),
    );
    expect(new Set(answers.map(({ data }) => JSON.stringify(data.process)))).toEqual(
      new Set([JSON.stringify({ source: 'PROCESSES_V1', state: 'FINISHED' })]),
    );
    expect(world.upstream.calls()).toEqual([`GET ${idcloudPath(ID)}`, `GET ${processesV1Path(ID)}`]);
  });
});
