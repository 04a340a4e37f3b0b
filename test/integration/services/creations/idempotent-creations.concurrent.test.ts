import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { selfieBase64 } from '../../../../sandbox/lib/selfie.ts';
import type { Onboarding } from '../../../../src/domain/process-creation.ts';
import {
  IdempotentCreations,
  type CreationResult,
} from '../../../../src/services/creations/idempotent-creations.ts';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { Encryptor } from '../../../../src/storage/encryption/encryptor.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import type { Store } from '../../../../src/storage/store.ts';
import { DEPLOYMENT, keyOf } from '../../../support/owners.ts';
import { NO_PROMISES } from '../../../support/promises.ts';
import { apiError } from '../../../support/bodies.ts';
import { callOptionsOf } from '../../../support/call-options.ts';
import {
  create,
  createWithRetries,
  onboarding,
  replayedAs,
  startBillingUpstream,
  startHeldUpstream,
  startReplicaOf,
  type Attempt,
} from '../../../support/creation.ts';
import { openTestStore, overrideStore, tempFile } from '../../../support/stores.ts';
import type { Subgraph } from '../../../support/subgraph.ts';
import { unicoOf } from '../../../support/unico.ts';
import type { Reply } from '../../../support/upstream.ts';

/** Two replicas, each with a connection of its own to the store. */
async function twoReplicas(
  unico: { url: string },
  open: () => Promise<Store>,
): Promise<[Subgraph, Subgraph]> {
  const encryptor = new Encryptor([randomDataKey()], 'concurrent');
  const start = async (): Promise<Subgraph> => {
    const store = await open();
    onTestFinished(() => store.close());
    return startReplicaOf(unico, { store, encryptor });
  };
  return [await start(), await start()];
}

const onRedis = (unico: { url: string }): Promise<[Subgraph, Subgraph]> =>
  twoReplicas(unico, () => openTestStore({ kind: 'redis', url: inject('redisUrl') }));

const TEN = Array.from({ length: 10 }, (_, i) => i);

/** Expects one created and all others replayed, of the same process. */
function expectOneCreated(attempts: Attempt[], id: string | undefined): void {
  expect(attempts.map(({ id: its, code }) => ({ id: its, code }))).toEqual(
    attempts.map(() => ({ id, code: null })),
  );
  expect(attempts.filter(({ replayed }) => !replayed)).toHaveLength(1);
}

describe('IdempotentCreations, concurrent requests', () => {
  test('ten concurrent creations with one key send one POST: one is created, nine are replayed', async () => {
    const unico = await startBillingUpstream();
    const subgraph = await startReplicaOf(unico);
    const attempts = await Promise.all(TEN.map(() => create(subgraph.url, 'k')));
    expectOneCreated(attempts, unico.created[0]);
    expect(unico.posts()).toHaveLength(1);
  });

  test('ten concurrent creations with one key in two replicas with one Redis send one POST', async () => {
    const unico = await startBillingUpstream();
    const replicas = await onRedis(unico);
    const attempts = await Promise.all(
      TEN.map((i) => createWithRetries(replicas[i % 2 === 0 ? 0 : 1].url, 'k')),
    );
    expectOneCreated(attempts, unico.created[0]);
    expect(unico.posts()).toHaveLength(1);
  });

  test('ten concurrent creations with one key in two replicas with one SQLite file send one POST', async () => {
    const unico = await startBillingUpstream();
    const file = tempFile();
    const replicas = await twoReplicas(unico, () => openTestStore({ kind: 'sqlite', file }));
    const attempts = await Promise.all(
      TEN.map((i) => createWithRetries(replicas[i % 2 === 0 ? 0 : 1].url, 'k')),
    );
    expectOneCreated(attempts, unico.created[0]);
    expect(unico.posts()).toHaveLength(1);
  });

  test('ten concurrent creations with ten keys create ten processes', async () => {
    const unico = await startBillingUpstream();
    const replicas = await onRedis(unico);
    const attempts = await Promise.all(TEN.map((i) => create(replicas[i % 2 === 0 ? 0 : 1].url, `k${i}`)));
    expect(attempts.every(({ replayed, code }) => !replayed && code === null)).toBe(true);
    expect(new Set(attempts.map(({ id }) => id))).toEqual(new Set(unico.created));
    expect(unico.posts()).toHaveLength(10);
  });

  test('concurrent creations with one key and two inputs create one process, and the other input is refused', async () => {
    const unico = await startBillingUpstream();
    const replicas = await onRedis(unico);
    const attempts = await Promise.all(
      TEN.map((i) =>
        createWithRetries(replicas[i % 2 === 0 ? 0 : 1].url, 'k', onboarding({}, Math.floor(i / 5))),
      ),
    );
    const [won, lost] = [attempts.slice(0, 5), attempts.slice(5)].toSorted(
      ([one], [other]) => Number(other?.code === null) - Number(one?.code === null),
    );
    expectOneCreated(won ?? [], unico.created[0]);
    expect(lost?.map(({ code }) => code)).toEqual(Array(5).fill('IDEMPOTENCY_KEY_REUSED'));
    expect(unico.posts()).toHaveLength(1);
  });
});

