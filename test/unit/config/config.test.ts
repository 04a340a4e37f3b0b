import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../../src/config/config.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const PEM = rsa.export({ type: 'pkcs8', format: 'pem' }).toString();

const SHORT_PEM = generateKeyPairSync('rsa', { modulusLength: 1024 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

/** 32 bytes in base64, as `openssl rand -base64 32` prints them. */
const DATA_KEY = Buffer.alloc(32, 7).toString('base64');

/** Both doors shut. */
const CLOSED = {
  ROUTER_SECRET: 'my-secret',
  JWT_JWKS_URL: 'https://idp.example.com/jwks',
  JWT_ISSUER: 'https://idp.example.com',
  JWT_AUDIENCE: 'identity',
};

const UAT = {
  UNICO_ENVIRONMENT: 'uat',
  UNICO_ACCOUNT: 'account',
  UNICO_TENANT_ID: 'tenant',
  UNICO_PRIVATE_KEY: PEM,
  UNICO_APIKEY_DOCUMENT: 'key',
};

/** The lines of the message, without their common head. */
function problemsOf(variables: Record<string, string>): string[] {
  try {
    readConfig(variables);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.replace('  - ', ''));
  }
  return [];
}

describe('the configuration', () => {
  test('needs nothing for the sandbox', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 4001,
      production: false,
      environment: 'sandbox',
      server: { routerSecrets: [], jwt: null },
      unico: { kind: 'embedded' },
      contracts: ['IDCLOUD', 'PROCESSES_V1'],
      requestTimeoutMs: 8000,
      upstreamTimeoutMs: 3000,
      logLevel: 'info',
      rateLimit: 10,
      store: {
        address: { kind: 'sqlite', file: 'data/identity-subgraph.sqlite' },
        dataKey: { kind: 'file', file: 'data/data-key' },
      },
    });
  });

  test('of uat and production has the documented origins', () => {
    const { unico } = readConfig(UAT);
    expect(unico).toEqual({
      kind: 'remote',
      origins: {
        idcloudUrl: 'https://api.idcloud.uat.unico.app',
        apiUrl: 'https://api.id.uat.unico.app',
        identityUrl: 'https://identityhomolog.acesso.io',
      },
      credential: { account: 'account', tenantId: 'tenant', privateKey: PEM },
      apiKeys: { onboarding: null, transactional: null, document: 'key', age: null },
    });
    expect(
      readConfig({ ...UAT, ...CLOSED, UNICO_ENVIRONMENT: 'production', NODE_ENV: 'production', DATA_KEY })
        .unico,
    ).toMatchObject({
      origins: {
        idcloudUrl: 'https://api.idcloud.unico.app',
        apiUrl: 'https://api.id.unico.app',
        identityUrl: 'https://identity.acesso.io',
      },
    });
  });

  test('takes the private key from a file, and keys of the older form', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'key-')), 'key.pem');
    writeFileSync(file, rsa.export({ type: 'pkcs1', format: 'pem' }));
    const { UNICO_PRIVATE_KEY: _, ...variables } = UAT;
    expect(readConfig({ ...variables, UNICO_PRIVATE_KEY_FILE: file }).unico).toMatchObject({
      credential: { privateKey: PEM },
    });
  });

  test('takes origins in the place of those of the environment, without a slash at their end', () => {
    const overridden = {
      ...UAT,
      UNICO_IDCLOUD_URL: 'http://127.0.0.1:9000/',
      UNICO_API_URL: 'https://api.example.com',
    };
    expect(readConfig(overridden).unico).toMatchObject({
      origins: {
        idcloudUrl: 'http://127.0.0.1:9000',
        apiUrl: 'https://api.example.com',
        identityUrl: 'https://identityhomolog.acesso.io',
      },
    });
  });

  test('takes several secrets of the router, and whose tokens count', () => {
    expect(readConfig({ ...CLOSED, ROUTER_SECRET: 'new-secret, my-secret' }).server).toEqual({
      routerSecrets: ['new-secret', 'my-secret'],
      jwt: {
        jwksUrl: 'https://idp.example.com/jwks',
        issuer: 'https://idp.example.com',
        audience: 'identity',
      },
    });
  });

  test('takes the contracts in their order, or one of them', () => {
    expect(readConfig({ UNICO_CONTRACTS: 'processes-v1, idcloud' }).contracts).toEqual([
      'PROCESSES_V1',
      'IDCLOUD',
    ]);
    expect(readConfig({ UNICO_CONTRACTS: 'idcloud' }).contracts).toEqual(['IDCLOUD']);
  });

  test('counts an empty variable as not set', () => {
    expect(readConfig({ PORT: '', UNICO_CONTRACTS: ' ', UNICO_API_URL: '' })).toEqual(readConfig({}));
  });

  test('needs no service account with a fixed access token, and no APIKEY with idcloud alone', () => {
    const variables = { UNICO_ENVIRONMENT: 'uat', UNICO_ACCESS_TOKEN: 'token', UNICO_CONTRACTS: 'idcloud' };
    expect(readConfig(variables).unico).toMatchObject({ credential: { accessToken: 'token' } });
  });
});

