import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createClient } from 'redis';
import { afterEach, beforeEach, describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { ProcessCache } from '../../../../src/services/processes/process-cache.ts';
import { emptyProcess } from '../../../../src/domain/process.ts';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { createMemoryStore } from '../../../../src/storage/memory-store.ts';
import { createRedisStore } from '../../../../src/storage/redis/redis-store.ts';
import { createSqliteStore } from '../../../../src/storage/sqlite-store.ts';
import { StoreUnavailable, type Store } from '../../../../src/storage/store.ts';
import { createEncryptor, type Encryptor } from '../../../../src/storage/encryption/encryptor.ts';
import { ABSENT_ID, ID, idcloudBody, OTHER_ID, processesV1Body } from '../../../support/bodies.ts';
import { callsFor, erase, erased, everyJourney, PERSON, storedKindsOf } from '../../../support/erasure.ts';
import { gate } from '../../../support/gate.ts';
import {
  DEPLOYMENTS,
  idcloudPath,
  processesV1Path,
  read,
  readEntities,
  startWorld,
} from '../../../support/reads.ts';

const PERSON = { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678909', friendlyName: 'Luke' };

const FORGET = 'mutation ($id: ID!) { forgetProcess(id: $id) { processId userErrors { code retryable } } }';

function forget({ ask }: Pick<Subgraph, 'ask'>, id = ID): Promise<Answer> {
  return ask(FORGET, { id });
}

/** What is answered when nothing is kept any more. */
function forgotten(id = ID): Answer {
  return { status: 200, data: { forgetProcess: { processId: id, userErrors: [] } }, errors: [] };
}

/** What is answered when nobody knows whether anything is. */
const NOT_KNOWN: Answer = {
  status: 200,
  data: { forgetProcess: { processId: null, userErrors: [{ code: 'STORE_UNAVAILABLE', retryable: true }] } },
  errors: [],
};

/** A Unico that knows every journey, each with its person. */
function everyJourney({ path }: Pick<SeenRequest, 'path'>): Reply {
  return path.startsWith('/client/')
    ? { body: idcloudBody(path.split('/').at(-1), { person: PERSON }) }
    : { status: 404 };
}

/** Which entries of a process stand in a store. */
async function keptOf(store: Store, encryptor: Encryptor, id = ID): Promise<string[]> {
  const found: string[] = [];
  for (const kind of ['process.3', 'personal.2']) {
    const sealed = await Promise.all(encryptor.storageKeys({ kind, id }).map((name) => store.get(name)));
    if (sealed.some((entry) => entry !== null)) found.push(kind);
  }
  return found;
}

/** How many calls something costs. */
async function callsFor({ requests }: Upstream, work: () => Promise<unknown>): Promise<number> {
  const before = requests.length;
  await work();
  return requests.length - before;
}

/** The second of two replicas. */
function otherOf({ replicas }: World): Subgraph {
  const [, other] = replicas;
  if (other === undefined) throw new Error('unreachable');
  return other;
}

describe.each(Object.entries(DEPLOYMENTS))('%s', (_, openStores) => {
  async function start(answer: Parameters<typeof startWorld>[0] = everyJourney) {
    const stores = await openStores();
    const world = await startWorld(answer, { stores });
    return { ...world, store: stores[0], replica: world.replicas[0] };
  }

  test.each(['source', 'state', 'person { duiValue }', 'documents { signedUrl }'])(
    `a read of %s of an erased process asks Unico again, and one of its neighbour does not (${deployment})`,
    async (selection) => {
      const { upstream, replica } = await start();
      for (const id of [ID, OTHER_ID]) {
        await read(replica, id, `state person { duiValue } ${selection}`);
        expect(await callsFor(upstream, () => read(replica, id, selection))).toBe(0);
      }
      expect(await erase(replica)).toEqual(erased());
      expect(await callsFor(upstream, () => read(replica, OTHER_ID, selection))).toBe(0);
      expect(await callsFor(upstream, () => read(replica, ID, selection))).toBe(1);
    },
  );

  test(`an erasure removes all entries of a process, and none of its neighbour (${deployment})`, async () => {
    const { store, encryptor, replica } = await start();
    for (const id of [ID, OTHER_ID]) {
      await read(replica, id, 'state');
      expect(await keptOf(store, encryptor, id)).toEqual(['process.3', 'personal.2']);
    }
    await forget(replica);
    expect(await keptOf(store, encryptor)).toEqual([]);
    expect(await keptOf(store, encryptor, OTHER_ID)).toEqual(['process.3', 'personal.2']);
  });

  test(`a process that is read after its erasure is answered, and can be erased again (${deployment})`, async () => {
    const { store, encryptor, replica } = await start();
    await read(replica, ID, 'state');
    await erase(replica);
    expect((await read(replica, ID, 'person { duiValue }')).data.process).toEqual({
      person: { duiValue: '12345678909' },
    });
    expect(await erase(replica)).toEqual(erased());
    expect(await storedKindsOf(store, encryptor)).toEqual([]);
  });

  test(`an erasure removes a cached absence, so that the process is found as soon as it exists (${deployment})`, async () => {
    const bodies: Record<string, object> = {};
    const { upstream, store, encryptor, replica } = await start(({ path }) => {
      const body = bodies[path];
      return body === undefined ? { status: 404 } : { body };
    });
    expect((await read(replica, ABSENT_ID, 'state')).data.process).toBeNull();
    expect(await keptOf(store, encryptor, ABSENT_ID)).toEqual(['process.3']);
    expect(await forget(replica, ABSENT_ID)).toEqual(forgotten(ABSENT_ID));
    expect(await keptOf(store, encryptor, ABSENT_ID)).toEqual([]);
    bodies[idcloudPath(ABSENT_ID)] = idcloudBody(ABSENT_ID);
    expect((await read(replica, ABSENT_ID, 'state')).data.process).toEqual({ state: 'FINISHED' });
    expect(upstream.requests).toHaveLength(3);
  });

  test(`an erasure succeeds for an unknown process, for an erased one, and concurrently (${deployment})`, async () => {
    const { upstream, replica } = await start();
    await read(replica, ID, 'state');
    const both = await Promise.all([erase(replica), erase(replica)]);
    expect([...both, await erase(replica), await erase(replica, ABSENT_ID)]).toEqual([
      erased(),
      erased(),
      erased(),
      erased(ABSENT_ID),
    ]);
    expect(upstream.requests).toHaveLength(1);
  });

  test.each([
    ['state', 'IDCLOUD'],
    ['state', undefined],
    ['person { duiValue }', 'IDCLOUD'],
    ['documents { signedUrl }', 'IDCLOUD'],
    ['sdkToken', 'IDCLOUD'],
  ] as const)(
    `a read of %s (source: %s) during an erasure is answered, and nothing of it is stored (${deployment})`,
    async (selection, source) => {
      const { opened, open } = gate();
      const { upstream, store, encryptor, replica } = await start(async (request) => {
        await opened;
        return everyJourney(request);
      });
      const inFlight = read(replica, ID, selection, source);
      await expect.poll(() => upstream.requests).toHaveLength(1);
      expect(await erase(replica)).toEqual(erased());
      open();
      expect(await inFlight).toMatchObject({ data: { process: expect.anything() }, errors: [] });
      expect(await storedKindsOf(store, encryptor)).toEqual([]);
      expect(await callsFor(upstream, () => read(replica, ID, 'state', 'IDCLOUD'))).toBe(1);
    },
  );

  test(`a search that continues in the second contract during an erasure stores nothing (${deployment})`, async () => {
    const { opened, open } = gate();
    const { upstream, store, encryptor, replica } = await start(async ({ path }) => {
      if (path === processesV1Path(ID)) return { body: processesV1Body() };
      await opened;
      return { status: 404 };
    });
    const searching = read(replica, ID, 'state');
    await expect.poll(() => upstream.calls()).toEqual([`GET ${idcloudPath(ID)}`]);
    expect(await erase(replica)).toEqual(erased());
    open();
    expect((await searching).data.process).toEqual({ state: 'FINISHED' });
    expect(await storedKindsOf(store, encryptor)).toEqual([]);
  });

  test(`an absence that is found during an erasure is not stored (${deployment})`, async () => {
    const { opened, open } = gate();
    const { upstream, store, encryptor, replica } = await start(async () => {
      await opened;
      return { status: 404 };
    });
    const inFlight = read(replica, ID, 'state', 'IDCLOUD');
    await expect.poll(() => upstream.requests).toHaveLength(1);
    await erase(replica);
    open();
    expect((await inFlight).data.process).toBeNull();
    expect(await storedKindsOf(store, encryptor)).toEqual([]);
  });

  test(`a read after an erasure does not join a read from before (${deployment})`, async () => {
    const { opened, open } = gate();
    let reads = 0;
    const { replica, upstream } = await start(async () => {
      reads += 1;
      if (reads > 1) return { body: idcloudBody() };
      await opened;
      return { body: idcloudBody(ID, { state: 'PROCESS_STATE_CREATED' }) };
    });
    const before = read(replica, ID, 'state', 'IDCLOUD');
    await expect.poll(() => upstream.requests).toHaveLength(1);
    await erase(replica);
    // With several replicas the first read still has its lease, and the second one waits for it.
    const afterwards = readEntities(replica, 'state', [{ id: ID, source: 'IDCLOUD' }]);
    open();
    expect((await before).data.process).toEqual({ state: 'CREATED' });
    expect((await afterwards).data._entities).toEqual([{ state: 'FINISHED' }]);
    expect((await read(replica, ID, 'state')).data.process).toEqual({ state: 'FINISHED' });
  });

  test(`an erasure keeps the record of the idempotency key, so that a creation is replayed (${deployment})`, async () => {
    const { upstream, store, encryptor, replica } = await start(() => ({
      body: idcloudBody(ID, { person: PERSON }),
    }));
    const create = `mutation { createProcess(idempotencyKey: "a-key", input: { journey: {
      flow: "idunicosign", purpose: "creditprocess", callbackUri: "/" } }) { process { id } replayed } }`;
    await replica.ask(create);
    expect(await keptOf(store, encryptor)).toEqual(['process.3', 'personal.2']);
    expect(await forget(replica)).toEqual(forgotten());
    expect(await keptOf(store, encryptor)).toEqual([]);
    expect((await replica.ask(create)).data.createProcess).toEqual({ process: { id: ID }, replayed: true });
    expect(await storedKindsOf(store, encryptor)).toEqual([]);
    expect(upstream.calls()).toEqual(['POST /client/v1/process']);
  });
});

/** The parts of a process that a sealed entry is looked for by: what stands at its beginning is on one page. */
function beginningsOf(file: string): Buffer[] {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database.prepare("SELECT value FROM entries WHERE name GLOB 'p[re]*'").all();
  database.close();
  return rows.map(({ value }) => Buffer.from(value as Uint8Array).subarray(0, 64));
}

/** What a SQLite file is made of. */
function bytesOf(folder: string): Buffer {
  return Buffer.concat(readdirSync(folder).map((file) => readFileSync(join(folder, file))));
}

async function startInSqlite() {
  const folder = ownFolder();
  const file = join(folder, 'kept.db');
  const { replicas } = await startWorld(everyJourney, { stores: [createSqliteStore(file)] });
  return { folder, file, replica: replicas[0] };
}

describe('a store that somebody looks into', () => {
  test('has no row of a forgotten process in SQLite', async () => {
    const { file, replica } = await startInSqlite();
    await read(replica, ID, 'state');
    expect(beginningsOf(file)).toHaveLength(2);
    await forget(replica);
    expect(beginningsOf(file)).toEqual([]);
  });

  test('has no byte of it in the file either, nor in those beside it', async () => {
    const { folder, file, replica } = await startInSqlite();
    await read(replica, ID, 'state');
    const sealed = beginningsOf(file);
    const found = (): boolean[] => sealed.map((bytes) => bytesOf(folder).includes(bytes));
    expect(found()).toEqual([true, true]);
    await forget(replica);
    expect(found()).toEqual([false, false]);
  });

  test('has no key of it in Redis', async () => {
    // Its own, because other tests keep what they like in the one that they share.
    const server = await startRedis();
    onTestFinished(() => server.close());
    const redis = createClient({ url: server.url });
    await redis.connect();
    onTestFinished(() => redis.destroy());
    const { replicas } = await startWorld(everyJourney, { stores: [await createRedisStore(server.url)] });
    await read(replicas[0], ID, 'state');
    const entries = async (): Promise<string[]> =>
      (await redis.keys('*')).filter((key) => /:(process|personal)/.test(key));
    expect(await entries()).toHaveLength(2);
    await forget(replicas[0]);
    expect(await entries()).toEqual([]);
  });

  test('has nothing of it that was sealed by the data key before', async () => {
    const store = createMemoryStore();
    const [former, current] = [randomDataKey(), randomDataKey()];
    const before = createEncryptor([former], 'a tenant');
    await new ProcessCache(store, before).put({
      ...emptyProcess(idOf(ID), 'IDCLOUD'),
      state: 'FINISHED',
    });
    expect(await keptOf(store, before)).toEqual(['process.3', 'personal.2']);
    const encryptor = createEncryptor([current, former], 'a tenant');
    const { upstream, replicas } = await startWorld(everyJourney, { stores: [store], encryptor });
    // It is the same process under either key.
    expect(await callsFor(upstream, () => read(replicas[0], ID, 'state'))).toBe(0);
    await forget(replicas[0]);
    expect(await keptOf(store, before)).toEqual([]);
  });
});

/** A store that can be taken away, as all who share it see it. */
function removable(store: Store): { store: Store; isAway(away: boolean): void } {
  let away = false;
  const reach = (): Store => {
    if (away) throw new StoreUnavailable('it was taken away');
    return store;
  };
  return {
    isAway: (is) => void (away = is),
    store: {
      ...store,
      get: async (name) => reach().get(name),
      set: async (...entry) => reach().set(...entry),
      add: async (...entry) => reach().add(...entry),
      remove: async (...entry) => reach().remove(...entry),
    },
  };
}

/** Stores that go away, and come back with what they had. */
type Leaving = { store: Store; leave(): Promise<void>; comeBack(): Promise<void> };

const LEAVING: Record<string, () => Promise<Leaving>> = {
  'a Redis that is killed and started again': async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    return { store: await createRedisStore(redis.url), leave: redis.kill, comeBack: redis.start };
  },
  'a Redis that does not answer for a while': async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    return {
      store: await createRedisStore(redis.url),
      leave: async () => redis.freeze(),
      comeBack: async () => redis.thaw(),
    };
  },
  'a SQLite file that another program has locked': async () => {
    const file = join(ownFolder(), 'kept.db');
    const store = createSqliteStore(file);
    const other = new DatabaseSync(file);
    onTestFinished(() => other.close());
    return {
      store,
      leave: async () => other.exec('BEGIN IMMEDIATE'),
      comeBack: async () => other.exec('ROLLBACK'),
    };
  },
};

