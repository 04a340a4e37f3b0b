import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { startSandboxClient } from '../../../support/sandbox-client.ts';
import type { SandboxClient } from '../../../support/sandbox-client.ts';
import {
  SAMPLE_IDCLOUD_ID,
  SAMPLE_PROCESSES_V1_ID,
  statusAndJson,
} from '../../../support/sandbox-requests.ts';

const refusal = (code: string) => [
  401,
  { error: 'server_error', error_description: `Falha na autenticação ${code}` },
];

function claimsWithout(client: SandboxClient, name: string): Record<string, unknown> {
  const { [name]: _removed, ...rest } = client.claims();
  return rest;
}

/** A new valid assertion. */
const validAssertion = (client: SandboxClient) => client.assertion(client.claims());

test('a valid assertion is exchanged for a bearer token of one hour', async () => {
  const client = await startSandboxClient();
  const response = await client.requestToken(validAssertion(client));
  expect(response.status).toBe(200);
  expect(response.json).toEqual({
    access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    token_type: 'Bearer',
    expires_in: 3600,
  });
});

test('a token is valid for one hour, and expired afterwards on both contracts', async () => {
  const client = await startSandboxClient();
  const readApi = () => client.api('GET', `/processes/v1/${SAMPLE_PROCESSES_V1_ID}`);
  client.clock.nowMs += 3_599_000;
  expect((await readApi()).status).toBe(200);
  client.clock.nowMs += 1000;
  const api = await readApi();
  expect([api.status, api.json.error.code]).toEqual([403, '10502']);
  const idcloud = await client.idcloud('GET', `/client/v1/process/${SAMPLE_IDCLOUD_ID}`);
  expect([idcloud.status, idcloud.text]).toEqual([401, 'Jwt is expired']);
});

type ClaimsOf = (client: SandboxClient) => Record<string, unknown>;

test.each<[code: string, defect: string, claimsOf: ClaimsOf]>([
  ['1.0.1', 'a wrong tenant', (client) => ({ ...client.claims(), iss: 'sandbox@0000.iam.acesso.io' })],
  ['1.1.1', 'a missing scope', (client) => claimsWithout(client, 'scope')],
  [
    '1.2.4',
    'an expired assertion',
    (client) => ({ ...client.claims(), exp: Math.floor(client.clock.nowMs / 1000) }),
  ],
  [
    '1.2.5',
    'an audience with a trailing slash',
    (client) => ({ ...client.claims(), aud: `${client.sandbox.identityUrl}/` }),
  ],
  [
    '1.2.5',
    'the audience of production',
    (client) => ({ ...client.claims(), aud: 'https://identity.acesso.io' }),
  ],
  [
    '1.2.5',
    'a lifetime above an hour',
    (client) => ({ ...client.claims(), exp: Number(client.claims()['iat']) + 3601 }),
  ],
  [
    '1.2.11',
    'an unknown account',
    (client) => ({
      ...client.claims(),
      iss: `other@${client.sandbox.credentials.tenantId}.iam.acesso.io`,
    }),
  ],
  ['1.2.14', 'a scope other than all', (client) => ({ ...client.claims(), scope: 'read' })],
  ['1.2.19', 'a subject to impersonate', (client) => ({ ...client.claims(), sub: 'other' })],
  ['1.2.21', 'a missing issuer', (client) => claimsWithout(client, 'iss')],
  ['1.2.21', 'a malformed issuer', (client) => ({ ...client.claims(), iss: 'sandbox' })],
  ['1.2.21', 'a missing audience', (client) => claimsWithout(client, 'aud')],
  ['1.2.21', 'a missing issue time', (client) => claimsWithout(client, 'iat')],
  ['1.2.21', 'an expiry that is text', (client) => ({ ...client.claims(), exp: '1' })],
  ['1.2.22', 'a jti', (client) => ({ ...client.claims(), jti: 'once' })],
  ['1.2.22', 'an nbf', (client) => ({ ...client.claims(), nbf: 0 })],
])('the token service refuses with %s an assertion with %s', async (code, _defect, claimsOf) => {
  const client = await startSandboxClient();
  const response = await client.requestToken(client.assertion(claimsOf(client)));
  expect(statusAndJson(response)).toEqual(refusal(code));
});