describe('the store', () => {
  test.each([
    ['sqlite:', { kind: 'sqlite', file: 'data/identity-subgraph.sqlite' }],
    ['sqlite:/var/lib/x.sqlite', { kind: 'sqlite', file: '/var/lib/x.sqlite' }],
    ['memory:', { kind: 'memory' }],
    ['redis://:secret@cache:6379/2', { kind: 'redis', url: 'redis://:secret@cache:6379/2' }],
    ['rediss://cache', { kind: 'redis', url: 'rediss://cache' }],
  ])('may be %s', (url, address) => {
    expect(readConfig({ STORE_URL: url, DATA_KEY }).store.address).toEqual(address);
  });

  test('is sealed by the keys given, in their order', () => {
    const old = Buffer.alloc(32, 1).toString('base64');
    expect(readConfig({ DATA_KEY: `${DATA_KEY}, ${old}` }).store.dataKey).toEqual({
      kind: 'given',
      keys: [Buffer.alloc(32, 7), Buffer.alloc(32, 1)],
    });
  });

  test('has its key beside the file where none is given, and one for the moment in memory', () => {
    expect(readConfig({ STORE_URL: 'sqlite:/var/lib/x.sqlite' }).store.dataKey).toEqual({
      kind: 'file',
      file: '/var/lib/data-key',
    });
    expect(readConfig({ STORE_URL: 'memory:' }).store.dataKey).toEqual({ kind: 'passing' });
  });
});

