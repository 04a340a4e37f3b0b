import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/config/config.ts';
import { tenantScope } from '../../../src/config/unico.ts';
import { API_KEY_VARIABLES } from '../../../src/upstream/unico/credentials/api-keys.ts';
import { AUTHENTICATION, DATA_KEY, LASTING_STORE, UAT } from '../../support/configuration.ts';

const PEM = UAT.UNICO_PRIVATE_KEY;

describe('readConfig', () => {
  test('without any variable the embedded sandbox is used, with defaults for everything', () => {
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
      maxHeaderBytes: 16_384,
      compresses: true,
      securityDirectives: true,
      logLevel: 'info',
      rateLimit: 10,
      store: {
        address: { kind: 'sqlite', file: 'data/identity-subgraph.sqlite' },
        dataKey: { kind: 'file', file: 'data/data-key' },
      },
      verdict: {
        apiKeyCapabilities: { onboarding: null, transactional: null, document: null, age: null },
        flowCapabilities: new Map(),
        reviewTeam: false,
      },
    });
  });

  test('capabilities of APIKEYs and flows, and the review team, are read as written', () => {
    const variables = {
      UNICO_APIKEY_ONBOARDING_CAPABILITIES: 'liveness, identity,risk-score',
      UNICO_FLOW_CAPABILITIES: 'myflow:liveness+identity, other:age',
      REVIEW_TEAM: 'on',
    };
    expect(readConfig(variables).verdict).toEqual({
      apiKeyCapabilities: {
        onboarding: ['liveness', 'identity', 'risk-score'],
        transactional: null,
        document: null,
        age: null,
      },
      flowCapabilities: new Map([
        ['myflow', ['liveness', 'identity']],
        ['other', ['age']],
      ]),
      reviewTeam: true,
    });
  });

  test.each([
    ['UNICO_APIKEY_AGE_CAPABILITIES', 'age,living'],
    ['UNICO_APIKEY_AGE_CAPABILITIES', 'age,age'],
    ['UNICO_APIKEY_DOCUMENT_CAPABILITIES', ','],
    ['UNICO_FLOW_CAPABILITIES', 'myflow'],
    ['UNICO_FLOW_CAPABILITIES', 'myflow:'],
    ['UNICO_FLOW_CAPABILITIES', 'myflow:identity+faces'],
    ['UNICO_FLOW_CAPABILITIES', 'id:liveness'],
    ['UNICO_FLOW_CAPABILITIES', 'a:age,a:liveness'],
    ['REVIEW_TEAM', 'yes'],
  ])('%s=%s is refused with the name of the variable and its value', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(
      new RegExp(`${name}: expected .*got ${JSON.stringify(value).replaceAll('+', '\\+')}`),
    );
  });

  test('uat and production have the documented origins of Unico', () => {
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
      readConfig({
        ...UAT,
        ...AUTHENTICATION,
        ...LASTING_STORE,
        UNICO_ENVIRONMENT: 'production',
        NODE_ENV: 'production',
      }).unico,
    ).toMatchObject({
      origins: {
        idcloudUrl: 'https://api.idcloud.unico.app',
        apiUrl: 'https://api.id.unico.app',
        identityUrl: 'https://identity.acesso.io',
      },
    });
  });

  test('a private key in PKCS 1 is read from a file and converted to PKCS 8', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'key-')), 'key.pem');
    writeFileSync(file, createPrivateKey(PEM).export({ type: 'pkcs1', format: 'pem' }));
    const { UNICO_PRIVATE_KEY: _, ...variables } = UAT;
    expect(readConfig({ ...variables, UNICO_PRIVATE_KEY_FILE: file }).unico).toMatchObject({
      credential: { privateKey: PEM },
    });
  });

  test('an origin that is set replaces the one of the environment, and loses the slash at its end', () => {
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

  test('ROUTER_SECRET may hold several secrets, and the three JWT variables enable tokens of callers', () => {
    expect(readConfig({ ...AUTHENTICATION, ROUTER_SECRET: 'new-secret, my-secret' }).server).toEqual({
      routerSecrets: ['new-secret', 'my-secret'],
      jwt: {
        jwksUrl: 'https://idp.example.com/jwks',
        issuer: 'https://idp.example.com',
        audience: 'identity',
        claims: {
          client: ['client_id', 'azp', 'appid', 'cid'],
          partner: 'partner_id',
          scopes: ['scope', 'scp', 'roles', 'permissions'],
        },
      },
    });
  });

  test('JWT_CLIENT_CLAIM, JWT_PARTNER_CLAIM and JWT_SCOPE_CLAIMS name claims of tokens, literally', () => {
    const variables = {
      ...AUTHENTICATION,
      JWT_CLIENT_CLAIM: 'https://example.com/app, azp',
      JWT_PARTNER_CLAIM: ' https://example.com/partner id ',
      JWT_SCOPE_CLAIMS: 'realm.roles',
    };
    expect(readConfig(variables).server.jwt?.claims).toEqual({
      client: ['https://example.com/app', 'azp'],
      partner: 'https://example.com/partner id',
      scopes: ['realm.roles'],
    });
  });

  test('UNICO_CONTRACTS selects the contracts and their order', () => {
    expect(readConfig({ UNICO_CONTRACTS: 'processes-v1, idcloud' }).contracts).toEqual([
      'PROCESSES_V1',
      'IDCLOUD',
    ]);
    expect(readConfig({ UNICO_CONTRACTS: 'idcloud' }).contracts).toEqual(['IDCLOUD']);
  });

  test('a variable that is empty or only whitespace counts as not set', () => {
    expect(
      readConfig({
        PORT: '',
        UNICO_CONTRACTS: ' \t\n',
        UNICO_API_URL: '',
        UNICO_ACCOUNT: '  ',
        LOG_LEVEL: undefined,
      }),
    ).toEqual(readConfig({}));
  });

  test('a fixed access token replaces the service account, and idcloud alone needs no APIKEY', () => {
    const variables = { UNICO_ENVIRONMENT: 'uat', UNICO_ACCESS_TOKEN: 'token', UNICO_CONTRACTS: 'idcloud' };
    expect(readConfig(variables).unico).toMatchObject({ credential: { accessToken: 'token' } });
  });
});