describe.each(Object.entries(LEAVING))('%s', (_, open) => {
  async function start() {
    const { store, ...leaving } = await open();
    const audited: unknown[] = [];
    const world = await startWorld(everyJourney, {
      stores: [store],
      audited: (__, { event }) => audited.push(event),
    });
    return { ...world, ...leaving, store, audited, replica: world.replicas[0] };
  }

  test('is never said to have forgotten, and has once it is back and was asked again', async () => {
    const { store, encryptor, replica, audited, leave, comeBack } = await start();
    await read(replica, ID, 'state');
    await leave();
    expect([await forget(replica), await forget(replica)]).toEqual([NOT_KNOWN, NOT_KNOWN]);
    expect(audited).toEqual([]);
    await comeBack();
    await expect.poll(() => forget(replica), { timeout: 10_000 }).toEqual(forgotten());
    expect(audited).toEqual(['forgotten']);
    expect(await keptOf(store, encryptor)).toEqual([]);
  });

  test('has nothing afterwards of what was read while it was away', async () => {
    const { upstream, store, encryptor, replica, leave, comeBack } = await start();
    await read(replica, ID, 'state');
    await leave();
    await forget(replica);
    expect((await read(replica, ID, 'person { duiValue }')).errors).toEqual([]);
    await comeBack();
    await expect.poll(() => forget(replica), { timeout: 10_000 }).toEqual(forgotten());
    expect(await keptOf(store, encryptor)).toEqual([]);
    expect(await callsFor(upstream, () => read(replica, ID, 'state'))).toBe(1);
  });
});

