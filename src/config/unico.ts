import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ProcessSource } from '../domain/process.ts';
import type { EnvReader } from './env-reader.ts';
import { API_KEY_VARIABLES, type ApiKeys } from '../upstream/unico/credentials/api-keys.ts';
import type { ServiceAccount } from '../upstream/unico/credentials/client-assertion.ts';

/** Which Unico is meant. */
export const UNICO_ENVIRONMENTS = ['sandbox', 'uat', 'production'] as const;
export type UnicoEnvironment = (typeof UNICO_ENVIRONMENTS)[number];

/** The origins of Unico's three services. */
type Origins = { idcloudUrl: string; apiUrl: string; identityUrl: string };

/** How to reach Unico. With `embedded`, the sandbox of this package is started and used. */
export type UnicoConfig =
  | { kind: 'embedded' }
  | {
      kind: 'remote';
      origins: Origins;
      credential: ServiceAccount | { accessToken: string };
      apiKeys: ApiKeys;
    };

/** upstream.md, the table at its head, and §1. */
const ORIGINS: Record<'uat' | 'production', Origins> = {
  uat: {
    idcloudUrl: 'https://api.idcloud.uat.unico.app',
    apiUrl: 'https://api.id.uat.unico.app',
    identityUrl: 'https://identityhomolog.acesso.io',
  },
  production: {
    idcloudUrl: 'https://api.idcloud.unico.app',
    apiUrl: 'https://api.id.unico.app',
    identityUrl: 'https://identity.acesso.io',
  },
};

/** RS256 takes no shorter keys (RFC 7518, 3.3). */
const MIN_KEY_BITS = 2_048;

/** What only a real Unico takes: with the sandbox it is there by mistake. */
const CREDENTIALS = [
  'UNICO_ACCOUNT',
  'UNICO_TENANT_ID',
  'UNICO_PRIVATE_KEY',
  'UNICO_PRIVATE_KEY_FILE',
  'UNICO_ACCESS_TOKEN',
  ...Object.values(API_KEY_VARIABLES),
];

/** upstream.md §1: the account's name has at most 12 characters. */
const MAX_ACCOUNT = 12;

function readPrivateKey(env: EnvReader): string {
  const file = env.text('UNICO_PRIVATE_KEY_FILE');
  if (file !== null && env.has('UNICO_PRIVATE_KEY')) {
    env.problem('UNICO_PRIVATE_KEY_FILE', 'expected either this or UNICO_PRIVATE_KEY, got both');
  }
  let pem = env.text('UNICO_PRIVATE_KEY')?.replaceAll('\\n', '\n') ?? '';
  const name = file === null ? 'UNICO_PRIVATE_KEY' : 'UNICO_PRIVATE_KEY_FILE';
  try {
    if (file !== null) pem = readFileSync(file, 'utf8');
  } catch {
    env.problem(name, 'expected a file that can be read, and it can not');
    return '';
  }
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType !== 'rsa') throw new Error('not RSA');
    if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_KEY_BITS) throw new Error('too short');
    // Keys of the older form (PKCS 1) are as good; the signing library takes the newer one only.
    return key.export({ type: 'pkcs8', format: 'pem' }).toString();
  } catch {
    env.problem(
      name,
      `expected an RSA private key in PEM of at least ${MIN_KEY_BITS} bits, got something else`,
    );
    return '';
  }
}

function readCredential(env: EnvReader): ServiceAccount | { accessToken: string } {
  const accessToken = env.headerText('UNICO_ACCESS_TOKEN');
  if (env.has('UNICO_ACCESS_TOKEN')) return { accessToken: accessToken ?? '' };
  const account = env.required('UNICO_ACCOUNT', 'the name of the service account');
  if (account.length > MAX_ACCOUNT) {
    env.problem('UNICO_ACCOUNT', `expected at most ${MAX_ACCOUNT} characters, got ${account.length}`);
  }
  const tenantId = env.required('UNICO_TENANT_ID', 'the tenant id that Unico gave');
  if (!env.has('UNICO_PRIVATE_KEY') && !env.has('UNICO_PRIVATE_KEY_FILE')) {
    env.problem(
      'UNICO_PRIVATE_KEY',
      'expected the private key of the service account (or UNICO_PRIVATE_KEY_FILE); it is not set',
    );
    return { account, tenantId, privateKey: '' };
  }
  return { account, tenantId, privateKey: readPrivateKey(env) };
}

function readApiKeys(env: EnvReader, contracts: readonly ProcessSource[]): ApiKeys {
  const keys: ApiKeys = {
    onboarding: env.headerText(API_KEY_VARIABLES.onboarding),
    transactional: env.headerText(API_KEY_VARIABLES.transactional),
    document: env.headerText(API_KEY_VARIABLES.document),
    age: env.headerText(API_KEY_VARIABLES.age),
  };
  const someIsSet = Object.values(API_KEY_VARIABLES).some((name) => env.has(name));
  if (contracts.includes('PROCESSES_V1') && !someIsSet) {
    const names = 'UNICO_APIKEY_ONBOARDING, _TRANSACTIONAL, _DOCUMENT or _AGE';
    env.problem(
      API_KEY_VARIABLES.onboarding,
      `expected at least one of ${names}, because UNICO_CONTRACTS has processes-v1; none is set`,
    );
  }
  return keys;
}

/** Reads how to reach Unico and who we are to it; `contracts` are those in use. */
export function readUnico(
  env: EnvReader,
  environment: UnicoEnvironment,
  contracts: readonly ProcessSource[],
): UnicoConfig {
  const overrides = {
    idcloudUrl: env.origin('UNICO_IDCLOUD_URL'),
    apiUrl: env.origin('UNICO_API_URL'),
    identityUrl: env.origin('UNICO_IDENTITY_URL'),
  };
  const overridden = Object.values(overrides).some((url) => url !== null);
  if (environment === 'sandbox' && !overridden) {
    const misplaced = CREDENTIALS.filter((name) => env.has(name));
    if (misplaced.length > 0) {
      const message = `expected uat or production, because ${misplaced.join(', ')} is set; with the sandbox everybody is approved`;
      env.problem('UNICO_ENVIRONMENT', message);
    }
    return { kind: 'embedded' };
  }
  const usual = environment === 'sandbox' ? null : ORIGINS[environment];
  const origin = (name: string, given: string | null, its: string | undefined): string => {
    if (given === null && its === undefined) {
      env.problem(
        name,
        'expected an origin, because another origin of the sandbox is set too; it is not set',
      );
    }
    return given ?? its ?? '';
  };
  return {
    kind: 'remote',
    origins: {
      idcloudUrl: origin('UNICO_IDCLOUD_URL', overrides.idcloudUrl, usual?.idcloudUrl),
      apiUrl: origin('UNICO_API_URL', overrides.apiUrl, usual?.apiUrl),
      // With a fixed token the token service is never called; any origin will do.
      identityUrl: env.has('UNICO_ACCESS_TOKEN')
        ? (overrides.identityUrl ?? usual?.identityUrl ?? ORIGINS.uat.identityUrl)
        : origin('UNICO_IDENTITY_URL', overrides.identityUrl, usual?.identityUrl),
    },
    credential: readCredential(env),
    apiKeys: readApiKeys(env, contracts),
  };
}