describe('readConfig, the store', () => {
  test.each([
    ['sqlite:', { kind: 'sqlite', file: 'data/identity-subgraph.sqlite' }],
    ['sqlite:/var/lib/x.sqlite', { kind: 'sqlite', file: '/var/lib/x.sqlite' }],
    ['memory:', { kind: 'memory' }],
    ['sqlite::memory:', { kind: 'memory' }],
    ['redis://:secret@cache:6379/2', { kind: 'redis', url: 'redis://:secret@cache:6379/2' }],
    ['rediss://cache', { kind: 'redis', url: 'rediss://cache' }],
  ])('STORE_URL %s selects the store', (url, address) => {
    expect(readConfig({ STORE_URL: url, DATA_KEY }).store.address).toEqual(address);
  });

  test('DATA_KEY may hold several keys, in the order given', () => {
    const old = Buffer.alloc(32, 1).toString('base64');
    expect(readConfig({ DATA_KEY: `${DATA_KEY}, ${old}` }).store.dataKey).toEqual({
      kind: 'given',
      keys: [Buffer.alloc(32, 7), Buffer.alloc(32, 1)],
    });
  });

  test('without DATA_KEY the key is in a file next to the SQLite file, or random with a store in memory', () => {
    expect(readConfig({ STORE_URL: 'sqlite:/var/lib/x.sqlite' }).store.dataKey).toEqual({
      kind: 'file',
      file: '/var/lib/data-key',
    });
    expect(readConfig({ STORE_URL: 'memory:' }).store.dataKey).toEqual({ kind: 'ephemeral' });
  });
});

describe('readConfig, Unico', () => {
  test('a private key may have \\n for each line break, as one line of an environment file needs', () => {
    const oneLine = { ...UAT, UNICO_PRIVATE_KEY: PEM.replaceAll('\n', '\\n') };
    expect(readConfig(oneLine).unico).toMatchObject({ credential: { privateKey: PEM } });
  });

  test.each(Object.entries(API_KEY_VARIABLES))('the APIKEY of %s comes from %s', (useCase, name) => {
    const none = { onboarding: null, transactional: null, document: null, age: null };
    const { UNICO_APIKEY_DOCUMENT: _, ...account } = UAT;
    expect(readConfig({ ...account, [name]: 'a-key' }).unico).toMatchObject({
      apiKeys: { ...none, [useCase]: 'a-key' },
    });
  });

  test('a sandbox of your own with a fixed token needs no origin of the token service', () => {
    const own = {
      UNICO_IDCLOUD_URL: 'http://localhost:1',
      UNICO_API_URL: 'http://[::1]:2',
      UNICO_ACCESS_TOKEN: 'token',
      UNICO_APIKEY_AGE: 'key',
    };
    expect(readConfig(own).unico).toMatchObject({
      origins: {
        idcloudUrl: 'http://localhost:1',
        apiUrl: 'http://[::1]:2',
        identityUrl: 'https://identityhomolog.acesso.io',
      },
    });
  });
});

describe('tenantScope', () => {
  test('the embedded sandbox has the scope of its environment', () => {
    expect(tenantScope(readConfig({}))).toBe('sandbox');
  });

  test('a service account has the scope of its environment and tenant', () => {
    expect(tenantScope(readConfig(UAT))).toBe('uat tenant');
  });

  test('a fixed access token has the scope of its environment and origins', () => {
    const variables = { UNICO_ENVIRONMENT: 'uat', UNICO_ACCESS_TOKEN: 'token', UNICO_APIKEY_AGE: 'key' };
    expect(tenantScope(readConfig(variables))).toBe(
      'uat https://api.idcloud.uat.unico.app https://api.id.uat.unico.app',
    );
  });
});
