import { describe, expect, onTestFinished, test } from 'vitest';
import type { JourneyCreation } from '../../../../src/domain/process-creation.ts';
import { UpstreamFailure } from '../../../../src/domain/upstream-failure.ts';
import {
  IdempotentCreations,
  type CreationResult,
  type IdempotentCreationsOptions,
} from '../../../../src/services/creations/idempotent-creations.ts';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { Encryptor } from '../../../../src/storage/encryption/encryptor.ts';
import { openRedis } from '../../../../src/storage/redis/open-redis.ts';
import type { Store } from '../../../../src/storage/store.ts';
import { DEPLOYMENT, keyOf } from '../../../support/owners.ts';
import { NO_PROMISES } from '../../../support/promises.ts';
import { apiError } from '../../../support/bodies.ts';
import { callOptionsOf } from '../../../support/call-options.ts';
import {
  create,
  createWithRetries,
  createdAs,
  failedWith,
  replayedAs,
  startBillingUpstream,
  startReplicaOf,
  type BillingUpstream,
} from '../../../support/creation.ts';
import { startRedis, type RedisServer } from '../../../support/redis.ts';
import type { Subgraph } from '../../../support/subgraph.ts';
import { unicoOf } from '../../../support/unico.ts';

const ENCRYPTOR = new Encryptor([randomDataKey()], 'redis');

type Deployment = {
  redis: RedisServer;
  /** Opens a store with a connection of its own. */
  connect(): Promise<Store>;
  /** Starts a replica with a store of its own. */
  replica(unico: BillingUpstream): Promise<Subgraph>;
};

/** A Redis of its own, which a test may kill or freeze; everything stops with the test. */
async function startDeployment(): Promise<Deployment> {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  async function connect(): Promise<Store> {
    const store = (await openRedis(redis.url)).store;
    onTestFinished(async () => {
      // A frozen Redis would not close its connections.
      redis.thaw();
      await store.close();
    });
    return store;
  }
  const replica = async (unico: BillingUpstream): Promise<Subgraph> =>
    startReplicaOf(unico, { store: await connect(), encryptor: ENCRYPTOR });
  return { redis, connect, replica };
}

const UNGUARDED = {
  ...failedWith('IDEMPOTENCY_UNAVAILABLE'),
  problem: { retryable: true, message: expect.stringContaining('nothing was created') },
};

