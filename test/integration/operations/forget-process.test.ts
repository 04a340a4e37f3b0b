import { describe, expect, test } from 'vitest';
import { ALL_SCOPES_CALLER, ANONYMOUS, scopesAmong, type Caller } from '../../../src/domain/caller.ts';
import { MemoryStore } from '../../../src/storage/memory-store.ts';
import { randomDataKey } from '../../../src/storage/encryption/data-key.ts';
import { StoreUnavailable } from '../../../src/storage/store.ts';
import { Encryptor } from '../../../src/storage/encryption/encryptor.ts';
import { ABSENT_ID, ID, OTHER_ID } from '../../support/bodies.ts';
import {
  everyJourney,
  forgetProcess,
  idcloud,
  PERSON,
  readState,
  startAudited,
  type Audited,
} from '../../support/forget-process.ts';
import { overrideStore } from '../../support/stores.ts';
import type { Answer, Subgraph } from '../../support/subgraph.ts';
import type { Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
let subgraph: Subgraph;
let audited: Audited[];

async function start(...parameters: Parameters<typeof startAudited>): Promise<void> {
  ({ upstream, subgraph, audited } = await startAudited(...parameters));
}

const forget = (id: string, selection?: string): Promise<Answer> => forgetProcess(subgraph, id, selection);
const read = (id: string): Promise<Answer> => readState(subgraph, id);

async function fail(): Promise<never> {
  throw new StoreUnavailable('the store is unavailable');
}
/** A store whose every operation fails. */
const FAILING = overrideStore(new MemoryStore(), { get: fail, set: fail, add: fail, remove: fail });

const callerOf = (...scopes: string[]): Caller => ({
  ...ALL_SCOPES_CALLER,
  name: 'luke',
  scopes: scopesAmong(scopes),
});

describe('forgetProcess', () => {
  test('forgetting a process returns its id without user errors, and costs no call', async () => {
    await start(everyJourney);
    expect(await forget(ID, '__typename processId')).toEqual({
      status: 200,
      data: { forgetProcess: { __typename: 'ForgetProcessPayload', processId: ID, userErrors: [] } },
      errors: [],
    });
    expect(upstream.requests).toEqual([]);
    expect(audited).toEqual([{ caller: 'auth-disabled', event: 'forgotten', process: ID }]);
  });

  test('an id in upper case is forgotten, returned and audited in lower case', async () => {
    await start(everyJourney);
    await read(ID);
    expect((await forget(ID.toUpperCase())).data.forgetProcess.processId).toBe(ID);
    expect(audited).toEqual([{ caller: 'auth-disabled', event: 'forgotten', process: ID }]);
    await read(ID);
    expect(upstream.calls()).toEqual([idcloud(), idcloud()]);
  });

  test('five mutations in one operation forget each process', async () => {
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
    ['the maximum of 320 characters', '_'.repeat(320)],
    ['eleven digits that are no CPF', '12345678900'],
  ])('an id of an older form is accepted: %s', async (_, id) => {
    await start(everyJourney);
    const { data, errors } = await forget(id);
    expect(errors).toEqual([]);
    expect(data.forgetProcess).toEqual({ processId: id, userErrors: [] });
    expect(audited).toEqual([{ caller: 'auth-disabled', event: 'forgotten', process: id }]);
  });

  test('forgetting an id of an older form removes the cache entry of its set document, and not that of the id in upper case', async () => {
    const [store, encryptor] = [new MemoryStore(), new Encryptor([randomDataKey()], 'a tenant')];
    await start(({ path }) => ({ body: { process: { id: path.split('/').at(-2), person: PERSON } } }), {
      store,
      encryptor,
    });
    const isCached = async (id: string): Promise<boolean> =>
      (await store.get(encryptor.storageKeys({ kind: 'process.5', id })[0] ?? '')) !== null;
    for (const processId of ['abc-123', 'ABC-123']) {
      await subgraph.ask(
        `mutation ($input: SetProcessDocumentInput!) { setProcessDocument(input: $input) { process { id } } }`,
        { input: { processId, duiType: 'BR_CPF', duiValue: '12345678909' } },
      );
    }
    expect([await isCached('abc-123'), await isCached('ABC-123')]).toEqual([true, true]);
    await forget('abc-123');
    expect([await isCached('abc-123'), await isCached('ABC-123')]).toEqual([false, true]);
  });

  test.each([
    ['an empty id', ''],
    ['a blank', ' '],
    ['a number with punctuation', '736.892.900-74'],
    ['a CPF', '73689290074'],
    ['a path', '../admin'],
    ['a path that is encoded', '..%2Fadmin'],
    ['an id in braces', `{${ID}}`],
    ['an id with a blank before it', ` ${ID}`],
    ['an id with a line end', `${ID}\n`],
    ['an id with a character of no width', `${ID}\u200b`],
    ['Cyrillic letters that look Latin', 'аbc'],
    ['digits of full width', '７３６８９２９００７４'],
    ['more characters than any id has', 'a'.repeat(321)],
    ['an e-mail address', 'luke@example.com'],
  ])('%s is rejected as an id without repeating it, and nothing is forgotten', async (_, id) => {
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
          // The id is not repeated: people paste CPFs into the wrong field.
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
    'the variable %j is rejected as an id before the mutation is executed',
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

  test('forgetting while the store is unavailable returns only a retryable user error', async () => {
    await start(everyJourney, { store: FAILING });
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
    // The caller has to repeat the mutation anyway, so a call for heldByUnico would be wasted.
    expect(upstream.requests).toEqual([]);
    expect(audited).toEqual([]);
  });
});

describe('the scopes of forgetProcess', () => {
  test('a caller with identity:write alone may forget but not see heldByUnico', async () => {
    await start(everyJourney, { authenticate: async () => callerOf('identity:write') });
    const { data, errors } = await forget(ID, 'processId heldByUnico');
    expect(data.forgetProcess).toEqual({ processId: ID, heldByUnico: null, userErrors: [] });
    expect(errors).toMatchObject([
      { path: ['forgetProcess', 'heldByUnico'], extensions: { code: 'FORBIDDEN' } },
    ]);
    expect(upstream.requests).toEqual([]);
    expect(audited).toEqual([{ caller: 'luke', event: 'forgotten', process: ID }]);
  });

  test('a caller with identity:read and identity:write sees heldByUnico', async () => {
    await start(everyJourney, { authenticate: async () => callerOf('identity:read', 'identity:write') });
    expect((await forget(ID, 'heldByUnico')).data.forgetProcess.heldByUnico).toBe(true);
  });

  test.each([
    ['with identity:read', callerOf('identity:read'), 'FORBIDDEN'],
    ['with identity:read and identity:pii', callerOf('identity:read', 'identity:pii'), 'FORBIDDEN'],
    ['without scopes', callerOf(), 'FORBIDDEN'],
    ['without a token', ANONYMOUS, 'UNAUTHENTICATED'],
  ])('a caller %s may not forget, and the cache entry stays', async (_, caller, code) => {
    const [store, encryptor] = [new MemoryStore(), new Encryptor([randomDataKey()], 'a tenant')];
    await start(everyJourney, { store, encryptor, authenticate: async () => caller });
    const names = encryptor.storageKeys({ kind: 'process.5', id: ID });
    await store.set(names, encryptor.encrypt({ kind: 'process.5', id: ID }, '{}'), { ttlMs: 60_000 });
    const { data, errors } = await forget(ID, 'processId heldByUnico');
    expect(data).toEqual({ forgetProcess: null });
    expect(errors).toMatchObject([{ path: ['forgetProcess'], extensions: { code } }]);
    expect(await store.get(names[0] ?? '')).not.toBeNull();
    expect(upstream.requests).toEqual([]);
    expect(audited).toEqual([]);
  });
});
