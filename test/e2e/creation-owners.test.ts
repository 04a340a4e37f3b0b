import { beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import {
  FORMER_DATA_KEY,
  FORMER_INPUT,
  FORMER_PROCESS_ID,
  FORMER_RECORDS,
} from '../fixtures/former-creation-records.ts';
import {
  createdAs,
  createWith,
  failedWith,
  onboarding,
  replayedAs,
  startBillingUpstream,
  type Attempt,
} from '../support/creation.ts';
import { deployment } from '../support/deployment.ts';
import { killPrograms, startProgram, urlOf } from '../support/program.ts';
import { openTestStore, startOwnRedis, tempFile } from '../support/stores.ts';
import { ask } from '../support/subgraph.ts';
import { startTokenIssuer, type Claims, type TokenIssuer } from '../support/token-issuer.ts';
import type { StoreAddress } from '../../src/storage/open-storage.ts';

let issuer: TokenIssuer;
beforeAll(async () => {
  issuer = await startTokenIssuer();
  return async () => {
    killPrograms();
    await issuer.close();
  };
});

/** The variables that require tokens of the issuer. */
function tokenVariables(): Record<string, string> {
  const { jwksUrl, issuer: name, audience } = issuer.tokens;
  return { JWT_JWKS_URL: jwksUrl, JWT_ISSUER: name, JWT_AUDIENCE: audience };
}

async function bearerOf(claims: Claims): Promise<{ authorization: string }> {
  const token = await issuer.issue({ sub: undefined, scope: 'identity:read identity:write', ...claims });
  return { authorization: `Bearer ${token}` };
}

/** Creates as a client. */
async function createAs(client: string, url: string, key: string, input?: object): Promise<Attempt> {
  return createWith(await bearerOf({ client_id: client }))(url, key, input);
}

// Owners over each kind of store: idempotent-creations.owners.test.ts.
describe('the program with clients that use the same keys', () => {
  test('a client that guesses the keys of another one neither fails nor sees its creations, over a kill and a restart', async () => {
    const unico = await startBillingUpstream();
    const start = deployment(unico, `sqlite:${tempFile()}`, tokenVariables());
    const first = await start();
    for (const key of ['order-1', 'order-2']) {
      await createAs('guesser', first.url, key, onboarding({}, 1));
      expect(await createAs('orders', first.url, key)).toMatchObject({ replayed: false, code: null });
    }
    const [, one, , two] = unico.created;
    await first.kill();
    const second = await start();
    expect(await createAs('orders', second.url, 'order-1')).toMatchObject(replayedAs(one));
    expect(await createAs('orders', second.url, 'order-2')).toMatchObject(replayedAs(two));
    expect(await createAs('guesser', second.url, 'order-1')).toMatchObject(
      failedWith('IDEMPOTENCY_KEY_REUSED'),
    );
    expect(await createAs('other', second.url, 'order-1')).toMatchObject(createdAs(unico.created[4]));
    expect(unico.posts()).toHaveLength(5);
  });

  test('two programs that share a Redis create once for each client that sends one key to both', async () => {
    const unico = await startBillingUpstream();
    const start = deployment(unico, inject('redisUrl'), tokenVariables());
    const urls = (await Promise.all([start(), start()])).map(({ url }) => url);
    const clients = ['orders', 'billing', 'support'];
    const attempts = await Promise.all(
      clients.flatMap((client) =>
        urls.map(async (url) => ({ client, ...(await createAs(client, url, 'k')) })),
      ),
    );
    expect(attempts.filter(({ replayed, code }) => !replayed && code === null)).toHaveLength(clients.length);
    const ids = clients.map(
      (client) => new Set(attempts.filter((each) => each.client === client).map(({ id }) => id)),
    );
    expect(ids.map(({ size }) => size)).toEqual([1, 1, 1]);
    expect(unico.posts()).toHaveLength(clients.length);
  });
});

const ADDRESSES: [string, () => Promise<{ url: string; address: StoreAddress }>][] = [
  [
    'SQLite',
    async () => {
      const file = tempFile();
      return { url: `sqlite:${file}`, address: { kind: 'sqlite', file } };
    },
  ],
  [
    'Redis',
    async () => {
      const { url } = await startOwnRedis();
      return { url, address: { kind: 'redis', url } };
    },
  ],
];

describe.each(ADDRESSES)(
  'the program over records of the version before keys had owners, with %s',
  (_, prepare) => {
    test('a key of the former version counts for every caller, and is never billed again', async () => {
      const { url: storeUrl, address } = await prepare();
      const store = await openTestStore(address);
      for (const { name, value } of FORMER_RECORDS) {
        await store.set([name], Buffer.from(value, 'base64'), { ttlMs: 600_000 });
      }
      const program = startProgram({ STORE_URL: storeUrl, DATA_KEY: FORMER_DATA_KEY, ...tokenVariables() });
      onTestFinished(() => program.signal('SIGKILL'));
      await program.printed('"event":"listening"');
      const url = urlOf(program);
      for (const client of ['orders', 'billing']) {
        expect(await createAs(client, url, 'done-key', FORMER_INPUT)).toMatchObject(
          replayedAs(FORMER_PROCESS_ID),
        );
        expect(await createAs(client, url, 'done-key')).toMatchObject(failedWith('IDEMPOTENCY_KEY_REUSED'));
        for (const key of ['lost-key', 'in-flight-key']) {
          expect(await createAs(client, url, key, FORMER_INPUT)).toMatchObject(failedWith('OUTCOME_UNKNOWN'));
        }
        // A key that the former version has not seen.
        const created = await createAs(client, url, 'new-key');
        expect(created).toMatchObject({ replayed: false, code: null });
        expect(await createAs(client, url, 'new-key')).toMatchObject(replayedAs(created.id ?? ''));
      }
    });
  },
);

describe('the program and tokens whose creations would have no owner', () => {
  const CREATE = `mutation { createProcess(idempotencyKey: "k", input: { journey: {
    flow: "id", purpose: "creditprocess", callbackUri: "/" } }) { process { id } replayed userErrors { code } } }`;

  test('a token without a client claim, or with a partner claim that names no single partner, creates nothing: FORBIDDEN, with the claims that are configured', async () => {
    const unico = await startBillingUpstream();
    const start = deployment(unico, 'memory:', {
      ...tokenVariables(),
      JWT_CLIENT_CLAIM: 'https://example.com/app, azp',
      JWT_PARTNER_CLAIM: 'https://example.com/partner',
    });
    const { url } = await start();
    const without = await ask(url, CREATE, {}, await bearerOf({ client_id: 'orders' }));
    expect(without).toMatchObject({
      status: 200,
      data: { createProcess: null },
      errors: [
        {
          path: ['createProcess'],
          message:
            'expected a token that names its client by one of the claims https://example.com/app, azp (JWT_CLIENT_CLAIM), got none of them',
          extensions: { code: 'FORBIDDEN' },
        },
      ],
    });
    for (const partner of ['', null, 7, [], ['acme', 'globex']]) {
      const headers = await bearerOf({ azp: 'orders', 'https://example.com/partner': partner });
      expect((await ask(url, CREATE, {}, headers)).errors).toMatchObject([
        {
          message: expect.stringContaining('https://example.com/partner of the token (JWT_PARTNER_CLAIM)'),
          extensions: { code: 'FORBIDDEN' },
        },
      ]);
    }
    expect(unico.posts()).toEqual([]);
    const named = await ask(url, CREATE, {}, await bearerOf({ 'https://example.com/app': 'orders' }));
    expect(named).toMatchObject({ data: { createProcess: { replayed: false, userErrors: [] } }, errors: [] });
    expect(unico.posts()).toHaveLength(1);
  });
});
