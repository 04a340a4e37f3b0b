import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { SqliteStore } from '../../../../src/storage/sqlite-store.ts';
import type { Store } from '../../../../src/storage/store.ts';
import { Encryptor } from '../../../../src/storage/encryption/encryptor.ts';
import { apiError } from '../../../support/bodies.ts';
import { create, failedWith, startTill, type Till } from '../../../support/creation.ts';
import { startSubgraph, type Subgraph } from '../../../support/subgraph.ts';
import { unicoOf } from '../../../support/unico.ts';
import type { Reply } from '../../../support/upstream.ts';

let running = new AsyncDisposableStack();

afterEach(async () => {
  await running.disposeAsync();
  running = new AsyncDisposableStack();
});

const JOURNEY = { journey: { flow: 'id', callbackUri: '/' } };

/** What to do about it has to be said, because nobody but a human can do it. */
const ADVICE = /may exist and be billed.*portal of Unico.*new key/;

const VAULT = new Encryptor([randomDataKey()], 'lost');

/** A store that can be closed and opened again, as a restart does. */
function sqlite(): () => Store {
  const dir = mkdtempSync(join(tmpdir(), 'lost-'));
  running.defer(() => rmSync(dir, { recursive: true }));
  return () => {
    const store = new SqliteStore(join(dir, 'store.sqlite'));
    running.defer(() => store.close().catch(() => {}));
    return store;
  };
}

async function till(reply: Reply): Promise<Till> {
  // Only the first is answered like that: a second one would be a success, and seen.
  const unico = await startTill((place) => (place === 0 ? reply : null));
  running.defer(() => unico.close());
  return unico;
}

async function replica(unico: Till, store: Store, requestTimeoutMs = 5_000): Promise<Subgraph> {
  const subgraph = await startSubgraph(unicoOf(unico), { store, encryptor: VAULT, requestTimeoutMs });
  running.defer(() => subgraph.close());
  return subgraph;
}

type Lost = { reply: Reply; code?: string; timeMs?: number };

/** Every way in which the answer to a POST that may have been carried out does not come, or says nothing. */
const LOST: [string, Lost][] = [
  ['the connection is dropped', { reply: 'drop' }],
  ['the connection is dropped in the middle of the body', { reply: 'drop in the middle of the body' }],
  ['no answer comes while there is time', { reply: 'never answer', timeMs: 1_000 }],
  ['no body comes while there is time', { reply: 'never send the body', timeMs: 1_000 }],
  ['500', { reply: { status: 500, body: apiError('99999') } }],
  ['502 of a proxy', { reply: { status: 502, body: '<html></html>' } }],
  ['503', { reply: { status: 503, headers: { 'retry-after': '1' } } }],
  ['504', { reply: { status: 504 } }],
  ['408 of a proxy', { reply: { status: 408 } }],
  ['200 that is not JSON', { reply: { body: '<html></html>' }, code: 'UPSTREAM_CONTRACT' }],
  ['200 with nothing', { reply: { body: '' }, code: 'UPSTREAM_CONTRACT' }],
  ['200 without an id', { reply: { body: { status: 3 } }, code: 'UPSTREAM_CONTRACT' }],
  [
    '200 with an id of another form',
    { reply: { body: { id: '../x', status: 3 } }, code: 'UPSTREAM_CONTRACT' },
  ],
  ['a redirect', { reply: { status: 302, headers: { location: '/' } }, code: 'UPSTREAM_CONTRACT' }],
  ['204', { reply: { status: 204 }, code: 'UPSTREAM_CONTRACT' }],
  [
    '200 larger than can be read',
    { reply: { body: { id: 'x'.repeat(3 * 1024 * 1024) } }, code: 'UPSTREAM_CONTRACT' },
  ],
];

describe('a creation whose answer is lost is never sent again under its key, by whoever asks', () => {
  test.each(LOST)('%s', async (_, { reply, code = 'OUTCOME_UNKNOWN', timeMs }) => {
    const open = sqlite();
    const store = open();
    const unico = await till(reply);
    const first = await replica(unico, store, timeMs);
    expect(await create(first.url, 'k')).toMatchObject(failedWith(code));

    const unknown = {
      ...failedWith('OUTCOME_UNKNOWN'),
      problem: { message: expect.stringMatching(ADVICE), field: ['idempotencyKey'], retryable: false },
    };
    expect(await create(first.url, 'k')).toMatchObject(unknown);
    expect(await create((await replica(unico, open())).url, 'k')).toMatchObject(unknown);
    await store.close();
    const restarted = await replica(unico, open());
    for (let attempt = 0; attempt < 3; attempt += 1)
      expect(await create(restarted.url, 'k')).toMatchObject(unknown);
    expect(unico.posts()).toHaveLength(1);
    // What is lost is this creation alone.
    expect(await create(restarted.url, 'another')).toMatchObject({ id: unico.created[0], replayed: false });
  });

  test.each([
    ['dropped', 'drop'],
    ['500', { status: 500 }],
    ['200 without an id', { body: { process: {} } }],
  ] satisfies [string, Reply][])('nor is a journey (%s)', async (_, reply) => {
    const unico = await till(reply);
    const { url } = await replica(unico, sqlite()());
    expect((await create(url, 'k', JOURNEY)).id).toBeNull();
    expect(await create(url, 'k', JOURNEY)).toMatchObject(failedWith('OUTCOME_UNKNOWN'));
    expect(unico.posts()).toHaveLength(1);
  });

  test('the first to lose it is told what to do, and not to repeat it', async () => {
    const unico = await till('drop');
    const { url } = await replica(unico, sqlite()());
    const { problem } = await create(url, 'k');
    expect(problem).toMatchObject({ message: expect.stringMatching(ADVICE), retryable: false });
  });

  test('an answer that comes after the time of the operation changes nothing: it is heard by nobody', async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const unico = await startTill(async () => {
      await answered;
      return null;
    });
    running.defer(() => unico.close());
    const { url } = await replica(unico, sqlite()(), 1_000);
    expect(await create(url, 'k')).toMatchObject(failedWith('OUTCOME_UNKNOWN'));
    answer();
    await expect.poll(() => unico.created.length).toBe(1);
    expect(await create(url, 'k')).toMatchObject(failedWith('OUTCOME_UNKNOWN'));
    expect(unico.posts()).toHaveLength(1);
  });
});
