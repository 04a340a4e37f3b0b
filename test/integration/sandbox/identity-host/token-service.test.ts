import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askToken, claims, outcome, signed, startKit } from '../../../support/sandbox-client.ts';
import type { Kit } from '../../../support/sandbox-client.ts';

let kit: Kit;

beforeEach(async () => {
  kit = await startKit();
});

afterEach(() => kit.close());

const refusedWith = (code: string) => [
  401,
  { error: 'server_error', error_description: `Falha na autenticação ${code}` },
];

const without = (name: string) => {
  const { [name]: _left, ...rest } = claims(kit);
  return rest;
};

test('a good assertion buys a bearer token for an hour', async () => {
  const answer = await askToken(kit, signed(kit, claims(kit)));
  expect(answer.status).toBe(200);
  expect(answer.json).toEqual({
    access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    token_type: 'Bearer',
    expires_in: 3600,
  });
});

test('a token works until its hour is over, and then says so on both contracts', async () => {
  kit.clock.nowMs += 3_599_000;
  expect((await kit.api('GET', '/processes/v1/80371b2a-3ac7-432e-866d-57fe37896ac6')).status).toBe(200);
  kit.clock.nowMs += 1000;
  const api = await kit.api('GET', '/processes/v1/80371b2a-3ac7-432e-866d-57fe37896ac6');
  expect([api.status, api.json.error.code]).toEqual([403, '10502']);
  const idcloud = await kit.idcloud('GET', '/client/v1/process/53060f52-f146-4c12-a234-5bb5031f6f5b');
  expect([idcloud.status, idcloud.text]).toEqual([401, 'Jwt is expired']);
});

test.each([
  ['1.0.1', 'a wrong tenant', () => ({ ...claims(kit), iss: 'sandbox@0000.iam.acesso.io' })],
  ['1.1.1', 'no scope', () => without('scope')],
  ['1.2.4', 'an assertion past its exp', () => ({ ...claims(kit), exp: Math.floor(kit.clock.nowMs / 1000) })],
  [
    '1.2.5',
    'an audience with a trailing slash',
    () => ({ ...claims(kit), aud: `${kit.sandbox.identityUrl}/` }),
  ],
  ['1.2.5', 'the audience of production', () => ({ ...claims(kit), aud: 'https://identity.acesso.io' })],
  ['1.2.5', 'a life over an hour', () => ({ ...claims(kit), exp: Number(claims(kit)['iat']) + 3601 })],
  [
    '1.2.11',
    'an account that is not there',
    () => ({ ...claims(kit), iss: `other@${kit.sandbox.credentials.tenantId}.iam.acesso.io` }),
  ],
  ['1.2.14', 'a scope other than all', () => ({ ...claims(kit), scope: 'read' })],
  ['1.2.19', 'a subject to impersonate', () => ({ ...claims(kit), sub: 'somebody' })],
  ['1.2.21', 'no issuer', () => without('iss')],
  ['1.2.21', 'an issuer of another shape', () => ({ ...claims(kit), iss: 'sandbox' })],
  ['1.2.21', 'no audience', () => without('aud')],
  ['1.2.21', 'no issue time', () => without('iat')],
  ['1.2.21', 'an expiry that is text', () => ({ ...claims(kit), exp: '1' })],
  ['1.2.22', 'a jti', () => ({ ...claims(kit), jti: 'once' })],
  ['1.2.22', 'an nbf', () => ({ ...claims(kit), nbf: 0 })],
])('%s is the answer to %s', async (code, _why, payload) => {
  expect(outcome(await askToken(kit, signed(kit, payload())))).toEqual(refusedWith(code));
});

test.each([
  ['no assertion', () => ''],
  ['one part', () => 'abc'],
  ['two parts', () => signed(kit, claims(kit)).split('.').slice(0, 2).join('.')],
  ['a header that is no JSON', () => signed(kit, claims(kit)).replace(/^[^.]+/, 'abc')],
  ['foreign characters', () => `${signed(kit, claims(kit))}!`],
  ['a key id in the header', () => signed(kit, claims(kit), { alg: 'RS256', typ: 'JWT', kid: '1' })],
  ['another algorithm', () => signed(kit, claims(kit), { alg: 'HS256', typ: 'JWT' })],
  ['the algorithm none', () => signed(kit, claims(kit), { alg: 'none', typ: 'JWT' })],
])('1.2.20 is the answer to %s', async (_why, assertion) => {
  expect(outcome(await askToken(kit, assertion()))).toEqual(refusedWith('1.2.20'));
});

test('1.2.5 is the answer to the signature of another key', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  expect(outcome(await askToken(kit, signed(kit, claims(kit), undefined, pem)))).toEqual(
    refusedWith('1.2.5'),
  );
});

test('1.2.5 is the answer to claims that were changed after signing', async () => {
  const [header, , signature] = signed(kit, claims(kit)).split('.');
  const forged = Buffer.from(JSON.stringify(claims(kit))).toString('base64url');
  expect(outcome(await askToken(kit, `${header}.${forged}.${signature}`))).toEqual(refusedWith('1.2.5'));
});

test('1.2.7: an assertion buys one token only', async () => {
  const assertion = signed(kit, claims(kit));
  expect((await askToken(kit, assertion)).status).toBe(200);
  expect(outcome(await askToken(kit, assertion))).toEqual(refusedWith('1.2.7'));
});

test('1.2.18: ten invalid attempts in a minute lock the account, and good assertions with it, for that minute', async () => {
  for (let i = 0; i < 10; i++)
    expect(outcome(await askToken(kit, 'nonsense'))).toEqual(refusedWith('1.2.20'));
  expect(outcome(await askToken(kit, signed(kit, claims(kit))))).toEqual(refusedWith('1.2.18'));
  kit.clock.nowMs += 60_000;
  expect((await askToken(kit, signed(kit, claims(kit)))).status).toBe(200);
});

test('attempts during the lock-out do not prolong it', async () => {
  for (let i = 0; i < 10; i++) await askToken(kit, 'nonsense');
  kit.clock.nowMs += 59_000;
  expect(outcome(await askToken(kit, 'nonsense'))).toEqual(refusedWith('1.2.18'));
  kit.clock.nowMs += 1000;
  expect((await askToken(kit, signed(kit, claims(kit)))).status).toBe(200);
});

test('another grant is not supported', async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await kit.call('identity', 'POST', '/oauth2/token', {
    headers,
    body: 'grant_type=password',
  });
  expect([answer.status, answer.json.error]).toEqual([400, 'unsupported_grant_type']);
});

test('a JSON body is no form', async () => {
  const headers = { 'content-type': 'application/json' };
  const answer = await kit.call('identity', 'POST', '/oauth2/token', { headers, body: '{}' });
  expect([answer.status, answer.json.error]).toEqual([400, 'invalid_request']);
});

test('only POST to the one path', async () => {
  expect((await kit.call('identity', 'GET', '/oauth2/token')).status).toBe(405);
  expect((await kit.call('identity', 'POST', '/oauth2/authorize')).status).toBe(404);
});
