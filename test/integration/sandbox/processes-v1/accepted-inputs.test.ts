import { afterAll, beforeAll, expect, test } from 'vitest';
import type { UseCase } from '../../../../sandbox/identities/identity.ts';
import { START_MS, SandboxClient, jwtPart } from '../../../support/sandbox-client.ts';
import { jpegShapes } from '../../../support/image-shapes.ts';
import { SAMPLE_PROCESSES_V1_ID, onboardingBody } from '../../../support/sandbox-requests.ts';

let client: SandboxClient;

beforeAll(async () => {
  client = await SandboxClient.start();
});

afterAll(() => client.close());

const post = (body: unknown, useCase: UseCase = 'onboarding') =>
  client.api('POST', '/processes/v1', { body, useCase });

test.each([
  ['a name with two spaces', { name: 'Luke  Skywalker' }],
  ['a name with digits', { name: 'R2 D2' }],
  ['a Brazilian phone number of twelve digits', { phone: '551972557070' }],
  ['a phone number with a plus sign', { phone: '+5519725570707' }],
  ['a phone number of nine digits', { phone: '376312345' }],
  ['an e-mail address with an apostrophe', { email: "o'leary@example.ie" }],
  ['an e-mail address with letters beyond ASCII', { email: 'josé@exemplo.com.br' }],
  ['an e-mail address without a dot', { email: 'luke@localhost' }],
  ['a CURP in lower case', { code: 'heww580907hgrshl05' }],
  ['empty texts', { gender: '', birthDate: '', email: '', phone: '' }],
])('an onboarding in the sandbox accepts %s', async (_case, subject) => {
  expect((await post(onboardingBody(subject))).status).toBe(200);
});

test('any text is a use case', async () => {
  expect((await post(onboardingBody({}, { useCase: 'CheckoutInSãoPaulo' }))).status).toBe(200);
});

test('a JPEG whose size cannot be read is accepted', async () => {
  const [, bytes] = jpegShapes(640, 480).find(([title]) => title.includes('bytes between')) ?? [
    '',
    Buffer.alloc(0),
  ];
  expect((await post(onboardingBody({}, { imageBase64: bytes.toString('base64') }))).status).toBe(200);
});

const header = jwtPart({ alg: 'RSA-OAEP', enc: 'A256GCM' });
const now = START_MS / 1000;
const capture = (name: string) => `${header}.${jwtPart({ name })}.c2ln`;

test.each([
  ['a JWE of five parts', `${header}.a2V5.aXY.dGV4dA.dGFn`],
  ['a JWT without times', `${header}.${jwtPart({})}.c2ln`],
  ['a JWT whose payload is not JSON', `${header}.AAEC.c2ln`],
  ['a JWT that was issued 601 s ago and expires in an hour', `${header}.${jwtPart({ iat: now - 601, exp: now + 3600 })}.c2ln`], // prettier-ignore
])('%s is accepted as a capture, once', async (_case, imageBase64) => {
  expect((await post(onboardingBody({}, { imageBase64 }))).status).toBe(200);
  expect((await post(onboardingBody({}, { imageBase64 }))).json.error.code).toBe('10508');
});

test('a capture of the SDK is accepted as the file of a document, once, and as a reference', async () => {
  const document = {
    purpose: 'onboarding',
    authProcessId: SAMPLE_PROCESSES_V1_ID,
    files: [{ data: capture('front') }, { data: capture('back') }],
  };
  const subject = { code: '12345678909', duiType: 'DUI_TYPE_BR_CPF' };
  expect((await post({ subject, document }, 'document')).status).toBe(200);
  expect((await post({ subject, document }, 'document')).json.error.code).toBe('10508');
  const references = [
    { referenceType: 'REFERENCE_TYPE_IMAGE_BASE64', referenceContent: capture('reference') },
  ];
  const comparison = { references, imageBase64: capture('selfie') };
  expect((await post(comparison, 'transactional')).status).toBe(200);
});
