import { describe, expect, test } from 'vitest';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { Encryptor } from '../../../../src/storage/encryption/encryptor.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { OTHER_ID } from '../../../support/bodies.ts';
import {
  create,
  IMAGE,
  IMAGE_REFERENCE,
  PROCESS_REFERENCE,
  SUBJECT,
  failedWith,
  onboarding,
  replayedAs,
  startBillingUpstream,
  startHeldUpstream,
  startReplicaOf,
} from '../../../support/creation.ts';
import { jwt } from '../../../support/images.ts';

/** Of each form: an input, and the same input with its properties in another order and `null` for properties that are left out. */
const FORMS: [string, object, object][] = [
  [
    'onboarding',
    { onboarding: { subject: { ...SUBJECT, gender: 'M' }, imageBase64: IMAGE } },
    {
      onboarding: {
        imageBase64: IMAGE,
        useCase: null,
        subject: { phone: null, gender: 'M', name: SUBJECT.name, code: SUBJECT.code, birthDate: null },
      },
    },
  ],
  [
    'transactional',
    { transactional: { references: [PROCESS_REFERENCE, IMAGE_REFERENCE], imageBase64: IMAGE } },
    {
      transactional: {
        imageBase64: IMAGE,
        subject: null,
        referenceProcessId: null,
        subsidiaryId: null,
        references: [PROCESS_REFERENCE, IMAGE_REFERENCE].map(({ referenceType, referenceContent }) => ({
          referenceContent,
          referenceType,
        })),
      },
    },
  ],
  [
    'document',
    {
      document: {
        subject: { ...SUBJECT, duiType: 'BR_CPF' },
        purpose: 'fgts',
        authProcessId: OTHER_ID,
        files: [IMAGE],
      },
    },
    {
      document: {
        files: [IMAGE],
        documentId: null,
        authProcessId: OTHER_ID,
        purpose: 'fgts',
        subject: { email: null, duiType: 'BR_CPF', ...SUBJECT },
      },
    },
  ],
  [
    'ageVerification',
    { ageVerification: { subject: {}, imageBase64: IMAGE } },
    { ageVerification: { useCase: null, imageBase64: IMAGE, subject: { code: null, name: null } } },
  ],
  [
    'journey',
    { journey: { flow: 'id', callbackUri: '/', person: { duiType: 'BR_CPF', duiValue: '12345678909' } } },
    {
      journey: {
        person: { duiValue: '12345678909', email: null, duiType: 'BR_CPF' },
        references: null,
        callbackUri: '/',
        expiresIn: null,
        flow: 'id',
      },
    },
  ],
];

describe('IdempotentCreations, a key that is used again', () => {
  test.each(FORMS)(
    'a creation that is repeated with its key is sent once and replayed: %s',
    async (_, input) => {
      const unico = await startBillingUpstream();
      const { url } = await startReplicaOf(unico);
      expect(await create(url, 'k', input)).toMatchObject({ id: expect.any(String), replayed: false });
      expect(await create(url, 'k', input)).toMatchObject(replayedAs(unico.created[0]));
      expect(unico.posts()).toHaveLength(1);
    },
  );

  test.each(FORMS)(
    'a repeated input is the same input with its properties in another order or null instead of absent: %s',
    async (_, input, same) => {
      const unico = await startBillingUpstream();
      const { url } = await startReplicaOf(unico);
      await create(url, 'k', input);
      expect(await create(url, 'k', same)).toMatchObject(replayedAs(unico.created[0]));
      expect(unico.posts()).toHaveLength(1);
    },
  );

  test('two equal creations in one operation, with inline inputs, are sent once', async () => {
    const unico = await startBillingUpstream();
    const { ask, url } = await startReplicaOf(unico);
    const { data } = await ask(`mutation {
      one: createProcess(idempotencyKey: "k", input: { journey: { flow: "id", callbackUri: "/" } }) { process { id } replayed }
      two: createProcess(idempotencyKey: "k", input: { journey: { callbackUri: "/", flow: "id" } }) { process { id } replayed }
    }`);
    const [id] = unico.created;
    expect(data).toEqual({
      one: { process: { id }, replayed: false },
      two: { process: { id }, replayed: true },
    });
    expect(await create(url, 'k', { journey: { flow: 'id', callbackUri: '/' } })).toMatchObject(
      replayedAs(id),
    );
    expect(unico.posts()).toHaveLength(1);
  });

  test('keys that differ only in upper and lower case are different keys', async () => {
    const unico = await startBillingUpstream();
    const { url } = await startReplicaOf(unico);
    for (const key of ['k', 'K', 'k2'])
      expect(await create(url, key)).toMatchObject({ replayed: false, code: null });
    expect(unico.posts()).toHaveLength(3);
  });

  test('a creation in flight is replayed to a second caller although the first caller has disconnected', async () => {
    const { unico, arrived, answer } = await startHeldUpstream();
    const { url } = await startReplicaOf(unico);
    const client = new AbortController();
    const query = `mutation ($input: CreateProcessInput!) { createProcess(idempotencyKey: "k", input: $input) { replayed } }`;
    const disconnected = fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { input: onboarding() } }),
      signal: client.signal,
    }).catch(() => 'disconnected');
    await arrived;
    const second = create(url, 'k');
    client.abort();
    expect(await disconnected).toBe('disconnected');
    answer();
    expect(await second).toMatchObject(replayedAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });

  test('a creation is replayed although the SDK token in its input has expired since', async () => {
    const expired = { status: 400, body: { error: { code: '10507', description: '' } } };
    const unico = await startBillingUpstream((place) => (place === 0 ? null : expired));
    const { url } = await startReplicaOf(unico);
    const input = onboarding({ imageBase64: jwt({ iat: Math.floor(Date.now() / 1000) }) });
    await create(url, 'k', input);
    expect(await create(url, 'another', input)).toMatchObject(failedWith('SDK_TOKEN_EXPIRED'));
    expect(await create(url, 'k', input)).toMatchObject(replayedAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(2);
  });

  test('a creation is replayed after a rotation of the data key, and is not sent twice during the rotation', async () => {
    const store = new MemoryStore();
    const [older, newer] = [randomDataKey(), randomDataKey()];
    const unico = await startBillingUpstream();
    const before = await startReplicaOf(unico, { store, encryptor: new Encryptor([older], 'creations') });
    await create(before.url, 'k');
    const after = await startReplicaOf(unico, {
      store,
      encryptor: new Encryptor([newer, older], 'creations'),
    });
    expect(await create(after.url, 'k')).toMatchObject(replayedAs(unico.created[0]));
    // During the rollout, a replica with the older key cannot read the record of a newer one, and does not create.
    await create(after.url, 'new');
    expect(await create(before.url, 'new')).toMatchObject(failedWith('IDEMPOTENCY_UNAVAILABLE'));
    expect(unico.posts()).toHaveLength(2);
  });
});