describe('IdempotentCreations, Redis unavailable before a creation', () => {
  test('a creation is refused while Redis is down, and its key works when Redis is back', async () => {
    const { redis, replica } = await startDeployment();
    const unico = await startBillingUpstream();
    const { url } = await replica(unico);
    await redis.kill();
    for (let attempt = 0; attempt < 3; attempt += 1) expect(await create(url, 'k')).toMatchObject(UNGUARDED);
    expect(unico.posts()).toEqual([]);
    await redis.start();
    expect(await createWithRetries(url, 'k')).toMatchObject(createdAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });

  test('a creation is refused when Redis was down from the start, and its key works when Redis starts', async () => {
    const { redis, replica } = await startDeployment();
    await redis.kill();
    const unico = await startBillingUpstream();
    const { url } = await replica(unico);
    expect(await create(url, 'k')).toMatchObject(UNGUARDED);
    await redis.start();
    expect(await createWithRetries(url, 'k')).toMatchObject(createdAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });

  test('a creation is refused while Redis is frozen, and its key works when Redis continues', async () => {
    const { redis, replica } = await startDeployment();
    const unico = await startBillingUpstream();
    const { url } = await replica(unico);
    redis.freeze();
    for (let attempt = 0; attempt < 3; attempt += 1) expect(await create(url, 'k')).toMatchObject(UNGUARDED);
    redis.thaw();
    expect(await createWithRetries(url, 'k')).toMatchObject(createdAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });

  test('a replay is refused while Redis is down, and succeeds when Redis is back', async () => {
    const { redis, replica } = await startDeployment();
    const unico = await startBillingUpstream();
    const { url } = await replica(unico);
    await create(url, 'k');
    await redis.kill();
    expect(await create(url, 'k')).toMatchObject(UNGUARDED);
    await redis.start();
    expect(await createWithRetries(url, 'k')).toMatchObject(replayedAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });
});

describe('IdempotentCreations, Redis unavailable during a creation', () => {
  test('a creation during which Redis dies returns the process, and replays it when Redis is back', async () => {
    const { redis, replica } = await startDeployment();
    const unico = await startBillingUpstream(async (place) => {
      if (place === 0) await redis.kill();
      return null;
    });
    const [one, other] = [await replica(unico), await replica(unico)];
    expect(await create(one.url, 'k')).toMatchObject(createdAs(unico.created[0]));
    await redis.start();
    for (const { url } of [other, one])
      expect(await createWithRetries(url, 'k')).toMatchObject(replayedAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });

  test('a creation during which Redis dies and whose response is lost is never sent again', async () => {
    const { redis, replica } = await startDeployment();
    const unico = await startBillingUpstream(async (place) => {
      if (place > 0) return null;
      await redis.kill();
      return 'drop';
    });
    const [one, other] = [await replica(unico), await replica(unico)];
    expect(await create(one.url, 'k')).toMatchObject(failedWith('OUTCOME_UNKNOWN'));
    await redis.start();
    for (const { url } of [other, one])
      expect(await createWithRetries(url, 'k')).toMatchObject(failedWith('OUTCOME_UNKNOWN'));
    expect(unico.posts()).toHaveLength(1);
  });

  test('a creation during which Redis dies and that Unico refuses releases its key when Redis is back', async () => {
    const { redis, replica } = await startDeployment();
    const unico = await startBillingUpstream(async (place) => {
      if (place > 0) return null;
      await redis.kill();
      return { status: 400, body: apiError('20507') };
    });
    const [one, other] = [await replica(unico), await replica(unico)];
    expect(await create(one.url, 'k')).toMatchObject(failedWith('SUBJECT_CODE_INVALID'));
    await redis.start();
    expect(await createWithRetries(other.url, 'k')).toMatchObject(createdAs(unico.created[0]));
    expect(await createWithRetries(one.url, 'k')).toMatchObject(replayedAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(2);
  });
  test('a creation during which Redis freezes returns the process, and replays it when Redis continues', async () => {
    const { redis, replica } = await startDeployment();
    const unico = await startBillingUpstream(() => {
      redis.freeze();
      return null;
    });
    const [one, other] = [await replica(unico), await replica(unico)];
    expect(await create(one.url, 'k')).toMatchObject(createdAs(unico.created[0]));
    redis.thaw();
    for (const { url } of [other, one])
      expect(await createWithRetries(url, 'k')).toMatchObject(replayedAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });
});

type Client = IdempotentCreationsOptions['unico'];

/** Hooks between the steps of a creation; `attempt` is the number of creations of this client before. */
type Hooks = { beforeClaim?: (attempt: number) => void; beforeSend?: (attempt: number) => void };

/** A client of an upstream that runs hooks after the look-up of the key, and after its claim. */
function clientOf(upstream: BillingUpstream, { beforeClaim, beforeSend }: Hooks = {}): Client {
  const unico = unicoOf(upstream);
  onTestFinished(() => unico.close());
  let validated = 0;
  let sent = 0;
  return {
    validateCreation() {
      beforeClaim?.(validated++);
      return [];
    },
    async createProcess(input, callOptions) {
      beforeSend?.(sent++);
      return unico.createProcess(input, callOptions);
    },
  };
}

async function startCreations({ connect }: Deployment, unico: Client): Promise<IdempotentCreations> {
  const store = await connect();
  const creations = new IdempotentCreations({
    promises: NO_PROMISES,
    unico,
    store,
    encryptor: ENCRYPTOR,
    contracts: ['IDCLOUD'],
  });
  onTestFinished(() => creations.flush());
  return creations;
}

/** A hook that freezes Redis in the first attempt. */
function freezeOnce({ redis }: Deployment): (attempt: number) => void {
  return (attempt) => {
    if (attempt === 0) redis.freeze();
  };
}

/*
 * No test can hit the moment between two commands to Redis from outside. These tests call the class itself: its client validates
 * between the look-up of the key and its claim, and sends between the claim and the storing of the outcome.
 */
describe('IdempotentCreations, a command that Redis executes after its client has given it up', () => {
  const input: JourneyCreation = { kind: 'journey', flow: 'id', callbackUri: '/' };
  const creation = { owner: DEPLOYMENT, idempotencyKey: keyOf('k'), input };

  const createOnce = (creations: IdempotentCreations): Promise<CreationResult> =>
    creations.create(creation, callOptionsOf());

  /** Creates as a client does: retries while the error is retryable. */
  async function createFinally(creations: IdempotentCreations): Promise<CreationResult> {
    for (;;) {
      const result = await createOnce(creations);
      if (result.kind !== 'key-problem' || !result.problem.retryable) return result;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  test('a late claim, for which nothing was sent, is released without help', async () => {
    const upstream = await startBillingUpstream();
    const deployment = await startDeployment();
    const creations = await startCreations(
      deployment,
      clientOf(upstream, { beforeClaim: freezeOnce(deployment) }),
    );
    expect(await createOnce(creations)).toMatchObject({
      kind: 'key-problem',
      problem: { code: 'IDEMPOTENCY_UNAVAILABLE', retryable: true },
    });
    expect(upstream.posts()).toEqual([]);
    deployment.redis.thaw();
    const result = await createFinally(creations);
    expect(result).toMatchObject({ kind: 'created', process: { id: upstream.created[0] } });
    expect(upstream.posts()).toHaveLength(1);
  });

  test('the release of a late claim keeps the creation of another replica under the key', async () => {
    const upstream = await startBillingUpstream();
    const deployment = await startDeployment();
    const one = await startCreations(deployment, clientOf(upstream, { beforeClaim: freezeOnce(deployment) }));
    const other = await startCreations(deployment, clientOf(upstream));
    await createOnce(one);
    deployment.redis.thaw();
    expect(await createFinally(other)).toMatchObject({ kind: 'created' });
    await one.flush();
    expect(await createOnce(other)).toMatchObject({ kind: 'replayed' });
    expect(upstream.posts()).toHaveLength(1);
  });

  test('the late release of a refused creation keeps the creation of another replica under the key', async () => {
    const upstream = await startBillingUpstream();
    const deployment = await startDeployment();
    const refusal = new UpstreamFailure('refused', 'refused', { mayHaveHappened: false });
    const beforeSend = (attempt: number): void => {
      if (attempt > 0) return;
      deployment.redis.freeze();
      throw refusal;
    };
    const one = await startCreations(deployment, clientOf(upstream, { beforeSend }));
    const other = await startCreations(deployment, clientOf(upstream));
    await expect(createOnce(one)).rejects.toBe(refusal);
    deployment.redis.thaw();
    // The key is free as soon as Redis continues, while the first replica still retries the release.
    expect(await createFinally(other)).toMatchObject({ kind: 'created' });
    await one.flush();
    for (const each of [other, one]) {
      expect(await createFinally(each)).toMatchObject({ kind: 'replayed', id: upstream.created[0] });
    }
    expect(upstream.posts()).toHaveLength(1);
  });
});
