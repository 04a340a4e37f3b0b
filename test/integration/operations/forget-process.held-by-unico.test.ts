import { describe, expect, test } from 'vitest';
import type { ProcessSource } from '../../../src/domain/process.ts';
import { MemoryStore } from '../../../src/storage/memory-store.ts';
import { randomDataKey } from '../../../src/storage/encryption/data-key.ts';
import { Encryptor } from '../../../src/storage/encryption/encryptor.ts';
import { ID, idcloudBody, OTHER_ID, processesV1Body } from '../../support/bodies.ts';
import {
  everyJourney,
  forgetProcess,
  idcloud,
  processesV1,
  readState,
  startAudited,
  type Audited,
} from '../../support/forget-process.ts';
import type { Answer, Subgraph } from '../../support/subgraph.ts';
import type { Reply, SeenRequest, Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
let subgraph: Subgraph;
let audited: Audited[];

async function start(...parameters: Parameters<typeof startAudited>): Promise<void> {
  ({ upstream, subgraph, audited } = await startAudited(...parameters));
}

const forget = (id: string, selection?: string): Promise<Answer> => forgetProcess(subgraph, id, selection);
const read = (id: string): Promise<Answer> => readState(subgraph, id);

describe('ForgetProcessPayload.heldByUnico', () => {
  const BOTH: ProcessSource[] = ['IDCLOUD', 'PROCESSES_V1'];
  const here = { body: idcloudBody() };
  const hereToo = { body: processesV1Body() };
  const gone = { status: 404 };

  /** A Unico with these replies; a test may change them. */
  function answering(replies: { idcloud?: Reply; processesV1?: Reply }) {
    return ({ path }: Pick<SeenRequest, 'path'>): Reply =>
      (path.startsWith('/client/') ? replies.idcloud : replies.processesV1) ?? gone;
  }

  test.each<[string, ProcessSource[], Parameters<typeof answering>[0], boolean, string[]]>([
    ['the first contract', BOTH, { idcloud: here }, true, [idcloud()]],
    ['the second contract', BOTH, { processesV1: hereToo }, true, [idcloud(), processesV1()]],
    ['no contract', BOTH, {}, false, [idcloud(), processesV1()]],
    [
      'a contract in which the process failed',
      BOTH,
      { processesV1: { status: 410 } },
      true,
      [idcloud(), processesV1()],
    ],
    [
      'the second contract of the reversed order',
      BOTH.toReversed(),
      { idcloud: here },
      true,
      [processesV1(), idcloud()],
    ],
    ['the only configured contract', ['PROCESSES_V1'], { processesV1: hereToo }, true, [processesV1()]],
    ['only a contract that is not configured', ['IDCLOUD'], { processesV1: hereToo }, false, [idcloud()]],
  ])(
    'heldByUnico of an unknown process is looked up: %s holds the process',
    async (_, contracts, replies, held, calls) => {
      await start(answering(replies), { contracts });
      const { data, errors } = await forget(ID, 'processId heldByUnico');
      expect(errors).toEqual([]);
      expect(data.forgetProcess).toEqual({ processId: ID, heldByUnico: held, userErrors: [] });
      expect(upstream.calls()).toEqual(calls);
    },
  );

  test.each<[ProcessSource, Parameters<typeof answering>[0], string]>([
    ['IDCLOUD', { idcloud: here }, idcloud()],
    ['PROCESSES_V1', { processesV1: hereToo }, processesV1()],
  ])(
    'heldByUnico costs one call where the contract of the process is known: %s',
    async (_, replies, call) => {
      await start(answering(replies));
      await read(ID);
      const calls = upstream.requests.length;
      expect((await forget(ID, 'heldByUnico')).data.forgetProcess.heldByUnico).toBe(true);
      expect(upstream.calls().slice(calls)).toEqual([call]);
    },
  );

  test('heldByUnico is false, after one call, once Unico has deleted a known process', async () => {
    const replies: Parameters<typeof answering>[0] = { idcloud: here };
    await start(answering(replies));
    await read(ID);
    delete replies.idcloud;
    expect((await forget(ID, 'heldByUnico')).data.forgetProcess.heldByUnico).toBe(false);
    expect(upstream.calls()).toEqual([idcloud(), idcloud()]);
  });

  test('heldByUnico asks both contracts, although a read found the process in neither', async () => {
    const replies: Parameters<typeof answering>[0] = {};
    await start(answering(replies));
    await read(ID);
    replies.processesV1 = hereToo;
    expect((await forget(ID, 'heldByUnico')).data.forgetProcess.heldByUnico).toBe(true);
    expect(upstream.calls().slice(2)).toEqual([idcloud(), processesV1()]);
  });

  test('heldByUnico never asks a contract that is not configured any more', async () => {
    const [store, encryptor] = [new MemoryStore(), new Encryptor([randomDataKey()], 'a tenant')];
    await start(answering({ processesV1: hereToo }), { store, encryptor });
    await read(ID);
    await start(answering({ processesV1: hereToo }), { store, encryptor, contracts: ['IDCLOUD'] });
    const { data, errors } = await forget(ID, 'processId heldByUnico');
    expect(data.forgetProcess).toMatchObject({ processId: ID, heldByUnico: null });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAUTHORIZED' } }]);
    expect(upstream.calls()).toEqual([]);
  });

  test.each(['processId', 'processId heldByUnico @skip(if: true)'])(
    'heldByUnico costs no call where it is not selected: %s',
    async (selection) => {
      await start(everyJourney);
      await forget(ID, selection);
      expect(upstream.requests).toEqual([]);
    },
  );

  test('heldByUnico is looked up once, however often it is selected', async () => {
    await start(answering({ processesV1: hereToo }));
    const { data } = await forget(ID, 'a: heldByUnico b: heldByUnico heldByUnico');
    expect(data.forgetProcess).toMatchObject({ a: true, b: true, heldByUnico: true });
    expect(upstream.calls()).toEqual([idcloud(), processesV1()]);
  });

  test('heldByUnico does not cache the response of Unico', async () => {
    const [store, encryptor] = [new MemoryStore(), new Encryptor([randomDataKey()], 'a tenant')];
    await start(everyJourney, { store, encryptor });
    expect((await forget(ID, 'heldByUnico')).data.forgetProcess.heldByUnico).toBe(true);
    for (const kind of ['process.5', 'personal.3']) {
      expect(await store.get(encryptor.storageKeys({ kind, id: ID })[0] ?? '')).toBeNull();
    }
    await read(ID);
    expect(upstream.calls()).toEqual([idcloud(), idcloud()]);
  });

  test('heldByUnico is not audited as a read of personal data', async () => {
    await start(everyJourney);
    await forget(ID, 'heldByUnico');
    expect(audited.map(({ event }) => event)).toEqual(['forgotten']);
  });

  test('heldByUnico of an id of an older form is null with an error and costs no call, and the process is forgotten', async () => {
    await start(everyJourney);
    const { data, errors } = await forget('abc-123', 'processId heldByUnico');
    expect(data.forgetProcess).toEqual({ processId: 'abc-123', heldByUnico: null, userErrors: [] });
    expect(errors).toMatchObject([
      { path: ['forgetProcess', 'heldByUnico'], extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(upstream.requests).toEqual([]);
  });

  test.each<[string, Reply, string]>([
    ['is down', { status: 503 }, 'UPSTREAM_UNAVAILABLE'],
    ['breaks the connection', 'drop', 'UPSTREAM_UNAVAILABLE'],
    ['is over its quota', { status: 429, headers: { 'retry-after': '7' } }, 'RATE_LIMITED'],
    ['rejects the credential', { status: 403 }, 'UPSTREAM_UNAUTHORIZED'],
    ['answers with HTML', { body: '<html>' }, 'UPSTREAM_CONTRACT'],
    ['answers with another process', { body: idcloudBody(OTHER_ID) }, 'UPSTREAM_CONTRACT'],
  ])(
    'heldByUnico is null with an error where Unico %s, and the process is forgotten all the same',
    async (_, reply, code) => {
      let fails = false;
      await start((request) => (fails ? reply : everyJourney(request)));
      await read(ID);
      fails = true;
      const { data, errors } = await forget(ID, 'processId heldByUnico');
      expect(data.forgetProcess).toEqual({ processId: ID, heldByUnico: null, userErrors: [] });
      expect(errors).toMatchObject([{ path: ['forgetProcess', 'heldByUnico'], extensions: { code } }]);
      expect(errors).toHaveLength(1);
      expect(audited).toEqual([{ caller: 'auth-disabled', event: 'forgotten', process: ID }]);
      fails = false;
      const calls = upstream.requests.length;
      await read(ID);
      expect(upstream.calls().slice(calls)).toEqual([idcloud()]);
    },
  );

  test('heldByUnico is null, not false, where one contract does not have the process and the other is down', async () => {
    await start(answering({ processesV1: { status: 503 } }));
    const { data, errors } = await forget(ID, 'heldByUnico');
    expect(data.forgetProcess.heldByUnico).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });

  test('the process is forgotten before Unico has answered for heldByUnico', async () => {
    const { promise: held, resolve: dispatch } = Promise.withResolvers<void>();
    const [store, encryptor] = [new MemoryStore(), new Encryptor([randomDataKey()], 'a tenant')];
    let holds = false;
    await start(
      async (request) => {
        if (holds) await held;
        return everyJourney(request);
      },
      { store, encryptor },
    );
    await read(ID);
    holds = true;
    const forgetting = forget(ID, 'heldByUnico');
    await expect.poll(() => upstream.requests).toHaveLength(2);
    expect(await store.get(encryptor.storageKeys({ kind: 'process.5', id: ID })[0] ?? '')).toBeNull();
    expect(audited.map(({ event }) => event)).toEqual(['forgotten']);
    dispatch();
    expect((await forgetting).data.forgetProcess.heldByUnico).toBe(true);
  });
});
