import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { Encryptor } from '../../../../src/storage/encryption/encryptor.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { SqliteStore } from '../../../../src/storage/sqlite/sqlite-store.ts';
import type { Store } from '../../../../src/storage/store.ts';
import {
  createdAs,
  createWith,
  failedWith,
  onboarding,
  replayedAs,
  startBillingUpstream,
  startHeldUpstream,
  startReplicaOf,
  type Attempt,
} from '../../../support/creation.ts';
import { openTestStore, tempFile } from '../../../support/stores.ts';
import {
  authenticationOf,
  startTokenIssuer,
  type Claims,
  type TokenIssuer,
} from '../../../support/token-issuer.ts';

let issuer: TokenIssuer;
beforeAll(async () => {
  issuer = await startTokenIssuer();
  return () => issuer.close();
});

/** Creates as the caller of a token with these claims. */
async function createAs(claims: Claims, url: string, key = 'order-1', input?: object): Promise<Attempt> {
  const token = await issuer.issue({ sub: undefined, scope: 'identity:read identity:write', ...claims });
  return createWith({ authorization: `Bearer ${token}` })(url, key, input);
}

/** A replica that authenticates callers. */
async function startReplica(unico: { url: string }, store: Store = new MemoryStore()): Promise<string> {
  return (await startReplicaOf(unico, { store, authenticate: authenticationOf(issuer) })).url;
}

const ORDERS = { client_id: 'orders' };
const BILLING = { client_id: 'billing' };

