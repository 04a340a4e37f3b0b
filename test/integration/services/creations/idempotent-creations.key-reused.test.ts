import { describe, expect, onTestFinished, test } from 'vitest';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { SqliteStore } from '../../../../src/storage/sqlite/sqlite-store.ts';
import {
  create,
  IMAGE,
  IMAGE_REFERENCE,
  PROCESS_REFERENCE,
  SUBJECT,
  createdAs,
  failedWith,
  onboarding,
  replayedAs,
  startBillingUpstream,
  startHeldUpstream,
  startReplicaOf,
} from '../../../support/creation.ts';
import { tempFile } from '../../../support/stores.ts';

describe('IdempotentCreations, a key that was used for another input', () => {
  const reused = {
    ...failedWith('IDEMPOTENCY_KEY_REUSED'),
    problem: { field: ['idempotencyKey'], retryable: false },
  };

  const others: [string, object][] = [
    ['another image', onboarding({}, 1)],
    ['another name', onboarding({ subject: { ...SUBJECT, name: 'Leia Organa' } })],
    ['another person', onboarding({ subject: { ...SUBJECT, code: '73689290074' } })],
    ['one property more', onboarding({ useCase: 'Onboarding' })],
    ['another form', { ageVerification: { subject: SUBJECT, imageBase64: IMAGE } }],
    ['the other contract', { journey: { flow: 'id', callbackUri: '/' } }],
    ['an invalid input', onboarding({ imageBase64: 'no image' })],
  ];

  test.each(others)('a used key is refused with another input, and nothing is sent: %s', async (_, other) => {
    const unico = await startBillingUpstream();
    const { url } = await startReplicaOf(unico);
    await create(url, 'k');
    expect(await create(url, 'k', other)).toMatchObject(reused);
    expect(await create(url, 'k')).toMatchObject(replayedAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });

  test('a used key is refused with the same references in another order, because Unico compares them in order', async () => {
    const unico = await startBillingUpstream();
    const { url } = await startReplicaOf(unico);
    const [first, other] = [
      [PROCESS_REFERENCE, IMAGE_REFERENCE],
      [IMAGE_REFERENCE, PROCESS_REFERENCE],
    ].map((references) => ({ transactional: { references, imageBase64: IMAGE } }));
    await create(url, 'k', first);
    expect(await create(url, 'k', other)).toMatchObject(reused);
    expect(unico.posts()).toHaveLength(1);
  });

  test('the key of a creation in flight is refused with another input, in the same replica and in another one', async () => {
    const { unico, arrived, answer } = await startHeldUpstream();
    const store = new MemoryStore();
    const [one, other] = [await startReplicaOf(unico, { store }), await startReplicaOf(unico, { store })];
    const first = create(one.url, 'k');
    await arrived;
    for (const { url } of [one, other]) {
      expect(await create(url, 'k', onboarding({}, 1))).toMatchObject(reused);
    }
    answer();
    expect(await first).toMatchObject(createdAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });

  test('the key of a creation with an unknown outcome is refused with another input', async () => {
    const unico = await startBillingUpstream(() => ({ status: 500 }));
    const { url } = await startReplicaOf(unico);
    await create(url, 'k');
    expect(await create(url, 'k', onboarding({}, 1))).toMatchObject(reused);
    expect(unico.posts()).toHaveLength(1);
  });

  test('a used key is refused with another input after a restart', async () => {
    const file = tempFile();
    const unico = await startBillingUpstream();
    const store = new SqliteStore(file);
    await create((await startReplicaOf(unico, { store })).url, 'k');
    await store.close();
    const again = new SqliteStore(file);
    onTestFinished(() => again.close());
    const { url } = await startReplicaOf(unico, { store: again });
    expect(await create(url, 'k', onboarding({}, 1))).toMatchObject(reused);
    expect(await create(url, 'k')).toMatchObject(replayedAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });
});
