import { describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { ID, OTHER_ID } from '../../../support/bodies.ts';
import {
  callsFor,
  erase,
  erased,
  everyJourney,
  interruptible,
  secondOf,
  storedKindsOf,
} from '../../../support/erasure.ts';
import { gate } from '../../../support/gate.ts';
import { idcloudPath, read, startWorld, twoRedisStores } from '../../../support/reads.ts';
import { overrideStore } from '../../../support/stores.ts';

async function startTwo(answer: Parameters<typeof startWorld>[0] = everyJourney) {
  const stores = await twoRedisStores(inject('redisUrl'));
  const world = await startWorld(answer, { stores });
  return { ...world, store: stores[0], one: world.replicas[0], other: secondOf(world) };
}

describe('ProcessEraser, two replicas with one Redis', () => {
  test.each([
    'person { duiValue }',
    'documents { number }',
    'documents { signedUrl }',
    'callbackUri',
    'sdkToken',
  ])('a read of %s in the other replica asks Unico again at once after an erasure', async (selection) => {
    const { upstream, one, other } = await startTwo();
    for (const replica of [one, other]) await read(replica, ID, 'state person { duiValue }');
    await erase(one);
    expect(await callsFor(upstream, () => read(other, ID, selection))).toBe(1);
  });

  test('a read of the decision in the other replica, which has not read it before, asks Unico at once after an erasure', async () => {
    const { upstream, one, other } = await startTwo();
    await read(one, ID, 'state');
    await erase(one);
    expect(await callsFor(upstream, () => read(other, ID, 'verdict { decision }'))).toBe(1);
  });

  test('a read in the other replica during an erasure stores nothing', async () => {
    const { opened, open } = gate();
    const { upstream, store, encryptor, one, other } = await startTwo(async (request) => {
      await opened;
      return everyJourney(request);
    });
    const inFlight = read(other, ID, 'person { duiValue }', 'IDCLOUD');
    await expect.poll(() => upstream.requests).toHaveLength(1);
    expect(await erase(one)).toEqual(erased());
    open();
    expect((await inFlight).data.process).toEqual({ person: { duiValue: '12345678909' } });
    expect(await storedKindsOf(store, encryptor)).toEqual([]);
  });

  test('a read that awaits the other replica during an erasure stores nothing', async () => {
    const { opened, open } = gate();
    const { upstream, store, encryptor, one, other } = await startTwo(async (request) => {
      if (request.path === idcloudPath(ID)) await opened;
      return everyJourney(request);
    });
    const reading = read(other, ID, 'state', 'IDCLOUD');
    await expect.poll(() => upstream.requests).toHaveLength(1);
    // The read of a process of its own shows when it waits for the shared one.
    const waiting = one.ask(
      `{ process(id: "${ID}", source: IDCLOUD) { state } own: process(id: "${OTHER_ID}") { state } }`,
    );
    await expect.poll(() => upstream.requests).toHaveLength(2);
    expect(await erase(one)).toEqual(erased());
    open();
    expect((await reading).errors).toEqual([]);
    expect((await waiting).errors).toEqual([]);
    expect(await storedKindsOf(store, encryptor)).toEqual([]);
  });
});

/** Two replicas that have read two processes, the first of which has erased one of them. */
async function startErased() {
  const { store, setAvailable } = interruptible(overrideStore(new MemoryStore(), { shared: true }));
  let down = false;
  const world = await startWorld((request) => (down ? { status: 503 } : everyJourney(request)), {
    stores: [store, store],
  });
  const [one] = world.replicas;
  const other = secondOf(world);
  for (const id of [ID, OTHER_ID]) {
    // The other replica first: its fallback store then has what it has read itself.
    for (const replica of [other, one]) await read(replica, id, 'state person { duiValue }');
  }
  expect(await erase(one)).toEqual(erased());
  return { ...world, other, setAvailable, stopUnico: () => void (down = true) };
}

/** Makes the clocks adjustable, and returns a function that advances them. Sockets and timers are not affected. */
function adjustClocks(): (ms: number) => Promise<void> {
  let offsetMs = 0;
  for (const clock of [Date, performance]) {
    const now = clock.now.bind(clock);
    vi.spyOn(clock, 'now').mockImplementation(() => now() + offsetMs);
  }
  onTestFinished(() => void vi.restoreAllMocks());
  return async (ms) => {
    offsetMs += ms;
    // The caches read the clock at most every 100 ms.
    await new Promise((resolve) => setTimeout(resolve, 120));
  };
}

describe('ProcessEraser, the memory of another replica over time', () => {
  const MINUTE = 60_000;

  test('the other replica answers an erased decision from its memory for one minute at most', async () => {
    const pass = adjustClocks();
    const { upstream, other } = await startErased();
    await pass(MINUTE - 5_000);
    expect(await callsFor(upstream, () => read(other, ID, 'state'))).toBe(0);
    // A read does not extend the minute.
    await pass(5_000);
    expect(await callsFor(upstream, () => read(other, ID, 'state'))).toBe(1);
  });

  test('a process that is read again some minutes after its erasure is cached for both replicas', async () => {
    const pass = adjustClocks();
    const { upstream, replicas, other } = await startErased();
    await pass(5 * MINUTE);
    expect(await callsFor(upstream, () => read(other, ID, 'person { duiValue }'))).toBe(1);
    for (const replica of replicas) {
      expect(await callsFor(upstream, () => read(replica, ID, 'state person { duiValue }'))).toBe(0);
    }
  });

  test('while Unico is down, the other replica does not answer an erased decision after a minute, and answers its neighbour', async () => {
    const pass = adjustClocks();
    const { other, stopUnico } = await startErased();
    stopUnico();
    await pass(MINUTE);
    expect((await read(other, OTHER_ID, 'state')).data.process).toEqual({ state: 'FINISHED' });
    expect((await read(other, ID, 'state')).data.process).toBeNull();
  });

  test('ten minutes after an erasure, the fallback store of the other replica has nothing of the process either', async () => {
    const pass = adjustClocks();
    const { other, setAvailable, stopUnico } = await startErased();
    stopUnico();
    setAvailable(false);
    await pass(10 * MINUTE);
    const { data, errors } = await read(other, ID, 'state');
    expect(data.process).toBeNull();
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
  });
});
