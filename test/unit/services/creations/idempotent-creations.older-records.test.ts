import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  IdempotentCreations,
  type CreationResult,
  type IdempotentCreationsOptions,
} from '../../../../src/services/creations/idempotent-creations.ts';
import type { Owner } from '../../../../src/domain/caller.ts';
import type { ProcessCreation, Transactional } from '../../../../src/domain/process-creation.ts';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { EncryptedCollection } from '../../../../src/storage/encrypted-collection.ts';
import { Encryptor } from '../../../../src/storage/encryption/encryptor.ts';
import { NO_PROMISES } from '../../../support/promises.ts';
import { callOptionsOf } from '../../../support/call-options.ts';
import { clientOwner, DEPLOYMENT, keyOf, partnerOwner, userOwner } from '../../../support/owners.ts';

/** The digest as the first version computed it, from one text: records of the last thirty days contain it. */
function digestOfFirstVersion(input: ProcessCreation): string {
  const text = JSON.stringify(input, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(text).digest('base64');
}

const image = (): string => randomBytes(600_000).toString('base64');
const reference = (referenceContent: string): object => ({
  referenceType: 'REFERENCE_TYPE_IMAGE_BASE64',
  referenceContent,
});

const IMAGES = {
  kind: 'transactional',
  subject: { name: 'Padmé "Ñ" \u2028😀', code: '12345678909' },
  references: [reference(image()), reference(image())],
  imageBase64: image(),
} as Transactional;

const INPUTS: [string, ProcessCreation, ProcessCreation][] = [
  ['images', IMAGES, { ...IMAGES, imageBase64: image() }],
  ['images in another order', IMAGES, { ...IMAGES, references: IMAGES.references?.toReversed() ?? [] }],
  [
    'a long text that is not base64',
    { ...IMAGES, imageBase64: '"\n'.repeat(20_000) },
    { ...IMAGES, imageBase64: '"\n'.repeat(20_001) },
  ],
  [
    'a journey',
    { kind: 'journey', flow: 'id', callbackUri: '/', person: { phone: '1', email: 'a@b' } },
    { kind: 'journey', flow: 'id', callbackUri: '/', person: { phone: '1', email: 'a@c' } },
  ],
];

const idempotencyKey = keyOf('k');
/** Older versions stored a record under the key alone. */
const FORMER_ID = 'k';

/** Each kind of owner. Older versions had none. */
const OWNERS = [
  DEPLOYMENT,
  clientOwner('orders-web'),
  userOwner('orders-web', 'luke'),
  partnerOwner('acme'),
] as const;

/** A client that must not send, because the key was used. */
const SENDS_NOTHING: IdempotentCreationsOptions['unico'] = {
  validateCreation: () => [],
  createProcess() {
    throw new Error('sent although the key was used');
  },
};

/** A client that loses the response to what it sends. */
const LOSES_RESPONSE: IdempotentCreationsOptions['unico'] = {
  validateCreation: () => [],
  createProcess: () => Promise.reject(new Error('lost')),
};

function start(unico: IdempotentCreationsOptions['unico'] = SENDS_NOTHING) {
  const [store, encryptor] = [new MemoryStore(), new Encryptor([randomDataKey()], 'older versions')];
  const collection = new EncryptedCollection<Record<string, unknown>>(store, encryptor, {
    kind: 'creation.1',
    durability: 'durable',
  });
  const contracts = ['IDCLOUD', 'PROCESSES_V1'] as const;
  const creations = new IdempotentCreations({ promises: NO_PROMISES, unico, store, encryptor, contracts });
  const create = (input: ProcessCreation, owner: Owner = DEPLOYMENT): Promise<CreationResult> =>
    creations.create({ owner, idempotencyKey, input }, callOptionsOf());
  return { store, encryptor, collection, create };
}

test('a record of an older version that cannot be decrypted keeps its key from being used, by any owner', async () => {
  const { store, encryptor, create } = start();
  const names = encryptor.storageKeys({ kind: 'creation.1', id: FORMER_ID });
  await store.set(names, Buffer.from('encrypted with a key that is not in use'), { ttlMs: 60_000 });
  for (const owner of OWNERS) {
    expect(await create({ kind: 'journey', flow: 'id', callbackUri: '/' }, owner)).toMatchObject({
      kind: 'key-problem',
      problem: { code: 'IDEMPOTENCY_UNAVAILABLE' },
    });
  }
});

describe.each(INPUTS)('IdempotentCreations, records of older versions for %s', (name, input, other) => {
  const reused = { kind: 'key-problem', problem: { code: 'IDEMPOTENCY_KEY_REUSED' } };
  const properties = Object.entries(input).toReversed();

  test.each([
    ['done', { id: randomUUID(), source: 'PROCESSES_V1' }, { kind: 'replayed' }],
    ['unknown', {}, { kind: 'key-problem', problem: { code: 'OUTCOME_UNKNOWN' } }],
    ['in-flight', { until: 0 }, { kind: 'key-problem', problem: { code: 'OUTCOME_UNKNOWN' } }],
  ])(
    `a record of an older version decides a repeated creation of every owner (${name}): %s`,
    async (state, more, expected) => {
      const { encryptor, collection, create } = start();
      const fingerprint = encryptor.fingerprint(digestOfFirstVersion(input));
      await collection.set(FORMER_ID, { state, fingerprint, ...more }, 60_000);
      for (const owner of OWNERS) {
        expect(await create(input, owner)).toMatchObject(expected);
        expect(await create(Object.fromEntries(properties) as ProcessCreation, owner)).toMatchObject(
          expected,
        );
        expect(await create(other, owner)).toMatchObject(reused);
      }
    },
  );

  test(`the fingerprint of an input is the one that older versions compute (${name})`, async () => {
    const { encryptor, collection, create } = start(LOSES_RESPONSE);
    await expect(create(input)).rejects.toThrow('lost');
    const record = await collection.get(FORMER_ID);
    expect(encryptor.matches(String(record?.['fingerprint']), digestOfFirstVersion(input))).toBe(true);
    expect(encryptor.matches(String(record?.['fingerprint']), digestOfFirstVersion(other))).toBe(false);
  });
});
