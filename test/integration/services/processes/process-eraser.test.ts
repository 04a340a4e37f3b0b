import { describe, expect, test } from 'vitest';
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

describe.each(Object.entries(DEPLOYMENTS))('ProcessEraser, %s', (deployment, openStores) => {
  async function start(answer: Parameters<typeof startWorld>[0] = everyJourney) {
    const stores = await openStores();
    const world = await startWorld(answer, { stores });
    return { ...world, store: stores[0], replica: world.replicas[0] };
  }

  test.each(['source', 'state', 'person { duiValue }', 'documents { signedUrl }'])(
    `a read of %s of an erased process asks Unico again, and a read of its neighbour does not (${deployment})`,
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

  test(`an erasure removes all entries of a process, and no entry of its neighbour (${deployment})`, async () => {
    const { store, encryptor, replica } = await start();
    for (const id of [ID, OTHER_ID]) {
      await read(replica, id, 'state');
      expect(await storedKindsOf(store, encryptor, id)).toEqual(['process.5', 'personal.3']);
    }
    await erase(replica);
    expect(await storedKindsOf(store, encryptor)).toEqual([]);
    expect(await storedKindsOf(store, encryptor, OTHER_ID)).toEqual(['process.5', 'personal.3']);
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
    expect(await storedKindsOf(store, encryptor, ABSENT_ID)).toEqual(['process.5']);
    expect(await erase(replica, ABSENT_ID)).toEqual(erased(ABSENT_ID));
    expect(await storedKindsOf(store, encryptor, ABSENT_ID)).toEqual([]);
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
      flow: "id", purpose: "creditprocess", callbackUri: "/" } }) { process { id } replayed } }`;
    await replica.ask(create);
    expect(await storedKindsOf(store, encryptor)).toEqual(['process.5', 'personal.3']);
    expect(await erase(replica)).toEqual(erased());
    expect(await storedKindsOf(store, encryptor)).toEqual([]);
    expect((await replica.ask(create)).data.createProcess).toEqual({ process: { id: ID }, replayed: true });
    expect(await storedKindsOf(store, encryptor)).toEqual([]);
    expect(upstream.calls()).toEqual(['POST /client/v1/process']);
  });
});
