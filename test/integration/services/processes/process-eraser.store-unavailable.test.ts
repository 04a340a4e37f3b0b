import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { openRedis } from '../../../../src/storage/redis/open-redis.ts';
import { SqliteStore } from '../../../../src/storage/sqlite/sqlite-store.ts';
import { StoreUnavailable, type Store } from '../../../../src/storage/store.ts';
import { ID, OTHER_ID } from '../../../support/bodies.ts';
import {
  callsFor,
  erase,
  erased,
  everyJourney,
  interruptible,
  STORE_UNAVAILABLE,
  storedKindsOf,
} from '../../../support/erasure.ts';
import { read, startWorld } from '../../../support/reads.ts';
import { startRedis } from '../../../support/redis.ts';
import { overrideStore, tempFile } from '../../../support/stores.ts';

/** A store that becomes unavailable and comes back with its content. */
type Interruption = { store: Store; interrupt(): Promise<void>; resume(): Promise<void> };

const INTERRUPTIONS: Record<string, () => Promise<Interruption>> = {
  'a Redis that is killed and started again': async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    return { store: (await openRedis(redis.url)).store, interrupt: redis.kill, resume: redis.start };
  },
  'a Redis that is frozen for a while': async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    return {
      store: (await openRedis(redis.url)).store,
      interrupt: async () => redis.freeze(),
      resume: async () => redis.thaw(),
    };
  },
  'a SQLite file that another program has locked': async () => {
    const file = tempFile();
    const store = new SqliteStore(file);
    const other = new DatabaseSync(file);
    onTestFinished(() => other.close());
    return {
      store,
      interrupt: async () => other.exec('BEGIN IMMEDIATE'),
      resume: async () => other.exec('ROLLBACK'),
    };
  },
};

describe.each(Object.entries(INTERRUPTIONS))('ProcessEraser, %s', (interruption, open) => {
  async function start() {
    const { store, ...control } = await open();
    const audited: unknown[] = [];
    const world = await startWorld(everyJourney, {
      stores: [store],
      audited: (_, { event }) => audited.push(event),
    });
    return { ...world, ...control, store, audited, replica: world.replicas[0] };
  }

  test(`an erasure reports STORE_UNAVAILABLE until the store is back, and succeeds when it is repeated (${interruption})`, async () => {
    const { store, encryptor, replica, audited, interrupt, resume } = await start();
    await read(replica, ID, 'state');
    await interrupt();
    expect([await erase(replica), await erase(replica)]).toEqual([STORE_UNAVAILABLE, STORE_UNAVAILABLE]);
    expect(audited).toEqual([]);
    await resume();
    await expect.poll(() => erase(replica), { timeout: 10_000 }).toEqual(erased());
    expect(audited).toEqual(['forgotten']);
    expect(await storedKindsOf(store, encryptor)).toEqual([]);
  });

  test(`a process that is read while the store is unavailable can be erased when it is back (${interruption})`, async () => {
    const { upstream, store, encryptor, replica, interrupt, resume } = await start();
    await read(replica, ID, 'state');
    await interrupt();
    await erase(replica);
    expect((await read(replica, ID, 'person { duiValue }')).errors).toEqual([]);
    await resume();
    await expect.poll(() => erase(replica), { timeout: 10_000 }).toEqual(erased());
    expect(await storedKindsOf(store, encryptor)).toEqual([]);
    expect(await callsFor(upstream, () => read(replica, ID, 'state'))).toBe(1);
  });
});

test.each(['process.5', 'personal.3'])(
  'an erasure reports STORE_UNAVAILABLE when only the entry %s could not be removed',
  async (kind) => {
    const store = new MemoryStore();
    const { encryptor, replicas } = await startWorld(everyJourney, {
      stores: [
        overrideStore(store, {
          async remove(names, onlyIf) {
            if (names.some((name) => name.startsWith(kind)))
              throw new StoreUnavailable('made unavailable by the test');
            await store.remove(names, onlyIf);
          },
        }),
      ],
    });
    await read(replicas[0], ID, 'state');
    expect(await erase(replicas[0])).toEqual(STORE_UNAVAILABLE);
    expect(await storedKindsOf(store, encryptor)).toEqual([kind]);
  },
);

test('an erased process is not answered from the fallback store while the store is unavailable', async () => {
  const { store, setAvailable } = interruptible(new MemoryStore());
  let down = false;
  const { replicas } = await startWorld((request) => (down ? { status: 503 } : everyJourney(request)), {
    stores: [store],
  });
  const [replica] = replicas;
  for (const id of [ID, OTHER_ID]) await read(replica, id, 'state');
  await erase(replica);
  setAvailable(false);
  down = true;
  const selection = 'state person { duiValue }';
  // The fallback store answers its neighbour.
  expect((await read(replica, OTHER_ID, selection)).data.process).toEqual({
    state: 'FINISHED',
    person: { duiValue: '12345678909' },
  });
  const { data, errors } = await read(replica, ID, selection);
  expect(data.process).toBeNull();
  expect(errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
});
