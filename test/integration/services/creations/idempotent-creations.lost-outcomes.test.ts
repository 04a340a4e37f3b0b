import { describe, expect, onTestFinished, test } from 'vitest';
import { SqliteStore } from '../../../../src/storage/sqlite/sqlite-store.ts';
import type { Store } from '../../../../src/storage/store.ts';
import { apiError } from '../../../support/bodies.ts';
import {
  create,
  failedWith,
  startBillingUpstream,
  startHeldUpstream,
  startReplicaOf,
  type BillingUpstream,
} from '../../../support/creation.ts';
import { tempFile } from '../../../support/stores.ts';
import type { Reply } from '../../../support/upstream.ts';

const JOURNEY = { journey: { flow: 'id', callbackUri: '/' } };

/** The message says what to do, because only a human can do it. */
const ADVICE = /may exist and be billed.*portal of Unico.*new key/;

/** Opens one SQLite file again and again, as restarts do. */
function sqlite(): () => Store {
  const file = tempFile();
  return () => {
    const store = new SqliteStore(file);
    // A test that restarts has closed it before.
    onTestFinished(() => store.close().catch(() => {}));
    return store;
  };
}

/** An upstream that gives `reply` once: a second POST would be a success, and visible. */
function upstreamWith(reply: Reply): Promise<BillingUpstream> {
  return startBillingUpstream((place) => (place === 0 ? reply : null));
}

type Lost = { reply: Reply; timeMs?: number };

/** Every way to lose the response to a POST that Unico may have carried out. */
const LOST: [string, Lost][] = [
  ['the connection is dropped', { reply: 'drop' }],
  ['the connection is dropped in the middle of the body', { reply: 'drop in the middle of the body' }],
  ['no response before the timeout', { reply: 'never answer', timeMs: 1_000 }],
  ['no body before the timeout', { reply: 'never send the body', timeMs: 1_000 }],
  ['500', { reply: { status: 500, body: apiError('99999') } }],
  ['502 of a proxy', { reply: { status: 502, body: '<html></html>' } }],
  ['503', { reply: { status: 503, headers: { 'retry-after': '1' } } }],
  ['504', { reply: { status: 504 } }],
  ['408 of a proxy', { reply: { status: 408 } }],
  ['200 that is not JSON', { reply: { body: '<html></html>' } }],
  ['200 with an empty body', { reply: { body: '' } }],
  ['200 without an id', { reply: { body: { status: 3 } } }],
  ['200 with a malformed id', { reply: { body: { id: '../x', status: 3 } } }],
  ['a redirect', { reply: { status: 302, headers: { location: '/' } } }],
  ['204', { reply: { status: 204 } }],
  ['200 with a body above the limit', { reply: { body: { id: 'x'.repeat(3 * 1024 * 1024) } } }],
];

describe('IdempotentCreations, a creation whose response is lost', () => {
  test.each(LOST)(
    'a creation whose response is lost is never sent again under its key: %s',
    async (_, { reply, timeMs }) => {
      const open = sqlite();
      const store = open();
      const unico = await upstreamWith(reply);
      const requestTimeoutMs = timeMs ?? 5_000;
      const first = await startReplicaOf(unico, { store, requestTimeoutMs });
      expect(await create(first.url, 'k')).toMatchObject(failedWith('OUTCOME_UNKNOWN'));

      const unknown = {
        ...failedWith('OUTCOME_UNKNOWN'),
        problem: { message: expect.stringMatching(ADVICE), field: ['idempotencyKey'], retryable: false },
      };
      expect(await create(first.url, 'k')).toMatchObject(unknown);
      expect(await create((await startReplicaOf(unico, { store: open() })).url, 'k')).toMatchObject(unknown);
      await store.close();
      const restarted = await startReplicaOf(unico, { store: open() });
      for (let attempt = 0; attempt < 3; attempt += 1)
        expect(await create(restarted.url, 'k')).toMatchObject(unknown);
      expect(unico.posts()).toHaveLength(1);
      // Only this creation is lost.
      expect(await create(restarted.url, 'another')).toMatchObject({ id: unico.created[0], replayed: false });
    },
  );

  test.each([
    ['dropped', 'drop'],
    ['500', { status: 500 }],
    ['200 without an id', { body: { process: {} } }],
  ] satisfies [string, Reply][])(
    'a journey whose response is lost is never sent again under its key: %s',
    async (_, reply) => {
      const unico = await upstreamWith(reply);
      const { url } = await startReplicaOf(unico, { store: sqlite()() });
      expect((await create(url, 'k', JOURNEY)).id).toBeNull();
      expect(await create(url, 'k', JOURNEY)).toMatchObject(failedWith('OUTCOME_UNKNOWN'));
      expect(unico.posts()).toHaveLength(1);
    },
  );

  test('the caller whose response is lost gets the advice to look in the portal of Unico and not to retry', async () => {
    const unico = await upstreamWith('drop');
    const { url } = await startReplicaOf(unico, { store: sqlite()() });
    const { problem } = await create(url, 'k');
    expect(problem).toMatchObject({ message: expect.stringMatching(ADVICE), retryable: false });
  });

  test('a response after the deadline of the operation leaves the outcome unknown', async () => {
    const { unico, answer } = await startHeldUpstream();
    const { url } = await startReplicaOf(unico, { store: sqlite()(), requestTimeoutMs: 1_000 });
    expect(await create(url, 'k')).toMatchObject(failedWith('OUTCOME_UNKNOWN'));
    answer();
    await expect.poll(() => unico.created.length).toBe(1);
    expect(await create(url, 'k')).toMatchObject(failedWith('OUTCOME_UNKNOWN'));
    expect(unico.posts()).toHaveLength(1);
  });
});
