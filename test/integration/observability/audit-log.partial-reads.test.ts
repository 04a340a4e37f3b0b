import { describe, expect, test } from 'vitest';
import { ANONYMOUS } from '../../../src/domain/caller.ts';
import { randomDataKey } from '../../../src/storage/encryption/data-key.ts';
import { Encryptor } from '../../../src/storage/encryption/encryptor.ts';
import { MemoryStore } from '../../../src/storage/memory-store.ts';
import { ABSENT_ID, ID, processesV1Body } from '../../support/bodies.ts';
import {
  asCaller,
  callerOf,
  readEvent,
  respond,
  startAudited,
  WAYS,
  type AuditedSubgraph,
} from '../../support/personal-reads.ts';
import type { Reply } from '../../support/upstream.ts';

describe('the audit log: nothing was disclosed', () => {
  const SELECTION = 'state person { duiValue } documents { number } sdkToken';

  test.each<[string, (audited: AuditedSubgraph) => Promise<unknown>]>([
    ['a process that does not exist', (audited) => audited.read(ABSENT_ID, SELECTION)],
    ['an invalid id', (audited) => audited.read('73689290074', SELECTION)],
    ['an entity that does not exist', (audited) => audited.entities(SELECTION, ABSENT_ID)],
    [
      'an operation with a syntax error',
      (audited) => audited.ask(`{ process(id: "${ID}") { person { duiValue }`),
    ],
    ['an operation with an unknown field', (audited) => audited.read(ID, 'person { duiValue cpf }')],
    [
      'a variable that is missing',
      (audited) => audited.ask('query ($id: ID!) { process(id: $id) { person { duiValue } } }'),
    ],
    [
      'too many ids',
      (audited) =>
        audited.ask('query ($ids: [ID!]!) { processes(ids: $ids) { person { duiValue } } }', {
          ids: Array.from({ length: 201 }, () => ID),
        }),
    ],
    [
      'a document that is not set because of its invalid number',
      (audited) =>
        audited.ask(
          `mutation { setProcessDocument(input: { processId: "${ID}", duiType: BR_CPF, duiValue: "" }) { process { ${SELECTION} } } }`,
        ),
    ],
    ['a read of the key only', (audited) => audited.read(ID, 'id source')],
    ['a reference to a process, by key', (audited) => audited.read(ID, 'reference { process { id } }')],
  ])('nothing is recorded for %s', async (_, work) => {
    const audited = await startAudited();
    await work(audited);
    expect(audited.lines).toEqual([]);
  });

  test.each<[string, Reply]>([
    ['is down', { status: 503 }],
    ['breaks the connection', 'drop'],
    ['limits its rate', { status: 429 }],
    ['responds with a page', { body: '<html>' }],
  ])('nothing is recorded for any operation where Unico %s and nothing is cached', async (_, reply) => {
    const audited = await startAudited(() => reply);
    const answers = [
      await audited.read(ID, SELECTION),
      await audited.entities(SELECTION, ID),
      await audited.create(ID, SELECTION),
      await audited.setDocument(ID, SELECTION),
      await audited.ask('{ reusableDocuments(code: "12345678909", type: BR_CNH) { documentId } }'),
    ];
    for (const { data } of answers) expect(JSON.stringify(data)).not.toContain('12345678909');
    expect(audited.lines).toEqual([]);
  });

  test.each<[string, Reply]>([
    ['has deleted it', { status: 404 }],
    ['is down', { status: 503 }],
  ])(
    'nothing is recorded for a replayed creation whose process cannot be read because Unico %s',
    async (_, reply) => {
      const [store, encryptor] = [new MemoryStore(), new Encryptor([randomDataKey()], 'a tenant')];
      const startReplica = (): Promise<AuditedSubgraph> =>
        startAudited((request) => (request.method === 'GET' ? reply : respond(request)), {
          store,
          encryptor,
        });
      const first = await startReplica();
      await first.create(ID, 'id');
      for (const kind of ['process.5', 'personal.3'])
        await store.remove(encryptor.storageKeys({ kind, id: ID }));
      // Another replica, whose memory does not have the process either.
      const second = await startReplica();
      const { data } = await second.create(ID, `id ${SELECTION}`);
      expect(data.createProcess.process).toMatchObject({ id: ID, person: null, sdkToken: null });
      expect([first.lines, second.lines]).toEqual([[], []]);
    },
  );

  test('nothing is recorded for a creation that Unico refuses', async () => {
    const audited = await startAudited(() => ({
      status: 400,
      body: { code: 3, message: 'invalid flow', details: [] },
    }));
    const { data } = await audited.create(ID, SELECTION);
    expect(data.createProcess).toEqual({ process: null });
    expect(audited.lines).toEqual([]);
  });

  test('nothing is recorded for an anonymous caller, whatever the operation', async () => {
    const audited = await startAudited(respond, asCaller(ANONYMOUS));
    for (const way of Object.values(WAYS)) await way(audited, SELECTION);
    await audited.ask('{ reusableDocuments(code: "12345678909", type: BR_CNH) { documentId } }');
    expect(audited.upstream.requests).toEqual([]);
    expect(audited.lines).toEqual([]);
  });
});

