import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROCESS_ERRORS } from '../../../../sandbox/processes-v1/errors.ts';
import { IDENTITIES } from '../../../../sandbox/identities/index.ts';
import { selfie, selfieBase64 } from '../../../../sandbox/lib/selfie.ts';
import { enveloped, jwtPart, onboarding, outcome, startKit } from '../../../support/sandbox-client.ts';
import type { Answer, Kit } from '../../../support/sandbox-client.ts';

let kit: Kit;

beforeAll(async () => {
  kit = await startKit();
});

afterAll(() => kit.close());

/** The code tables of S1 and S2, copied once more, so that a slip in the sandbox's own copy shows. */
const seedTable: Record<string, [status: number, message: string]> = {
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

const { useCase: _useCase, ...plain } = onboarding();
const sample = '/processes/v1/80371b2a-3ac7-432e-866d-57fe37896ac6';
const unknownId = '00000000-0000-4000-8000-000000000000';
const gif = Buffer.from('R0lGODlhgALgAYAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const tooLarge = Buffer.concat([selfie(), Buffer.alloc(800 * 1024 + 1 - selfie().length)]);

const row = (scenario: string) => IDENTITIES.find((one) => one.scenario === scenario);
const post = (body: unknown, key?: 'onboarding' | 'transactional' | 'document' | 'age') =>
  kit.api('POST', '/processes/v1', body, key);
const subject = (members: Record<string, unknown>) => post(onboarding(members));
const person = (scenario: string) => subject({ code: row(scenario)?.code });
const image = (imageBase64: unknown) => post(onboarding({}, { imageBase64 }));
const compare = (rest: Record<string, unknown>) => post({ ...plain, ...rest }, 'transactional');
const compareWith = (scenario: string) => compare({ referenceProcessId: row(scenario)?.processesProcessId });
const listed = (referenceType: string | undefined, referenceContent: string) =>
  compare({ references: [{ referenceType, referenceContent }] });
const read = (id: string) => kit.api('GET', `/processes/v1/${id}`);
const headers = (given: Record<string, string>) => kit.call('api', 'GET', sample, { headers: given });
const bearer = () => ({ authorization: `Bearer ${kit.token}` });
const apikey = () => ({ apikey: kit.sandbox.credentials.apiKeys.onboarding });
const nowSeconds = () => Math.floor(kit.clock.nowMs / 1000);

function capture(secondsOld: number, extra: Record<string, unknown> = {}): string {
  const claims = { iat: nowSeconds() - secondsOld, ...extra };
  return `${jwtPart({ alg: 'HS256' })}.${jwtPart(claims)}.${jwtPart('signature')}`;
}

async function anHourLater(): Promise<Answer> {
  const given = { ...bearer(), ...apikey() };
  kit.clock.nowMs += 3_600_000;
  const answer = await headers(given);
  await kit.renewToken();
  return answer;
}

/** The second of two equal requests. */
async function again(send: () => Promise<Answer>): Promise<Answer> {
  await send();
  return send();
}

const cases: [code: string, why: string, send: () => Promise<Answer>][] = [
  ['20001', 'no Authorization', () => headers(apikey())],
  ['20001', 'no header at all', () => headers({})],
  ['20002', 'no APIKEY', () => headers(bearer())],
  ['20002', 'no APIKEY, before the token is looked at', () => headers({ authorization: 'Bearer nonsense' })],
  ['10501', 'a token that is nobody’s', () => headers({ ...apikey(), authorization: 'Bearer a.b.c' })],
  ['10501', 'a JWT of somebody else', () => headers({ ...apikey(), authorization: `Bearer ${capture(0)}` })],
  ['10501', 'another scheme', () => headers({ ...apikey(), authorization: `Basic ${kit.token}` })],
  ['10502', 'a token of an hour ago', anHourLater],
  ['10201', 'a key that is not there', () => headers({ ...bearer(), apikey: 'sandbox' })],
  ['30017', 'a document with the onboarding key', () => post({ ...plain, document: {} })],
  ['30017', 'a reference with the age key', () => post({ ...plain, referenceProcessId: unknownId }, 'age')],
  ['20003', 'no body', () => post('')],
  ['20003', 'half a body', () => post('{"subject":')],
  ['20003', 'a list', () => post([])],
  ['20004', 'no subject', () => post({ imageBase64: 'x' })],
  ['20004', 'no subject for an age', () => post({ imageBase64: 'x' }, 'age')],
  ['20004', 'a subject that is text', () => post({ ...plain, subject: 'Luke' })],
  ['20005', 'no code', () => subject({ code: '' })],
  ['20006', 'no name', () => subject({ name: undefined })],
  ['20507', 'wrong check digits', () => subject({ code: '12345678901' })],
  ['20507', 'punctuation', () => subject({ code: '123.456.789-09' })],
  ['20507', 'one digit eleven times', () => subject({ code: '11111111111' })],
  ['20507', 'a number instead of text', () => subject({ code: 12345678909 })],
  ['20507', 'a CPF that Unico does not know', () => person('unknown-cpf')],
  ['20509', 'digits in a name', () => subject({ name: 'R2 D2' })],
  ['20509', 'two spaces', () => subject({ name: 'Luke  Skywalker' })],
  ['20508', 'another letter', () => subject({ gender: 'X' })],
  ['20508', 'a small letter', () => subject({ gender: 'm' })],
  ['20019', 'the day first', () => subject({ birthDate: '20/05/2000' })],
  ['20019', 'a day that never was', () => subject({ birthDate: '2001-02-29' })],
  ['20008', 'no at sign', () => subject({ email: 'luke.example.com' })],
  ['20021', 'no country', () => subject({ phone: '19725570707' })],
  ['20021', 'a plus sign', () => subject({ phone: '+5519725570707' })],
  ['20021', 'twelve digits of a Brazilian', () => subject({ phone: '551972557070' })],
  ['20062', 'a use case that is not listed', () => post(onboarding({}, { useCase: 'Sign-up' }))],
  ['20009', 'no image', () => image(undefined)],
  ['20900', 'no base64', () => image('not an image')],
  ['20900', 'the sample’s ellipsis', () => image('/9j/4AAQSkZJR...')],
  ['20900', 'a data URL', () => image(`data:image/png;base64,${selfieBase64()}`)],
  ['20900', 'base64 of a text', () => image(Buffer.from('<script>').toString('base64'))],
  ['20900', 'a number', () => image(1)],
  ['20505', 'a GIF', () => image(gif.toString('base64'))],
  ['20506', 'a byte over 800 KB', () => image(tooLarge.toString('base64'))],
  ['20807', 'a column less than 640', () => image(selfieBase64({ width: 639 }))],
  ['20807', 'a row less than 480', () => image(selfieBase64({ height: 479 }))],
  ['10506', 'three parts of nothing', () => image('a.b.c')],
  ['10506', 'a JWT without times', () => image(capture(0, { iat: undefined }))],
  ['10507', 'a capture of ten minutes ago', () => image(capture(600))],
  ['10507', 'a capture past its own exp', () => image(capture(60, { exp: nowSeconds() - 1 }))],
  ['10508', 'the same capture again', () => again(() => image(capture(10)))],
  ['20024', 'no reference', () => compare({})],
  ['20024', 'an empty list', () => compare({ references: [] })],
  ['20024', 'a reference of no type', () => listed(undefined, unknownId)],
  ['20065', 'no UUID', () => compare({ referenceProcessId: 'abc' })],
  ['20065', 'no UUID in the list', () => listed('REFERENCE_TYPE_PROCESS_ID', 'abc')],
  ['20513', 'an unknown process', () => compare({ referenceProcessId: unknownId })],
  ['20513', 'an unknown process in the list', () => listed('REFERENCE_TYPE_PROCESS_ID', unknownId)],
  ['20512', 'a failed liveness', () => compareWith('denied-liveness')],
  ['20512', 'another person’s face', () => compareWith('denied-identity')],
  ['20512', 'a process that is not done', () => compareWith('never-finishes')],
  ['20512', 'a process that failed', () => compareWith('failed')],
  ['20023', 'no id', () => read('')],
  ['20023', 'no UUID', () => read('abc-123')],
  ['50001', 'an unknown id', () => read(unknownId)],
  ['50001', 'a process of the other contract', () => read('53060f52-f146-4c12-a234-5bb5031f6f5b')],
  ['20073', 'the conflict identity', () => person('conflict')],
  ['20073', 'an id that is taken', () => post(onboarding({}, { processId: sample.split('/')[3] }))],
  ['99999', 'an internal failure at creation', () => person('internal-error')],
  ['99999', 'an internal failure at reading', () => read(row('internal-error')?.processesProcessId ?? '')],
];

test.each(cases)('%s is the answer to %s', async (code, _why, send) => {
  const [status, message] = seedTable[code] ?? [0, ''];
  expect(outcome(await send())).toEqual(enveloped(status, code, message));
});

test('no code of S1 and S2 is out of reach, and the sandbox has no others', () => {
  const codes = Object.keys(seedTable);
  expect([...new Set(cases.map(([code]) => code))].toSorted()).toEqual(codes);
  expect(Object.keys(PROCESS_ERRORS)).toEqual(codes);
});

test('a body that is not said to be JSON is not read', async () => {
  const given = { ...bearer(), ...apikey(), 'content-type': 'text/plain' };
  const body = JSON.stringify(onboarding());
  const answer = await kit.call('api', 'POST', '/processes/v1', { headers: given, body });
  expect(answer.json.error.code).toBe('20003');
});

test('a path or a method that no document names is not there', async () => {
  expect((await kit.api('GET', '/processes/v3/1')).status).toBe(404);
  expect((await kit.api('DELETE', sample)).status).toBe(405);
  expect((await kit.api('POST', '/documents/v1', {})).status).toBe(405);
});
