import { describe, expect, inject, onTestFinished, test } from 'vitest';
import {
  create,
  createWithRetries,
  createdAs,
  failedWith,
  onboarding,
  replayedAs,
  startBillingUpstream,
} from '../support/creation.ts';
import { gate } from '../support/gate.ts';
import { startRedis } from '../support/redis.ts';
import { deployment } from '../support/deployment.ts';
import { tempFile } from '../support/stores.ts';

const sqliteUrl = (): string => `sqlite:${tempFile()}`;

const TEN = Array.from({ length: 10 }, (_, i) => i);

describe('two programs that share a store', () => {
  test.each(['Redis', 'SQLite'])('create once for ten callers of one key (%s)', async (kind) => {
    const unico = await startBillingUpstream();
    const start = deployment(unico, kind === 'Redis' ? inject('redisUrl') : sqliteUrl());
    const [one, other] = await Promise.all([start(), start()]);
    const attempts = await Promise.all(TEN.map((i) => createWithRetries((i % 2 ? one : other).url, 'k')));
    const [id] = unico.created;
    expect(attempts.map((attempt) => attempt.id)).toEqual(TEN.map(() => id));
    expect(attempts.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(unico.posts()).toHaveLength(1);
  });

  test('know of each other: one that is killed leaves the other one to say that nobody knows', async () => {
    const arrived = gate();
    const unico = await startBillingUpstream(() => {
      arrived.open();
      return 'never answer';
    });
    const start = deployment(unico, inject('redisUrl'), { REQUEST_TIMEOUT_MS: '2500' });
    const [one, other] = await Promise.all([start(), start()]);
    const lost = create(one.url, 'k').catch(() => 'cut off');
    await arrived.opened;
    // Somebody is waiting in the other one for what the first is doing.
    const waiting = createWithRetries(other.url, 'k');
    await one.kill();
    expect(await lost).toBe('cut off');
    expect(await waiting).toMatchObject(failedWith('OUTCOME_UNKNOWN'));
    expect(await create(other.url, 'k')).toMatchObject(failedWith('OUTCOME_UNKNOWN'));
    expect(unico.posts()).toHaveLength(1);
  });
});

describe('a program that ends as it should (SIGTERM) while a creation is under way', () => {
  test('finishes it, and it is remembered after the restart, also where its caller has left', async () => {
    const [arrived, answered, leftArrived, leftAnswered] = [gate(), gate(), gate(), gate()];
    const unico = await startBillingUpstream(async (place) => {
      (place === 0 ? arrived : leftArrived).open();
      await (place === 0 ? answered : leftAnswered).opened;
      return null;
    });
    const start = deployment(unico, sqliteUrl());
    const { url, program } = await start();
    const waiting = create(url, 'waiting');
    await arrived.opened;
    const leaving = new AbortController();
    const query = `mutation ($input: CreateProcessInput!) {
      createProcess(idempotencyKey: "left", input: $input) { replayed } }`;
    const left = fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { input: onboarding() } }),
      signal: leaving.signal,
    }).catch(() => 'left');
    await leftArrived.opened;
    leaving.abort();
    expect(await left).toBe('left');
    program.signal('SIGTERM');
    await program.printed('"event":"stopping"');
    answered.open();
    const { id } = await waiting;
    // Nobody waits for anything any more, and the program has had the time to notice.
    await new Promise((resolve) => setTimeout(resolve, 300));
    leftAnswered.open();
    expect(await program.ended).toBe(0);

    const again = await start();
    expect(await create(again.url, 'waiting')).toMatchObject(replayedAs(id ?? ''));
    const repeated = await create(again.url, 'left');
    expect(repeated).toMatchObject({ replayed: true, code: null });
    expect(new Set([id, repeated.id])).toEqual(new Set(unico.created));
    expect(unico.posts()).toHaveLength(2);
  });
});

describe('a program whose Redis dies while a creation is under way', () => {
  test('answers the process, ends only when it is written down, and another program knows it', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    const unico = await startBillingUpstream(async () => {
      await redis.kill();
      return null;
    });
    const start = deployment(unico, redis.url);
    const { url, program } = await start();
    const { id } = await create(url, 'k');
    expect(id).toBe(unico.created[0]);
    program.signal('SIGTERM');
    await program.printed('"event":"stopping"');
    await redis.start();
    expect(await program.ended).toBe(0);
    const again = await start();
    expect(await createWithRetries(again.url, 'k')).toMatchObject(replayedAs(id ?? ''));
    expect(unico.posts()).toHaveLength(1);
  });
});

describe('a program that is told to come back later', () => {
  test('leaves the key free, and sends it once more when it is asked to', async () => {
    const unico = await startBillingUpstream((place) =>
      place === 0 ? { status: 429, headers: { 'retry-after': '1' } } : null,
    );
    const { url } = await deployment(unico, sqliteUrl())();
    expect(await create(url, 'k')).toMatchObject(failedWith('RATE_LIMITED'));
    expect(await create(url, 'k')).toMatchObject(createdAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(2);
  });
});