describe('IdempotentCreations: owners of keys', () => {
  const strangers: [string, Claims, Claims][] = [
    ['two clients', ORDERS, BILLING],
    ['two users of a client', { ...ORDERS, sub: 'luke' }, { ...ORDERS, sub: 'leia' }],
    ['the same user of two clients', { ...ORDERS, sub: 'luke' }, { ...BILLING, sub: 'luke' }],
    ['a client and one of its users', ORDERS, { ...ORDERS, sub: 'luke' }],
    ['two partners of one client', { ...ORDERS, partner_id: 'acme' }, { ...ORDERS, partner_id: 'globex' }],
    ['a client and its partner', ORDERS, { ...ORDERS, partner_id: 'acme' }],
    ['a client and a partner with its name', ORDERS, { ...BILLING, partner_id: 'orders' }],
  ];
  test.each(strangers)(
    'the same key of %s creates a process for each, and each replays its own',
    async (_, one, other) => {
      const unico = await startBillingUpstream();
      const url = await startReplica(unico);
      // Another caller has guessed the key, and used it first, with another input.
      const guessed = await createAs(other, url, 'order-1', onboarding({}, 1));
      expect(await createAs(one, url)).toMatchObject(createdAs(unico.created[1]));
      expect(await createAs(one, url)).toMatchObject(replayedAs(unico.created[1]));
      expect(await createAs(other, url, 'order-1', onboarding({}, 1))).toMatchObject(
        replayedAs(guessed.id ?? ''),
      );
      expect(unico.posts()).toHaveLength(2);
    },
  );

  const owners: [string, Claims, Claims][] = [
    ['two tokens of a client', { ...ORDERS, jti: '1' }, { ...ORDERS, jti: '2' }],
    ['a client with and without itself as the subject', ORDERS, { ...ORDERS, sub: 'orders' }],
    ['a client in different claims', ORDERS, { client_id: undefined, azp: 'orders' }],
    ['two tokens of a user', { ...ORDERS, sub: 'luke' }, { ...ORDERS, sub: 'luke', jti: '2' }],
    ['two clients of a partner', { ...ORDERS, partner_id: 'acme' }, { ...BILLING, partner_id: 'acme' }],
    [
      'two users of a partner',
      { ...ORDERS, sub: 'luke', partner_id: 'acme' },
      { ...ORDERS, sub: 'leia', partner_id: 'acme' },
    ],
  ];
  test.each(owners)('the same key of %s creates one process: they have one owner', async (_, one, other) => {
    const unico = await startBillingUpstream();
    const url = await startReplica(unico);
    expect(await createAs(one, url)).toMatchObject(createdAs(unico.created[0]));
    expect(await createAs(other, url)).toMatchObject(replayedAs(unico.created[0]));
    expect(await createAs(other, url, 'order-1', onboarding({}, 1))).toMatchObject(
      failedWith('IDEMPOTENCY_KEY_REUSED'),
    );
    expect(unico.posts()).toHaveLength(1);
  });

  test('a key that another client has in flight is free: the creation does not wait for it, in this replica or another', async () => {
    const { unico, arrived, answer } = await startHeldUpstream();
    const store = new MemoryStore();
    const [one, two] = [await startReplica(unico, store), await startReplica(unico, store)];
    const held = createAs(ORDERS, one);
    await arrived;
    expect(await createAs(BILLING, one)).toMatchObject(createdAs(unico.created[0]));
    expect(await createAs({ client_id: 'other' }, two)).toMatchObject(createdAs(unico.created[1]));
    answer();
    expect(await held).toMatchObject(createdAs(unico.created[2]));
    expect(unico.posts()).toHaveLength(3);
  });

  test('an unknown outcome stays with its owner: the same key of another client creates', async () => {
    const unico = await startBillingUpstream((place) => (place === 0 ? 'drop' : null));
    const url = await startReplica(unico);
    expect(await createAs(ORDERS, url)).toMatchObject(failedWith('OUTCOME_UNKNOWN'));
    expect(await createAs(BILLING, url)).toMatchObject(createdAs(unico.created[0]));
    expect(await createAs(ORDERS, url)).toMatchObject(failedWith('OUTCOME_UNKNOWN'));
    expect(unico.posts()).toHaveLength(2);
  });

  test('a client that another issuer has given the same name is another owner', async () => {
    const unico = await startBillingUpstream();
    const store = new MemoryStore();
    const url = await startReplica(unico, store);
    const otherIssuer = await startTokenIssuer();
    onTestFinished(() => otherIssuer.close());
    const iss = 'https://other.example.com/';
    const authenticate = authenticationOf({ ...otherIssuer, tokens: { ...otherIssuer.tokens, issuer: iss } });
    const other = await startReplicaOf(unico, { store, authenticate });
    const token = await otherIssuer.issue({
      ...ORDERS,
      iss,
      sub: undefined,
      scope: 'identity:read identity:write',
    });
    await createAs(ORDERS, url);
    expect(await createWith({ authorization: `Bearer ${token}` })(other.url, 'order-1')).toMatchObject(
      createdAs(unico.created[1]),
    );
    expect(await createAs(ORDERS, url)).toMatchObject(replayedAs(unico.created[0]));
  });

  test('without authentication all callers have one owner', async () => {
    const unico = await startBillingUpstream();
    const { url } = await startReplicaOf(unico);
    const [one, other] = [createWith({}), createWith({ authorization: 'Bearer ignored' })];
    expect(await one(url, 'order-1')).toMatchObject(createdAs(unico.created[0]));
    expect(await other(url, 'order-1')).toMatchObject(replayedAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });
});

/** Opens a store twice: as two replicas, or before and after a restart. */
type OpenTwice = () => Promise<() => Promise<Store>>;

const STORES: [string, OpenTwice][] = [
  [
    'SQLite',
    async () => {
      const file = tempFile();
      return () => openTestStore({ kind: 'sqlite', file });
    },
  ],
  ['Redis', async () => () => openTestStore({ kind: 'redis', url: inject('redisUrl') })],
];

/** Starts replicas with one data key, each with a connection of its own to the store. Each call returns the URL of one. */
function replicasOver(unico: { url: string }, open: () => Promise<Store>): () => Promise<string> {
  const encryptor = new Encryptor([randomDataKey()], 'owners');
  return async () => {
    const options = { store: await open(), encryptor, authenticate: authenticationOf(issuer) };
    return (await startReplicaOf(unico, options)).url;
  };
}

describe.each(STORES)(
  'IdempotentCreations: owners of keys over replicas and restarts with %s',
  (_, prepare) => {
    test('each owner replays its own process in another replica, and no other one', async () => {
      const open = await prepare();
      const unico = await startBillingUpstream();
      const replica = replicasOver(unico, open);
      const one = await replica();
      await createAs(ORDERS, one);
      await createAs(BILLING, one);
      const other = await replica();
      expect(await createAs(BILLING, other)).toMatchObject(replayedAs(unico.created[1]));
      expect(await createAs(ORDERS, other)).toMatchObject(replayedAs(unico.created[0]));
      expect(await createAs({ client_id: 'third' }, other)).toMatchObject(createdAs(unico.created[2]));
      expect(unico.posts()).toHaveLength(3);
    });

    test('of one owner, two replicas that get a key at the same time send one creation; of two owners, two', async () => {
      const open = await prepare();
      const unico = await startBillingUpstream();
      const replica = replicasOver(unico, open);
      const urls = [await replica(), await replica()];
      const attempts = await Promise.all(
        [ORDERS, BILLING].flatMap((claims) => urls.map((url) => createAs(claims, url))),
      );
      expect(attempts.map(({ code }) => code)).toEqual([null, null, null, null]);
      expect(attempts.filter(({ replayed }) => !replayed)).toHaveLength(2);
      expect(new Set(attempts.map(({ id }) => id))).toEqual(new Set(unico.created));
      expect(unico.posts()).toHaveLength(2);
    });
  },
);

describe('IdempotentCreations: the stored record of an owner', () => {
  test('a store reveals neither the client nor its user, its partner, its issuer or its key', async () => {
    const file = tempFile();
    const store = new SqliteStore(file);
    onTestFinished(() => store.close());
    const url = await startReplica(await startBillingUpstream(), store);
    await createAs({ client_id: 'orders-of-luke', sub: 'skywalker' }, url, 'key-of-luke');
    await createAs({ client_id: 'orders-of-luke', partner_id: 'acme-of-leia' }, url, 'key-of-luke');
    const text = [file, `${file}-wal`].map((name) => readFileSync(name, 'latin1')).join('');
    // Proves that the search sees what is written.
    expect(text).toContain('creation.1:');
    for (const secret of ['orders-of-luke', 'skywalker', 'acme-of-leia', 'issuer.example', 'key-of-luke']) {
      expect(text).not.toContain(secret);
    }
  });
});
