import { afterAll, beforeAll, expect, test } from 'vitest';
import type { UseCase } from '../../../../sandbox/identities/identity.ts';
import { PROCESS_ERRORS } from '../../../../sandbox/processes-v1/errors.ts';
import { selfie, selfieBase64 } from '../../../../sandbox/lib/selfie.ts';
import { SandboxClient, jwtPart } from '../../../support/sandbox-client.ts';
import type { SandboxResponse } from '../../../support/sandbox-client.ts';
import {
  SAMPLE_IDCLOUD_ID,
  SAMPLE_PROCESSES_V1_ID,
  UNKNOWN_ID,
  apiError,
  codeOf,
  onboardingBody,
  processesV1IdOf,
  statusAndJson,
} from '../../../support/sandbox-requests.ts';

let client: SandboxClient;

beforeAll(async () => {
  client = await SandboxClient.start();
});

afterAll(() => client.close());

/** The code tables of upstream.md §S1 and §S2, copied once more to find an error in the sandbox's own copy. */
const DOCUMENTED_ERRORS: Record<string, [status: number, message: string]> = {
  '20900': [400, 'O base64 informado não é válido.'],
  '20807': [400, 'A imagem precisa estar no padrão HD ou possuir uma resolução superior a 640 x 480.'],
  '20513': [400, 'The referenced process was not found.'],
  '20512': [400, 'The referenced process is not available for reuse.'],
  '20509': [400, 'The subject.name field is invalid.'],
  '20508': [400, 'The subject.gender field is invalid.'],
  '20507': [400, 'O parâmetro subject.code é inválido.'],
  '20506': [400, 'O base64 informado é muito grande. O tamanho máximo suportado é até 800kb.'],
  '20505': [400, 'O base64 informado não é suportado. Os formatos aceitos são png, jpeg e webp.'],
  '20065': [400, 'The referenceProcessId field is invalid.'],
  '20062': [400, 'The useCase field is invalid.'],
  '20024': [400, 'The referenceProcessId field is missing.'],
  '20023': [400, 'O parâmetro processId não foi informado.'],
  '20021': [400, 'The subject.phone field is invalid.'],
  '20019': [400, 'The subject.birthDate field is invalid.'],
  '20009': [400, 'O parâmetro imagebase64 não foi informado.'],
  '20008': [400, 'The subject.email field is invalid.'],
  '20006': [400, 'O parâmetro subject.name não foi informado.'],
  '20005': [400, 'O parâmetro subject.code não foi informado.'],
  '20004': [400, 'O parâmetro subject não foi informado.'],
  '20003': [400, 'The request body is missing or invalid.'],
  '20002': [400, 'O parâmetro APIKey não foi informado.'],
  '20001': [400, 'O parâmetro authtoken não foi informado.'],
  '10508': [400, 'The JWT with the captured face has already been used.'],
  '10507': [400, 'The JWT with the captured face is expired.'],
  '10506': [400, 'The imageBase64 field is not a valid JWT from SDK.'],
  '30017': [403, 'User does not have permission to perform this action.'],
  '10502': [403, 'O token informado está expirado.'],
  '10501': [403, 'O token informado é inválido.'],
  '10201': [403, 'O AppKey informado é inválido.'],
  '50001': [404, 'O processo informado não foi encontrado.'],
  '20073': [409, 'The processID already exists.'],
  '99999': [500, 'Internal failure! Try again later'],
};

