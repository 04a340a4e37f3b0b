import { generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../../src/config/config.ts';
import { AUTHENTICATION, DATA_KEY, LASTING_STORE, pemOf, rsaKey, UAT } from '../../support/configuration.ts';

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

/** The name at the start of each line. */
const namesOf = (problems: string[]) => problems.map((line) => /^([A-Z_]+): expected /.exec(line)?.[1]);

/** The variables whose values a message may repeat. */
const GENERAL = {
  NODE_ENV: '',
  HOST: '',
  PORT: '',
  UNICO_ENVIRONMENT: '',
  UNICO_CONTRACTS: '',
  UNICO_RATE_LIMIT: '',
  REQUEST_TIMEOUT_MS: '',
  UPSTREAM_TIMEOUT_MS: '',
  MAX_HEADER_BYTES: '',
  COMPRESS_RESPONSES: '',
  SDL_SECURITY_DIRECTIVES: '',
  LOG_LEVEL: '',
};

/** An invalid value with a secret in it for each variable that can hold one. */
function secretsFor(secret: string): Record<string, string> {
  return {
    STORE_URL: `postgres://user:${secret}@db`,
    DATA_KEY: `${DATA_KEY},${secret}`,
    ROUTER_SECRET: `${secret} ${secret}`,
    JWT_JWKS_URL: `https://user:${secret}@idp.example.com/jwks`,
    UNICO_IDCLOUD_URL: `https://idcloud.example.com/${secret}`,
    UNICO_API_URL: `https://user:${secret}@api.example.com`,
    UNICO_IDENTITY_URL: `http://${secret}`,
    UNICO_ACCOUNT: `${secret}`.padEnd(13, 'x'),
    UNICO_PRIVATE_KEY: `-----BEGIN PRIVATE KEY-----\\n${secret}\\n-----END PRIVATE KEY-----`,
    UNICO_PRIVATE_KEY_FILE: `/nowhere/${secret}`,
    UNICO_ACCESS_TOKEN: `${secret}\u00f6`,
    UNICO_APIKEY_ONBOARDING: `${secret} x`,
    UNICO_APIKEY_TRANSACTIONAL: `${secret}\nx`,
    UNICO_APIKEY_DOCUMENT: `x ${secret}`,
    UNICO_APIKEY_AGE: `\u0001${secret}`,
  };
}

describe('ConfigError', () => {
  const wrong: [string, Record<string, string>, RegExp[]][] = [
    [
      'uat without credentials',
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
      { ...AUTHENTICATION, ...LASTING_STORE, NODE_ENV: 'production' },
      [
        /^UNICO_ENVIRONMENT: .*not set/,
        /^UNICO_ACCOUNT: .*not set/,
        /^UNICO_TENANT_ID: .*not set/,
        /^UNICO_PRIVATE_KEY: .*not set/,
        /^UNICO_APIKEY_ONBOARDING: .*at least one/,
      ],
    ],
    [
      'production without anything',
      { NODE_ENV: 'production' },
      [
        /^UNICO_ENVIRONMENT: .*not set/,
        /^ROUTER_SECRET: .*not set/,
        /^JWT_JWKS_URL: .*not set/,
        /^JWT_ISSUER: .*not set/,
        /^JWT_AUDIENCE: .*not set/,
        /^UNICO_ACCOUNT: .*not set/,
        /^UNICO_TENANT_ID: .*not set/,
        /^UNICO_PRIVATE_KEY: .*not set/,
        /^UNICO_APIKEY_ONBOARDING: .*at least one/,
        /^STORE_URL: .*not set/,
        /^DATA_KEY: .*not set/,
      ],
    ],
    [
      'production in another spelling',
      { ...UAT, UNICO_ENVIRONMENT: 'PROD', UNICO_APIKEY_DOCUMENT: '' },
      [
        /^UNICO_ENVIRONMENT: .*got "PROD"/,
        /^ROUTER_SECRET: .*not set/,
        /^JWT_JWKS_URL: .*not set/,
        /^JWT_ISSUER: .*not set/,
        /^JWT_AUDIENCE: .*not set/,
        /^UNICO_APIKEY_ONBOARDING: .*at least one/,
        /^STORE_URL: .*not set/,
        /^DATA_KEY: .*not set/,
      ],
    ],
    [
      'an unknown contract and no APIKEY',
      { ...UAT, UNICO_APIKEY_DOCUMENT: '', UNICO_CONTRACTS: 'processes' },
      [
        /^UNICO_CONTRACTS: .*got "processes"/,
        /^UNICO_APIKEY_ONBOARDING: .*at least one of .*, unless UNICO_CONTRACTS is idcloud alone; it is not set/,
      ],
    ],
    [
      'an invalid address of a Redis and no data key',
      { STORE_URL: 'redis:cache' },
      [/^STORE_URL: /, /^DATA_KEY: .*not set/],
    ],
    ['a header limit above a mebibyte', { MAX_HEADER_BYTES: '1048577' }, [/^MAX_HEADER_BYTES: .*1048576/]],
    ['a header limit below a kibibyte', { MAX_HEADER_BYTES: '1023' }, [/^MAX_HEADER_BYTES: .*from 1024/]],
    [
      'switches that are neither on nor off',
      { COMPRESS_RESPONSES: 'true', SDL_SECURITY_DIRECTIVES: '0' },
      [
        /^COMPRESS_RESPONSES: expected one of on, off, got "true"/,
        /^SDL_SECURITY_DIRECTIVES: expected one of on, off, got "0"/,
      ],
    ],
    [
      'an unknown environment',
      { UNICO_ENVIRONMENT: 'staging' },
      [/^UNICO_ENVIRONMENT: expected one of sandbox, uat, production/],
    ],
    [
      'a store of an unknown kind',
      { STORE_URL: 'postgres://user:my-secret@db' },
      [/^STORE_URL: expected sqlite:/],
    ],
    [
      'a Redis without a data key',
      { STORE_URL: 'redis://cache' },
      [/^DATA_KEY: .*required.* with a Redis.*; it is not set/],
    ],
    [
      'production without a data key',
      { ...UAT, ...AUTHENTICATION, ...LASTING_STORE, DATA_KEY: '', NODE_ENV: 'production' },
      [/^DATA_KEY: .*required in production.*; it is not set/],
    ],
    ...['', 'memory:', 'sqlite::memory:'].flatMap((url) =>
      [{ NODE_ENV: 'production' }, { UNICO_ENVIRONMENT: 'production' }].map(
        (production): [string, Record<string, string>, RegExp[]] => [
          `production with the store '${url}', by ${Object.keys(production)[0]}`,
          { ...UAT, ...AUTHENTICATION, ...LASTING_STORE, ...production, STORE_URL: url },
          [
            /^STORE_URL: expected redis:.*several replicas.*sqlite:.*one replica.*; it is not set$|something else$/,
          ],
        ],
      ),
    ),
    [
      'production without authentication',
      { ...UAT, ...LASTING_STORE, NODE_ENV: 'production' },
      [/^ROUTER_SECRET: .*production/, /^JWT_JWKS_URL: /, /^JWT_ISSUER: /, /^JWT_AUDIENCE: .*production/],
    ],
    [
      "Unico's production without authentication, whatever NODE_ENV is",
      {
        ...UAT,
        ...AUTHENTICATION,
        ...LASTING_STORE,
        UNICO_ENVIRONMENT: 'production',
        ROUTER_SECRET: '',
        JWT_AUDIENCE: '',
      },
      [/^ROUTER_SECRET: .*not set/, /^JWT_AUDIENCE: .*not set/],
    ],
    [
      'tokens without an issuer',
      { JWT_JWKS_URL: AUTHENTICATION.JWT_JWKS_URL, JWT_AUDIENCE: 'identity' },
      [/^JWT_ISSUER: .*not set/],
    ],
    [
      'keys of tokens over plain http',
      { ...AUTHENTICATION, JWT_JWKS_URL: 'http://idp.example.com/jwks' },
      [/^JWT_JWKS_URL: expected an https/],
    ],
    [
      'names of claims without the issuer whose tokens have them',
      { JWT_CLIENT_CLAIM: 'azp' },
      [/^JWT_JWKS_URL: .*not set/, /^JWT_ISSUER: .*not set/, /^JWT_AUDIENCE: .*not set/],
    ],
    [
      'lists of claims with an empty name',
      { ...AUTHENTICATION, JWT_CLIENT_CLAIM: 'client_id,,azp', JWT_SCOPE_CLAIMS: 'scope,' },
      [/^JWT_CLIENT_CLAIM: .*got "client_id,,azp"$/, /^JWT_SCOPE_CLAIMS: .*got "scope,"$/],
    ],
    [
      'two claims of which each may name the partner',
      { ...AUTHENTICATION, JWT_PARTNER_CLAIM: 'partner_id,partner' },
      [/^JWT_PARTNER_CLAIM: expected .*one name without a comma, got "partner_id,partner"$/],
    ],
    ['an empty secret of the router after another', { ROUTER_SECRET: 'my-secret,' }, [/^ROUTER_SECRET: /]],
    ['a secret of the router with a line break', { ROUTER_SECRET: 'my-secret\nx' }, [/^ROUTER_SECRET: /]],
    [
      'a data key that is too short',
      { DATA_KEY: 'bXktc2VjcmV0' },
      [/^DATA_KEY: expected 32 bytes in base64/],
    ],
    ['a second data key that is not base64', { DATA_KEY: `${DATA_KEY},my-secret` }, [/^DATA_KEY: /]],
    ['a quota of zero', { UNICO_RATE_LIMIT: '0' }, [/^UNICO_RATE_LIMIT: .*from 1 to 100000, got "0"/]],
    ['a port out of range', { PORT: '65536' }, [/^PORT: .*from 0 to 65535, got "65536"/]],
    ['a fraction for a time', { REQUEST_TIMEOUT_MS: '8000.5' }, [/^REQUEST_TIMEOUT_MS: /]],
    ['a contract twice', { UNICO_CONTRACTS: 'idcloud,idcloud' }, [/^UNICO_CONTRACTS: /]],
    [
      'a contract named like a property of every object',
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
      [/^UNICO_ACCOUNT: .*at most 12 characters, got something else/],
    ],
    [
      'a key file that does not exist',
      { ...UAT, UNICO_PRIVATE_KEY: '', UNICO_PRIVATE_KEY_FILE: '/nowhere/key.pem' },
      [/^UNICO_PRIVATE_KEY_FILE: .*file/],
    ],
    [
      'a key and a key file',
      { ...UAT, UNICO_PRIVATE_KEY_FILE: '/nowhere/key.pem' },
      [
        /^UNICO_PRIVATE_KEY: .*either this or UNICO_PRIVATE_KEY_FILE, got both/,
        /^UNICO_PRIVATE_KEY_FILE: .*file/,
      ],
    ],
    [
      'a private key that is too short to sign with',
      { ...UAT, UNICO_PRIVATE_KEY: pemOf(rsaKey(1024)) },
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
      'an access token with the sandbox, which is set explicitly',
      { UNICO_ENVIRONMENT: 'sandbox', UNICO_ACCESS_TOKEN: 't' },
      [/^UNICO_ENVIRONMENT: .*UNICO_ACCESS_TOKEN is set.*, got "sandbox"$/],
    ],
    [
      'a token and an APIKEY that no header can bear',
      { UNICO_ENVIRONMENT: 'uat', UNICO_ACCESS_TOKEN: 'x y', UNICO_APIKEY_AGE: 'a b' },
      [/^UNICO_ACCESS_TOKEN: /, /^UNICO_APIKEY_AGE: /],
    ],
    [
      'a token that no header can bear',
      { ...UAT, UNICO_ACCESS_TOKEN: 'two\nlines' },
      [/^UNICO_ACCESS_TOKEN: .*header/],
    ],
    ['a private key that is not PEM', { ...UAT, UNICO_PRIVATE_KEY: 'x' }, [/^UNICO_PRIVATE_KEY: .*RSA/]],
    [
      'a private key that is not RSA',
      {
        ...UAT,
        UNICO_PRIVATE_KEY: generateKeyPairSync('ed25519')
          .privateKey.export({ type: 'pkcs8', format: 'pem' })
          .toString(),
      },
      [/^UNICO_PRIVATE_KEY: .*RSA/],
    ],
  ];

  test.each(wrong)(
    'the message about a wrong configuration says what was expected: %s',
    (_, variables, expected) => {
      const problems = problemsOf(variables);
      expect(problems).toHaveLength(expected.length);
      for (const [i, pattern] of expected.entries()) expect(problems[i]).toMatch(pattern);
    },
  );

  test('one message lists problems of single variables and rules about several ones', () => {
    const problems = problemsOf({
      NODE_ENV: 'production',
      UNICO_ENVIRONMENT: 'production',
      PORT: 'many',
      LOG_LEVEL: 'loud',
      ROUTER_SECRET: 'with a space',
      JWT_ISSUER: 'https://idp.example.com',
      JWT_JWKS_URL: 'http://idp.example.com/jwks',
      UNICO_ACCOUNT: 'x'.repeat(13),
      UNICO_PRIVATE_KEY: 'x',
      UNICO_PRIVATE_KEY_FILE: '/nowhere/key.pem',
      UNICO_API_URL: 'https://api.example.com/v1',
      STORE_URL: 'postgres://db',
    });
    expect(new Set(namesOf(problems))).toEqual(
      new Set([
        'PORT',
        'LOG_LEVEL',
        'ROUTER_SECRET',
        'JWT_JWKS_URL',
        'JWT_AUDIENCE',
        'UNICO_ACCOUNT',
        'UNICO_TENANT_ID',
        'UNICO_PRIVATE_KEY',
        'UNICO_PRIVATE_KEY_FILE',
        'UNICO_API_URL',
        'UNICO_APIKEY_ONBOARDING',
        'STORE_URL',
        'DATA_KEY',
      ]),
    );
    expect(problems).toHaveLength(13);
  });

  test('credentials are checked also where UNICO_ENVIRONMENT is invalid', () => {
    const problems = problemsOf({ ...UAT, UNICO_ENVIRONMENT: 'staging', UNICO_PRIVATE_KEY: 'x' });
    expect(namesOf(problems)).toEqual(['UNICO_ENVIRONMENT', 'UNICO_PRIVATE_KEY']);
  });

  test('the sandbox is refused with NODE_ENV production', () => {
    const authenticated = { ...UAT, ...AUTHENTICATION, ...LASTING_STORE };
    const production = { ...authenticated, NODE_ENV: 'production', UNICO_ENVIRONMENT: 'sandbox' };
    expect(problemsOf(production)).toEqual([
      'UNICO_ENVIRONMENT: expected uat or production, because NODE_ENV is production, got "sandbox"',
    ]);
  });

  test('each problem is one line that begins with the name of its variable, whatever the values are', () => {
    const names = fc.constantFrom(...Object.keys({ ...GENERAL, ...secretsFor('x') }));
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('1\n2', 'production', 'uat', 'sandbox'),
    );
    fc.assert(
      fc.property(fc.dictionary(names, value), (variables) => {
        const found = namesOf(problemsOf(variables));
        expect(found).not.toContain(undefined);
        expect(found).toHaveLength(new Set(found).size);
      }),
    );
  });

  test('no message repeats a secret, in any combination of wrong variables', () => {
    const secret = fc.stringMatching(/^[a-zA-Z0-9]{12,40}$/);
    const names = fc.subarray(Object.keys(secretsFor('x')), { minLength: 1 });
    const environment = fc.constantFrom('sandbox', 'uat', 'production', 'staging');
    fc.assert(
      fc.property(
        secret,
        names,
        environment,
        fc.boolean(),
        (value, chosen, UNICO_ENVIRONMENT, isProduction) => {
          const entries = Object.entries(secretsFor(value)).filter(([name]) => chosen.includes(name));
          const NODE_ENV = isProduction ? 'production' : '';
          const message = problemsOf({
            ...Object.fromEntries(entries),
            UNICO_ENVIRONMENT,
            NODE_ENV,
            PORT: 'x',
          }).join();
          expect(message).toContain('PORT: expected');
          const chunks = Array.from({ length: value.length - 5 }, (_, at) => value.slice(at, at + 6));
          expect(chunks.filter((chunk) => message.includes(chunk))).toEqual([]);
        },
      ),
    );
  });
});
