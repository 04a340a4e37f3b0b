import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from 'redis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { SqliteStore } from '../../../../src/storage/sqlite/sqlite-store.ts';
import type { Store } from '../../../../src/storage/store.ts';
import { SAMPLE } from '../../../fixtures/s4-get-reusable-documents.ts';
import { ABSENT_ID, ID, OTHER_ID, processesV1Body } from '../../../support/bodies.ts';
import { startRedis } from '../../../support/redis.ts';
import { overrideStore, tempDirectory } from '../../../support/stores.ts';
import { everyField, read, startWorld, twoRedisStores } from '../../../support/reads.ts';

/** A unique marker for each property of a process that could identify a person. */
const marker = (name: string): string => `${name}-${randomUUID()}`;
const MARKERS = {
  callbackUri: marker('callback'),
  redirect: marker('redirect'),
  token: marker('token'),
  name: marker('name'),
  channel: marker('channel'),
  clientReference: marker('reference'),
  documentId: marker('document'),
  number: marker('number'),
  holder: marker('holder'),
  category: marker('category'),
  other: marker('other'),
  file: marker('file'),
  branch: marker('branch'),
};
/** Texts that may stand nowhere in plain text. */
const SECRETS = [...Object.values(MARKERS), '12345678909', '73689290074', ID, OTHER_ID, ABSENT_ID];

function journey(state: string): object {
  return {
    process: {
      id: ID,
      state,
      result: 'PROCESS_RESULT_OK',
      callbackUri: MARKERS.callbackUri,
      userRedirectUrl: MARKERS.redirect,
      token: MARKERS.token,
      clientReference: MARKERS.clientReference,
      companyData: { branchId: MARKERS.branch, countryCode: 'BR' },
      person: {
        duiType: 'DUI_TYPE_BR_CPF',
        duiValue: '12345678909',
        friendlyName: MARKERS.name,
        notifications: [{ notificationChannel: MARKERS.channel }],
      },
      services: [
        {
          documents: [
            {
              doc_id: MARKERS.documentId,
              signed_url: `https://example.com/${MARKERS.file}`,
              doc: {
                code: 'CNH',
                data: {
                  numero: MARKERS.number,
                  nomeCivil: MARKERS.holder,
                  cpfNumero: '73689290074',
                  categoria: MARKERS.category,
                  filiacao: [MARKERS.other],
                },
              },
            },
          ],
        },
      ],
    },
  };
}

/** Reads everything in every way that stores something. */
async function readAll(stores: [Store, ...Store[]]): Promise<void> {
  let state = 'AWAITING_FOR_DOCUMENT';
  const { replicas } = await startWorld(
    ({ method, path }) => {
      if (method === 'POST') state = 'PROCESS_STATE_FINISHED';
      if (path.startsWith('/documents')) return { body: SAMPLE };
      if (path.endsWith(`/processes/v1/${OTHER_ID}`)) return { body: processesV1Body(OTHER_ID) };
      return path.includes(ID) ? { body: journey(state) } : { status: 404 };
    },
    { stores },
  );
  const selection = (await everyField()).map((field) => field.selection).join(' ');
  const seen: unknown[] = [];
  for (const replica of replicas) {
    for (const id of [ID, OTHER_ID, ABSENT_ID]) seen.push(await read(replica, id, selection));
    await replica.ask(
      `mutation ($input: SetProcessDocumentInput!) { setProcessDocument(input: $input) { process { state } } }`,
      { input: { processId: ID, duiType: 'BR_CPF', duiValue: '12345678909' } },
    );
    seen.push(await read(replica, ID, selection));
    await replica.ask(`{ reusableDocuments(code: "12345678909", type: BR_CNH) { documentId } }`);
  }
  // All markers have passed through the service.
  const text = JSON.stringify(seen);
  expect(Object.values(MARKERS).filter((one) => !text.includes(one))).toEqual([]);
}

/** The secrets in some bytes: raw, in base64 or in hexadecimal digits. */
function secretsIn(bytes: Buffer): string[] {
  const text = bytes.toString('latin1');
  return SECRETS.filter((secret) =>
    ['latin1', 'base64', 'hex'].some((encoding) => {
      const written =
        encoding === 'latin1' ? secret : Buffer.from(secret).toString(encoding as 'base64' | 'hex');
      return text.includes(written.replace(/=+$/, ''));
    }),
  );
}

/** All keys and values of a Redis. */
async function contentsOf(url: string): Promise<Buffer> {
  const redis = createClient({ url });
  await redis.connect();
  const texts: string[] = [];
  for (const key of await redis.keys('*')) {
    const kind = await redis.type(key);
    const many = { list: () => redis.lRange(key, 0, -1), zset: () => redis.zRange(key, 0, -1) };
    const value = kind === 'list' || kind === 'zset' ? await many[kind]() : await redis.get(key);
    texts.push(key, String(value));
  }
  redis.destroy();
  return Buffer.from(texts.join('\n'));
}

/** A store that records everything that is written to it. */
function recorded(store: Store): { store: Store; written: Buffer[] } {
  const written: Buffer[] = [];
  const record = (names: readonly string[], value: Uint8Array): void =>
    void written.push(Buffer.from(names.join('\n')), Buffer.from(value));
  return {
    written,
    store: overrideStore(store, {
      set: (names, value, ...more) => {
        record(names, value);
        return store.set(names, value, ...more);
      },
      add: (names, value, ...more) => {
        record(names, value);
        return store.add(names, value, ...more);
      },
    }),
  };
}

describe('ProcessCache, stored entries', () => {
  test('entries in a memory store contain no personal data and no process id', async () => {
    const { store, written } = recorded(new MemoryStore());
    await readAll([store]);
    const all = Buffer.concat(written);
    expect(all.toString('latin1')).toContain('personal.3:');
    expect(secretsIn(all)).toEqual([]);
  });

  test('the SQLite file and the files next to it contain no personal data and no process id', async () => {
    const folder = tempDirectory();
    await readAll([new SqliteStore(join(folder, 'store.sqlite'))]);
    const files = readdirSync(folder).toSorted();
    expect(files).toEqual(['store.sqlite', 'store.sqlite-shm', 'store.sqlite-wal']);
    const all = Buffer.concat(files.map((file) => readFileSync(join(folder, file))));
    expect(all.toString('latin1')).toContain('personal.3:');
    expect(secretsIn(all)).toEqual([]);
  });

  test('keys and values in Redis contain no personal data and no process id, at any time', async () => {
    // A Redis of its own, because other tests write into the shared one.
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    const [one, other] = (await twoRedisStores(redis.url)).map(recorded);
    if (one === undefined || other === undefined) throw new Error('unreachable');
    await readAll([one.store, other.store]);
    const written = Buffer.concat([...one.written, ...other.written]);
    expect(written.toString('latin1')).toContain('lease:');
    expect(secretsIn(written)).toEqual([]);
    const all = await contentsOf(redis.url);
    expect(all.toString('latin1')).toContain('identity-subgraph:personal.3:');
    expect(secretsIn(all)).toEqual([]);
  });

  test('the search for secrets finds raw and encoded secrets', () => {
    expect(secretsIn(Buffer.from(`{"cpf":"12345678909","name":"${MARKERS.name}"}`))).toEqual([
      MARKERS.name,
      '12345678909',
    ]);
    expect(secretsIn(Buffer.from(Buffer.from(MARKERS.file).toString('base64')))).toEqual([MARKERS.file]);
  });
});
