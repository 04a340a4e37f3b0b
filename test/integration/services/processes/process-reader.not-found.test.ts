import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ProcessSource } from '../../../../src/domain/process.ts';
import { selfieBase64 } from '../../../../sandbox/lib/selfie.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { ABSENT_ID, ID, idcloudBody, processesV1Body } from '../../../support/bodies.ts';
import { gate } from '../../../support/gate.ts';
import {
  serving,
  idcloudPath,
  processesV1Path,
  read,
  readEntities,
  startWorld,
} from '../../../support/reads.ts';

const BOTH = [`GET ${idcloudPath(ABSENT_ID)}`, `GET ${processesV1Path(ABSENT_ID)}`];
const nothing = serving({});

const CREATE = `mutation ($input: CreateProcessInput!) {
  createProcess(idempotencyKey: "a-key", input: $input) { process { id } userErrors { code } }
}`;
const journey = { journey: { flow: 'id', purpose: 'creditprocess', callbackUri: '/' } };
const onboarding = {
  onboarding: { subject: { code: '12345678909', name: 'Luke Skywalker' }, imageBase64: selfieBase64() },
};

describe('ProcessReader, an unknown id', () => {
  test('an unknown id is not asked for again within seconds, by any field or source', async () => {
    const { upstream, replicas } = await startWorld(nothing);
    const [replica] = replicas;
    expect((await read(replica, ABSENT_ID, 'state')).data.process).toBeNull();
    expect(upstream.calls()).toEqual(BOTH);
    for (const source of [undefined, 'IDCLOUD', 'PROCESSES_V1'] as const) {
      for (const selection of ['state', 'person { duiValue }', 'documents { signedUrl }', 'sdkToken']) {
        expect(await read(replica, ABSENT_ID, selection, source)).toEqual({
          status: 200,
          data: { process: null },
          errors: [],
        });
      }
    }
    expect((await readEntities(replica, 'state', [{ id: ABSENT_ID }])).data._entities).toEqual([null]);
    expect(upstream.calls()).toEqual(BOTH);
  });

  test('an id that is absent in one contract is asked for in the other contract only', async () => {
    const { upstream, replicas } = await startWorld(nothing);
    await read(replicas[0], ABSENT_ID, 'state', 'PROCESSES_V1');
    await read(replicas[0], ABSENT_ID, 'state', 'PROCESSES_V1');
    expect(upstream.calls()).toEqual(BOTH.slice(1));
    await read(replicas[0], ABSENT_ID, 'state');
    expect(upstream.calls().toSorted()).toEqual(BOTH);
  });

  test('an id that is absent in one contract is found in the other one', async () => {
    const { upstream, replicas } = await startWorld(serving({ [processesV1Path(ID)]: processesV1Body() }));
    expect((await read(replicas[0], ID, 'state', 'IDCLOUD')).data.process).toBeNull();
    expect((await read(replicas[0], ID, 'source state')).data.process).toEqual({
      source: 'PROCESSES_V1',
      state: 'FINISHED',
    });
    expect(upstream.calls()).toEqual([`GET ${idcloudPath(ID)}`, `GET ${processesV1Path(ID)}`]);
  });

  test('an unknown id is asked for again after a minute, and found if it exists by then', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const bodies: Record<string, object> = {};
    const { upstream, replicas } = await startWorld((request) => serving(bodies)(request));
    expect((await read(replicas[0], ID, 'state')).data.process).toBeNull();
    bodies[idcloudPath(ID)] = idcloudBody();
    vi.setSystemTime(Date.now() + 59_000);
    expect((await read(replicas[0], ID, 'state')).data.process).toBeNull();
    expect(upstream.calls()).toHaveLength(2);
    vi.setSystemTime(Date.now() + 2_000);
    expect((await read(replicas[0], ID, 'state')).data.process).toEqual({ state: 'FINISHED' });
    expect(upstream.calls()).toHaveLength(3);
  });

  test('an unknown id that one operation reads with its source and without is asked for once in each contract', async () => {
    const { upstream, replicas } = await startWorld(nothing);
    const keys = [{ id: ABSENT_ID, source: 'IDCLOUD' }, { id: ABSENT_ID }];
    expect((await readEntities(replicas[0], 'state', keys)).data._entities).toEqual([null, null]);
    expect(upstream.calls()).toEqual(BOTH);
  });

  test('an id is not cached as absent in a contract that has failed', async () => {
    let down = true;
    const { upstream, replicas } = await startWorld(({ path }) =>
      down && path.startsWith('/processes') ? { status: 500 } : { status: 404 },
    );
    const failed = await read(replicas[0], ABSENT_ID, 'state');
    expect(failed.errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
    down = false;
    expect(await read(replicas[0], ABSENT_ID, 'state')).toMatchObject({
      data: { process: null },
      errors: [],
    });
    // The absence in the first contract is cached.
    expect(upstream.calls()).toEqual([...BOTH, ...BOTH.slice(1)]);
  });

  test.each([
    ['a journey', journey, '/client/v1/process', idcloudBody(), 'IDCLOUD'],
    ['an onboarding', onboarding, '/processes/v1', processesV1Body(), 'PROCESSES_V1'],
  ])(
    'an unknown id is found at once when this service creates it as %s',
    async (_, input, path, body, source) => {
      const { upstream, replicas } = await startWorld((request) =>
        request.method === 'POST' && request.path === path ? { body } : { status: 404 },
      );
      const [replica] = replicas;
      expect((await read(replica, ID, 'state')).data.process).toBeNull();
      const created = await replica.ask(CREATE, { input });
      expect(created.data.createProcess).toEqual({ process: { id: ID }, userErrors: [] });
      const calls = upstream.calls();
      expect((await read(replica, ID, 'source state')).data.process).toEqual({ source, state: 'FINISHED' });
      expect(upstream.calls()).toEqual(calls);
    },
  );

  test('a process is found although a search for it was in flight when this service created it', async () => {
    const { opened, open } = gate();
    const { upstream, replicas } = await startWorld(async ({ method }) => {
      if (method === 'POST') return { body: idcloudBody() };
      await opened;
      return { status: 404 };
    });
    const [replica] = replicas;
    const searching = read(replica, ID, 'state', 'IDCLOUD');
    await expect.poll(() => upstream.requests).toHaveLength(1);
    await replica.ask(CREATE, { input: journey });
    open();
    await searching;
    expect((await read(replica, ID, 'state')).data.process).toEqual({ state: 'FINISHED' });
  });
});

