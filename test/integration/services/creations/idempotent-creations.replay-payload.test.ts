import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import type { Store } from '../../../../src/storage/store.ts';
import {
  create,
  onboarding,
  startBillingUpstream,
  startReplicaOf,
  type BillingUpstream,
} from '../../../support/creation.ts';
import type { Subgraph } from '../../../support/subgraph.ts';
import { overrideStore } from '../../../support/stores.ts';

const JOURNEY = { journey: { flow: 'id', callbackUri: '/' } };
const select = (selection: string): string => `mutation ($input: CreateProcessInput!) {
  createProcess(idempotencyKey: "k", input: $input) { process { ${selection} } replayed userErrors { code } } }`;

/** A replica that has not seen a creation of another replica. */
async function replicaAfterCreation(unico: BillingUpstream, input: object): Promise<Subgraph> {
  const store = new MemoryStore();
  const first = await startReplicaOf(unico, { store });
  await create(first.url, 'k', input);
  return startReplicaOf(unico, { store });
}

/** A replica whose store has the record of a creation, and nothing of its process. */
async function replicaLongAfterCreation(unico: BillingUpstream, input: object): Promise<Subgraph> {
  const store = new MemoryStore();
  const first = await startReplicaOf(unico, { store });
  await create(first.url, 'k', input);
  const get: Store['get'] = async (name) => (name.startsWith('creation') ? store.get(name) : null);
  return startReplicaOf(unico, { store: overrideStore(store, { get }) });
}

describe('IdempotentCreations, the payload of a replay', () => {
  test('a replay returns the id and the contract of the process without an upstream call', async () => {
    const unico = await startBillingUpstream();
    const { ask } = await replicaAfterCreation(unico, JOURNEY);
    const { data, errors } = await ask(select('id source'), { input: JOURNEY });
    expect(errors).toEqual([]);
    expect(data.createProcess.process).toEqual({ id: unico.created[0], source: 'IDCLOUD' });
    expect(unico.calls()).toEqual(['POST /client/v1/process']);
  });

  test('a replay returns the state and the verdict of a finished process without an upstream call', async () => {
    const unico = await startBillingUpstream();
    const { ask } = await replicaAfterCreation(unico, onboarding());
    const { data } = await ask(select('id state verdict { decision }'), { input: onboarding() });
    expect(data.createProcess).toEqual({
      process: { id: unico.created[0], state: 'FINISHED', verdict: { decision: 'APPROVED' } },
      replayed: true,
      userErrors: [],
    });
    expect(unico.calls()).toEqual(['POST /processes/v1']);
  });

  test('a replay reads the SDK token of a journey from Unico, because tokens are not cached', async () => {
    const unico = await startBillingUpstream();
    const { ask } = await replicaAfterCreation(unico, JOURNEY);
    const { data, errors } = await ask(select('id sdkToken'), { input: JOURNEY });
    expect(errors).toEqual([]);
    expect(data.createProcess).toEqual({
      process: { id: unico.created[0], sdkToken: 'sdk.jwt' },
      replayed: true,
      userErrors: [],
    });
    expect(unico.calls()).toEqual(['POST /client/v1/process', `GET /client/v1/process/${unico.created[0]}`]);
  });

  test('while Unico is down, a replay returns the id and an error for each field that needs a read', async () => {
    const unico = await startBillingUpstream();
    const { ask } = await replicaAfterCreation(unico, JOURNEY);
    await unico.close();
    const { data, errors } = await ask(select('id source sdkToken'), { input: JOURNEY });
    expect(data.createProcess).toEqual({
      process: { id: unico.created[0], source: 'IDCLOUD', sdkToken: null },
      replayed: true,
      userErrors: [],
    });
    expect(errors).toMatchObject([
      { path: ['createProcess', 'process', 'sdkToken'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } },
    ]);
  });

  test('while Unico is down and nothing is cached, a replay returns the id and no verdict', async () => {
    const unico = await startBillingUpstream();
    const { ask } = await replicaLongAfterCreation(unico, JOURNEY);
    await unico.close();
    const { data, errors } = await ask(select('id state verdict { decision }'), { input: JOURNEY });
    expect(data.createProcess).toEqual({
      process: { id: unico.created[0], state: null, verdict: null },
      replayed: true,
      userErrors: [],
    });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual([
      'UPSTREAM_UNAVAILABLE',
      'UPSTREAM_UNAVAILABLE',
    ]);
  });

  test('a replay returns the id of a process that Unico no longer has, and null for all other fields', async () => {
    const unico = await startBillingUpstream();
    const { ask } = await replicaLongAfterCreation(unico, JOURNEY);
    const [id] = unico.created;
    unico.created.length = 0;
    const { data, errors } = await ask(select('id state sdkToken verdict { decision } documents { id }'), {
      input: JOURNEY,
    });
    expect(errors).toEqual([]);
    expect(data.createProcess).toEqual({
      process: { id, state: null, sdkToken: null, verdict: null, documents: null },
      replayed: true,
      userErrors: [],
    });
  });

  test('a replay returns the id of a process whose contract is no longer in use', async () => {
    const store = new MemoryStore();
    const unico = await startBillingUpstream();
    const before = await startReplicaOf(unico, { store });
    await create(before.url, 'k', JOURNEY);
    const after = await startReplicaOf(unico, { store, contracts: ['PROCESSES_V1'] });
    const { data } = await after.ask(select('id'), { input: JOURNEY });
    expect(data.createProcess).toEqual({
      process: { id: unico.created[0] },
      replayed: true,
      userErrors: [],
    });
    expect(unico.posts()).toHaveLength(1);
  });
});