describe('a wrong configuration is told with what was expected', () => {
  const wrong: [string, Record<string, string>, RegExp[]][] = [
    [
      'nothing set for uat',
      { UNICO_ENVIRONMENT: 'uat' },
      [
        /^UNICO_ACCOUNT: /,
        /^UNICO_TENANT_ID: /,
        /^UNICO_PRIVATE_KEY: /,
        /^UNICO_APIKEY_ONBOARDING: .*at least one/,
      ],
    ],
    [
      'production without an environment',
      { ...CLOSED, NODE_ENV: 'production', DATA_KEY },
      [/^UNICO_ENVIRONMENT: .*not set/],
    ],
    [
      'an unknown environment',
      { UNICO_ENVIRONMENT: 'staging' },
      [/^UNICO_ENVIRONMENT: expected one of sandbox, uat, production/],
    ],
    ['a store that is none', { STORE_URL: 'postgres://user:my-secret@db' }, [/^STORE_URL: expected sqlite:/]],
    [
      'a Redis without a data key',
      { STORE_URL: 'redis://cache' },
      [/^DATA_KEY: .*STORE_URL is a Redis; it is not set/],
    ],
    [
      'production without a data key',
      { ...UAT, ...CLOSED, NODE_ENV: 'production' },
      [/^DATA_KEY: .*this is production; it is not set/],
    ],
    [
      'production that lets everybody in',
      { ...UAT, NODE_ENV: 'production', DATA_KEY },
      [/^ROUTER_SECRET: .*production/, /^JWT_JWKS_URL: /, /^JWT_ISSUER: /, /^JWT_AUDIENCE: .*production/],
    ],
    [
      "Unico's production that lets everybody in, whatever NODE_ENV says",
      { ...UAT, ...CLOSED, UNICO_ENVIRONMENT: 'production', DATA_KEY, ROUTER_SECRET: '', JWT_AUDIENCE: '' },
      [/^ROUTER_SECRET: .*not set/, /^JWT_AUDIENCE: .*not set/],
    ],
    [
      'tokens of which it is not said who issues them',
      { JWT_JWKS_URL: CLOSED.JWT_JWKS_URL, JWT_AUDIENCE: 'identity' },
      [/^JWT_ISSUER: .*not set/],
    ],
    [
      'keys of tokens that anybody on the way may change',
      { ...CLOSED, JWT_JWKS_URL: 'http://idp.example.com/jwks' },
      [/^JWT_JWKS_URL: expected an https/],
    ],
    ['an empty secret among those of the router', { ROUTER_SECRET: 'my-secret,' }, [/^ROUTER_SECRET: /]],
    ['a secret that is no header', { ROUTER_SECRET: 'my-secret\nx' }, [/^ROUTER_SECRET: /]],
    [
      'a data key that is too short',
      { DATA_KEY: 'bXktc2VjcmV0' },
      [/^DATA_KEY: expected 32 bytes in base64/],
    ],
    ['a second data key that is none', { DATA_KEY: `${DATA_KEY},my-secret` }, [/^DATA_KEY: /]],
    ['a quota of nothing', { UNICO_RATE_LIMIT: '0' }, [/^UNICO_RATE_LIMIT: .*from 1 to 100000, got "0"/]],
    ['a port out of range', { PORT: '65536' }, [/^PORT: .*from 0 to 65535, got "65536"/]],
    ['a fraction for a time', { REQUEST_TIMEOUT_MS: '8000.5' }, [/^REQUEST_TIMEOUT_MS: /]],
    ['a contract twice', { UNICO_CONTRACTS: 'idcloud,idcloud' }, [/^UNICO_CONTRACTS: /]],
    [
      'a contract named like a member of every object',
      { UNICO_CONTRACTS: 'constructor' },
      [/^UNICO_CONTRACTS: /],
    ],
    [
      'plain http to another machine',
      { ...UAT, UNICO_API_URL: 'http://api.example.com' },
      [/^UNICO_API_URL: /],
    ],
    ['an origin with a path', { ...UAT, UNICO_API_URL: 'https://api.example.com/v1' }, [/^UNICO_API_URL: /]],
    ['an origin with a user', { ...UAT, UNICO_API_URL: 'https://u:p@api.example.com' }, [/^UNICO_API_URL: /]],
    [
      'one origin of a sandbox of your own',
      { UNICO_API_URL: 'http://127.0.0.1:1', UNICO_ACCESS_TOKEN: 't', UNICO_APIKEY_AGE: 'k' },
      [/^UNICO_IDCLOUD_URL: .*not set/],
    ],
    [
      'an account of 13 characters',
      { ...UAT, UNICO_ACCOUNT: 'x'.repeat(13) },
      [/^UNICO_ACCOUNT: .*at most 12 characters, got 13/],
    ],
    [
      'a key file that is not there',
      { ...UAT, UNICO_PRIVATE_KEY: '', UNICO_PRIVATE_KEY_FILE: '/nowhere/key.pem' },
      [/^UNICO_PRIVATE_KEY_FILE: .*file/],
    ],
    [
      'a key and a key file',
      { ...UAT, UNICO_PRIVATE_KEY_FILE: '/nowhere/key.pem' },
      [/^UNICO_PRIVATE_KEY_FILE: .*got both/, /^UNICO_PRIVATE_KEY_FILE: .*file/],
    ],
    [
      'a private key that is too short to sign with',
      { ...UAT, UNICO_PRIVATE_KEY: SHORT_PEM },
      [/^UNICO_PRIVATE_KEY: .*2048 bits/],
    ],
    [
      'plain http to a name that looks like an address',
      { ...UAT, UNICO_API_URL: 'http://127.example.com' },
      [/^UNICO_API_URL: /],
    ],
    [
      'credentials with the sandbox',
      { UNICO_ACCOUNT: 'a', UNICO_APIKEY_AGE: 'k' },
      [/^UNICO_ENVIRONMENT: .*UNICO_ACCOUNT, UNICO_APIKEY_AGE is set/],
    ],
    [
      'a token that no header can bear, and nothing else',
      { UNICO_ENVIRONMENT: 'uat', UNICO_ACCESS_TOKEN: 'x y', UNICO_APIKEY_AGE: 'a b' },
      [/^UNICO_ACCESS_TOKEN: /, /^UNICO_APIKEY_AGE: /],
    ],
    [
      'a token that no header can bear',
      { ...UAT, UNICO_ACCESS_TOKEN: 'two\nlines' },
      [/^UNICO_ACCESS_TOKEN: .*header/],
    ],
    ['a private key that is none', { ...UAT, UNICO_PRIVATE_KEY: 'x' }, [/^UNICO_PRIVATE_KEY: .*RSA/]],
    [
      'a private key of another kind',
      {
        ...UAT,
        UNICO_PRIVATE_KEY: generateKeyPairSync('ed25519')
          .privateKey.export({ type: 'pkcs8', format: 'pem' })
          .toString(),
      },
      [/^UNICO_PRIVATE_KEY: .*RSA/],
    ],
  ];

  test.each(wrong)('%s', (_, variables, expected) => {
    const problems = problemsOf(variables);
    expect(problems).toHaveLength(expected.length);
    for (const [i, pattern] of expected.entries()) expect(problems[i]).toMatch(pattern);
  });

  test('and never repeats a secret', () => {
    const message = problemsOf({
      ...UAT,
      PORT: 'x',
      UNICO_PRIVATE_KEY: 'my-secret',
      UNICO_APIKEY_DOCUMENT: 'my-secret',
    });
    expect(message.join()).not.toContain('my-secret');
  });
});