const { useCase: _useCase, ...PLAIN_BODY } = onboardingBody();
const SAMPLE_PATH = `/processes/v1/${SAMPLE_PROCESSES_V1_ID}`;
const GIF = Buffer.from('R0lGODlhgALgAYAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const HEIC = Buffer.from('\0\0\0\x18ftypmif1\0\0\0\0mif1heic', 'latin1');
const TOO_LARGE = Buffer.concat([selfie(), Buffer.alloc(800 * 1024 + 1 - selfie().length)]);

const post = (body: unknown, useCase: UseCase = 'onboarding') =>
  client.api('POST', '/processes/v1', { body, useCase });
const postSubject = (properties: Record<string, unknown>) => post(onboardingBody(properties));
const postIdentity = (scenario: string) => postSubject({ code: codeOf(scenario) });
const postImage = (imageBase64: unknown) => post(onboardingBody({}, { imageBase64 }));
const compare = (rest: Record<string, unknown>) => post({ ...PLAIN_BODY, ...rest }, 'transactional');
const compareWith = (scenario: string) => compare({ referenceProcessId: processesV1IdOf(scenario) });
const compareWithReference = (referenceType: string | undefined, referenceContent: string) =>
  compare({ references: [{ referenceType, referenceContent }] });
const read = (id: string) => client.api('GET', `/processes/v1/${id}`);
const readWithHeaders = (headers: Record<string, string>) => client.call('api', SAMPLE_PATH, { headers });
const apiKey = () => client.apiKey('onboarding');
const nowSeconds = () => Math.floor(client.clock.nowMs / 1000);

/** The JWT of an SDK capture. */
function capture(ageSeconds: number, extra: Record<string, unknown> = {}): string {
  const claims = { iat: nowSeconds() - ageSeconds, ...extra };
  return `${jwtPart({ alg: 'HS256' })}.${jwtPart(claims)}.${jwtPart('signature')}`;
}

/** With a token that was issued an hour ago. */
async function readWithExpiredToken(): Promise<SandboxResponse> {
  const headers = { ...client.bearer(), ...apiKey() };
  await client.advance(3_600_000);
  return readWithHeaders(headers);
}

/** The response to the second of two equal requests. */
async function repeat(send: () => Promise<SandboxResponse>): Promise<SandboxResponse> {
  await send();
  return send();
}

const CASES: [code: string, defect: string, send: () => Promise<SandboxResponse>][] = [
  ['20001', 'a missing Authorization header', () => readWithHeaders(apiKey())],
  ['20001', 'missing headers', () => readWithHeaders({})],
  ['20002', 'a missing APIKEY', () => readWithHeaders(client.bearer())],
  [
    '20002',
    'a missing APIKEY before an invalid token',
    () => readWithHeaders({ authorization: 'Bearer nonsense' }),
  ],
  ...['Bearer a.b.c', 'Bearer nonsense', 'Bearer', 'Bearer a.b', 'nonsense'].map(
    (authorization): (typeof CASES)[number] => [
      '30017',
      `the malformed token of "${authorization}"`,
      () => readWithHeaders({ ...apiKey(), authorization }),
    ],
  ),
  [
    '30017',
    'a malformed token in a creation',
    () =>
      client.call('api', '/processes/v1', {
        method: 'POST',
        headers: { ...apiKey(), authorization: 'Bearer a.b.c', 'content-type': 'application/json' },
        body: '{}',
      }),
  ],
  [
    '10501',
    'a JWT of another issuer',
    () => readWithHeaders({ ...apiKey(), authorization: `Bearer ${capture(0)}` }),
  ],
  [
    '30017',
    'another Authorization scheme',
    () => readWithHeaders({ ...apiKey(), authorization: `Basic ${client.token}` }),
  ],
  ['10502', 'an expired token', readWithExpiredToken],
  ['10201', 'an unknown APIKEY', () => readWithHeaders({ ...client.bearer(), apikey: 'sandbox' })],
  ['30017', 'a document with the onboarding APIKEY', () => post({ ...PLAIN_BODY, document: {} })],
  [
    '30017',
    'a reference with the age APIKEY',
    () => post({ ...PLAIN_BODY, referenceProcessId: UNKNOWN_ID }, 'age'),
  ],
  ['20003', 'an empty body', () => post('')],
  ['20003', 'a truncated body', () => post('{"subject":')],
  ['20003', 'a body that is a list', () => post([])],
  ['20004', 'a missing subject', () => post({ imageBase64: 'x' })],
  ['20004', 'a missing subject of an age verification', () => post({ imageBase64: 'x' }, 'age')],
  ['20004', 'a subject that is text', () => post({ ...PLAIN_BODY, subject: 'Luke' })],
  ['20005', 'an empty code', () => postSubject({ code: '' })],
  ['20006', 'a missing name', () => postSubject({ name: undefined })],
  ['20507', 'a code with wrong check digits', () => postSubject({ code: '12345678901' })],
  ['20507', 'a code with punctuation', () => postSubject({ code: '123.456.789-09' })],
  ['20507', 'a code of eleven equal digits', () => postSubject({ code: '11111111111' })],
  ['20507', 'a code that is a JSON number', () => postSubject({ code: 12345678909 })],
  ['20507', 'a CPF that Unico does not know', () => postIdentity('unknown-cpf')],
  ['20509', 'markup in a name', () => postSubject({ name: '<b>Luke</b>' })],
  ['20509', 'a line break in a name', () => postSubject({ name: 'Luke\nSkywalker' })],
  ['20508', 'an unknown gender', () => postSubject({ gender: 'X' })],
  ['20508', 'a gender in lower case', () => postSubject({ gender: 'm' })],
  ['20019', 'a birth date with the day first', () => postSubject({ birthDate: '20/05/2000' })],
  ['20019', 'a birth date that does not exist', () => postSubject({ birthDate: '2001-02-29' })],
  ['20008', 'an e-mail address without an at sign', () => postSubject({ email: 'luke.example.com' })],
  ['20021', 'a phone number with punctuation', () => postSubject({ phone: '(19) 72557-0707' })],
  ['20021', 'a phone number of sixteen digits', () => postSubject({ phone: '5519725570707000' })],
  ['20062', 'a useCase that is a JSON number', () => post(onboardingBody({}, { useCase: 7 }))],
  ['20009', 'a missing image', () => postImage(undefined)],
  ['20900', 'an image that is not base64', () => postImage('not an image')],
  ['20900', 'the truncated base64 of the sample', () => postImage('/9j/4AAQSkZJR...')],
  ['20900', 'a data URL', () => postImage(`data:image/png;base64,${selfieBase64()}`)],
  ['20900', 'the base64 of a text', () => postImage(Buffer.from('<script>').toString('base64'))],
  ['20900', 'an image that is a JSON number', () => postImage(1)],
  ['20505', 'a GIF', () => postImage(GIF.toString('base64'))],
  ['20505', 'a HEIC', () => postImage(HEIC.toString('base64'))],
  ['20506', 'a byte over 800 KB', () => postImage(TOO_LARGE.toString('base64'))],
  ['20807', 'a column less than 640', () => postImage(selfieBase64({ width: 639 }))],
  ['20807', 'a row less than 480', () => postImage(selfieBase64({ height: 479 }))],
  ['10506', 'three parts that are no JWT', () => postImage('a.b.c')],
  ['10506', 'five parts that are no JWT', () => postImage('a.b.c.d.e')],
  ['10507', 'an SDK token of ten minutes ago', () => postImage(capture(600))],
  ['10507', 'an SDK token after its own exp', () => postImage(capture(60, { exp: nowSeconds() - 1 }))],
  ['10508', 'an SDK token that was used before', () => repeat(() => postImage(capture(10)))],
  ['20024', 'a missing reference', () => compare({})],
  ['20024', 'an empty list of references', () => compare({ references: [] })],
  ['20024', 'a reference without a type', () => compareWithReference(undefined, UNKNOWN_ID)],
  ['20065', 'a reference that is no UUID', () => compare({ referenceProcessId: 'abc' })],
  [
    '20065',
    'a reference in the list that is no UUID',
    () => compareWithReference('REFERENCE_TYPE_PROCESS_ID', 'abc'),
  ],
  ['20513', 'a reference to an unknown process', () => compare({ referenceProcessId: UNKNOWN_ID })],
  [
    '20513',
    'a reference in the list to an unknown process',
    () => compareWithReference('REFERENCE_TYPE_PROCESS_ID', UNKNOWN_ID),
  ],
  ['20512', 'a reference without liveness', () => compareWith('denied-liveness')],
  ['20512', 'a reference to a face that does not belong to the number', () => compareWith('denied-identity')],
  ['20512', 'a reference that is not done', () => compareWith('never-finishes')],
  ['20512', 'a reference that failed', () => compareWith('failed')],
  ['20023', 'a missing process id', () => read('')],
  ['20023', 'a process id that is no UUID', () => read('abc-123')],
  ['50001', 'an unknown process id', () => read(UNKNOWN_ID)],
  ['50001', 'a process of the idcloud contract', () => read(SAMPLE_IDCLOUD_ID)],
  ['20073', 'the conflict identity', () => postIdentity('conflict')],
  [
    '20073',
    'a process id that exists already',
    () => post(onboardingBody({}, { processId: SAMPLE_PROCESSES_V1_ID })),
  ],
  ['99999', 'an internal failure at creation', () => postIdentity('internal-error')],
  ['99999', 'an internal failure at a read', () => read(processesV1IdOf('internal-error'))],
];

test.each(CASES)('processes/v1 refuses with %s %s', async (code, _defect, send) => {
  const [status, message] = DOCUMENTED_ERRORS[code] ?? [0, ''];
  expect(statusAndJson(await send())).toEqual(apiError(status, code, message));
});

test('processes/v1 can respond with every code of upstream.md §S1 and §S2, and with no other', () => {
  const codes = Object.keys(DOCUMENTED_ERRORS);
  expect([...new Set(CASES.map(([code]) => code))].toSorted()).toEqual(codes);
  expect(Object.keys(PROCESS_ERRORS)).toEqual(codes);
});

test('POST processes/v1 refuses with 20003 a body of another content type than JSON', async () => {
  const headers = { ...client.bearer(), ...apiKey(), 'content-type': 'text/plain' };
  const body = JSON.stringify(onboardingBody());
  const response = await client.call('api', '/processes/v1', { method: 'POST', headers, body });
  expect(response.json.error.code).toBe('20003');
});

test('an undocumented path of the api host is a 404, an undocumented method a 405', async () => {
  expect((await client.api('GET', '/processes/v3/1')).status).toBe(404);
  expect((await client.api('DELETE', SAMPLE_PATH)).status).toBe(405);
  expect((await client.api('POST', '/documents/v1', { body: {} })).status).toBe(405);
});
