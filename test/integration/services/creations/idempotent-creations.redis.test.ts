import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createIdempotentCreations,
  type CreationResult,
  type IdempotentCreations,
} from '../../../../src/services/creations/idempotent-creations.ts';
import { UpstreamFailure } from '../../../../src/domain/upstream-failure.ts';
import { parseIdempotencyKey } from '../../../../src/domain/idempotency-key.ts';
import type { JourneyCreation } from '../../../../src/domain/process-creation.ts';
import type { Process } from '../../../../src/domain/process.ts';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { openRedis } from '../../../../src/storage/redis/open-redis.ts';
import type { Store } from '../../../../src/storage/store.ts';
import { Encryptor } from '../../../../src/storage/encryption/encryptor.ts';
import { apiError } from '../../../support/bodies.ts';
import {
  create,
  createAtLast,
  createdAs,
  failedWith,
  replayedAs,
  startTill,
  type Till,
} from '../../../support/creation.ts';
import { callOptionsOf } from '../../../support/call-options.ts';
import { startRedis, type RedisServer } from '../../../support/redis.ts';
import { startSubgraph, type Subgraph } from '../../../support/subgraph.ts';
import { unicoOf } from '../../../support/unico.ts';
import type { Reply } from '../../../support/upstream.ts';

let running: AsyncDisposableStack;
let redis: RedisServer;

beforeEach(async () => {
  running = new AsyncDisposableStack();
  redis = await startRedis();
  running.defer(() => redis.close());
});

afterEach(async () => {
  // What is frozen would not let go of its connections.
  redis.thaw();
  await running.disposeAsync();
});

const VAULT = new Encryptor([randomDataKey()], 'redis');

async function connect(): Promise<Store> {
  const store = (await openRedis(redis.url)).store;
  running.defer(() => store.close());
  return store;
}

async function replica(unico: Till): Promise<Subgraph> {
  const subgraph = await startSubgraph(unicoOf(unico), { store: await connect(), encryptor: VAULT });
  running.defer(() => subgraph.close());
  return subgraph;
}

async function till(reply?: (place: number) => Reply | null | Promise<Reply | null>): Promise<Till> {
  const unico = await startTill(reply);
  running.defer(() => unico.close());
  return unico;
}

const UNGUARDED = {
  ...failedWith('IDEMPOTENCY_UNAVAILABLE'),
  problem: { retryable: true, message: expect.stringContaining('nothing was created') },
};

