import { afterAll, beforeAll, expect, test } from 'vitest';
import { IDENTITIES } from '../../../../sandbox/identities/index.ts';
import { grpcError, journey, notFoundMessage, outcome, startKit } from '../../../support/sandbox-client.ts';
import type { Kit } from '../../../support/sandbox-client.ts';

let kit: Kit;

beforeAll(async () => {
  kit = await startKit();
});

afterAll(() => kit.close());

const create = (body: unknown) => kit.idcloud('POST', '/client/v1/process', body);
const code = (scenario: string) => IDENTITIES.find((row) => row.scenario === scenario)?.code ?? '';
const approvedJourney = '1dc10d00-0000-4000-8000-000000000000';
const unknownId = '00000000-0000-4000-8000-000000000000';

test('a created journey shows everything that creation promises, and no result yet', async () => {
  const { status, json, headers } = await create(journey({ clientReference: 'order-7', expiresIn: '3600s' }));
  expect(status).toBe(200);
  expect(headers).toMatchObject({ server: 'istio-envoy', 'content-type': 'application/json; charset=utf-8' });
  const { id } = json.process;
  expect(json.process).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    flow: 'idchecktrust',
    callbackUri: 'https://example.com/callback',
    userRedirectUrl: `https://journey.example.com/${id}`,
    state: 'PROCESS_STATE_CREATED',
    result: 'PROCESS_RESULT_UNSPECIFIED',
    createdAt: '2026-11-23T12:00:00.000Z',
    expiresAt: '2026-11-23T13:00:00.000Z',
    purpose: 'biometryonboarding',
    clientReference: 'order-7',
    capacities: [
      'PROCESS_CAPACITY_IDLIVE',
      'PROCESS_CAPACITY_IDUNICO',
      'PROCESS_CAPACITY_IDTRUST',
      'PROCESS_CAPACITY_IDCHECK',
    ],
    token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    person: {
      duiType: 'DUI_TYPE_BR_CPF',
      duiValue: '12345678909',
      friendlyName: 'Luke Skywalker',
      notifications: [],
    },
    companyData: { branchId: expect.any(String), countryCode: 'BR' },
    authenticationInfo: {
      authenticationId: '',
      livenessResult: 'LIVENESS_RESULT_UNSPECIFIED',
      authenticationResult: 'AUTHENTICATION_RESULT_UNSPECIFIED',
      identityFraudstersResult: 'TRUST_RESULT_UNSPECIFIED',
      bioTokenEngineResult: 'BIO_TOKEN_ENGINE_RESULT_UNSPECIFIED',
      smartRevalidationResult: 'SMART_REVALIDATION_RESULT_UNSPECIFIED',
      idAgeResult: 'ID_AGE_RESULT_UNSPECIFIED',
      scoreEngineResult: { scoreEnabled: 'SCORE_ENABLED_UNSPECIFIED', score: 0 },
      serproResult: {},
    },
    services: [],
  });
});

test('without expiresIn a journey lives seven days', async () => {
  const { json } = await create(journey());
  expect(Date.parse(json.process.expiresAt) - Date.parse(json.process.createdAt)).toBe(7 * 86_400_000);
});

const invalidDui =
  'idnsv2/GetPublicID request error: rpc error: code = InvalidArgument desc = invalid dui value';
const notify = (channel: string) => ({
  notifications: [{ notificationChannel: `NOTIFICATION_CHANNEL_${channel}` }],
});

