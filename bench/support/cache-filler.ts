import { DatabaseSync } from 'node:sqlite';
import { createClient } from 'redis';
import { ProcessCache } from '../../src/services/processes/process-cache.ts';
import { parseProcessId } from '../../src/domain/process-id.ts';
import { SqliteStore } from '../../src/storage/sqlite/sqlite-store.ts';
import { PREFIX } from '../../src/storage/redis/redis-names.ts';
import type { Store } from '../../src/storage/store.ts';
import { Encryptor, type EntryLabel } from '../../src/storage/encryption/encryptor.ts';
import { toProcess } from '../../src/upstream/unico/idcloud/to-process.ts';
import { processResponse } from '../../src/upstream/unico/idcloud/response-schemas.ts';
import { processIds } from './process-ids.ts';
import { SAMPLE } from '../../test/fixtures/s0-get-idcloud-process.ts';

/*
 * Caches finished processes as the subgraph does after a call, without the personal part, which expires after minutes.
 * The subgraph's own code determines the key, the encrypted value and the time to live of each entry. This program only
 * writes the entries, a thousand at a time, because an hour would pass one by one. Arguments: the data key, the origin of
 * the upstream, the number of the first process, the number of processes, and the stores.
 */

const [, , dataKey = '', upstream = '', first = '0', count = '0', ...storeUrls] = process.argv;

const AT_ONCE = 1_000;

type Entry = { name: string; value: Uint8Array; lifeMs: number };

/** Writes entries in batches. */
type Writer = { write(entries: readonly Entry[]): Promise<void>; close(): Promise<void> };

/** The subgraph creates the file. Entries are inserted in the order of their names, so that SQLite splits fewer pages. */
async function sqliteWriter(file: string): Promise<Writer> {
  await new SqliteStore(file).close();
  const database = new DatabaseSync(file);
  // The file need not survive a crash; the subgraph sets its own pragmas when it opens the file.
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000;');
  const insert = database.prepare('INSERT INTO entries (name, value, expires_at) VALUES (?, ?, ?)');
  return {
    async write(entries) {
      database.exec('BEGIN');
      for (const { name, value, lifeMs } of entries.toSorted((one, other) =>
        one.name < other.name ? -1 : 1,
      ))
        insert.run(name, value, Date.now() + lifeMs);
      database.exec('COMMIT');
    },
    close: async () => database.close(),
  };
}

async function redisWriter(url: string): Promise<Writer> {
  const client = createClient({ url });
  await client.connect();
  await client.configSet('appendonly', 'no');
  return {
    async write(entries) {
      const writes = entries.map(({ name, value, lifeMs }) =>
        client.set(PREFIX + name, Buffer.from(value), { expiration: { type: 'PX', value: lifeMs } }),
      );
      await Promise.all(writes);
    },
    close: () => client.close(),
  };
}

/** A store that collects entries instead of writing them. */
function collecting(entries: Entry[]): Store {
  return {
    shared: false,
    get: async () => null,
    getMany: async (names) => names.map(() => null),
    async set(names, value, { ttlMs }) {
      for (const name of names) entries.push({ name, value, lifeMs: ttlMs });
    },
    add: async () => null,
    async remove() {},
    health: () => null,
    async close() {},
  };
}

const isProjection = (kind: string): boolean => kind.startsWith('process');

/** An encryptor that gives keys to projections only: nothing else is encrypted or stored. */
class ProjectionEncryptor extends Encryptor {
  override storageKeys(label: EntryLabel): readonly string[] {
    return isProjection(label.kind) ? super.storageKeys(label) : [];
  }

  override encrypt(label: EntryLabel, text: string): Uint8Array {
    return isProjection(label.kind) ? super.encrypt(label, text) : new Uint8Array();
  }
}

const sampleId = parseProcessId(SAMPLE.process.id);
if (sampleId === null) throw new Error('unreachable: it is a UUID');
const sample = toProcess(processResponse.parse(SAMPLE).process, sampleId, Date.now());

const writers = await Promise.all(
  storeUrls.map((url) =>
    url.startsWith('sqlite:') ? sqliteWriter(url.slice('sqlite:'.length)) : redisWriter(url),
  ),
);
// With a fixed token, entries belong to the environment and its origins (see `tenantScope` of src/config/unico.ts).
const encryptor = new ProjectionEncryptor([Buffer.from(dataKey, 'base64')], `uat ${upstream} ${upstream}`);
const entries: Entry[] = [];
const cache = new ProcessCache(collecting(entries), encryptor, collecting([]));
for (let done = 0; done < Number(count); done += AT_ONCE) {
  const texts = processIds(Math.min(AT_ONCE, Number(count) - done), Number(first) + done);
  const ids = texts.flatMap((text) => parseProcessId(text) ?? []);
  await Promise.all(ids.map((id) => cache.put({ ...sample, id })));
  for (const writer of writers) await writer.write(entries);
  entries.length = 0;
}
for (const writer of writers) await writer.close();
