import { afterEach, describe, expect, test } from 'vitest';
import { ANONYMOUS, scopesAmong, type Caller } from '../../../src/domain/caller.ts';
import type { ProcessSource } from '../../../src/domain/process.ts';
import { MemoryStore } from '../../../src/storage/memory-store.ts';
import { randomDataKey } from '../../../src/storage/encryption/data-key.ts';
import { StoreUnavailable } from '../../../src/storage/store.ts';
import { Encryptor } from '../../../src/storage/encryption/encryptor.ts';
import { ABSENT_ID, ID, idcloudBody, OTHER_ID, processesV1Body } from '../../support/bodies.ts';
import { overrideStore } from '../../support/stores.ts';
import { startSubgraph, type Answer, type Subgraph, type SubgraphOptions } from '../../support/subgraph.ts';
import { unicoOf } from '../../support/unico.ts';
import { startUpstream, type Reply, type SeenRequest, type Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
let subgraph: Subgraph;
/** What was written down of callers. */
let audited: { caller: string; event: string; process: string | null }[];

async function start(
  answer: (request: SeenRequest) => Reply | Promise<Reply>,
  options: SubgraphOptions = {},
): Promise<void> {
  audited = [];
  upstream = await startUpstream(answer);
  subgraph = await startSubgraph(unicoOf(upstream), {
    audited: (caller, { event, process }) => void audited.push({ caller, event, process }),
    ...options,
  });
}

afterEach(async () => {
  await subgraph.close();
  await upstream.close();
});

function forget(id: string, selection = 'processId'): Promise<Answer> {
  return subgraph.ask(
    `mutation ($id: ID!) { forgetProcess(id: $id) {
      ${selection} userErrors { code message field upstreamCode retryable retryAfterSeconds } } }`,
    { id },
  );
}

const read = (id: string, selection = 'state'): Promise<Answer> =>
  subgraph.ask(`query ($id: ID!) { process(id: $id) { ${selection} } }`, { id });

const PERSON = { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678909' };
const everyJourney = ({ path }: Pick<SeenRequest, 'path'>): Reply =>
  path.startsWith('/client/')
    ? { body: idcloudBody(path.split('/').at(-1), { person: PERSON }) }
    : { status: 404 };
const idcloud = (id = ID): string => `GET /client/v1/process/${id}`;
const processesV1 = (id = ID): string => `GET /processes/v1/${id}`;

async function fail(): Promise<never> {
  throw new StoreUnavailable('it is away');
}
/** A store that fails whenever it is asked. */
const AWAY = overrideStore(new MemoryStore(), { get: fail, set: fail, add: fail, remove: fail });

const callerOf = (...scopes: string[]): Caller => ({
  name: 'luke',
  authenticated: true,
  scopes: scopesAmong(scopes),
});

describe('forgetting a process', () => {
  test('answers its id and nothing to mend, and costs no call', async () => {
    await start(everyJourney);
    expect(await forget(ID, '__typename processId')).toEqual({
      status: 200,
      data: { forgetProcess: { __typename: 'ForgetProcessPayload', processId: ID, userErrors: [] } },
      errors: [],
    });
    expect(upstream.requests).toEqual([]);
    expect(audited).toEqual([{ caller: 'auth-disabled', event: 'forgotten', process: ID }]);
  });

  test('by its id in upper case is the same, and is answered and written down in lower case', async () => {
    await start(everyJourney);
    await read(ID);
    expect((await forget(ID.toUpperCase())).data.forgetProcess.processId).toBe(ID);
    expect(audited).toEqual([{ caller: 'auth-disabled', event: 'forgotten', process: ID }]);
    await read(ID);
    expect(upstream.calls()).toEqual([idcloud(), idcloud()]);
  });

  test('five in one operation forgets each', async () => {
    await start(everyJourney);
    const ids = [ID, OTHER_ID, ABSENT_ID, 'abc-123', ID];
    await read(ID);
    await read(OTHER_ID);
    const { data, errors } = await subgraph.ask(
      `mutation { ${ids.map((id, i) => `f${i}: forgetProcess(id: "${id}") { processId }`).join(' ')} }`,
    );
    expect(errors).toEqual([]);
    expect(Object.values(data)).toEqual(ids.map((processId) => ({ processId })));
    expect(audited.map(({ process }) => process)).toEqual(ids);
    await read(ID);
    await read(OTHER_ID);
    expect(upstream.calls().slice(2)).toEqual([idcloud(), idcloud(OTHER_ID)]);
  });

  test.each([
    ['a sample of Unico', 'abc-123'],
    ['one character', '-'],
    ['as many as there may be', '_'.repeat(320)],
    ['eleven digits that are no CPF', '12345678900'],
  ])('takes an id of another form than those of today: %s', async (_, id) => {
    await start(everyJourney);
    const { data, errors } = await forget(id);
    expect(errors).toEqual([]);
    expect(data.forgetProcess).toEqual({ processId: id, userErrors: [] });
    expect(audited).toEqual([{ caller: 'auth-disabled', event: 'forgotten', process: id }]);
  });

  test('of another form removes what setting its document has left, and not that of the same letters in upper case', async () => {
    const [store, encryptor] = [new MemoryStore(), new Encryptor([randomDataKey()], 'a tenant')];
    await start(({ path }) => ({ body: { process: { id: path.split('/').at(-2), person: PERSON } } }), {
      store,
      encryptor,
    });
    const isKept = async (id: string): Promise<boolean> =>
      (await store.get(encryptor.storageKeys({ kind: 'process.3', id })[0] ?? '')) !== null;
    for (const processId of ['abc-123', 'ABC-123']) {
      await subgraph.ask(
        `mutation ($input: SetProcessDocumentInput!) { setProcessDocument(input: $input) { process { id } } }`,
        { input: { processId, duiType: 'BR_CPF', duiValue: '12345678909' } },
      );
    }
    expect([await isKept('abc-123'), await isKept('ABC-123')]).toEqual([true, true]);
    await forget('abc-123');
    expect([await isKept('abc-123'), await isKept('ABC-123')]).toEqual([false, true]);
  });

  test.each([
    ['nothing', ''],
    ['a blank', ' '],
    ['a number with punctuation', '736.892.900-74'],
    ['a CPF', '73689290074'],
    ['a path', '../admin'],
    ['a path that is encoded', '..%2Fadmin'],
    ['an id in braces', `{${ID}}`],
    ['an id with a blank before it', ` ${ID}`],
    ['an id with a line end', `${ID}\n`],
    ['an id with a character of no width', `${ID}\u200b`],
    ['letters that only look like ours', 'аbc'],
    ['digits of full width', '７３６８９２９００７４'],
    ['more characters than any id has', 'a'.repeat(321)],
    ['an e-mail address', 'luke@example.com'],
  ])('refuses %s, without repeating it, and forgets nothing', async (_, id) => {
    await start(everyJourney);
    await read(ID);
    const { data, errors } = await forget(id, 'processId heldByUnico');
    expect(errors).toEqual([]);
    expect(data.forgetProcess).toEqual({
      processId: null,
      heldByUnico: null,
      userErrors: [
        {
          code: 'PROCESS_ID_INVALID',
          // Nothing of the id: people paste CPFs into the wrong field.
          message: `expected a process id (1 to 320 letters, digits, - and _, and neither a CPF nor a CURP), got ${id.length} characters of another form`,
          field: ['id'],
          upstreamCode: '3',
          retryable: false,
          retryAfterSeconds: null,
        },
      ],
    });
    await read(ID);
    expect(upstream.calls()).toEqual([idcloud()]);
    expect(audited).toEqual([]);
  });

  test.each([null, undefined, ['a', 'b'], { id: ID }, 1.5, true])(
    'refuses %j as an id before anything is done',
    async (id) => {
      await start(everyJourney);
      const { data, errors } = await subgraph.ask(
        'mutation ($id: ID!) { forgetProcess(id: $id) { processId } }',
        { id },
      );
      expect(data).toBeUndefined();
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
      expect(audited).toEqual([]);
    },
  );

  test('says that it may be tried again, and nothing else, while the store is away', async () => {
    await start(everyJourney, { store: AWAY });
    const { data, errors } = await forget(ID, 'processId heldByUnico');
    expect(errors).toEqual([]);
    expect(data.forgetProcess).toEqual({
      processId: null,
      heldByUnico: null,
      userErrors: [
        {
          code: 'STORE_UNAVAILABLE',
          message: expect.stringContaining('try again'),
          field: null,
          upstreamCode: null,
          retryable: true,
          retryAfterSeconds: null,
        },
      ],
    });
    // Whoever is told that nothing is known to be gone has no use for what it would cost.
    expect(upstream.requests).toEqual([]);
    expect(audited).toEqual([]);
  });
});

describe('a caller', () => {
  test('who may only create and change may forget, and is not told what Unico holds', async () => {
    await start(everyJourney, { authenticate: async () => callerOf('identity:write') });
    const { data, errors } = await forget(ID, 'processId heldByUnico');
    expect(data.forgetProcess).toEqual({ processId: ID, heldByUnico: null, userErrors: [] });
    expect(errors).toMatchObject([
      { path: ['forgetProcess', 'heldByUnico'], extensions: { code: 'FORBIDDEN' } },
    ]);
    expect(upstream.requests).toEqual([]);
    expect(audited).toEqual([{ caller: 'luke', event: 'forgotten', process: ID }]);
  });

  test('who may read as well is told what Unico holds', async () => {
    await start(everyJourney, { authenticate: async () => callerOf('identity:read', 'identity:write') });
    expect((await forget(ID, 'heldByUnico')).data.forgetProcess.heldByUnico).toBe(true);
  });

  test.each([
    ['who may only read', callerOf('identity:read'), 'FORBIDDEN'],
    ['who may read everything', callerOf('identity:read', 'identity:pii'), 'FORBIDDEN'],
    ['who may do nothing', callerOf(), 'FORBIDDEN'],
    ['who has no token', ANONYMOUS, 'UNAUTHENTICATED'],
  ])('%s may not forget, and everything stays', async (_, caller, code) => {
    const [store, encryptor] = [new MemoryStore(), new Encryptor([randomDataKey()], 'a tenant')];
    await start(everyJourney, { store, encryptor, authenticate: async () => caller });
    const names = encryptor.storageKeys({ kind: 'process.3', id: ID });
    await store.set(names, encryptor.encrypt({ kind: 'process.3', id: ID }, '{}'), { ttlMs: 60_000 });
    const { data, errors } = await forget(ID, 'processId heldByUnico');
    expect(data).toEqual({ forgetProcess: null });
    expect(errors).toMatchObject([{ path: ['forgetProcess'], extensions: { code } }]);
    expect(await store.get(names[0] ?? '')).not.toBeNull();
    expect(upstream.requests).toEqual([]);
    expect(audited).toEqual([]);
  });
});

describe('whether Unico still holds a process', () => {
  const BOTH: ProcessSource[] = ['IDCLOUD', 'PROCESSES_V1'];
  const here = { body: idcloudBody() };
  const hereToo = { body: processesV1Body() };
  const gone = { status: 404 };

  /** A Unico that answers so; what it answers for a path can be changed. */
  function answering(replies: { idcloud?: Reply; processesV1?: Reply }) {
    return ({ path }: Pick<SeenRequest, 'path'>): Reply =>
      (path.startsWith('/client/') ? replies.idcloud : replies.processesV1) ?? gone;
  }

  test.each<[string, ProcessSource[], Parameters<typeof answering>[0], boolean, string[]]>([
    ['the first contract', BOTH, { idcloud: here }, true, [idcloud()]],
    ['the second contract', BOTH, { processesV1: hereToo }, true, [idcloud(), processesV1()]],
    ['no contract', BOTH, {}, false, [idcloud(), processesV1()]],
    [
      'a contract in which it has failed',
      BOTH,
      { processesV1: { status: 410 } },
      true,
      [idcloud(), processesV1()],
    ],
    ['the first, in the other order', BOTH.toReversed(), { idcloud: here }, true, [processesV1(), idcloud()]],
    ['the only one in use', ['PROCESSES_V1'], { processesV1: hereToo }, true, [processesV1()]],
    ['only one that is not in use', ['IDCLOUD'], { processesV1: hereToo }, false, [idcloud()]],
  ])(
    'is looked up where nothing is known of it: it is held by %s',
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
  ])('costs one call where its contract was known: %s', async (_, replies, call) => {
    await start(answering(replies));
    await read(ID);
    const calls = upstream.requests.length;
    expect((await forget(ID, 'heldByUnico')).data.forgetProcess.heldByUnico).toBe(true);
    expect(upstream.calls().slice(calls)).toEqual([call]);
  });

  test('is false, after one call, once Unico has deleted what was known', async () => {
    const replies: Parameters<typeof answering>[0] = { idcloud: here };
    await start(answering(replies));
    await read(ID);
    delete replies.idcloud;
    expect((await forget(ID, 'heldByUnico')).data.forgetProcess.heldByUnico).toBe(false);
    expect(upstream.calls()).toEqual([idcloud(), idcloud()]);
  });

  test('is asked of both contracts, though it was known that neither had it', async () => {
    const replies: Parameters<typeof answering>[0] = {};
    await start(answering(replies));
    await read(ID);
    replies.processesV1 = hereToo;
    expect((await forget(ID, 'heldByUnico')).data.forgetProcess.heldByUnico).toBe(true);
    expect(upstream.calls().slice(2)).toEqual([idcloud(), processesV1()]);
  });

  test('is never asked of a contract that is not in use any more', async () => {
    const [store, encryptor] = [new MemoryStore(), new Encryptor([randomDataKey()], 'a tenant')];
    await start(answering({ processesV1: hereToo }), { store, encryptor });
    await read(ID);
    await subgraph.close();
    await upstream.close();
    await start(answering({ processesV1: hereToo }), { store, encryptor, contracts: ['IDCLOUD'] });
    const { data, errors } = await forget(ID, 'processId heldByUnico');
    expect(data.forgetProcess).toMatchObject({ processId: ID, heldByUnico: null });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAUTHORIZED' } }]);
    expect(upstream.calls()).toEqual([]);
  });

  test.each(['processId', 'processId heldByUnico @skip(if: true)'])(
    'costs nothing where it is not selected: %s',
    async (selection) => {
      await start(everyJourney);
      await forget(ID, selection);
      expect(upstream.requests).toEqual([]);
    },
  );

  test('is looked up once, however often it is selected', async () => {
    await start(answering({ processesV1: hereToo }));
    const { data } = await forget(ID, 'a: heldByUnico b: heldByUnico heldByUnico');
    expect(data.forgetProcess).toMatchObject({ a: true, b: true, heldByUnico: true });
    expect(upstream.calls()).toEqual([idcloud(), processesV1()]);
  });

  test('is no reason to keep what Unico answered', async () => {
    const [store, encryptor] = [new MemoryStore(), new Encryptor([randomDataKey()], 'a tenant')];
    await start(everyJourney, { store, encryptor });
    expect((await forget(ID, 'heldByUnico')).data.forgetProcess.heldByUnico).toBe(true);
    for (const kind of ['process.3', 'personal.2']) {
      expect(await store.get(encryptor.storageKeys({ kind, id: ID })[0] ?? '')).toBeNull();
    }
    await read(ID);
    expect(upstream.calls()).toEqual([idcloud(), idcloud()]);
  });

  test('is not told as having read anything of a person', async () => {
    await start(everyJourney);
    await forget(ID, 'heldByUnico');
    expect(audited.map(({ event }) => event)).toEqual(['forgotten']);
  });

  test('is not known of an id that no process of today has: it is forgotten, and Unico is not asked', async () => {
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
    ['takes no more requests', { status: 429, headers: { 'retry-after': '7' } }, 'RATE_LIMITED'],
    ['refuses our credential', { status: 403 }, 'UPSTREAM_UNAUTHORIZED'],
    ['answers something else', { body: '<html>' }, 'UPSTREAM_CONTRACT'],
    ['answers another process', { body: idcloudBody(OTHER_ID) }, 'UPSTREAM_CONTRACT'],
  ])(
    'is null with its own error where Unico %s, and the process is forgotten all the same',
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

  test('is not said to be false where one contract does not know it and the other can not be asked', async () => {
    await start(answering({ processesV1: { status: 503 } }));
    const { data, errors } = await forget(ID, 'heldByUnico');
    expect(data.forgetProcess.heldByUnico).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });

  test('does not make forgetting wait: it is done before Unico has answered', async () => {
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
    expect(await store.get(encryptor.storageKeys({ kind: 'process.3', id: ID })[0] ?? '')).toBeNull();
    expect(audited.map(({ event }) => event)).toEqual(['forgotten']);
    dispatch();
    expect((await forgetting).data.forgetProcess.heldByUnico).toBe(true);
  });
});

describe('a process that was created here', () => {
  const CREATE = `mutation { createProcess(idempotencyKey: "a-key", input: { journey: {
    flow: "idunicosign", purpose: "creditprocess", callbackUri: "/" } }) {
      process { id source state } replayed userErrors { code } } }`;

  test('and has not even begun is asked for at once after it was forgotten', async () => {
    await start(() => ({ body: idcloudBody(ID, { state: 'PROCESS_STATE_CREATED' }) }));
    await subgraph.ask(CREATE);
    await forget(ID);
    expect((await read(ID)).data.process).toEqual({ state: 'CREATED' });
    expect(upstream.calls()).toEqual(['POST /client/v1/process', idcloud()]);
  });

  test('and is forgotten is answered anew under its key, read and not created', async () => {
    await start(() => ({ body: idcloudBody() }));
    await subgraph.ask(CREATE);
    await forget(ID);
    expect((await subgraph.ask(CREATE)).data.createProcess).toEqual({
      process: { id: ID, source: 'IDCLOUD', state: 'FINISHED' },
      replayed: true,
      userErrors: [],
    });
    expect(upstream.calls()).toEqual(['POST /client/v1/process', idcloud()]);
  });

  test.each<[string, Reply, string[]]>([
    ['and deleted by Unico', { status: 404 }, []],
    ['while Unico is down', { status: 503 }, ['UPSTREAM_UNAVAILABLE']],
  ])('and forgotten %s still has its id under its key', async (_, reply, codes) => {
    await start(({ method }) => (method === 'POST' ? { body: idcloudBody() } : reply));
    await subgraph.ask(CREATE);
    await forget(ID);
    const { data, errors } = await subgraph.ask(CREATE);
    expect(data.createProcess).toEqual({
      process: { id: ID, source: 'IDCLOUD', state: null },
      replayed: true,
      userErrors: [],
    });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(codes);
    expect(upstream.calls()).toEqual(['POST /client/v1/process', idcloud()]);
  });

  test('is created once for two who ask with one key, though it is forgotten while they wait', async () => {
    const { promise: held, resolve: dispatch } = Promise.withResolvers<void>();
    await start(async () => {
      await held;
      return { body: idcloudBody() };
    });
    const creating = [subgraph.ask(CREATE), subgraph.ask(CREATE)];
    await expect.poll(() => upstream.requests).toHaveLength(1);
    expect((await forget(ID)).data.forgetProcess.processId).toBe(ID);
    dispatch();
    const outcomes = (await Promise.all(creating)).map(({ data }) => data.createProcess);
    expect(outcomes.map(({ process }) => process.id)).toEqual([ID, ID]);
    expect(outcomes.map(({ replayed }) => replayed).toSorted()).toEqual([false, true]);
    expect(upstream.calls()).toEqual(['POST /client/v1/process']);
  });
});