/** A subgraph with a cached process while Unico is down. `withPerson`: the personal part is cached too, not only the decision. */
async function startCached({ withPerson }: { withPerson: boolean }): Promise<AuditedSubgraph> {
  const [store, encryptor] = [new MemoryStore(), new Encryptor([randomDataKey()], 'a tenant')];
  let down = false;
  const audited = await startAudited((request) => (down ? { status: 503 } : respond(request)), {
    store,
    encryptor,
  });
  await audited.read(ID, 'state');
  if (!withPerson) await store.remove(encryptor.storageKeys({ kind: 'personal.3', id: ID }));
  down = true;
  return audited;
}

describe('the audit log: partial reads', () => {
  const SELECTION = 'state callbackUri person { duiValue } documents { number signedUrl } sdkToken';

  test('nothing is recorded where only the decision is cached', async () => {
    const audited = await startCached({ withPerson: false });
    const { data } = await audited.read(ID, SELECTION);
    expect(data.process).toMatchObject({ state: 'FINISHED', callbackUri: null, sdkToken: null });
    expect(JSON.stringify(data)).not.toContain('12345678909');
    expect(audited.lines).toEqual([]);
  });

  test('the cached fields are recorded, and not the SDK token that could not be read', async () => {
    const audited = await startCached({ withPerson: true });
    const { data } = await audited.read(ID, 'state person { duiValue } sdkToken');
    expect(data.process).toEqual({ state: 'FINISHED', person: { duiValue: '12345678909' }, sdkToken: null });
    expect(audited.lines).toEqual([readEvent(ID, 'Person.duiValue')]);
  });

  test('only the fields that the scopes of the caller permit are recorded', async () => {
    const audited = await startAudited(respond, asCaller(callerOf('identity:write')));
    const { data } = await audited.create(ID, 'userRedirectUrl callbackUri sdkToken person { duiValue }');
    expect(data.createProcess.process).toMatchObject({ callbackUri: null, person: null });
    expect(audited.lines).toEqual([readEvent(ID, 'Process.userRedirectUrl', 'Process.sdkToken')]);
  });

  test('the person of a process whose document was set is recorded, though the rest cannot be read', async () => {
    const audited = await startAudited((request) =>
      request.method === 'GET' ? { status: 503 } : respond(request),
    );
    const { data } = await audited.setDocument(ID, 'id source person { duiValue }');
    expect(data.setProcessDocument.process.person).toEqual({ duiValue: '12345678909' });
    expect(audited.lines).toEqual([readEvent(ID, 'Person.duiValue')]);
  });

  test('the person that only the mutation returned is recorded next to what the read of the process returns', async () => {
    const audited = await startAudited((request) =>
      request.method === 'GET'
        ? { body: { process: { id: ID, state: 'PROCESS_STATE_CREATED' } } }
        : respond(request),
    );
    const { data } = await audited.setDocument(ID, 'state person { duiValue }');
    expect(data.setProcessDocument.process).toEqual({
      state: 'CREATED',
      person: { duiValue: '12345678909' },
    });
    expect(audited.lines).toEqual([readEvent(ID, 'Person.duiValue')]);
  });

  test('nothing is recorded where the whole process is missing from the response', async () => {
    const audited = await startAudited((request) =>
      request.method === 'GET' ? { status: 503 } : respond(request),
    );
    const { data } = await audited.setDocument(ID, 'state person { duiValue }');
    expect(data.setProcessDocument.process).toBeNull();
    expect(audited.lines).toEqual([]);
  });

  test('nothing is recorded where the process has no personal data', async () => {
    const audited = await startAudited(({ path }) =>
      path.startsWith('/client') ? { status: 404 } : { body: processesV1Body(path.split('/').at(-1)) },
    );
    const { data } = await audited.read(ID, 'state callbackUri person { duiValue } documents { number }');
    expect(data.process).toEqual({ state: 'FINISHED', callbackUri: null, person: null, documents: [] });
    expect(audited.lines).toEqual([]);
  });

  test.each<[string, Reply]>([
    ['is down', { status: 503 }],
    ['refuses our credential', { status: 403 }],
  ])('no lookup of reusable documents is recorded that failed because Unico %s', async (_, reply) => {
    const audited = await startAudited((request) =>
      request.path.startsWith('/documents') ? reply : respond(request),
    );
    const { data } = await audited.read(ID, 'state reusableDocuments(type: BR_CNH) { documentId }');
    expect(data.process).toEqual({ state: 'FINISHED', reusableDocuments: null });
    expect(audited.lines).toEqual([]);
  });

  test('no lookup of reusable documents is recorded where the process has no person', async () => {
    const audited = await startAudited((request) =>
      request.path.startsWith('/client') ? { status: 404 } : { body: processesV1Body() },
    );
    const { data } = await audited.read(ID, 'state reusableDocuments(type: BR_CNH) { documentId }');
    expect(data.process).toEqual({ state: 'FINISHED', reusableDocuments: null });
    expect(
      audited.upstream.requests.map(({ path }) => path).filter((path) => path.startsWith('/documents')),
    ).toEqual([]);
    expect(audited.lines).toEqual([]);
  });
});