describe('IdempotentCreations, a creation in flight in another replica', () => {
  test('a creation in flight in another replica is awaited and replayed', async () => {
    const { unico, arrived, answer } = await startHeldUpstream();
    const store = new MemoryStore();
    const [one, other] = await twoReplicas(unico, async () =>
      overrideStore(store, { close: async () => {} }),
    );
    const first = create(one.url, 'k');
    await arrived;
    let waited = true;
    const second = create(other.url, 'k').finally(() => (waited = false));
    // Long enough to look for the outcome more than once.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(waited).toBe(true);
    answer();
    expect(await second).toMatchObject(replayedAs((await first).id ?? ''));
    expect(unico.posts()).toHaveLength(1);
  });

  test('a creation in flight in another replica beyond the request timeout returns IDEMPOTENCY_KEY_IN_FLIGHT', async () => {
    const { unico, arrived, answer } = await startHeldUpstream();
    const store = new MemoryStore();
    const slow = await startReplicaOf(unico, { store });
    const fast = await startReplicaOf(unico, { store, requestTimeoutMs: 500 });
    const first = create(slow.url, 'k');
    await arrived;
    expect(await create(fast.url, 'k')).toMatchObject({
      id: null,
      code: 'IDEMPOTENCY_KEY_IN_FLIGHT',
      problem: { field: ['idempotencyKey'], retryable: true },
    });
    answer();
    const { id } = await first;
    expect(await create(fast.url, 'k')).toMatchObject(replayedAs(id ?? ''));
    expect(unico.posts()).toHaveLength(1);
  });

  test('a creation is sent when the one in flight in another replica is refused', async () => {
    const refusal = { status: 400, body: apiError('20507') };
    const { unico, arrived, answer } = await startHeldUpstream(refusal);
    const store = new MemoryStore();
    const [one, other] = await twoReplicas(unico, async () =>
      overrideStore(store, { close: async () => {} }),
    );
    const first = create(one.url, 'k');
    await arrived;
    const second = create(other.url, 'k');
    answer();
    expect((await first).code).toBe('SUBJECT_CODE_INVALID');
    expect(await second).toMatchObject({ id: unico.created[0], replayed: false });
    expect(unico.posts()).toHaveLength(2);
  });
});

describe('IdempotentCreations, callers of one replica that join a creation in flight', () => {
  const input: Onboarding = {
    kind: 'onboarding',
    subject: { code: '12345678909', name: 'Luke Skywalker' },
    imageBase64: selfieBase64(),
  };
  const creation = { owner: DEPLOYMENT, idempotencyKey: keyOf('k'), input };

  /** Five creations that certainly start before the first one has its response, because there is no await between them. */
  async function fiveAtOnce(
    reply: Reply,
  ): Promise<{ outcomes: PromiseSettledResult<CreationResult>[]; posts: number }> {
    const upstream = await startBillingUpstream(() => reply);
    const unico = unicoOf(upstream);
    onTestFinished(() => unico.close());
    const creations = new IdempotentCreations({
      promises: NO_PROMISES,
      unico,
      store: new MemoryStore(),
      encryptor: new Encryptor([randomDataKey()], 'concurrent'),
      contracts: ['PROCESSES_V1'],
    });
    const createOne = (): Promise<CreationResult> => creations.create(creation, callOptionsOf());
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, createOne));
    return { outcomes, posts: upstream.posts().length };
  }

  const failures: [string, Reply, object][] = [
    [
      'a refusal',
      { status: 400, body: apiError('20507') },
      { kind: 'refused', upstreamCode: '20507', mayHaveHappened: false },
    ],
    [
      'a 429',
      { status: 429, headers: { 'retry-after': '7' } },
      { kind: 'rate-limited', retryAfterSeconds: 7 },
    ],
    ['a refused credential', { status: 403 }, { kind: 'unauthorized' }],
    ['a lost answer', 'drop', { kind: 'unavailable', mayHaveHappened: true }],
    ['an answer that is not JSON', { body: '<html></html>' }, { kind: 'contract', mayHaveHappened: true }],
  ];

  test.each(failures)(
    'callers that join a creation in flight share its failure, and one POST is sent: %s',
    async (_, reply, failure) => {
      const { outcomes, posts } = await fiveAtOnce(reply);
      expect(outcomes).toMatchObject(outcomes.map(() => ({ status: 'rejected', reason: failure })));
      expect(posts).toBe(1);
    },
  );
});