test.each<[defect: string, assertionOf: (client: SandboxClient) => string]>([
  ['empty', () => ''],
  ['one part', () => 'abc'],
  ['two parts', (client) => validAssertion(client).split('.').slice(0, 2).join('.')],
  ['a header that is not JSON', (client) => validAssertion(client).replace(/^[^.]+/, 'abc')],
  ['characters outside base64url', (client) => `${validAssertion(client)}!`],
  [
    'a key id in the header',
    (client) => client.assertion(client.claims(), { header: { alg: 'RS256', typ: 'JWT', kid: '1' } }),
  ],
  [
    'the algorithm HS256',
    (client) => client.assertion(client.claims(), { header: { alg: 'HS256', typ: 'JWT' } }),
  ],
  [
    'the algorithm none',
    (client) => client.assertion(client.claims(), { header: { alg: 'none', typ: 'JWT' } }),
  ],
])('the token service refuses with 1.2.20 an undecodable assertion: %s', async (_defect, assertionOf) => {
  const client = await startSandboxClient();
  expect(statusAndJson(await client.requestToken(assertionOf(client)))).toEqual(refusal('1.2.20'));
});

test('the token service refuses with 1.2.5 the signature of another key', async () => {
  const client = await startSandboxClient();
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const privateKey = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const response = await client.requestToken(client.assertion(client.claims(), { privateKey }));
  expect(statusAndJson(response)).toEqual(refusal('1.2.5'));
});

test('the token service refuses with 1.2.5 claims that were changed after signing', async () => {
  const client = await startSandboxClient();
  const [header, , signature] = validAssertion(client).split('.');
  const forged = Buffer.from(JSON.stringify(client.claims())).toString('base64url');
  const response = await client.requestToken(`${header}.${forged}.${signature}`);
  expect(statusAndJson(response)).toEqual(refusal('1.2.5'));
});

test('the token service refuses with 1.2.7 an assertion that was used before', async () => {
  const client = await startSandboxClient();
  const assertion = validAssertion(client);
  expect((await client.requestToken(assertion)).status).toBe(200);
  expect(statusAndJson(await client.requestToken(assertion))).toEqual(refusal('1.2.7'));
});

test('ten invalid assertions in a minute lock the account with 1.2.18 for that minute, also for valid assertions', async () => {
  const client = await startSandboxClient();
  for (let i = 0; i < 10; i++) {
    expect(statusAndJson(await client.requestToken('nonsense'))).toEqual(refusal('1.2.20'));
  }
  expect(statusAndJson(await client.requestToken(validAssertion(client)))).toEqual(refusal('1.2.18'));
  client.clock.nowMs += 60_000;
  expect((await client.requestToken(validAssertion(client))).status).toBe(200);
});

test('attempts during the lockout do not prolong it', async () => {
  const client = await startSandboxClient();
  for (let i = 0; i < 10; i++) await client.requestToken('nonsense');
  client.clock.nowMs += 59_000;
  expect(statusAndJson(await client.requestToken('nonsense'))).toEqual(refusal('1.2.18'));
  client.clock.nowMs += 1000;
  expect((await client.requestToken(validAssertion(client))).status).toBe(200);
});

test('the token service does not support another grant type', async () => {
  const client = await startSandboxClient();
  const response = await client.call('identity', '/oauth2/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=password',
  });
  expect([response.status, response.json.error]).toEqual([400, 'unsupported_grant_type']);
});

test('the token service refuses a JSON body', async () => {
  const client = await startSandboxClient();
  const response = await client.call('identity', '/oauth2/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect([response.status, response.json.error]).toEqual([400, 'invalid_request']);
});

test('the token service serves POST of one path only', async () => {
  const client = await startSandboxClient();
  expect((await client.call('identity', '/oauth2/token')).status).toBe(405);
  expect((await client.call('identity', '/oauth2/authorize', { method: 'POST' })).status).toBe(404);
});