describe('while Redis can not be asked, nothing is created', () => {
  test('Redis is gone: refused, and the same key works when it is back', async () => {
    const unico = await till();
    const { url } = await replica(unico);
    await redis.kill();
    for (let attempt = 0; attempt < 3; attempt += 1) expect(await create(url, 'k')).toMatchObject(UNGUARDED);
    expect(unico.posts()).toEqual([]);
    await redis.start();
    expect(await createAtLast(url, 'k')).toMatchObject(createdAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });

  test('Redis was never there: refused, and the same key works when it comes', async () => {
    await redis.kill();
    const unico = await till();
    const { url } = await replica(unico);
    expect(await create(url, 'k')).toMatchObject(UNGUARDED);
    await redis.start();
    expect(await createAtLast(url, 'k')).toMatchObject(createdAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });

  test('Redis is frozen: refused, and the same key works when it goes on', async () => {
    const unico = await till();
    const { url } = await replica(unico);
    redis.freeze();
    for (let attempt = 0; attempt < 3; attempt += 1) expect(await create(url, 'k')).toMatchObject(UNGUARDED);
    redis.thaw();
    expect(await createAtLast(url, 'k')).toMatchObject(createdAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });

  test('Redis is gone: also what was created before is not told, because nobody knows it', async () => {
    const unico = await till();
    const { url } = await replica(unico);
    await create(url, 'k');
    await redis.kill();
    expect(await create(url, 'k')).toMatchObject(UNGUARDED);
    await redis.start();
    expect(await createAtLast(url, 'k')).toMatchObject(replayedAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });
});

describe('when Redis dies while a creation is under way', () => {
  test('its caller still gets the process, and a repeat gets it too as soon as Redis is back', async () => {
    const unico = await till(async (place) => {
      if (place === 0) await redis.kill();
      return null;
    });
    const [one, other] = [await replica(unico), await replica(unico)];
    expect(await create(one.url, 'k')).toMatchObject(createdAs(unico.created[0]));
    await redis.start();
    for (const { url } of [other, one])
      expect(await createAtLast(url, 'k')).toMatchObject(replayedAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });

  test('and its answer is lost, it is still never sent again', async () => {
    const unico = await till(async (place) => {
      if (place > 0) return null;
      await redis.kill();
      return 'drop';
    });
    const [one, other] = [await replica(unico), await replica(unico)];
    expect(await create(one.url, 'k')).toMatchObject(failedWith('OUTCOME_UNKNOWN'));
    await redis.start();
    for (const { url } of [other, one])
      expect(await createAtLast(url, 'k')).toMatchObject(failedWith('OUTCOME_UNKNOWN'));
    expect(unico.posts()).toHaveLength(1);
  });

  test('and Unico refuses it, its key becomes free when Redis is back', async () => {
    const unico = await till(async (place) => {
      if (place > 0) return null;
      await redis.kill();
      return { status: 400, body: apiError('20507') };
    });
    const [one, other] = [await replica(unico), await replica(unico)];
    expect(await create(one.url, 'k')).toMatchObject(failedWith('SUBJECT_CODE_INVALID'));
    await redis.start();
    expect(await createAtLast(other.url, 'k')).toMatchObject(createdAs(unico.created[0]));
    expect(await createAtLast(one.url, 'k')).toMatchObject(replayedAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(2);
  });
});

describe('when Redis is frozen while a creation is under way', () => {
  test('its caller still gets the process, and a repeat gets it too when Redis goes on', async () => {
    const unico = await till(() => {
      redis.freeze();
      return null;
    });
    const [one, other] = [await replica(unico), await replica(unico)];
    expect(await create(one.url, 'k')).toMatchObject(createdAs(unico.created[0]));
    redis.thaw();
    for (const { url } of [other, one])
      expect(await createAtLast(url, 'k')).toMatchObject(replayedAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });
});

async function startCreations(): Promise<IdempotentCreations> {
  const creations = createIdempotentCreations(await connect(), VAULT);
  running.defer(() => creations.flush());
  return creations;
}

const nothing = (): [] => [];

async function untilGuarded(ask: () => Promise<CreationResult>): Promise<CreationResult> {
  for (;;) {
    const created = await ask();
    if (created.kind !== 'key-problem' || !created.problem.retryable) return created;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/*
 * A moment between two commands can not be met from outside, so these hold the creations themselves: `check` runs
 * between looking at the key and claiming it, `send` between claiming it and writing down what came of it.
 */
describe('a command to Redis that was given up and is carried out late', () => {
  const input: JourneyCreation = { kind: 'journey', flow: 'id', callbackUri: '/' };
  const idempotencyKey = parseIdempotencyKey('k');
  if (idempotencyKey === null) throw new Error('k is no key');
  const creation = { idempotencyKey, input };

  const refusal = new UpstreamFailure('refused', 'refused', { mayHaveHappened: false });

  /** Sends to a Unico of the test, and counts. */
  function counting(unico: Till): { send: () => Promise<Process> } {
    const clients = unicoOf(unico);
    running.defer(() => clients.close());
    return { send: () => clients.createProcess(input, callOptionsOf()) };
  }

  test('a claim: nothing was sent, and the key becomes free again by itself', async () => {
    const unico = await till();
    const { send } = counting(unico);
    const creations = await startCreations();
    const freezing = (): [] => {
      redis.freeze();
      return [];
    };
    expect(await creations.create(creation, freezing, send, callOptionsOf())).toMatchObject({
      kind: 'key-problem',
      problem: { code: 'IDEMPOTENCY_UNAVAILABLE', retryable: true },
    });
    expect(unico.posts()).toEqual([]);
    redis.thaw();
    const created = await untilGuarded(() => creations.create(creation, nothing, send, callOptionsOf()));
    expect(created).toMatchObject({ kind: 'created', process: { id: unico.created[0] } });
    expect(unico.posts()).toHaveLength(1);
  });

  test('a claim: what another replica creates under the key meanwhile is remembered', async () => {
    const unico = await till();
    const { send } = counting(unico);
    const [one, other] = [await startCreations(), await startCreations()];
    const freezing = (): [] => {
      redis.freeze();
      return [];
    };
    await one.create(creation, freezing, send, callOptionsOf());
    redis.thaw();
    expect(await untilGuarded(() => other.create(creation, nothing, send, callOptionsOf()))).toMatchObject({
      kind: 'created',
    });
    await one.flush();
    expect(await other.create(creation, nothing, send, callOptionsOf())).toMatchObject({ kind: 'replayed' });
    expect(unico.posts()).toHaveLength(1);
  });

  test('a key given back after a refusal: what another replica creates under it meanwhile is remembered', async () => {
    const unico = await till();
    const { send } = counting(unico);
    const [one, other] = [await startCreations(), await startCreations()];
    const refusing = async (): Promise<Process> => {
      redis.freeze();
      throw refusal;
    };
    await expect(one.create(creation, nothing, refusing, callOptionsOf())).rejects.toBe(refusal);
    redis.thaw();
    // The key is free as soon as Redis goes on, while the first replica still tries to give it back.
    expect(await untilGuarded(() => other.create(creation, nothing, send, callOptionsOf()))).toMatchObject({
      kind: 'created',
    });
    await one.flush();
    for (const each of [other, one]) {
      expect(await untilGuarded(() => each.create(creation, nothing, send, callOptionsOf()))).toMatchObject({
        kind: 'replayed',
        id: unico.created[0],
      });
    }
    expect(unico.posts()).toHaveLength(1);
  });
});
