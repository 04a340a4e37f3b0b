import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createClient, RESP_TYPES } from 'redis';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { selfie, selfieBase64 } from '../../../../sandbox/lib/selfie.ts';
import { EncryptedCollection } from '../../../../src/storage/encrypted-collection.ts';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { Encryptor } from '../../../../src/storage/encryption/encryptor.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { openRedis } from '../../../../src/storage/redis/open-redis.ts';
import { SqliteStore } from '../../../../src/storage/sqlite/sqlite-store.ts';
import type { Store } from '../../../../src/storage/store.ts';
import { create, onboarding, startBillingUpstream, startReplicaOf } from '../../../support/creation.ts';
import { gate } from '../../../support/gate.ts';
import { startRedis } from '../../../support/redis.ts';
import { tempDirectory } from '../../../support/stores.ts';

const KEY = 'order-4711-of-luke';
const SUBJECT = {
  code: '12345678909',
  name: 'Luke Skywalker',
  birthDate: '2000-05-20',
  email: 'luke@example.com',
  phone: '5519725570707',
};
const INPUT = onboarding({ subject: SUBJECT });
/** The middle of the image, because all PNGs start with the same bytes. */
const [MIDDLE, BASE64] = [selfie().subarray(200, 232), selfieBase64().slice(400, 440)];
const SECRETS = [KEY, ...Object.values(SUBJECT), 'Skywalker', BASE64];

function secretsIn(bytes: Buffer): string[] {
  const found = SECRETS.filter((secret) => bytes.includes(secret));
  return bytes.includes(MIDDLE) ? [...found, 'the image'] : found;
}

const DAY = 24 * 60 * 60 * 1000;

/** The storage keys of the creation that succeeds and of the one that is lost. */
function storageKeysIn(encryptor: Encryptor): [string, string] {
  const keyOf = (id: string): string => encryptor.storageKeys({ kind: 'creation.1', id })[0] ?? '';
  return [keyOf(KEY), keyOf(`${KEY}-lost`)];
}

/** Calls `look` while a creation is in flight, after it is done, and after another one is lost. */
async function inEveryState(
  store: Store,
  encryptor: Encryptor,
  look: (state: string) => Promise<void>,
): Promise<void> {
  const [arrived, answered] = [gate(), gate()];
  const unico = await startBillingUpstream(async (place) => {
    if (place === 0) {
      arrived.open();
      await answered.opened;
    }
    return place === 1 ? 'drop' : null;
  });
  const subgraph = await startReplicaOf(unico, { store, encryptor });
  const first = create(subgraph.url, KEY, INPUT);
  await arrived.opened;
  await look('in flight');
  answered.open();
  await first;
  await look('done');
  await create(subgraph.url, `${KEY}-lost`, INPUT);
  await look('unknown');
}

