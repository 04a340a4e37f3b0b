import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from 'redis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createMemoryStore } from '../../../../src/storage/memory-store.ts';
import { createSqliteStore } from '../../../../src/storage/sqlite-store.ts';
import type { Store } from '../../../../src/storage/store.ts';
import { SAMPLE } from '../../../fixtures/s4-get-reusable-documents.ts';
import { ABSENT_ID, ID, OTHER_ID, processesV1Body } from '../../../support/bodies.ts';
import { startRedis } from '../../../support/redis.ts';
import { everyField, ownFolder, read, startWorld, twoWith } from '../../../support/reads.ts';

/** A word that is found nowhere else, for each member of a process that a person could be known by. */
const word = (name: string): string => `${name}-${randomUUID()}`;
const WORDS = {
  callbackUri: word('callback'),
  redirect: word('redirect'),
  token: word('token'),
  name: word('name'),
  channel: word('channel'),
  clientReference: word('reference'),
  documentId: word('document'),
  number: word('number'),
  holder: word('holder'),
  category: word('category'),
  other: word('other'),
  file: word('file'),
  branch: word('branch'),
};
/** What may stand nowhere in the clear. */
const SECRETS = [...Object.values(WORDS), '12345678909', '73689290074', ID, OTHER_ID, ABSENT_ID];

function journey(state: string): object {
  return {
    process: {
      id: ID,
      state,
      result: 'PROCESS_RESULT_OK',
      callbackUri: WORDS.callbackUri,
      userRedirectUrl: WORDS.redirect,
      token: WORDS.token,
      clientReference: WORDS.clientReference,
      companyData: { branchId: WORDS.branch, countryCode: 'BR' },
      person: {
        duiType: 'DUI_TYPE_BR_CPF',
        duiValue: '12345678909',
        friendlyName: WORDS.name,
        notifications: [{ notificationChannel: WORDS.channel }],
      },
      services: [
        {
          documents: [
            {
              doc_id: WORDS.documentId,
              signed_url: `https://example.com/${WORDS.file}`,
              doc: {
                code: 'CNH',
                data: {
                  numero: WORDS.number,
                  nomeCivil: WORDS.holder,
                  cpfNumero: '73689290074',
                  categoria: WORDS.category,
                  filiacao: [WORDS.other],
                },
              },
            },
          ],
        },
      ],
    },
  };
}

/** Reads everything in every way that leaves something behind. */
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
  // All of the words have gone through.
  const text = JSON.stringify(seen);
  expect(Object.values(WORDS).filter((one) => !text.includes(one))).toEqual([]);
}

/** Secrets that stand in some bytes, as they are or as base64 or hexadecimal digits. */
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

/** A store that remembers all that was ever written to it. */
function recorded(store: Store): { store: Store; written: Buffer[] } {
  const written: Buffer[] = [];
  const record = (names: readonly string[], value: Uint8Array): void =>
    void written.push(Buffer.from(names.join('\n')), Buffer.from(value));
  return {
    written,
    store: {
      ...store,
      set: (names, value, ...more) => {
        record(names, value);
        return store.set(names, value, ...more);
      },
      add: (names, value, ...more) => {
        record(names, value);
        return store.add(names, value, ...more);
      },
    },
  };
}

describe('what reads leave behind names no process and nobody', () => {
  test('in memory', async () => {
    const { store, written } = recorded(createMemoryStore());
    await readAll([store]);
    const all = Buffer.concat(written);
    expect(all.toString('latin1')).toContain('personal.2:');
    expect(secretsIn(all)).toEqual([]);
  });

  test('in the file of SQLite and in those beside it', async () => {
    const folder = ownFolder();
    await readAll([createSqliteStore(join(folder, 'kept.db'))]);
    const files = readdirSync(folder).toSorted();
    expect(files).toEqual(['kept.db', 'kept.db-shm', 'kept.db-wal']);
    const all = Buffer.concat(files.map((file) => readFileSync(join(folder, file))));
    expect(all.toString('latin1')).toContain('personal.2:');
    expect(secretsIn(all)).toEqual([]);
  });

  test('in the keys and values of Redis, and in nothing that was ever written to it', async () => {
    // Its own, because other tests write what they like into the one that they share.
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    const [one, other] = (await twoWith(redis.url)).map(recorded);
    if (one === undefined || other === undefined) throw new Error('unreachable');
    await readAll([one.store, other.store]);
    const written = Buffer.concat([...one.written, ...other.written]);
    expect(written.toString('latin1')).toContain('lease:');
    expect(secretsIn(written)).toEqual([]);
    const all = await contentsOf(redis.url);
    expect(all.toString('latin1')).toContain('identity-subgraph:personal.2:');
    expect(secretsIn(all)).toEqual([]);
  });

  test('and the search finds what it is looking for', () => {
    expect(secretsIn(Buffer.from(`{"cpf":"12345678909","name":"${WORDS.name}"}`))).toEqual([
      WORDS.name,
      '12345678909',
    ]);
    expect(secretsIn(Buffer.from(Buffer.from(WORDS.file).toString('base64')))).toEqual([WORDS.file]);
  });
});
