import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, test } from 'vitest';
import {
  createIdempotentCreations,
  type CreationResult,
} from '../../../../src/services/creations/idempotent-creations.ts';
import { parseIdempotencyKey } from '../../../../src/domain/idempotency-key.ts';
import type { Onboarding } from '../../../../src/domain/process-creation.ts';
import { selfieBase64 } from '../../../../sandbox/lib/selfie.ts';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { openRedis } from '../../../../src/storage/redis/open-redis.ts';
import { SqliteStore } from '../../../../src/storage/sqlite-store.ts';
import type { Store } from '../../../../src/storage/store.ts';
import { Encryptor } from '../../../../src/storage/encryption/encryptor.ts';
import { apiError } from '../../../support/bodies.ts';
import {
  create,
  createAtLast,
  gate,
  onboarding,
  replayedAs,
  startTill,
  type Attempt,
} from '../../../support/creation.ts';
import { callOptionsOf } from '../../../support/call-options.ts';
import { overrideStore } from '../../../support/stores.ts';
import { startSubgraph, type Subgraph } from '../../../support/subgraph.ts';
import { unicoOf } from '../../../support/unico.ts';
import type { Reply } from '../../../support/upstream.ts';

let running = new AsyncDisposableStack();

afterEach(async () => {
  await running.disposeAsync();
  running = new AsyncDisposableStack();
});

async function till(reply?: (place: number) => Reply | null | Promise<Reply | null>) {
  const started = await startTill(reply);
  running.defer(() => started.close());
  return started;
}

function sqliteFile(): string {
  const dir = mkdtempSync(join(tmpdir(), 'creations-'));
  running.defer(() => rmSync(dir, { recursive: true }));
  return join(dir, 'store.sqlite');
}

async function openRedisStore(): Promise<Store> {
  return (await openRedis(inject('redisUrl'))).store;
}

/** Two replicas, each with a connection of its own to the store. */
async function twoReplicas(unico: { url: string }, open: () => Promise<Store>): Promise<Subgraph[]> {
  const encryptor = new Encryptor([randomDataKey()], 'at once');
  const replicas: Subgraph[] = [];
  for (let i = 0; i < 2; i += 1) {
    const store = await open();
    running.defer(() => store.close());
    const subgraph = await startSubgraph(unicoOf(unico), { store, encryptor });
    running.defer(() => subgraph.close());
    replicas.push(subgraph);
  }
  return replicas;
}

const TEN = Array.from({ length: 10 }, (_, i) => i);

/** One created and all others replayed, of the same process. */
function expectOneCreated(attempts: Attempt[], id: string | undefined): void {
  expect(attempts.map(({ id: its, code }) => ({ id: its, code }))).toEqual(
    attempts.map(() => ({ id, code: null })),
  );
  expect(attempts.filter(({ replayed }) => !replayed)).toHaveLength(1);
}

describe('ten callers that ask for one creation at once', () => {
  test('get one process out of one POST, of which one is told that it was created and nine that it was replayed', async () => {
    const unico = await till();
    const subgraph = await startSubgraph(unicoOf(unico));
    running.defer(() => subgraph.close());
    const attempts = await Promise.all(TEN.map(() => create(subgraph.url, 'k')));
    expectOneCreated(attempts, unico.created[0]);
    expect(unico.posts()).toHaveLength(1);
  });

  test('of two replicas on one Redis get one process out of one POST', async () => {
    const unico = await till();
    const replicas = await twoReplicas(unico, openRedisStore);
    const attempts = await Promise.all(TEN.map((i) => createAtLast(replicas[i % 2]?.url ?? '', 'k')));
    expectOneCreated(attempts, unico.created[0]);
    expect(unico.posts()).toHaveLength(1);
  });

  test('of two replicas on one SQLite file get one process out of one POST', async () => {
    const unico = await till();
    const file = sqliteFile();
    const replicas = await twoReplicas(unico, async () => new SqliteStore(file));
    const attempts = await Promise.all(TEN.map((i) => createAtLast(replicas[i % 2]?.url ?? '', 'k')));
    expectOneCreated(attempts, unico.created[0]);
    expect(unico.posts()).toHaveLength(1);
  });

  test('under ten keys get ten processes', async () => {
    const unico = await till();
    const replicas = await twoReplicas(unico, openRedisStore);
    const attempts = await Promise.all(TEN.map((i) => create(replicas[i % 2]?.url ?? '', `k${i}`)));
    expect(attempts.every(({ replayed, code }) => !replayed && code === null)).toBe(true);
    expect(new Set(attempts.map(({ id }) => id))).toEqual(new Set(unico.created));
    expect(unico.posts()).toHaveLength(10);
  });

  test('of two replicas, and with two inputs, get one process, and who came with the other input is told so', async () => {
    const unico = await till();
    const replicas = await twoReplicas(unico, openRedisStore);
    const attempts = await Promise.all(
      TEN.map((i) => createAtLast(replicas[i % 2]?.url ?? '', 'k', onboarding({}, Math.floor(i / 5)))),
    );
    const [won, lost] = [attempts.slice(0, 5), attempts.slice(5)].toSorted(
      ([one], [other]) => Number(other?.code === null) - Number(one?.code === null),
    );
    expectOneCreated(won ?? [], unico.created[0]);
    expect(lost?.map(({ code }) => code)).toEqual(Array(5).fill('IDEMPOTENCY_KEY_REUSED'));
    expect(unico.posts()).toHaveLength(1);
  });
});

