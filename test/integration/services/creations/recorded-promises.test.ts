import { onTestFinished, test, expect } from 'vitest';
import { randomUUID } from 'node:crypto';
import { selfieBase64 } from '../../../../sandbox/lib/selfie.ts';
import { apiKeyPromise } from '../../../../src/domain/verdict/api-key-promises.ts';
import type { PolicySettings } from '../../../../src/domain/verdict/verdict.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { SqliteStore } from '../../../../src/storage/sqlite/sqlite-store.ts';
import { StoreUnavailable, type Store } from '../../../../src/storage/store.ts';
import { create, IMAGE, startReplicaOf, SUBJECT } from '../../../support/creation.ts';
import { overrideStore, tempFile } from '../../../support/stores.ts';
import type { Subgraph } from '../../../support/subgraph.ts';
import { startUpstream, type Upstream } from '../../../support/upstream.ts';
import { DEFAULT_SETTINGS } from '../../../support/verdicts.ts';

/** Every process of this upstream, created or made elsewhere, has this body. */
async function startUnico(body: object): Promise<Upstream> {
  const upstream = await startUpstream(({ method, path }) => {
    if (path.startsWith('/client')) return { status: 404 };
    const id = method === 'POST' ? randomUUID() : path.split('/').at(-1);
    return { body: { id, status: 3, ...body } };
  });
  onTestFinished(() => upstream.close());
  return upstream;
}

const isCached = (key: string): boolean => /^(?:process|personal)\./.test(key);

/** A store without the cached processes of another: what is left long after the creation. */
function withoutCache(store: Store): Store {
  return overrideStore(store, {
    get: async (key) => (isCached(key) ? null : store.get(key)),
    add: (...args) => store.add(...args),
  });
}

async function verdictIn(subgraph: Subgraph, id: string | null): Promise<string> {
  const query = 'query ($id: ID!) { process(id: $id) { verdict { decision reasons { code } confirms } } }';
  const { data, errors } = await subgraph.ask(query, { id });
  expect(errors).toEqual([]);
  const { decision, reasons } = data.process.verdict;
  return [decision, ...reasons.map(({ code }: { code: string }) => code)].join(' ');
}

const LIVENESS_ALONE = { liveness: 1 };

test.each<[string, object, object, string, string]>([
  [
    'ageVerification with liveness alone',
    { ageVerification: { subject: {}, imageBase64: IMAGE } },
    LIVENESS_ALONE,
    'RETRY AGE_UNAVAILABLE',
    'REVIEW EVIDENCE_INCOMPLETE',
  ],
  [
    'ageVerification with an identity instead of an age',
    { ageVerification: { subject: {}, imageBase64: IMAGE } },
    { unicoId: { result: 'yes' } },
    'RETRY AGE_UNAVAILABLE',
    'APPROVED IDENTITY_CONFIRMED',
  ],
  [
    'transactional with liveness alone',
    { transactional: { referenceProcessId: randomUUID(), imageBase64: IMAGE } },
    LIVENESS_ALONE,
    'RETRY FACE_MATCH_UNAVAILABLE',
    'REVIEW EVIDENCE_INCOMPLETE',
  ],
  [
    'a new document without its face',
    {
      document: {
        subject: { ...SUBJECT, duiType: 'BR_CPF' },
        purpose: 'fgts',
        authProcessId: randomUUID(),
        files: [IMAGE],
      },
    },
    { document: { cpfMatch: true } },
    'RETRY DOCUMENT_CHECK_UNAVAILABLE',
    'REVIEW EVIDENCE_INCOMPLETE',
  ],
  [
    'a reused document without its face',
    { document: { subject: SUBJECT, purpose: 'fgts', authProcessId: randomUUID(), documentId: 'doc-1' } },
    { document: { cpfMatch: true } },
    'REVIEW EVIDENCE_INCOMPLETE',
    'REVIEW EVIDENCE_INCOMPLETE',
  ],
])(
  '%s is judged by what it was to establish, in the replica that created it and in every other, and as made elsewhere otherwise',
  async (_title, input, body, decided, elsewhere) => {
    const upstream = await startUnico(body);
    const store = new MemoryStore();
    const first = await startReplicaOf(upstream, { store });
    const { id } = await create(first.url, 'k', input);
    expect(await verdictIn(first, id)).toBe(decided);
    const later = await startReplicaOf(upstream, { store: withoutCache(store) });
    expect(await verdictIn(later, id)).toBe(decided);
    expect(await verdictIn(later, randomUUID())).toBe(elsewhere);
  },
);

test('a promise survives a restart with the store on disk', async () => {
  const upstream = await startUnico(LIVENESS_ALONE);
  const file = tempFile();
  const before = new SqliteStore(file);
  const first = await startReplicaOf(upstream, { store: before });
  const { id } = await create(first.url, 'k', { ageVerification: { subject: {}, imageBase64: IMAGE } });
  await first.close();
  await before.close();
  const after = new SqliteStore(file);
  onTestFinished(() => after.close());
  const restarted = await startReplicaOf(upstream, { store: withoutCache(after) });
  expect(await verdictIn(restarted, id)).toBe('RETRY AGE_UNAVAILABLE');
});