describe('ProcessReader, the contract of an id', () => {
  const inProcessesV1 = serving({ [processesV1Path(ID)]: processesV1Body(ID, { status: 2 }) });

  test('an id of unknown source is searched for in the order of the contracts', async () => {
    for (const contracts of [
      ['IDCLOUD', 'PROCESSES_V1'],
      ['PROCESSES_V1', 'IDCLOUD'],
    ] as ProcessSource[][]) {
      const { upstream, replicas } = await startWorld(nothing, { contracts });
      await read(replicas[0], ABSENT_ID, 'state');
      expect(upstream.calls()).toEqual(contracts[0] === 'IDCLOUD' ? BOTH : BOTH.toReversed());
    }
  });

  test('the contract of a process is cached: a later read searches no other contract, and the source costs no call', async () => {
    const { upstream, replicas } = await startWorld(inProcessesV1);
    const [replica] = replicas;
    await read(replica, ID, 'state');
    expect(upstream.calls()).toEqual([`GET ${idcloudPath(ID)}`, `GET ${processesV1Path(ID)}`]);
    expect((await read(replica, ID, 'source')).data.process).toEqual({ source: 'PROCESSES_V1' });
    // Each read of the token costs a call.
    await read(replica, ID, 'sdkToken');
    expect(upstream.calls().slice(2)).toEqual([`GET ${processesV1Path(ID)}`]);
  });

  test('a replica that starts later reads the contract of a process from the store', async () => {
    const store = new MemoryStore();
    const { upstream, replicas } = await startWorld(inProcessesV1, { stores: [store, store] });
    await read(replicas[0], ID, 'state');
    const later = replicas[1];
    if (later === undefined) throw new Error('unreachable');
    expect((await read(later, ID, 'source')).data.process).toEqual({ source: 'PROCESSES_V1' });
    expect(upstream.requests).toHaveLength(2);
  });

  test('a read with the wrong source returns null without a call', async () => {
    const { upstream, replicas } = await startWorld(inProcessesV1);
    const [replica] = replicas;
    await read(replica, ID, 'state');
    for (const selection of ['state', 'person { duiValue }', 'documents { signedUrl }', 'sdkToken']) {
      expect(await read(replica, ID, selection, 'IDCLOUD')).toEqual({
        status: 200,
        data: { process: null },
        errors: [],
      });
    }
    const wrong = { id: ID, source: 'IDCLOUD' };
    expect((await readEntities(replica, 'state', [wrong, { id: ID }])).data._entities).toEqual([
      null,
      { state: 'DIVERGENT' },
    ]);
    expect(upstream.requests).toHaveLength(2);
  });

  test.each([
    ['IDCLOUD', idcloudPath(ABSENT_ID)],
    ['PROCESSES_V1', processesV1Path(ABSENT_ID)],
  ] as [ProcessSource, string][])(
    'an id is not searched for when %s is the only contract in use',
    async (source, path) => {
      const { upstream, replicas } = await startWorld(nothing, { contracts: [source] });
      const [replica] = replicas;
      expect((await read(replica, ABSENT_ID, 'source')).data.process).toEqual({ source });
      expect(upstream.requests).toEqual([]);
      expect((await read(replica, ABSENT_ID, 'state')).data.process).toBeNull();
      expect(upstream.calls()).toEqual([`GET ${path}`]);
    },
  );

  test('a read with a source that is not in use is refused without a call', async () => {
    const { upstream, replicas } = await startWorld(nothing, { contracts: ['IDCLOUD'] });
    const { data, errors } = await read(replicas[0], ID, 'state', 'PROCESSES_V1');
    expect(data.process).toBeNull();
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(upstream.requests).toEqual([]);
  });
});
