import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, RESP_TYPES } from 'redis';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { selfie, selfieBase64 } from '../../../../sandbox/lib/selfie.ts';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { openRedis } from '../../../../src/storage/redis/open-redis.ts';
import { EncryptedCollection } from '../../../../src/storage/encrypted-collection.ts';
import { SqliteStore } from '../../../../src/storage/sqlite-store.ts';
import type { Store } from '../../../../src/storage/store.ts';
import { Encryptor } from '../../../../src/storage/encryption/encryptor.ts';
import { create, gate, onboarding, startTill } from '../../../support/creation.ts';
import { startRedis } from '../../../support/redis.ts';
import { startSubgraph } from '../../../support/subgraph.ts';
import { unicoOf } from '../../../support/unico.ts';

let running = new AsyncDisposableStack();

afterEach(async () => {
  await running.disposeAsync();
  running = new AsyncDisposableStack();
});

const KEY = 'order-4711-of-luke';
const SUBJECT = {
  code: '12345678909',
  name: 'Luke Skywalker',
  birthDate: '2000-05-20',
  email: 'luke@example.com',
  phone: '5519725570707',
};
const INPUT = onboarding({ subject: SUBJECT });
/** Of the image its middle, because the beginning of any PNG is like that of all others. */
const [MIDDLE, BASE64] = [selfie().subarray(200, 232), selfieBase64().slice(400, 440)];
const SECRETS = [KEY, ...Object.values(SUBJECT), 'Skywalker', BASE64];

function secretsIn(bytes: Buffer): string[] {
  const found = SECRETS.filter((secret) => bytes.includes(secret));
  return bytes.includes(MIDDLE) ? [...found, 'the image'] : found;
}

const DAY = 24 * 60 * 60 * 1000;

/** The names under which the creation that succeeds, and the one that is lost, are kept. */
function namesIn(encryptor: Encryptor): [string, string] {
  const nameOf = (id: string): string => encryptor.storageKeys({ kind: 'creation.1', id })[0] ?? '';
  return [nameOf(KEY), nameOf(`${KEY}-lost`)];
}

/** Looks at what is kept while a creation is under way, and after it was created, lost and refused. */
async function inEveryState(
  store: Store,
  encryptor: Encryptor,
  look: (state: string) => Promise<void>,
): Promise<void> {
  const [arrived, answered] = [gate(), gate()];
  const unico = await startTill(async (place) => {
    if (place === 0) {
      arrived.open();
      await answered.passed;
    }
    return place === 1 ? 'drop' : null;
  });
  running.defer(() => unico.close());
  const subgraph = await startSubgraph(unicoOf(unico), { store, encryptor });
  running.defer(() => subgraph.close());
  const first = create(subgraph.url, KEY, INPUT);
  await arrived.passed;
  await look('in flight');
  answered.open();
  await first;
  await look('done');
  await create(subgraph.url, `${KEY}-lost`, INPUT);
  await look('unknown');
}

describe('what is remembered of a creation', () => {
  test('in SQLite has no image, no person and no key in it, in any state', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'at-rest-'));
    running.defer(() => rmSync(dir, { recursive: true }));
    const store = new SqliteStore(join(dir, 'store.sqlite'));
    running.defer(() => store.close());
    const found: Record<string, string[]> = {};
    await inEveryState(store, new Encryptor([randomDataKey()], 'at rest'), async (state) => {
      const files = readdirSync(dir).map((name) => readFileSync(join(dir, name)));
      const bytes = Buffer.concat(files);
      // So that the search is known to see what is written.
      expect(bytes.includes('creation.1:')).toBe(true);
      found[state] = secretsIn(bytes);
    });
    expect(found).toEqual({ 'in flight': [], done: [], unknown: [] });
  });

  test('in Redis has no image, no person and no key in it, in any state', async () => {
    const server = await startRedis();
    running.defer(() => server.close());
    const store = (await openRedis(server.url)).store;
    running.defer(() => store.close());
    const redis = await createClient({ url: server.url }).connect();
    running.defer(() => redis.destroy());
    // What is compressed could not be searched.
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

  test('tells not even those who have the data key who it was about, or what was sent', async () => {
    const store = new MemoryStore();
    const encryptor = new Encryptor([randomDataKey()], 'at rest');
    const collection = new EncryptedCollection<object>(store, encryptor, { kind: 'creation.1' });
    const cache: object[] = [];
    await inEveryState(store, encryptor, async (state) => {
      cache.push((await collection.get(state === 'unknown' ? `${KEY}-lost` : KEY)) ?? {});
    });
    expect(cache).toMatchObject([{ state: 'in-flight' }, { state: 'done' }, { state: 'unknown' }]);
    expect(secretsIn(Buffer.from(JSON.stringify(cache)))).toEqual([]);
  });

  test('in SQLite is remembered for thirty days, from its beginning and from its end on', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'at-rest-'));
    running.defer(() => rmSync(dir, { recursive: true }));
    const file = join(dir, 'store.sqlite');
    const store = new SqliteStore(file);
    running.defer(() => store.close());
    const encryptor = new Encryptor([randomDataKey()], 'at rest');
    const [done, lost] = namesIn(encryptor);
    const database = new DatabaseSync(file, { readOnly: true });
    running.defer(() => database.close());
    const expiry = database.prepare('SELECT expires_at FROM entries WHERE name = ?');
    const days: number[] = [];
    await inEveryState(store, encryptor, async (state) => {
      const row = expiry.get(state === 'unknown' ? lost : done);
      days.push((Number(row?.['expires_at']) - Date.now()) / DAY);
    });
    expect(days.map((left) => left.toFixed(2))).toEqual(['30.00', '30.00', '30.00']);
  });

  test('in Redis is remembered for thirty days, from its beginning and from its end on', async () => {
    const store = (await openRedis(inject('redisUrl'))).store;
    running.defer(() => store.close());
    const encryptor = new Encryptor([randomDataKey()], 'at rest');
    const [done, lost] = namesIn(encryptor);
    const redis = await createClient({ url: inject('redisUrl') }).connect();
    running.defer(() => redis.destroy());
    const days: number[] = [];
    await inEveryState(store, encryptor, async (state) => {
      days.push((await redis.pTTL(`identity-subgraph:${state === 'unknown' ? lost : done}`)) / DAY);
    });
    expect(days.map((left) => left.toFixed(2))).toEqual(['30.00', '30.00', '30.00']);
  });

  test('is nothing where the creation was refused, by Unico or here', async () => {
    const redis = await createClient({ url: inject('redisUrl') }).connect();
    running.defer(() => redis.destroy());
    const store = (await openRedis(inject('redisUrl'))).store;
    running.defer(() => store.close());
    const encryptor = new Encryptor([randomDataKey()], 'at rest');
    const unico = await startTill(() => ({ status: 400 }));
    running.defer(() => unico.close());
    const subgraph = await startSubgraph(unicoOf(unico), { store, encryptor });
    running.defer(() => subgraph.close());
    expect((await create(subgraph.url, KEY, INPUT)).code).toBe('BAD_USER_INPUT');
    expect((await create(subgraph.url, `${KEY}-lost`, onboarding({ imageBase64: 'AAAA' }))).code).toBe(
      'IMAGE_INVALID',
    );
    expect(await redis.exists(namesIn(encryptor).map((name) => `identity-subgraph:${name}`))).toBe(0);
  });
});