test.each(['process.3', 'personal.2'])(
  'a process is not said to be forgotten where its entry %s alone could not be removed',
  async (kind) => {
    const store = createMemoryStore();
    const { encryptor, replicas } = await startWorld(everyJourney, {
      stores: [
        {
          ...store,
          async remove(names, onlyIf) {
            if (names.some((name) => name.startsWith(kind))) throw new StoreUnavailable('not this one');
            await store.remove(names, onlyIf);
          },
        },
      ],
    });
    await read(replicas[0], ID, 'state');
    expect(await forget(replicas[0])).toEqual(NOT_KNOWN);
    expect(await keptOf(store, encryptor)).toEqual([kind]);
  },
);

test('a process that is forgotten is not answered out of what a replica remembers for the time when its store is away', async () => {
  const { store, isAway } = removable(createMemoryStore());
  let down = false;
  const { replicas } = await startWorld((request) => (down ? { status: 503 } : everyJourney(request)), {
    stores: [store],
  });
  const [replica] = replicas;
  for (const id of [ID, OTHER_ID]) await read(replica, id, 'state');
  await forget(replica);
  isAway(true);
  down = true;
  const selection = 'state person { duiValue }';
  // Its neighbour is: that is what it remembers it for.
  expect((await read(replica, OTHER_ID, selection)).data.process).toEqual({
    state: 'FINISHED',
    person: { duiValue: '12345678909' },
  });
  const { data, errors } = await read(replica, ID, selection);
  expect(data.process).toBeNull();
  expect(errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
});

async function startTwo(answer: Parameters<typeof startWorld>[0] = everyJourney) {
  const stores = await twoWith(inject('redisUrl'));
  const world = await startWorld(answer, { stores });
  return { ...world, store: stores[0], one: world.replicas[0], other: otherOf(world) };
}

describe('the other of two replicas with one Redis', () => {
  test.each([
    'person { duiValue }',
    'documents { number }',
    'documents { signedUrl }',
    'callbackUri',
    'sdkToken',
  ])('asks Unico again for %s of a forgotten process at once', async (selection) => {
    const { upstream, one, other } = await startTwo();
    for (const replica of [one, other]) await read(replica, ID, 'state person { duiValue }');
    await forget(one);
    expect(await callsFor(upstream, () => read(other, ID, selection))).toBe(1);
  });

  test('asks Unico again for the decision at once too, where it has not read that itself', async () => {
    const { upstream, one, other } = await startTwo();
    await read(one, ID, 'state');
    await forget(one);
    expect(await callsFor(upstream, () => read(other, ID, 'verdict { decision }'))).toBe(1);
  });

  test('keeps nothing of what it was reading while the process was forgotten', async () => {
    const { opened, open } = gate();
    const { upstream, store, encryptor, one, other } = await startTwo(async (request) => {
      await opened;
      return everyJourney(request);
    });
    const underWay = read(other, ID, 'person { duiValue }', 'IDCLOUD');
    await expect.poll(() => upstream.requests).toHaveLength(1);
    expect(await forget(one)).toEqual(forgotten());
    open();
    expect((await underWay).data.process).toEqual({ person: { duiValue: '12345678909' } });
    expect(await keptOf(store, encryptor)).toEqual([]);
  });

  test('keeps nothing of what this one was waiting to learn from it while the process was forgotten', async () => {
    const { opened, open } = gate();
    const { upstream, store, encryptor, one, other } = await startTwo(async (request) => {
      if (request.path === idcloudPath(ID)) await opened;
      return everyJourney(request);
    });
    const asking = read(other, ID, 'state', 'IDCLOUD');
    await expect.poll(() => upstream.requests).toHaveLength(1);
    // The process of its own tells when it waits for the shared one.
    const waiting = one.ask(
      `{ process(id: "${ID}", source: IDCLOUD) { state } own: process(id: "${OTHER_ID}") { state } }`,
    );
    await expect.poll(() => upstream.requests).toHaveLength(2);
    expect(await forget(one)).toEqual(forgotten());
    open();
    expect((await asking).errors).toEqual([]);
    expect((await waiting).errors).toEqual([]);
    expect(await keptOf(store, encryptor)).toEqual([]);
  });
});

/** Both have read two processes, and the first has forgotten one of them. */
async function startForgotten() {
  const { store, isAway } = removable({ ...createMemoryStore(), shared: true });
  let down = false;
  const world = await startWorld((request) => (down ? { status: 503 } : everyJourney(request)), {
    stores: [store, store],
  });
  const [one] = world.replicas;
  const other = otherOf(world);
  for (const id of [ID, OTHER_ID]) {
    // The other one first, because it remembers for the time without its store what it has read itself.
    for (const replica of [other, one]) await read(replica, id, 'state person { duiValue }');
  }
  expect(await forget(one)).toEqual(forgotten());
  return { ...world, other, isAway, unicoIsDown: () => void (down = true) };
}

describe('the other of two replicas, as time goes by', () => {
  const MINUTE = 60_000;
  let passed = 0;

  // Only what the clocks say: sockets and timers go on as they are.
  beforeEach(() => {
    passed = 0;
    for (const clock of [Date, performance]) {
      const now = clock.now.bind(clock);
      vi.spyOn(clock, 'now').mockImplementation(() => now() + passed);
    }
  });
  afterEach(() => void vi.restoreAllMocks());

  async function pass(ms: number): Promise<void> {
    passed += ms;
    // What looks at the clock often remembers what it said for a tenth of a second.
    await new Promise((resolve) => setTimeout(resolve, 120));
  }

  test('answers the decision out of its memory for one minute, and then asks Unico', async () => {
    const { upstream, other } = await startForgotten();
    await pass(MINUTE - 5_000);
    expect(await callsFor(upstream, () => read(other, ID, 'state'))).toBe(0);
    // Having been answered does not make it last.
    await pass(5_000);
    expect(await callsFor(upstream, () => read(other, ID, 'state'))).toBe(1);
  });

  test('keeps it anew for both once it is read again, some minutes later', async () => {
    const { upstream, replicas, other } = await startForgotten();
    await pass(5 * MINUTE);
    expect(await callsFor(upstream, () => read(other, ID, 'person { duiValue }'))).toBe(1);
    for (const replica of replicas) {
      expect(await callsFor(upstream, () => read(replica, ID, 'state person { duiValue }'))).toBe(0);
    }
  });

  test('does not answer the decision after a minute while Unico is down, though that of its neighbour is kept', async () => {
    const { other, unicoIsDown } = await startForgotten();
    unicoIsDown();
    await pass(MINUTE);
    expect((await read(other, OTHER_ID, 'state')).data.process).toEqual({ state: 'FINISHED' });
    expect((await read(other, ID, 'state')).data.process).toBeNull();
  });

  test('has nothing of it any more after ten minutes, also for the time when its store is away', async () => {
    const { other, isAway, unicoIsDown } = await startForgotten();
    unicoIsDown();
    isAway(true);
    await pass(10 * MINUTE);
    const { data, errors } = await read(other, ID, 'state');
    expect(data.process).toBeNull();
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
  });
});

const SET = `setProcessDocument(input: { processId: "${ID}", duiType: BR_CPF, duiValue: "12345678909" }) {
  process { person { duiValue } } userErrors { code }
}`;
const WAS_SET = { process: { person: { duiValue: '12345678909' } }, userErrors: [] };
const FORGET_IT = `forgetProcess(id: "${ID}") { processId }`;

/** A journey of which a document can be set; `beforeSet` is what Unico waits for before it answers that. */
async function startSettable(beforeSet: () => Promise<void> = async () => {}) {
  const store = createMemoryStore();
  const world = await startWorld(
    async (request) => {
      if (request.method === 'GET') return everyJourney(request);
      await beforeSet();
      return { body: { process: { id: ID, person: PERSON } } };
    },
    { stores: [store] },
  );
  return { ...world, store, replica: world.replicas[0] };
}

describe('a document that is set', () => {
  test('leaves which contract holds its process, and forgetting removes that too', async () => {
    const { store, encryptor, replica } = await startSettable();
    expect((await replica.ask(`mutation { ${SET} }`)).data.setProcessDocument).toEqual(WAS_SET);
    expect(await keptOf(store, encryptor)).toEqual(['process.3']);
    await forget(replica);
    expect(await keptOf(store, encryptor)).toEqual([]);
  });

  test('is answered in the operation that forgets the process next', async () => {
    const { store, encryptor, replica } = await startSettable();
    await read(replica, ID, 'state');
    const { data, errors } = await replica.ask(`mutation { ${SET} ${FORGET_IT} }`);
    expect({ data, errors }).toEqual({
      data: { setProcessDocument: WAS_SET, forgetProcess: { processId: ID } },
      errors: [],
    });
    expect(await keptOf(store, encryptor)).toEqual([]);
  });

  test('can be set in the operation that has forgotten the process before, and brings nothing of it back', async () => {
    const { upstream, replica } = await startSettable();
    await read(replica, ID, 'state person { duiValue }');
    const { data } = await replica.ask(`mutation { ${FORGET_IT} ${SET} }`);
    expect(data).toEqual({ forgetProcess: { processId: ID }, setProcessDocument: WAS_SET });
    expect(await callsFor(upstream, () => read(replica, ID, 'state'))).toBe(1);
  });

  test('while the process is forgotten is answered, and brings nothing of the process back', async () => {
    const { opened, open } = gate();
    const { upstream, store, encryptor, replica } = await startSettable(() => opened);
    await read(replica, ID, 'state person { duiValue }');
    const setting = replica.ask(`mutation { ${SET} }`);
    await expect.poll(() => upstream.requests).toHaveLength(2);
    expect(await forget(replica)).toEqual(forgotten());
    open();
    expect((await setting).data.setProcessDocument).toEqual(WAS_SET);
    // That the journey is one: what the document was set in has to be known to be read after that.
    expect(await keptOf(store, encryptor)).toEqual(['process.3']);
    expect(await callsFor(upstream, () => read(replica, ID, 'state'))).toBe(1);
  });
});
