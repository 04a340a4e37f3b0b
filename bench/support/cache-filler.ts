import { DatabaseSync } from 'node:sqlite';
import { createClient } from 'redis';
import { ProcessCache } from '../../src/services/processes/process-cache.ts';
import { parseProcessId } from '../../src/domain/process-id.ts';
import { createMemoryStore } from '../../src/storage/memory-store.ts';
import { openStore } from '../../src/storage/open-store.ts';
import { PREFIX } from '../../src/storage/redis/redis-connection.ts';
import type { Store } from '../../src/storage/store.ts';
import { createEncryptor, type Encryptor } from '../../src/storage/encryption/encryptor.ts';
import { toProcess } from '../../src/upstream/unico/idcloud/to-process.ts';
import { processAnswer } from '../../src/upstream/unico/idcloud/response-schemas.ts';
import { processIds } from './process-ids.ts';
import { SAMPLE } from '../../test/fixtures/s0-get-idcloud-process.ts';

/*
 * Keeps finished processes as the subgraph does after a call, but for the personal part, which lives for minutes only.
 * What it makes of a process, its name, its seal and how long it is kept, is the subgraph's own doing; only the writing
 * is done here, a thousand at a time, because one by one it would take an hour. Arguments: the data key, the address of
 * the upstream, the number of the first process, how many there are, and the stores.
 */

const [, , dataKey = '', upstream = '', first = '0', count = '0', ...storeUrls] = process.argv;

const AT_ONCE = 1_000;

type Entry = { name: string; value: Uint8Array; lifeMs: number };

/** Writes entries together. */
type Writer = { write(entries: readonly Entry[]): Promise<void>; close(): Promise<void> };

/** The subgraph makes the file; entries go into its table in the order of their names, which spares moving pages. */
async function sqliteWriter(file: string): Promise<Writer> {
  await (await openStore({ kind: 'sqlite', file })).close();
  const database = new DatabaseSync(file);
  // Nothing of it has to survive anything; the subgraph sets its own way of writing when it opens the file.
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

/** A store that collects what is to be kept. */
function collecting(entries: Entry[]): Store {
  return {
    ...createMemoryStore(),
    get: async () => null,
    async set(names, value, lifeMs) {
      for (const name of names) entries.push({ name, value, lifeMs });
    },
  };
}

const isProjection = (kind: string): boolean => kind.startsWith('process');

/** A vault in which only projections have a name: nothing else is sealed, or kept. */
function ofProjections(encryptor: Encryptor): Encryptor {
  return {
    ...encryptor,
    storageKeys: (label) => (isProjection(label.kind) ? encryptor.storageKeys(label) : []),
    encrypt: (label, text) => (isProjection(label.kind) ? encryptor.encrypt(label, text) : new Uint8Array()),
  };
}

const sampleId = parseProcessId(SAMPLE.process.id);
if (sampleId === null) throw new Error('unreachable: it is a UUID');
const sample = toProcess(processAnswer.parse(SAMPLE).process, sampleId, Date.now());

const writers = await Promise.all(
  storeUrls.map((url) =>
    url.startsWith('sqlite:') ? sqliteWriter(url.slice('sqlite:'.length)) : redisWriter(url),
  ),
);
// With a fixed token, what is kept belongs to the environment and its addresses (see `scopeOf` of main.ts).
const encryptor = ofProjections(
  createEncryptor([Buffer.from(dataKey, 'base64')], `uat ${upstream} ${upstream}`),
);
const entries: Entry[] = [];
const kept = new ProcessCache(collecting(entries), encryptor, collecting([]));
for (let done = 0; done < Number(count); done += AT_ONCE) {
  const texts = processIds(Math.min(AT_ONCE, Number(count) - done), Number(first) + done);
  const ids = texts.flatMap((text) => parseProcessId(text) ?? []);
  await Promise.all(ids.map((id) => kept.put({ ...sample, id })));
  for (const writer of writers) await writer.write(entries);
  entries.length = 0;
}
for (const writer of writers) await writer.close();