describe('IdempotentCreations, the stored record of a creation', () => {
  test('a stored record in SQLite contains no image, no person and no key, in any state', async () => {
    const dir = tempDirectory();
    const store = new SqliteStore(join(dir, 'store.sqlite'));
    onTestFinished(() => store.close());
    const found: Record<string, string[]> = {};
    await inEveryState(store, new Encryptor([randomDataKey()], 'at rest'), async (state) => {
      const files = readdirSync(dir).map((name) => readFileSync(join(dir, name)));
      const bytes = Buffer.concat(files);
      // Proves that the search sees what is written.
      expect(bytes.includes('creation.1:')).toBe(true);
      found[state] = secretsIn(bytes);
    });
    expect(found).toEqual({ 'in flight': [], done: [], unknown: [] });
  });

  test('a stored record in Redis contains no image, no person and no key, in any state', async () => {
    const server = await startRedis();
    onTestFinished(() => server.close());
    const store = (await openRedis(server.url)).store;
    onTestFinished(() => store.close());
    const redis = await createClient({ url: server.url }).connect();
    onTestFinished(() => redis.destroy());
    // Compressed values could not be searched.
    await redis.configSet('rdbcompression', 'no');
    const bytes = redis.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
    const found: Record<string, string[]> = {};
    await inEveryState(store, new Encryptor([randomDataKey()], 'at rest'), async (state) => {
      const names = await redis.keys('*');
      expect(names.some((name) => name.startsWith('identity-subgraph:creation.1:'))).toBe(true);
      const values = await Promise.all(names.map((name) => bytes.dump(name)));
      found[state] = secretsIn(Buffer.concat([Buffer.from(names.join()), ...values]));
    });
    expect(found).toEqual({ 'in flight': [], done: [], unknown: [] });
  });

  test('a decrypted record contains no image, no person and no key, in any state', async () => {
    const store = new MemoryStore();
    const encryptor = new Encryptor([randomDataKey()], 'at rest');
    const collection = new EncryptedCollection<object>(store, encryptor, { kind: 'creation.1' });
    const records: object[] = [];
    await inEveryState(store, encryptor, async (state) => {
      records.push((await collection.get(state === 'unknown' ? `${KEY}-lost` : KEY)) ?? {});
    });
    expect(records).toMatchObject([{ state: 'in-flight' }, { state: 'done' }, { state: 'unknown' }]);
    expect(secretsIn(Buffer.from(JSON.stringify(records)))).toEqual([]);
  });

  test('a record in SQLite is stored for thirty days from the start and again from the end of its creation', async () => {
    const dir = tempDirectory();
    const file = join(dir, 'store.sqlite');
    const store = new SqliteStore(file);
    onTestFinished(() => store.close());
    const encryptor = new Encryptor([randomDataKey()], 'at rest');
    const [done, lost] = storageKeysIn(encryptor);
    const database = new DatabaseSync(file, { readOnly: true });
    onTestFinished(() => database.close());
    const expiry = database.prepare('SELECT expires_at FROM entries WHERE name = ?');
    const days: number[] = [];
    await inEveryState(store, encryptor, async (state) => {
      const row = expiry.get(state === 'unknown' ? lost : done);
      days.push((Number(row?.['expires_at']) - Date.now()) / DAY);
    });
    expect(days.map((left) => left.toFixed(2))).toEqual(['30.00', '30.00', '30.00']);
  });

  test('a record in Redis is stored for thirty days from the start and again from the end of its creation', async () => {
    const store = (await openRedis(inject('redisUrl'))).store;
    onTestFinished(() => store.close());
    const encryptor = new Encryptor([randomDataKey()], 'at rest');
    const [done, lost] = storageKeysIn(encryptor);
    const redis = await createClient({ url: inject('redisUrl') }).connect();
    onTestFinished(() => redis.destroy());
    const days: number[] = [];
    await inEveryState(store, encryptor, async (state) => {
      days.push((await redis.pTTL(`identity-subgraph:${state === 'unknown' ? lost : done}`)) / DAY);
    });
    expect(days.map((left) => left.toFixed(2))).toEqual(['30.00', '30.00', '30.00']);
  });

  test('no record is stored of a creation that Unico or the validation has refused', async () => {
    const redis = await createClient({ url: inject('redisUrl') }).connect();
    onTestFinished(() => redis.destroy());
    const store = (await openRedis(inject('redisUrl'))).store;
    onTestFinished(() => store.close());
    const encryptor = new Encryptor([randomDataKey()], 'at rest');
    const unico = await startBillingUpstream(() => ({ status: 400 }));
    const subgraph = await startReplicaOf(unico, { store, encryptor });
    expect((await create(subgraph.url, KEY, INPUT)).code).toBe('BAD_USER_INPUT');
    expect((await create(subgraph.url, `${KEY}-lost`, onboarding({ imageBase64: 'AAAA' }))).code).toBe(
      'IMAGE_INVALID',
    );
    expect(await redis.exists(storageKeysIn(encryptor).map((name) => `identity-subgraph:${name}`))).toBe(0);
  });
});
