import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { ABSENT_ID, apiError } from '../../../support/bodies.ts';
import {
  create,
  createdAs,
  failedWith,
  onboarding,
  replayedAs,
  startBillingUpstream,
  startReplicaOf,
} from '../../../support/creation.ts';
import type { Reply } from '../../../support/upstream.ts';

const SUBJECT = { code: '12345678909', name: 'Luke Skywalker' };

describe('IdempotentCreations, a creation that certainly created nothing', () => {
  const refusals: [string, Reply, string][] = [
    ['400 with a code', { status: 400, body: apiError('20507') }, 'SUBJECT_CODE_INVALID'],
    ['400 without a body', { status: 400 }, 'BAD_USER_INPUT'],
    ['400 about our own headers', { status: 400, body: apiError('20002') }, 'UPSTREAM_UNAUTHORIZED'],
    ['401', { status: 401 }, 'UPSTREAM_UNAUTHORIZED'],
    ['403', { status: 403, body: apiError('10201') }, 'UPSTREAM_UNAUTHORIZED'],
    ['404', { status: 404, body: apiError('50001') }, 'NOT_FOUND'],
    ['409', { status: 409, body: apiError('20073') }, 'CONFLICT'],
    ['422', { status: 422 }, 'BAD_USER_INPUT'],
    ['429', { status: 429, headers: { 'retry-after': '1' } }, 'RATE_LIMITED'],
  ];

  test.each(refusals)(
    'a creation that Unico refuses releases its key, and the next attempt is sent: %s',
    async (_, refusal, code) => {
      const unico = await startBillingUpstream((place) => (place === 0 ? refusal : null));
      const { url } = await startReplicaOf(unico);
      expect(await create(url, 'k')).toMatchObject(failedWith(code));
      expect(unico.posts()).toHaveLength(1);
      expect(await create(url, 'k')).toMatchObject(createdAs(unico.created[0]));
      expect(await create(url, 'k')).toMatchObject(replayedAs(unico.created[0]));
      expect(unico.posts()).toHaveLength(2);
    },
  );

  test('the key of a refused creation may be used for another input', async () => {
    const unico = await startBillingUpstream((place) =>
      place === 0 ? { status: 400, body: apiError('20507') } : null,
    );
    const { url } = await startReplicaOf(unico);
    await create(url, 'k');
    const corrected = onboarding({ subject: { ...SUBJECT, code: '73689290074' } });
    expect(await create(url, 'k', corrected)).toMatchObject(createdAs(unico.created[0]));
    expect(await create(url, 'k')).toMatchObject(failedWith('IDEMPOTENCY_KEY_REUSED'));
  });

  test('a creation that cannot connect to Unico releases its key, and the next attempt is sent', async () => {
    const store = new MemoryStore();
    const gone = await startBillingUpstream();
    await gone.close();
    const cutOff = await startReplicaOf(gone, { store });
    expect(await create(cutOff.url, 'k')).toMatchObject(failedWith('UPSTREAM_UNAVAILABLE'));
    const unico = await startBillingUpstream();
    const { url } = await startReplicaOf(unico, { store });
    expect(await create(url, 'k')).toMatchObject(createdAs(unico.created[0]));
  });

  const wrong: [string, object][] = [
    ['an invalid CPF', onboarding({ subject: { ...SUBJECT, code: '12345678901' } })],
    ['an invalid image', onboarding({ imageBase64: 'AAAA' })],
    ['a malformed SDK token', onboarding({ imageBase64: 'a.b' })],
  ];

  test.each(wrong)(
    'the key of an input that fails validation may be used for the corrected input: %s',
    async (_, input) => {
      const unico = await startBillingUpstream();
      const { url } = await startReplicaOf(unico);
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const { id, replayed, problem } = await create(url, 'k', input);
        expect({ id, replayed }).toEqual({ id: null, replayed: false });
        expect(problem?.field?.slice(0, 2)).toEqual(['input', 'onboarding']);
      }
      expect(unico.posts()).toEqual([]);
      expect(await create(url, 'k')).toMatchObject(createdAs(unico.created[0]));
      expect(unico.posts()).toHaveLength(1);
    },
  );

  test('a malformed key is refused each time and nothing is sent', async () => {
    const unico = await startBillingUpstream();
    const { url } = await startReplicaOf(unico);
    for (const key of ['', ABSENT_ID.repeat(4), 'with space']) {
      expect(await create(url, key)).toMatchObject(failedWith('IDEMPOTENCY_KEY_INVALID'));
      expect(await create(url, key)).toMatchObject(failedWith('IDEMPOTENCY_KEY_INVALID'));
    }
    expect(unico.posts()).toEqual([]);
  });
});
