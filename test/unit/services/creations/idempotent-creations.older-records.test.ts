import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  createIdempotentCreations,
  type CreationResult,
  type IdempotentCreations,
} from '../../../../src/services/creations/idempotent-creations.ts';
import { parseIdempotencyKey } from '../../../../src/domain/idempotency-key.ts';
import type { ProcessCreation, Transactional } from '../../../../src/domain/process-creation.ts';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { EncryptedCollection } from '../../../../src/storage/encrypted-collection.ts';
import { Encryptor } from '../../../../src/storage/encryption/encryptor.ts';
import { callOptionsOf } from '../../../support/call-options.ts';

/** The digest as the first version made it, out of one text: it stands in the records of thirty days. */
function digestOfOld(input: ProcessCreation): string {
  const text = JSON.stringify(input, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : member,
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
  [
    'images, the same in another order',
    IMAGES,
    { ...IMAGES, references: IMAGES.references?.toReversed() ?? [] },
  ],
  [
    'a long text that is no base64',
    { ...IMAGES, imageBase64: '"\n'.repeat(20_000) },
    { ...IMAGES, imageBase64: '"\n'.repeat(20_001) },
  ],
  [
    'a journey',
    { kind: 'journey', flow: 'id', callbackUri: '/', person: { phone: '1', email: 'a@b' } },
    { kind: 'journey', flow: 'id', callbackUri: '/', person: { phone: '1', email: 'a@c' } },
  ],
];

const KEY = parseIdempotencyKey('k');
if (KEY === null) throw new Error('k is no key');
const idempotencyKey = KEY;

const send = (): never => {
  throw new Error('sent, though its key was used');
};

/** What a creation comes to that must not be sent. */
async function comesTo(creations: IdempotentCreations, input: ProcessCreation): Promise<CreationResult> {
  return creations.create({ idempotencyKey, input }, () => [], send, callOptionsOf());
}

function start() {
  const [store, encryptor] = [new MemoryStore(), new Encryptor([randomDataKey()], 'older versions')];
  const collection = new EncryptedCollection<Record<string, unknown>>(store, encryptor, {
    kind: 'creation.1',
    durability: 'durable',
  });
  return { encryptor, collection, creations: createIdempotentCreations(store, encryptor) };
}

describe.each(INPUTS)('a creation under a key that an older version has used for %s', (_, input, other) => {
  const reused = { kind: 'key-problem', problem: { code: 'IDEMPOTENCY_KEY_REUSED' } };
  const members = Object.entries(input).toReversed();

  test.each([
    ['done', { id: randomUUID(), source: 'PROCESSES_V1' }, { kind: 'replayed' }],
    ['unknown', {}, { kind: 'key-problem', problem: { code: 'OUTCOME_UNKNOWN' } }],
    ['in-flight', { until: 0 }, { kind: 'key-problem', problem: { code: 'OUTCOME_UNKNOWN' } }],
  ])('and which is %s', async (state, more, expected) => {
    const { encryptor, collection, creations } = start();
    const fingerprint = encryptor.fingerprint(digestOfOld(input));
    await collection.set(idempotencyKey, { state, fingerprint, ...more }, 60_000);
    expect(await comesTo(creations, input)).toMatchObject(expected);
    expect(await comesTo(creations, Object.fromEntries(members) as ProcessCreation)).toMatchObject(expected);
    expect(await comesTo(creations, other)).toMatchObject(reused);
  });

  test('is known to the older version too, while both run', async () => {
    const { encryptor, collection, creations } = start();
    const lost = creations.create(
      { idempotencyKey, input },
      () => [],
      () => Promise.reject(new Error('lost')),
      callOptionsOf(),
    );
    await expect(lost).rejects.toThrow('lost');
    const record = await collection.get(idempotencyKey);
    expect(encryptor.matches(String(record?.['fingerprint']), digestOfOld(input))).toBe(true);
    expect(encryptor.matches(String(record?.['fingerprint']), digestOfOld(other))).toBe(false);
  });
});