describe('somebody who asks in another replica for what is under way', () => {
  test('waits for it, and gets the process', async () => {
    const arrived = gate();
    const answered = gate();
    const unico = await till(async () => {
      arrived.open();
      await answered.passed;
      return null;
    });
    const store = new MemoryStore();
    const [one, other] = await twoReplicas(unico, async () =>
      overrideStore(store, { close: async () => {} }),
    );
    const first = create(one?.url ?? '', 'k');
    await arrived.passed;
    let waited = true;
    const second = create(other?.url ?? '', 'k').finally(() => (waited = false));
    // Long enough for it to have looked more than once.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(waited).toBe(true);
    answered.open();
    expect(await second).toMatchObject(replayedAs((await first).id ?? ''));
    expect(unico.posts()).toHaveLength(1);
  });

  test('is told to ask again, with the same key, when it takes longer than there is time to wait', async () => {
    const arrived = gate();
    const answered = gate();
    const unico = await till(async () => {
      arrived.open();
      await answered.passed;
      return null;
    });
    const store = new MemoryStore();
    const encryptor = new Encryptor([randomDataKey()], 'at once');
    const patient = await startSubgraph(unicoOf(unico), { store, encryptor });
    running.defer(() => patient.close());
    const hurried = await startSubgraph(unicoOf(unico), { store, encryptor, requestTimeoutMs: 500 });
    running.defer(() => hurried.close());
    const first = create(patient.url, 'k');
    await arrived.passed;
    expect(await create(hurried.url, 'k')).toMatchObject({
      id: null,
      code: 'IDEMPOTENCY_KEY_IN_FLIGHT',
      problem: { field: ['idempotencyKey'], retryable: true },
    });
    answered.open();
    const { id } = await first;
    expect(await create(hurried.url, 'k')).toMatchObject(replayedAs(id ?? ''));
    expect(unico.posts()).toHaveLength(1);
  });

  test('sends it when the first was refused meanwhile', async () => {
    const arrived = gate();
    const answered = gate();
    const unico = await till(async (place) => {
      if (place > 0) return null;
      arrived.open();
      await answered.passed;
      return { status: 400, body: apiError('20507') };
    });
    const store = new MemoryStore();
    const [one, other] = await twoReplicas(unico, async () =>
      overrideStore(store, { close: async () => {} }),
    );
    const first = create(one?.url ?? '', 'k');
    await arrived.passed;
    const second = create(other?.url ?? '', 'k');
    answered.open();
    expect((await first).code).toBe('SUBJECT_CODE_INVALID');
    expect(await second).toMatchObject({ id: unico.created[0], replayed: false });
    expect(unico.posts()).toHaveLength(2);
  });
});

describe('callers of one replica that ask for the same creation while it is under way share what comes of it', () => {
  const input: Onboarding = {
    kind: 'onboarding',
    subject: { code: '12345678909', name: 'Luke Skywalker' },
    imageBase64: selfieBase64(),
  };
  const idempotencyKey = parseIdempotencyKey('k');
  if (idempotencyKey === null) throw new Error('k is no key');
  const creation = { idempotencyKey, input };

  /** Five who surely ask before the first has an answer, because nothing is waited for in between. */
  async function fiveAtOnce(
    reply: Reply,
  ): Promise<{ outcomes: PromiseSettledResult<CreationResult>[]; posts: number }> {
    const unico = await till(() => reply);
    const clients = unicoOf(unico);
    running.defer(() => clients.close());
    const creations = createIdempotentCreations(
      new MemoryStore(),
      new Encryptor([randomDataKey()], 'at once'),
    );
    const ask = (): Promise<CreationResult> => {
      const callOptions = callOptionsOf();
      const send = () => clients.createProcess(input, callOptions);
      return creations.create(creation, () => [], send, callOptions);
    };
    const outcomes = await Promise.allSettled([ask(), ask(), ask(), ask(), ask()]);
    return { outcomes, posts: unico.posts().length };
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

  test.each(failures)('%s', async (_, reply, failure) => {
    const { outcomes, posts } = await fiveAtOnce(reply);
    expect(outcomes).toMatchObject(outcomes.map(() => ({ status: 'rejected', reason: failure })));
    expect(posts).toBe(1);
  });
});