test('a later change of the capabilities does not change what an earlier creation was to establish', async () => {
  const upstream = await startUnico(LIVENESS_ALONE);
  const store = new MemoryStore();
  const livenessOnly: PolicySettings = {
    ...DEFAULT_SETTINGS,
    capabilities: { apiKeys: { onboarding: apiKeyPromise('onboarding', ['liveness']) }, flows: new Map() },
  };
  const first = await startReplicaOf(upstream, { store, policySettings: livenessOnly });
  const { id } = await create(first.url, 'k', { onboarding: { subject: SUBJECT, imageBase64: IMAGE } });
  expect(await verdictIn(first, id)).toBe('APPROVED LIVENESS_CONFIRMED');
  const later = await startReplicaOf(upstream, { store: withoutCache(store) });
  expect(await verdictIn(later, id)).toBe('APPROVED LIVENESS_CONFIRMED');
  const other = await create(later.url, 'other', {
    onboarding: { subject: SUBJECT, imageBase64: selfieBase64({ seed: 1 }) },
  });
  expect(await verdictIn(later, other.id)).toBe('RETRY IDENTITY_UNAVAILABLE');
});

test('an erasure does not change what a process was to establish, and so not its verdict', async () => {
  const upstream = await startUnico(LIVENESS_ALONE);
  const store = new MemoryStore();
  const subgraph = await startReplicaOf(upstream, { store });
  const { id } = await create(subgraph.url, 'k', { ageVerification: { subject: {}, imageBase64: IMAGE } });
  const { errors } = await subgraph.ask(
    'mutation ($id: ID!) { forgetProcess(id: $id) { userErrors { code } } }',
    { id },
  );
  expect(errors).toEqual([]);
  expect(await verdictIn(subgraph, id)).toBe('RETRY AGE_UNAVAILABLE');
});

test('a 1:1 with a process that was denied here is reviewed, and with one that is unknown here is approved', async () => {
  const upstream = await startUpstream(({ method, path, body }) => {
    if (path.startsWith('/client')) return { status: 404 };
    const id = method === 'POST' ? randomUUID() : path.split('/').at(-1);
    const isOneToOne = method === 'POST' && 'referenceProcessId' in JSON.parse(body);
    return {
      body: { id, status: 3, ...(isOneToOne ? { authenticated: true } : { unicoId: { result: 'no' } }) },
    };
  });
  onTestFinished(() => upstream.close());
  const subgraph = await startReplicaOf(upstream);
  const denied = await create(subgraph.url, 'denied', {
    onboarding: { subject: SUBJECT, imageBase64: IMAGE },
  });
  expect(await verdictIn(subgraph, denied.id)).toBe('DENIED IDENTITY_MISMATCH');
  const compare = async (key: string, referenceProcessId: string | null): Promise<string> => {
    const { id, code } = await create(subgraph.url, key, {
      transactional: { referenceProcessId, imageBase64: IMAGE },
    });
    expect(code).toBeNull();
    return verdictIn(subgraph, id);
  };
  expect(await compare('with-a-denied-one', denied.id)).toBe('REVIEW REFERENCE_NOT_APPROVED');
  expect(await compare('with-an-unknown-one', randomUUID())).toBe('APPROVED FACE_CONFIRMED');
});

const isPromise = (key = ''): boolean => key.startsWith('promise.');

/** A store in which the promises cannot be read, written, or both. */
function withoutPromises(store: Store, fails: { read?: boolean; write?: boolean }): Store {
  return overrideStore(withoutCache(store), {
    get: async (key) => {
      if (fails.read === true && isPromise(key)) throw new StoreUnavailable('reading fails');
      return isCached(key) ? null : store.get(key);
    },
    set: async (keys, value, options) => {
      if (fails.write === true && isPromise(keys[0])) throw new StoreUnavailable('writing fails');
      return store.set(keys, value, options);
    },
  });
}

test('a process whose promise cannot be read is neither approved nor final, and is judged as promised afterwards', async () => {
  const upstream = await startUnico({ unicoId: { result: 'yes' } });
  const store = new MemoryStore();
  const first = await startReplicaOf(upstream, { store });
  const { id } = await create(first.url, 'k', { ageVerification: { subject: {}, imageBase64: IMAGE } });
  const fails = { read: true };
  const later = await startReplicaOf(upstream, { store: withoutPromises(store, fails) });
  expect(await verdictIn(later, id)).toBe('PENDING IN_PROGRESS');
  const { data } = await later.ask('query ($id: ID!) { process(id: $id) { verdict { final confirms } } }', {
    id,
  });
  expect(data.process.verdict).toEqual({ final: false, confirms: [] });
  fails.read = false;
  await expect.poll(() => verdictIn(later, id), { timeout: 8_000 }).toBe('RETRY AGE_UNAVAILABLE');
});

test('a creation is answered only when its promise is stored: no replica can know its id before', async () => {
  const upstream = await startUnico({ unicoId: { result: 'yes' } });
  const store = new MemoryStore();
  const fails = { write: true };
  const first = await startReplicaOf(upstream, { store: withoutPromises(store, fails) });
  const creating = create(first.url, 'k', { ageVerification: { subject: {}, imageBase64: IMAGE } });
  let isAnswered = false;
  void creating.then(() => (isAnswered = true));
  await expect.poll(() => upstream.requests.length).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(isAnswered).toBe(false);
  fails.write = false;
  const { id } = await creating;
  const other = await startReplicaOf(upstream, { store: withoutCache(store) });
  expect(await verdictIn(other, id)).toBe('RETRY AGE_UNAVAILABLE');
});