test.each<[message: string, why: string, body: unknown]>([
  ['proto: syntax error (line 1:1): unexpected token', 'half a body', '{"flow":'],
  [
    'invalid callbackUri: unable to parse callbackUri: parse "": empty url',
    'no callback',
    journey({ callbackUri: undefined }),
  ],
  [
    'invalid callbackUri: url:',
    'a callback without a scheme',
    journey({ callbackUri: 'example.com/callback' }),
  ],
  ['invalid callbackUri: url:', 'a callback that is no URL', journey({ callbackUri: 'https://' })],
  ['invalid flow', 'no flow', journey({ flow: undefined })],
  ['invalid flow', 'a flow that is not there', journey({ flow: 'idmagic' })],
  ['invalid purpose', 'no purpose', journey({ purpose: undefined })],
  ['invalid purpose', 'the purpose of a document', journey({ purpose: 'onboarding' })],
  ['dui_type is required', 'no person', journey({ person: undefined })],
  ['dui_type is required', 'a type that is not there', journey({}, { duiType: 'DUI_TYPE_XX_NONE' })],
  ['dui_value is required', 'no number', journey({}, { duiValue: '' })],
  [
    'dui_type is required',
    'a document that is half there, though optional',
    journey({ flow: 'custom-optional-document' }, { duiType: undefined }),
  ],
  [invalidDui, 'a CPF with wrong digits', journey({}, { duiValue: '12345678901' })],
  [invalidDui, 'a CPF with punctuation', journey({}, { duiValue: '123.456.789-09' })],
  [invalidDui, 'a CPF that belongs to nobody', journey({}, { duiValue: code('unknown-cpf') })],
  [invalidDui, 'a CPF as CURP', journey({}, { duiType: 'DUI_TYPE_MX_CURP' })],
  [
    invalidDui,
    'an SSN that is never issued',
    journey({}, { duiType: 'DUI_TYPE_US_SSN', duiValue: '666121234' }),
  ],
  [
    'invalid person: friendly name exceeds 50 characters.',
    '51 characters',
    journey({}, { friendlyName: 'L'.repeat(51) }),
  ],
  [
    'invalid person: email required for notification channel NOTIFICATION_CHANNEL_EMAIL',
    'no e-mail to notify',
    journey({}, notify('EMAIL')),
  ],
  [
    'invalid person: invalid email address for notification channel NOTIFICATION_CHANNEL_EMAIL',
    'no address',
    journey({}, { ...notify('EMAIL'), email: 'luke' }),
  ],
  [
    'invalid person: phone number required for notification channel NOTIFICATION_CHANNEL_WHATSAPP',
    'no telephone to notify',
    journey({}, notify('WHATSAPP')),
  ],
  [
    'invalid person: phone number does not contain 13 chars for notification channel NOTIFICATION_CHANNEL_SMS',
    'a telephone without country',
    journey({}, { ...notify('SMS'), phone: '19725570707' }),
  ],
  ['invalid useCase', 'smart revalidation without a use case', journey({ flow: 'idsmart' })],
  ['invalid expiresIn', 'a life without its unit', journey({ expiresIn: '3600' })],
  ['invalid expiresIn', 'no life', journey({ expiresIn: '0s' })],
  ['invalid bioTokenId', '1:1 without a reference', journey({ flow: 'idtoken' })],
  ['invalid bioTokenId', 'a reference that is no UUID', journey({ flow: 'idtoken', bioTokenId: 'abc' })],
])('"%s" is said of %s', async (message, _why, body) => {
  expect(outcome(await create(body))).toEqual(grpcError(400, 3, message));
});

test('a tenant whose keys were never set up hears code 9', async () => {
  const answer = await create(journey({ flow: 'custom-unconfigured' }));
  expect(outcome(answer)).toEqual(grpcError(400, 9, 'XX ID Apikeys are not set'));
});

test('a reference that does not exist is not found', async () => {
  const answer = await create(journey({ flow: 'idtoken', bioTokenId: unknownId }));
  expect(outcome(answer)).toEqual(grpcError(404, 5, notFoundMessage));
});

test.each([
  ['no callback at all, as a slash', journey({ callbackUri: '/' })],
  ['the scheme of an app', journey({ callbackUri: 'acme://done' })],
  ['a custom flow', journey({ flow: 'custom-lending' })],
  ['a passport', journey({}, { duiType: 'DUI_TYPE_AR_PASSPORT', duiValue: 'AAB123456' })],
  ['notification of everybody', journey({}, { ...notify('EMAIL'), email: 'luke@example.com' })],
  ['1:1 without a purpose', journey({ flow: 'idtoken', purpose: undefined, bioTokenId: approvedJourney })],
  ['an app-wide flow seen elsewhere', journey({ flow: 'idunicodocs_r2' })],
])('%s is taken', async (_what, body) => {
  expect((await create(body)).status).toBe(200);
});

test('a 1:1 journey says which process it compares with', async () => {
  const references = [{ referenceType: 'REFERENCE_TYPE_PROCESS_ID', referenceContent: approvedJourney }];
  const { json } = await create(journey({ flow: 'idtoken', references }));
  expect(json.process.bioTokenData).toEqual({
    referenceProcessId: approvedJourney,
    authenticationId: 'a07e0000-0000-4000-8000-000000000000',
  });
});

test('a creation that fails inside Unico still answers 200, with a failed process', async () => {
  const { status, json } = await create(journey({}, { duiValue: code('failed') }));
  expect(status).toBe(200);
  expect(json.process).toMatchObject({ state: 'PROCESS_STATE_FAILED', result: 'PROCESS_RESULT_ERROR' });
});

test('the name chooses what happens where there is no number', async () => {
  const { json } = await create({
    ...journey({ flow: 'custom-optional-document' }),
    person: { friendlyName: 'Fatima Failed' },
  });
  expect(json.process.state).toBe('PROCESS_STATE_FAILED');
});

test.each([
  ['Jwt is missing', undefined],
  ['Jwt is missing', 'Basic abc'],
  ['Jwt header is an invalid JSON', 'Bearer nonsense'],
  ['Jwt header is an invalid JSON', 'Bearer ***.e30.e30'],
  ['Jwt verification fails', 'Bearer e30.e30.e30'],
])('401, as plain text: "%s" for the header %s', async (message, authorization) => {
  const headers = authorization === undefined ? {} : { authorization };
  const answer = await kit.call('idcloud', 'POST', '/client/v1/process', { headers, body: '{}' });
  expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([401, message, 'text/plain']);
});

test('a path or a method that no document names is not there', async () => {
  expect((await kit.idcloud('GET', '/client/v2/process')).status).toBe(404);
  expect((await kit.idcloud('DELETE', `/client/v1/process/${approvedJourney}`)).status).toBe(405);
});
