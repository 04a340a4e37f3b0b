import { describe, expect, test } from 'vitest';
import { ProcessCache } from '../../../../src/services/processes/process-cache.ts';
import { emptyProcess } from '../../../../src/domain/process.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { contents, document } from '../../../support/evidence.ts';
import { SAMPLE } from '../../../fixtures/s0-get-idcloud-process.ts';
import { ABSENT_ID, ID, idcloudBody, OTHER_ID } from '../../../support/bodies.ts';
import type { Answer, Subgraph } from '../../../support/subgraph.ts';
import type { Reply } from '../../../support/upstream.ts';
import { idOf, read, readEntities, startWorld, type World } from '../../../support/reads.ts';

const OUTAGES: [string, Reply | 'closed', string][] = [
  ['is down', 'closed', 'UPSTREAM_UNAVAILABLE'],
  ['answers 500', { status: 500 }, 'UPSTREAM_UNAVAILABLE'],
  ['never answers', 'never answer', 'UPSTREAM_UNAVAILABLE'],
  ['closes connections', 'drop', 'UPSTREAM_UNAVAILABLE'],
  ['answers 429', { status: 429 }, 'RATE_LIMITED'],
  ['refuses our credential', { status: 403 }, 'UPSTREAM_UNAUTHORIZED'],
  ['answers text that is not JSON', { body: 'not JSON' }, 'UPSTREAM_CONTRACT'],
  ['answers another process', { body: idcloudBody(OTHER_ID) }, 'UPSTREAM_CONTRACT'],
];

/** A finished process whose personal part is no longer cached; from then on Unico fails with `outage`. */
async function startKnown(outage: Reply | 'closed'): Promise<World & { replica: Subgraph }> {
  let reply: Reply = { body: SAMPLE };
  const store = new MemoryStore();
  const world = await startWorld(() => reply, { stores: [store], requestTimeoutMs: 600 });
  const [replica] = world.replicas;
  const { errors } = await read(replica, ID, 'state person { duiValue }', 'IDCLOUD');
  expect(errors).toEqual([]);
  await store.remove(world.encryptor.storageKeys({ kind: 'personal.3', id: ID }));
  if (outage === 'closed') await world.upstream.close();
  else reply = outage;
  return { ...world, replica };
}

/** The path and the code of each error of an answer. */
function failures({ errors }: Answer): string[] {
  return errors.map(({ path, extensions }) => `${path?.join('.')} ${extensions.code}`).toSorted();
}

describe.each(OUTAGES)('ProcessReader, while Unico %s', (name, outage, code) => {
  test(`while Unico ${name}, fields that are cached for days are answered without an error`, async () => {
    const { replica } = await startKnown(outage);
    const selection =
      'state verdict { decision riskScore { value } } company { branchId } documents { code }';
    expect(await read(replica, ID, selection)).toEqual({
      status: 200,
      data: {
        process: {
          state: 'FINISHED',
          verdict: { decision: 'APPROVED', riskScore: { value: 85.5 } },
          company: { branchId: 'branch-123' },
          documents: [{ code: 'CNH' }],
        },
      },
      errors: [],
    });
  });

  test(`while Unico ${name}, only a person that is not cached is missing in an answer`, async () => {
    const { replica } = await startKnown(outage);
    const answer = await read(replica, ID, 'verdict { decision } person { duiValue } flow');
    expect(answer.data.process).toEqual({
      verdict: { decision: 'APPROVED' },
      person: { duiValue: null },
      flow: 'idunicosign',
    });
    expect(failures(answer)).toEqual([`process.person.duiValue ${code}`]);
  });

  test(`while Unico ${name}, a process that is not cached is null with an error, and its neighbour is answered`, async () => {
    const { replica } = await startKnown(outage);
    const answer = await replica.ask(`{ processes(ids: ["${ID}", "${ABSENT_ID}"]) { state } }`);
    expect(answer.data).toEqual({ processes: [{ state: 'FINISHED' }, null] });
    expect(failures(answer)).toEqual([`processes.1 ${code}`]);
  });
});

/** Selections, their answers without the personal part, and the fields with an error. */
const MISSING: [string, object, string[]][] = [
  [
    'callbackUri userRedirectUrl',
    { callbackUri: null, userRedirectUrl: null },
    ['callbackUri', 'userRedirectUrl'],
  ],
  ['sdkToken', { sdkToken: null }, ['sdkToken']],
  ['person { duiValueMasked }', { person: { duiValueMasked: null } }, ['person.duiValueMasked']],
  ['reusableDocuments(type: BR_CNH) { documentId }', { reusableDocuments: null }, ['reusableDocuments']],
  [
    'documents { id validated signedUrl signedUrls signedUrlExpiresAt }',
    {
      documents: [
        { id: 'doc-abc-123', validated: true, signedUrl: null, signedUrls: null, signedUrlExpiresAt: null },
      ],
    },
    ['documents.0.signedUrl', 'documents.0.signedUrlExpiresAt', 'documents.0.signedUrls'],
  ],
  [
    'documents { code data number holderName cpf birthDate expiresOn category }',
    {
      documents: [
        {
          code: 'CNH',
          data: null,
          number: null,
          holderName: null,
          cpf: null,
          birthDate: null,
          expiresOn: null,
          category: null,
        },
      ],
    },
    ['birthDate', 'category', 'cpf', 'data', 'expiresOn', 'holderName', 'number'].map(
      (field) => `documents.0.${field}`,
    ),
  ],
  [
    'services { envelopeId documents { id number signedUrl } }',
    {
      services: [
        {
          envelopeId: '4d4f3d90-04a3-4259-b63b-930ab10d2e47',
          documents: [{ id: 'doc-abc-123', number: null, signedUrl: null }],
        },
      ],
    },
    ['services.0.documents.0.number', 'services.0.documents.0.signedUrl'],
  ],
];

