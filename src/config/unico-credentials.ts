import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { ProcessSource } from '../domain/process.ts';
import type { UnicoCredential } from '../upstream/unico/client.ts';
import type { ApiKeys } from '../upstream/unico/credentials/api-keys.ts';
import { eachOf, header, definedNames, parsed, variable, type Variables } from './variables.ts';

/** RS256 needs a key of at least this size (RFC 7518, 3.3). */
const MIN_KEY_BITS = 2_048;

/** upstream.md §1: the account's name has at most 12 characters. */
const MAX_ACCOUNT_LENGTH = 12;

const RSA_KEY = `an RSA private key in PEM of at least ${MIN_KEY_BITS} bits`;

/**
 * Parses an RSA private key in PEM; `null` for a key that is not RSA or too short. Throws for other text. Returns PKCS
 * 8 also for a key in PKCS 1, the older form, because the signing library accepts only PKCS 8.
 */
function parsePrivateKey(pem: string): string | null {
  const key = createPrivateKey(pem);
  const isLongEnough = (key.asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_KEY_BITS;
  const isUsable = key.asymmetricKeyType === 'rsa' && isLongEnough;
  return isUsable ? key.export({ type: 'pkcs8', format: 'pem' }).toString() : null;
}

const keyInText = parsed((text) => parsePrivateKey(text.replaceAll('\\n', '\n')));
const keyInFile = parsed((file) => parsePrivateKey(readFileSync(file, 'utf8')));

/** The private key of the service account: one of the two variables is set. */
const PRIVATE_KEY = {
  text: variable('UNICO_PRIVATE_KEY', `${RSA_KEY} (or UNICO_PRIVATE_KEY_FILE)`, keyInText),
  file: variable('UNICO_PRIVATE_KEY_FILE', `the path of a readable file with ${RSA_KEY}`, keyInFile),
};

const accountName = z.string().max(MAX_ACCOUNT_LENGTH);

const ACCOUNT = {
  account: variable(
    'UNICO_ACCOUNT',
    `a service account's name of at most ${MAX_ACCOUNT_LENGTH} characters`,
    accountName,
  ),
  tenantId: variable('UNICO_TENANT_ID', 'the tenant id that Unico assigned', z.string()),
};

const IN_HEADER = 'visible ASCII characters, because it becomes a header';

/** The access token that replaces the service account. */
export const ACCESS_TOKEN = { accessToken: variable('UNICO_ACCESS_TOKEN', IN_HEADER, header) };

const apiKey = (name: string) => variable(name, IN_HEADER, header.nullable().default(null));

/** The APIKEY of each use case. */
const API_KEYS = {
  onboarding: apiKey('UNICO_APIKEY_ONBOARDING'),
  transactional: apiKey('UNICO_APIKEY_TRANSACTIONAL'),
  document: apiKey('UNICO_APIKEY_DOCUMENT'),
  age: apiKey('UNICO_APIKEY_AGE'),
};

/** Every variable that only a real Unico needs. */
export const CREDENTIALS = { ...ACCOUNT, ...PRIVATE_KEY, ...ACCESS_TOKEN, ...API_KEYS };

/** Reads the file where it is set, else the text. Both at once are a problem. */
function privateKeySchema(variables: Variables): z.ZodType<string> {
  if (variables['UNICO_PRIVATE_KEY_FILE'] === undefined) return PRIVATE_KEY.text;
  const notBoth = z.undefined('expected either this or UNICO_PRIVATE_KEY_FILE, got both').optional();
  return eachOf({
    noText: z.object({ UNICO_PRIVATE_KEY: notBoth }),
    file: PRIVATE_KEY.file,
  }).transform(({ file }) => file);
}

/** Reads the fixed access token where it is set, else the service account. */
export function credentialSchema(variables: Variables): z.ZodType<UnicoCredential> {
  if (definedNames(variables, ACCESS_TOKEN).length > 0) return eachOf(ACCESS_TOKEN);
  return eachOf({ ...ACCOUNT, privateKey: privateKeySchema(variables) });
}

/** Reads the APIKEYs. With the contract processes/v1 at least one is required (upstream.md §S1). */
export function apiKeysSchema(variables: Variables, contracts: readonly ProcessSource[]): z.ZodType<ApiKeys> {
  const isMissing = contracts.includes('PROCESSES_V1') && definedNames(variables, API_KEYS).length === 0;
  const names = 'UNICO_APIKEY_ONBOARDING, _TRANSACTIONAL, _DOCUMENT or _AGE';
  const what = `at least one of ${names}, unless UNICO_CONTRACTS is idcloud alone`;
  return eachOf(
    isMissing ? { ...API_KEYS, onboarding: variable('UNICO_APIKEY_ONBOARDING', what, header) } : API_KEYS,
  );
}
