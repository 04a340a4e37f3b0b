import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { ProcessCache } from '../../../../src/services/processes/process-cache.ts';
import { emptyProcess, type Process } from '../../../../src/domain/process.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import type { Store } from '../../../../src/storage/store.ts';
import type { Encryptor } from '../../../../src/storage/encryption/encryptor.ts';
import { contents, document } from '../../../support/evidence.ts';
import * as older from '../../../fixtures/older-variants.ts';
import * as s0 from '../../../fixtures/s0-get-idcloud-process.ts';
import * as s1 from '../../../fixtures/s1-get-processes-v1.ts';
import * as s4 from '../../../fixtures/s4-get-reusable-documents.ts';
import { startSubgraph, type Subgraph } from '../../../support/subgraph.ts';
import { unicoOf } from '../../../support/unico.ts';
import { startUpstream, type Upstream } from '../../../support/upstream.ts';
import {
  everyField,
  idcloudPath,
  idOf,
  newEncryptor,
  processesV1Path,
  read,
  startWorld,
  type SelectedField,
} from '../../../support/reads.ts';

const FIELDS = await everyField();

/** Fields of the personal part, which is cached for minutes. All other fields but those below are cached for days. */
const PERSONAL = new Set([
  'Process.callbackUri',
  'Process.userRedirectUrl',
  'Process.person',
  'Process.reusableDocuments',
  'Document.data',
  'Document.number',
  'Document.holderName',
  'Document.cpf',
  'Document.birthDate',
  'Document.expiresOn',
  'Document.category',
]);
const ADDRESSES = new Set(['Document.signedUrl', 'Document.signedUrls', 'Document.signedUrlExpiresAt']);
const TOKEN = new Set(['Process.sdkToken']);

const nameOf = ({ type, field }: SelectedField): string => `${type}.${field}`;
const of = (names: Set<string>): SelectedField[] => FIELDS.filter((field) => names.has(nameOf(field)));
const but = (names: Set<string>): SelectedField[] => FIELDS.filter((field) => !names.has(nameOf(field)));
const all = (fields: SelectedField[]): string => fields.map(({ selection }) => selection).join(' ');

const SUMMARY = but(new Set([...PERSONAL, ...ADDRESSES, ...TOKEN]));
const EVERYTHING = all(FIELDS);
const EVERYTHING_CACHED = all(but(TOKEN));