/** Errors of fields below a process. */
function lost(fields: string[], at: string): string[] {
  return fields.map((field) => `${at}.${field} UPSTREAM_UNAVAILABLE`);
}

describe('ProcessReader, a process without its personal part', () => {
  test.each(MISSING)(
    'without the personal part, each missing field has an error of its own: %s',
    async (selection, expected, fields) => {
      const { replica } = await startKnown({ status: 503 });
      const answer = await read(replica, ID, `state ${selection}`);
      expect(answer.data.process).toEqual({ state: 'FINISHED', ...expected });
      expect(failures(answer)).toEqual(lost(fields, 'process'));
    },
  );

  test.each(MISSING)(
    'without the personal part, each missing field of an entity has an error of its own: %s',
    async (selection, expected, fields) => {
      const { replica } = await startKnown({ status: 503 });
      const answer = await readEntities(replica, `state ${selection}`, [
        { id: ID },
        { id: ABSENT_ID, source: 'X' },
      ]);
      expect(answer.data._entities[0]).toEqual({ state: 'FINISHED', ...expected });
      expect(failures(answer)).toEqual([...lost(fields, '_entities.0'), '_entities.1 BAD_USER_INPUT']);
    },
  );
});

describe('ProcessReader, while Unico is down', () => {
  test('a field that is missing under one alias does not fail the same process under another alias', async () => {
    const { replica } = await startKnown({ status: 503 });
    const answer = await replica.ask(
      `{ verdict: process(id: "${ID}") { state } person: process(id: "${ID}") { state person { duiValue } } }`,
    );
    expect(answer.data).toEqual({
      verdict: { state: 'FINISHED' },
      person: { state: 'FINISHED', person: { duiValue: null } },
    });
    expect(failures(answer)).toEqual(['person.person.duiValue UPSTREAM_UNAVAILABLE']);
  });

  test('the personal part is answered while it is cached', async () => {
    const world = await startWorld(() => ({ body: SAMPLE }), { requestTimeoutMs: 600 });
    const selection = 'person { duiValue } documents { number signedUrl } callbackUri';
    const before = await read(world.replicas[0], ID, selection);
    expect(before.errors).toEqual([]);
    await world.upstream.close();
    expect(await read(world.replicas[0], ID, selection)).toEqual(before);
  });

  test('the cached personal part is answered although signed URLs or a token would need a call', async () => {
    const store = new MemoryStore();
    const world = await startWorld(() => ({ status: 503 }), { stores: [store] });
    const id = idOf(ID);
    await new ProcessCache(store, world.encryptor).put({
      ...emptyProcess(id, 'IDCLOUD'),
      state: 'FINISHED',
      person: {
        details: { duiType: 'BR_CPF', duiValue: '12345678909', friendlyName: null, notificationChannels: [] },
      },
      documents: [
        document({
          contents: contents({ number: 'cached' }),
          files: {
            urls: ['https://example.com/over'],
            expiresAt: new Date(Date.now() - 1_000).toISOString(),
          },
        }),
      ],
    });
    const answer = await read(
      world.replicas[0],
      ID,
      'state person { duiValue } documents { number signedUrl } sdkToken',
    );
    expect(answer.data.process).toEqual({
      state: 'FINISHED',
      person: { duiValue: '12345678909' },
      documents: [{ number: 'cached', signedUrl: null }],
      sdkToken: null,
    });
    expect(failures(answer)).toEqual([
      'process.documents.0.signedUrl UPSTREAM_UNAVAILABLE',
      'process.sdkToken UPSTREAM_UNAVAILABLE',
    ]);
  });

  test('expired signed URLs are never answered', async () => {
    const store = new MemoryStore();
    const world = await startWorld(() => ({ status: 503 }), { stores: [store] });
    await new ProcessCache(store, world.encryptor).put({
      ...emptyProcess(idOf(ID), 'IDCLOUD'),
      state: 'FINISHED',
      documents: [
        document({
          files: {
            urls: ['https://example.com/over'],
            expiresAt: new Date(Date.now() - 1_000).toISOString(),
          },
        }),
      ],
    });
    const answer = await read(world.replicas[0], ID, 'documents { signedUrl }');
    expect(JSON.stringify(answer)).not.toContain('https://example.com/over');
    expect(failures(answer)).toEqual(['process.documents.0.signedUrl UPSTREAM_UNAVAILABLE']);
  });

  test('a pending process is not answered from an expired cache entry', async () => {
    let reply: Reply = { body: idcloudBody(ID, { state: 'PROCESS_STATE_CREATED' }) };
    const { replicas } = await startWorld(() => reply);
    expect((await read(replicas[0], ID, 'state')).data.process).toEqual({ state: 'CREATED' });
    reply = { status: 503 };
    await expect
      .poll(async () => failures(await read(replicas[0], ID, 'state')), { timeout: 10_000 })
      .toEqual(['process UPSTREAM_UNAVAILABLE']);
  });

  test('fields that were missing are answered when Unico is up again', async () => {
    let reply: Reply = { body: SAMPLE };
    const store = new MemoryStore();
    const world = await startWorld(() => reply, { stores: [store] });
    const [replica] = world.replicas;
    const before = await read(replica, ID, 'state person { duiValue }');
    await store.remove(world.encryptor.storageKeys({ kind: 'personal.3', id: ID }));
    reply = { status: 500 };
    expect(failures(await read(replica, ID, 'state person { duiValue }'))).toHaveLength(1);
    reply = { body: SAMPLE };
    expect(await read(replica, ID, 'state person { duiValue }')).toEqual(before);
  });
});
