import { afterAll, beforeAll, expect, test } from 'vitest';
import { SandboxClient } from '../../../support/sandbox-client.ts';
import {
  APPROVED_IDCLOUD_ID,
  IDCLOUD_NOT_FOUND,
  UNKNOWN_ID,
  codeOf,
  idcloudCreationBody,
  idcloudError,
  statusAndJson,
} from '../../../support/sandbox-requests.ts';

let client: SandboxClient;

beforeAll(async () => {
  client = await SandboxClient.start();
});

afterAll(() => client.close());

const create = (body: unknown) => client.idcloud('POST', '/client/v1/process', body);

test('a created process has every documented property, and no result yet', async () => {
  const { status, json, headers } = await create(
    idcloudCreationBody({ clientReference: 'order-7', expiresIn: '3600s' }),
  );
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

test('a process without expiresIn expires after seven days', async () => {
  const { json } = await create(idcloudCreationBody());
  expect(Date.parse(json.process.expiresAt) - Date.parse(json.process.createdAt)).toBe(7 * 86_400_000);
});

const INVALID_DUI =
  'idnsv2/GetPublicID request error: rpc error: code = InvalidArgument desc = invalid dui value';
const notify = (channel: string) => ({
  notifications: [{ notificationChannel: `NOTIFICATION_CHANNEL_${channel}` }],
});

test.each<[message: string, defect: string, body: unknown]>([
  ['proto: syntax error (line 1:1): unexpected token', 'a truncated body', '{"flow":'],
  [
    'invalid callbackUri: unable to parse callbackUri: parse "": empty url',
    'a missing callbackUri',
    idcloudCreationBody({ callbackUri: undefined }),
  ],
  [
    'invalid callbackUri: url:',
    'a callbackUri without a scheme',
    idcloudCreationBody({ callbackUri: 'example.com/callback' }),
  ],
  [
    'invalid callbackUri: url:',
    'a callbackUri with a line break',
    idcloudCreationBody({ callbackUri: 'https://example.com/\n' }),
  ],
  ['invalid flow', 'a missing flow', idcloudCreationBody({ flow: undefined })],
  ['invalid flow', 'an unknown flow', idcloudCreationBody({ flow: 'idmagic' })],
  ['invalid purpose', 'a missing purpose', idcloudCreationBody({ purpose: undefined })],
  ['invalid purpose', 'the purpose of a document process', idcloudCreationBody({ purpose: 'onboarding' })],
  ['dui_type is required', 'a missing person', idcloudCreationBody({ person: undefined })],
  ['dui_type is required', 'an unknown duiType', idcloudCreationBody({}, { duiType: 'DUI_TYPE_XX_NONE' })],
  ['dui_value is required', 'an empty duiValue', idcloudCreationBody({}, { duiValue: '' })],
  [
    'dui_type is required',
    'an optional document without its type',
    idcloudCreationBody({ flow: 'custom-optional-document' }, { duiType: undefined }),
  ],
  [INVALID_DUI, 'a CPF with wrong digits', idcloudCreationBody({}, { duiValue: '12345678901' })],
  [INVALID_DUI, 'a CPF with punctuation', idcloudCreationBody({}, { duiValue: '123.456.789-09' })],
  [INVALID_DUI, 'a CPF that no person has', idcloudCreationBody({}, { duiValue: codeOf('unknown-cpf') })],
  [INVALID_DUI, 'a CPF as CURP', idcloudCreationBody({}, { duiType: 'DUI_TYPE_MX_CURP' })],
  [
    INVALID_DUI,
    'an SSN that is never issued',
    idcloudCreationBody({}, { duiType: 'DUI_TYPE_US_SSN', duiValue: '666121234' }),
  ],
  [
    'invalid person: friendly name exceeds 50 characters.',
    'a name of 51 characters',
    idcloudCreationBody({}, { friendlyName: 'L'.repeat(51) }),
  ],
  [
    'invalid person: email required for notification channel NOTIFICATION_CHANNEL_EMAIL',
    'an e-mail notification without an address',
    idcloudCreationBody({}, notify('EMAIL')),
  ],
  [
    'invalid person: invalid email address for notification channel NOTIFICATION_CHANNEL_EMAIL',
    'a malformed e-mail address',
    idcloudCreationBody({}, { ...notify('EMAIL'), email: 'luke' }),
  ],
  [
    'invalid person: phone number required for notification channel NOTIFICATION_CHANNEL_WHATSAPP',
    'a WhatsApp notification without a phone number',
    idcloudCreationBody({}, notify('WHATSAPP')),
  ],
  [
    'invalid person: phone number does not contain 13 chars for notification channel NOTIFICATION_CHANNEL_SMS',
    'a phone number without country',
    idcloudCreationBody({}, { ...notify('SMS'), phone: '19725570707' }),
  ],
  ['invalid useCase', 'smart revalidation without a useCase', idcloudCreationBody({ flow: 'idsmart' })],
  ['invalid expiresIn', 'an expiresIn without its unit', idcloudCreationBody({ expiresIn: '3600' })],
  ['invalid expiresIn', 'a negative expiresIn', idcloudCreationBody({ expiresIn: '-1s' })],
  [INVALID_DUI, 'a blank number', idcloudCreationBody({}, { duiType: 'DUI_TYPE_AR_DNI', duiValue: ' ' })],
  ['invalid bioTokenId', 'a 1:1 comparison without a reference', idcloudCreationBody({ flow: 'idtoken' })],
  [
    'invalid bioTokenId',
    'a reference that is no UUID',
    idcloudCreationBody({ flow: 'idtoken', bioTokenId: 'abc' }),
  ],
])('POST client/v1/process refuses with "%s" %s', async (message, _defect, body) => {
  expect(statusAndJson(await create(body))).toEqual(idcloudError(400, 3, message));
});

test('the flow of a tenant without identity keys is refused with code 9', async () => {
  const response = await create(idcloudCreationBody({ flow: 'custom-unconfigured' }));
  expect(statusAndJson(response)).toEqual(idcloudError(400, 9, 'XX ID Apikeys are not set'));
});

test('a creation with an unknown reference is a 404', async () => {
  const response = await create(idcloudCreationBody({ flow: 'idtoken', bioTokenId: UNKNOWN_ID }));
  expect(statusAndJson(response)).toEqual(IDCLOUD_NOT_FOUND);
});

test.each([
  ['a slash for no callback', idcloudCreationBody({ callbackUri: '/' })],
  ["a path as callbackUri, as in Unico's samples", idcloudCreationBody({ callbackUri: '/path/to/url' })],
  ['an expiresIn with a fraction', idcloudCreationBody({ expiresIn: '3600.5s' })],
  ['the purpose of the sample of S0', idcloudCreationBody({ purpose: 'VERIFICATION' })],
  [
    'a CURP in lower case',
    idcloudCreationBody({}, { duiType: 'DUI_TYPE_MX_CURP', duiValue: 'heww580907hgrshl05' }),
  ],
  ['a callbackUri with the scheme of an app', idcloudCreationBody({ callbackUri: 'acme://done' })],
  ['a custom flow', idcloudCreationBody({ flow: 'custom-lending' })],
  ['a passport', idcloudCreationBody({}, { duiType: 'DUI_TYPE_AR_PASSPORT', duiValue: 'AAB123456' })],
  ['an e-mail notification', idcloudCreationBody({}, { ...notify('EMAIL'), email: 'luke@example.com' })],
  [
    'a 1:1 comparison without a purpose',
    idcloudCreationBody({ flow: 'idtoken', purpose: undefined, bioTokenId: APPROVED_IDCLOUD_ID }),
  ],
  ['a flow that only other pages list', idcloudCreationBody({ flow: 'idunicodocs_r2' })],
])('POST client/v1/process accepts %s', async (_case, body) => {
  expect((await create(body)).status).toBe(200);
});

test('a 1:1 process has the reference that it compares with', async () => {
  const references = [{ referenceType: 'REFERENCE_TYPE_PROCESS_ID', referenceContent: APPROVED_IDCLOUD_ID }];
  const { json } = await create(idcloudCreationBody({ flow: 'idtoken', references }));
  expect(json.process.bioTokenData).toEqual({
    referenceProcessId: APPROVED_IDCLOUD_ID,
    authenticationId: 'a07e0000-0000-4000-8000-000000000000',
  });
});

test('a creation that fails inside Unico is a 200 with a failed process', async () => {
  const { status, json } = await create(idcloudCreationBody({}, { duiValue: codeOf('failed') }));
  expect(status).toBe(200);
  expect(json.process).toMatchObject({ state: 'PROCESS_STATE_FAILED', result: 'PROCESS_RESULT_ERROR' });
});

test('without a number the name selects the result of the process', async () => {
  const { json } = await create({
    ...idcloudCreationBody({ flow: 'custom-optional-document' }),
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
])(
  'the idcloud host refuses with a 401 and the plain text "%s" the Authorization header %s',
  async (message, authorization) => {
    const headers = authorization === undefined ? {} : { authorization };
    const response = await client.call('idcloud', '/client/v1/process', {
      method: 'POST',
      headers,
      body: '{}',
    });
    expect([response.status, response.text, response.headers['content-type']]).toEqual([
      401,
      message,
      'text/plain',
    ]);
  },
);

test('an undocumented path of the idcloud host is a 404, an undocumented method a 405', async () => {
  expect((await client.idcloud('GET', '/client/v2/process')).status).toBe(404);
  expect((await client.idcloud('DELETE', `/client/v1/process/${APPROVED_IDCLOUD_ID}`)).status).toBe(405);
});
