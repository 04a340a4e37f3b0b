import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createClient } from 'redis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { emptyProcess } from '../../../../src/domain/process.ts';
import { ProcessCache } from '../../../../src/services/processes/process-cache.ts';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { Encryptor } from '../../../../src/storage/encryption/encryptor.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { openRedis } from '../../../../src/storage/redis/open-redis.ts';
import { SqliteStore } from '../../../../src/storage/sqlite/sqlite-store.ts';
import { ID } from '../../../support/bodies.ts';
import { callsFor, erase, everyJourney, storedKindsOf } from '../../../support/erasure.ts';
import { idOf, read, startWorld } from '../../../support/reads.ts';
import { startRedis } from '../../../support/redis.ts';
import { tempDirectory } from '../../../support/stores.ts';

/** The first bytes of each encrypted entry of a process: they are on one page of the file, so a search finds them. */
function prefixesOf(file: string): Buffer[] {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database.prepare("SELECT value FROM entries WHERE name GLOB 'p[re]*'").all();
  database.close();
  return rows.map(({ value }) => Buffer.from(value as Uint8Array).subarray(0, 64));
}

/** The bytes of a SQLite file and of the files next to it. */
function bytesOf(folder: string): Buffer {
  return Buffer.concat(readdirSync(folder).map((file) => readFileSync(join(folder, file))));
}

async function startInSqlite() {
  const folder = tempDirectory();
  const file = join(folder, 'store.sqlite');
  const { replicas } = await startWorld(everyJourney, { stores: [new SqliteStore(file)] });
  return { folder, file, replica: replicas[0] };
}

describe('ProcessEraser, the content of the store', () => {
  test('an erasure leaves no row of the process in SQLite', async () => {
    const { file, replica } = await startInSqlite();
    await read(replica, ID, 'state');
    expect(prefixesOf(file)).toHaveLength(2);
    await erase(replica);
    expect(prefixesOf(file)).toEqual([]);
  });

  test('an erasure leaves no byte of the process in the SQLite file or in the files next to it', async () => {
    const { folder, file, replica } = await startInSqlite();
    await read(replica, ID, 'state');
    const prefixes = prefixesOf(file);
    const found = (): boolean[] => prefixes.map((bytes) => bytesOf(folder).includes(bytes));
    expect(found()).toEqual([true, true]);
    await erase(replica);
    expect(found()).toEqual([false, false]);
  });

  test('an erasure leaves no key of the process in Redis', async () => {
    // A Redis of its own, because other tests write into the shared one.
    const server = await startRedis();
    onTestFinished(() => server.close());
    const redis = createClient({ url: server.url });
    await redis.connect();
    onTestFinished(() => redis.destroy());
    const { replicas } = await startWorld(everyJourney, { stores: [(await openRedis(server.url)).store] });
    await read(replicas[0], ID, 'state');
    const entries = async (): Promise<string[]> =>
      (await redis.keys('*')).filter((key) => /:(process|personal)/.test(key));
    expect(await entries()).toHaveLength(2);
    await erase(replicas[0]);
    expect(await entries()).toEqual([]);
  });

  test('an erasure removes entries that the former data key has encrypted', async () => {
    const store = new MemoryStore();
    const [former, current] = [randomDataKey(), randomDataKey()];
    const before = new Encryptor([former], 'a tenant');
    await new ProcessCache(store, before).put({
      ...emptyProcess(idOf(ID), 'IDCLOUD'),
      state: 'FINISHED',
    });
    expect(await storedKindsOf(store, before)).toEqual(['process.5', 'personal.3']);
    const encryptor = new Encryptor([current, former], 'a tenant');
    const { upstream, replicas } = await startWorld(everyJourney, { stores: [store], encryptor });
    // Both encryptors find the same entry.
    expect(await callsFor(upstream, () => read(replicas[0], ID, 'state'))).toBe(0);
    await erase(replicas[0]);
    expect(await storedKindsOf(store, before)).toEqual([]);
  });
});