/** An answer without the expiry of signed URLs: a new call returns later ones. */
function timeless(data: unknown): object {
  return JSON.parse(JSON.stringify(data).replaceAll(/("signedUrlExpiresAt":)"[^"]+"/g, '$1"later"'));
}

/** Removes the personal part, as its expiry after ten minutes does. */
async function expirePersonalPart(store: Store, encryptor: Encryptor, id: string): Promise<void> {
  const names = encryptor.storageKeys({ kind: 'personal.3', id });
  expect(await store.get(names[0] ?? '')).not.toBeNull();
  await store.remove(names);
}

/** Caches a process whose signed URLs expire at `until`, as another replica would. */
async function cacheWithUrlsUntil(store: Store, encryptor: Encryptor, until: number): Promise<string> {
  const id = idOf(randomUUID());
  await new ProcessCache(store, encryptor).put({
    ...emptyProcess(id, 'IDCLOUD'),
    state: 'FINISHED',
    documents: [
      document({
        contents: contents({ number: 'cached' }),
        files: { urls: ['https://example.com/cached'], expiresAt: new Date(until).toISOString() },
      }),
    ],
  });
  return id;
}

describe('ProcessCache, a finished process', () => {
  const store = new MemoryStore();
  const encryptor = newEncryptor();
  let upstream: Upstream;
  let replica: Subgraph;

  // One shared server for a hundred processes: each test has an id of its own.
  beforeAll(async () => {
    upstream = await startUpstream(({ path }) => {
      if (path.startsWith('/documents')) return { body: s4.SAMPLE };
      return { body: { process: { ...s0.SAMPLE.process, id: path.split('/').at(-1) } } };
    });
    replica = await startSubgraph(unicoOf(upstream), { store, encryptor });
    return async () => {
      await replica.close();
      await upstream.close();
    };
  });

  /** The number of calls for a process. */
  const callsFor = (id: string): number =>
    upstream.requests.filter(({ path }) => path === idcloudPath(id)).length;

  /** Reads all fields of a new process, then one field again, and returns the calls of the second read. */
  async function callsForReadingAgain(
    { field, selection }: SelectedField,
    between: (id: string) => Promise<void> = async () => {},
  ): Promise<number> {
    const id = randomUUID();
    const whole = await read(replica, id, EVERYTHING);
    expect(whole.errors).toEqual([]);
    expect(callsFor(id)).toBe(1);
    await between(id);
    const again = await read(replica, id, selection);
    expect(again.errors).toEqual([]);
    expect(JSON.stringify(again.data)).not.toContain(`"${field}":null`);
    expect(timeless(whole.data)).toMatchObject(timeless(again.data));
    return callsFor(id) - 1;
  }
  const expire = (id: string): Promise<void> => expirePersonalPart(store, encryptor, id);

  test.each(SUMMARY)('a cached process answers $selection without a call, for days', async (field) => {
    expect(await callsForReadingAgain(field)).toBe(0);
    expect(await callsForReadingAgain(field, expire)).toBe(0);
  });

  test.each([...of(PERSONAL), ...of(ADDRESSES)])(
    'a cached process answers $selection without a call while its personal part is cached, and with one afterwards',
    async (field) => {
      expect(await callsForReadingAgain(field)).toBe(0);
      expect(await callsForReadingAgain(field, expire)).toBe(1);
    },
  );

  test.each(of(TOKEN))('each read of $selection costs a call', async (field) => {
    expect(await callsForReadingAgain(field)).toBe(1);
  });

  test.each(['documents { signedUrl }', 'documents { signedUrls }', 'documents { signedUrlExpiresAt }'])(
    'a cached process answers %s while its signed URLs are valid, and with a call afterwards',
    async (selection) => {
      const living = await cacheWithUrlsUntil(store, encryptor, Date.now() + 60_000);
      const { data } = await read(replica, living, `${selection} it: documents { signedUrl }`);
      expect(data.process.it).toEqual([{ signedUrl: 'https://example.com/cached' }]);
      expect(callsFor(living)).toBe(0);

      for (const left of [20_000, -60_000]) {
        const ending = await cacheWithUrlsUntil(store, encryptor, Date.now() + left);
        const answer = await read(replica, ending, `${selection} it: documents { signedUrl }`);
        expect(answer.data.process.it).toEqual([{ signedUrl: 'https://example.com/doc?token=xyz' }]);
        expect(callsFor(ending)).toBe(1);
        // The new URLs have replaced the old ones in the cache.
        await read(replica, ending, selection);
        expect(callsFor(ending)).toBe(1);
      }
    },
  );

  test('a cached process answers the content of its documents without a call although their signed URLs have expired', async () => {
    const id = await cacheWithUrlsUntil(store, encryptor, Date.now() - 60_000);
    expect((await read(replica, id, 'documents { number }')).data.process).toEqual({
      documents: [{ number: 'cached' }],
    });
    expect(callsFor(id)).toBe(0);
  });

  test('signed URLs are valid for five minutes from their read', async () => {
    const id = randomUUID();
    const before = Date.now();
    const selection = 'documents { signedUrl signedUrlExpiresAt }';
    const first = await read(replica, id, selection);
    const ends = Date.parse(first.data.process.documents[0].signedUrlExpiresAt);
    expect(ends).toBeGreaterThanOrEqual(before + 300_000);
    expect(ends).toBeLessThanOrEqual(Date.now() + 300_000);
    expect(await read(replica, id, selection)).toEqual(first);
    expect(callsFor(id)).toBe(1);
  });

  test('the key of a process is answered without a call and without a read', async () => {
    const id = randomUUID();
    expect((await read(replica, id, '__typename id')).data.process).toEqual({ __typename: 'Process', id });
    expect((await read(replica, id, 'id source', 'IDCLOUD')).data.process).toEqual({ id, source: 'IDCLOUD' });
    expect(callsFor(id)).toBe(0);
  });
});

const BODIES: [string, string, object, number?][] = [
  ["S0's sample", idcloudPath(s0.PROCESS_ID), s0.SAMPLE],
  ['a fresh journey', idcloudPath(s0.PROCESS_ID), s0.CREATED],
  ['an older journey', idcloudPath(s0.PROCESS_ID), older.IDCLOUD],
  ...s0.STATES.map((state): [string, string, object] => [
    `a journey in the state ${state}`,
    idcloudPath(s0.PROCESS_ID),
    { process: { ...s0.SAMPLE.process, state } },
  ]),
  [
    'a journey with the OCR of an older CNH',
    idcloudPath(s0.PROCESS_ID),
    {
      process: {
        ...s0.SAMPLE.process,
        services: [{ documents: [{ doc: { code: 'CNH', version: 2, data: older.OCR_OF_CNH } }] }],
      },
    },
  ],
  ["S1's sample", processesV1Path(s1.PROCESS_ID), s1.SAMPLE],
  ["S1's process that ended in an error", processesV1Path(s1.PROCESS_ID), s1.GONE, 410],
  ['a document check', processesV1Path(s1.PROCESS_ID), s1.DOCUMENT_CHECK],
  ['an older answer of processes/v1', processesV1Path(s1.PROCESS_ID), older.PROCESSES_V1],
  ...Object.entries(s1.REAL_BODIES).map(([name, body]): [string, string, object] => [
    `a process of which ${name}`,
    processesV1Path(s1.PROCESS_ID),
    body,
  ]),
];

describe('ProcessCache, cached answers', () => {
  test.each(BODIES)(
    'the cache answers the same as Unico, in every replica: %s',
    async (_, at, body, status = 200) => {
      const store = new MemoryStore();
      const { upstream, encryptor, replicas } = await startWorld(
        ({ path }) =>
          path === at
            ? { status, body }
            : path.startsWith('/documents')
              ? { body: s4.SAMPLE }
              : { status: 404 },
        // The other replica has nothing in memory: it answers from the store.
        { stores: [store, store] },
      );
      const [first, other] = replicas;
      if (other === undefined) throw new Error('unreachable');
      const id = at.split('/').at(-1) ?? '';
      const whole = await read(first, id, EVERYTHING_CACHED);
      expect(whole.errors).toEqual([]);
      const calls = upstream.calls().filter((call) => !call.includes('/documents/v1')).length;
      expect(await read(first, id, EVERYTHING_CACHED)).toEqual(whole);
      expect(await read(other, id, EVERYTHING_CACHED)).toEqual(whole);

      const summary = await read(first, id, all(SUMMARY));
      await expirePersonalPart(store, encryptor, id);
      expect(await read(other, id, all(SUMMARY))).toEqual(summary);
      expect(await read(first, id, all(SUMMARY))).toEqual(summary);
      expect(whole.data.process).toMatchObject(summary.data.process);
      expect(upstream.calls().filter((call) => !call.includes('/documents/v1'))).toHaveLength(calls);
    },
  );
});

describe('ProcessCache, entries of a process', () => {
  const id = idOf(randomUUID());
  const process: Process = {
    ...emptyProcess(id, 'IDCLOUD'),
    state: 'FINISHED',
    sdkToken: 'a.token.b',
    person: {
      details: { duiType: 'BR_CPF', duiValue: '12345678909', friendlyName: null, notificationChannels: [] },
    },
  };

  test('a cached process has no SDK token in any part', async () => {
    const cache = new ProcessCache(new MemoryStore(), newEncryptor());
    await cache.put(process);
    expect(await cache.lookup(id)).toMatchObject({ source: 'IDCLOUD', summary: { sdkToken: null } });
    expect(await cache.getFull(id, 'personal')).toEqual({ ...process, sdkToken: null });
    expect(await cache.getFull(id, 'sdk-token')).toBeNull();
  });

  test.each(['IDCLOUD', null] as const)(
    'an invalidated process has no summary and no personal part, only its contract: %s',
    async (source) => {
      const [store, encryptor] = [new MemoryStore(), newEncryptor()];
      const cache = new ProcessCache(store, encryptor);
      await cache.put(process);
      await cache.invalidate(id, source);
      // In this replica, and in one that has nothing in memory.
      for (const each of [cache, new ProcessCache(store, encryptor)]) {
        expect(await each.lookup(id)).toEqual(source === null ? null : { source, summary: null, until: 0 });
        expect(await each.getFull(id, 'personal')).toBeNull();
      }
    },
  );
});
