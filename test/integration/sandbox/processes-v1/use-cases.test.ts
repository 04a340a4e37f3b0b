import { afterAll, beforeAll, expect, test } from 'vitest';
import type { UseCase } from '../../../../sandbox/identities/identity.ts';
import { selfie, selfieBase64 } from '../../../../sandbox/lib/selfie.ts';
import { jpeg, webp } from '../../../support/images.ts';
import { START_MS, SandboxClient, jwtPart } from '../../../support/sandbox-client.ts';
import {
  APPROVED_CPF,
  SAMPLE_PROCESSES_V1_ID,
  UNKNOWN_ID,
  codeOf,
  onboardingBody,
  processesV1IdOf,
} from '../../../support/sandbox-requests.ts';

let client: SandboxClient;

beforeAll(async () => {
  client = await SandboxClient.start();
});

afterAll(() => client.close());

const IMAGE = selfieBase64();

const post = (body: unknown, useCase: UseCase) => client.api('POST', '/processes/v1', { body, useCase });

test('a response has the headers of the gateway of Unico', async () => {
  const { headers } = await post(onboardingBody(), 'onboarding');
  expect(headers).toMatchObject({ server: 'istio-envoy', 'content-type': 'application/json; charset=utf-8' });
  expect(Object.keys(headers).filter((name) => name.startsWith('x-'))).toEqual([]);
});

test('an onboarding accepts a CURP with a phone number of twelve digits', async () => {
  const body = onboardingBody({ code: 'PASP901014HDFRPT03', phone: '525512345678' });
  expect((await post(body, 'onboarding')).json).toMatchObject({ idCloud: { result: 'inconclusive' } });
});

test.each([
  ['an upright selfie', () => selfie({ width: 480, height: 640 })],
  ['a selfie of exactly 800 KB', () => Buffer.concat([selfie(), Buffer.alloc(800 * 1024 - selfie().length)])],
  ['a WebP', () => webp(640, 480)],
  ['a JPEG', () => jpeg(640, 480)],
])('an onboarding accepts %s', async (_case, image) => {
  const response = await post(onboardingBody({}, { imageBase64: image().toString('base64') }), 'onboarding');
  expect(response.status).toBe(200);
});

test('a refused request does not use an SDK token up', async () => {
  const jwt = `${jwtPart({ alg: 'HS256' })}.${jwtPart({ iat: START_MS / 1000 })}.${jwtPart('once')}`;
  const send = (name: string) => post(onboardingBody({ name }, { imageBase64: jwt }), 'onboarding');
  expect((await send('<b>Luke</b>')).json.error.code).toBe('20509');
  expect((await send('Luke Skywalker')).status).toBe(200);
});

test('a caller can choose the id of a process, once', async () => {
  const processId = '3f7c1c2e-5b1c-4c55-9a52-0d9a4f5d7c11';
  const first = await post(onboardingBody({}, { processId }), 'onboarding');
  expect(first.json.id).toBe(processId);
  expect((await post(onboardingBody({}, { processId }), 'onboarding')).status).toBe(409);
});

const references = (...contents: [type: 'IMAGE_BASE64' | 'PROCESS_ID', content: string][]) =>
  contents.map(([type, referenceContent]) => ({ referenceType: `REFERENCE_TYPE_${type}`, referenceContent }));

test.each([
  ['an image', references(['IMAGE_BASE64', IMAGE])],
  ['a process', references(['PROCESS_ID', SAMPLE_PROCESSES_V1_ID])],
  ['a process and an image', references(['PROCESS_ID', SAMPLE_PROCESSES_V1_ID], ['IMAGE_BASE64', IMAGE])],
])('a comparison accepts as reference %s', async (_case, list) => {
  const { status, json } = await post({ references: list, imageBase64: IMAGE }, 'transactional');
  expect(status).toBe(200);
  expect(json).toEqual({ id: expect.any(String), status: 3, authenticated: true, liveness: 1 });
});

test('a comparison with another face is a 200 that is not authenticated', async () => {
  const subject = { code: codeOf('face-mismatch') };
  const body = {
    references: references(['PROCESS_ID', SAMPLE_PROCESSES_V1_ID]),
    imageBase64: IMAGE,
    subject,
  };
  const { status, json } = await post(body, 'transactional');
  expect([status, json.authenticated]).toEqual([200, false]);
});

test('a comparison is never pending', async () => {
  const subject = { code: codeOf('never-finishes') };
  const body = {
    references: references(['PROCESS_ID', SAMPLE_PROCESSES_V1_ID]),
    imageBase64: IMAGE,
    subject,
  };
  expect((await post(body, 'transactional')).json.status).toBe(3);
});

test.each([
  ['20900', 'a reference that is not base64', references(['IMAGE_BASE64', 'nothing like it!'])],
  [
    '20807',
    'a reference image that is too small',
    references(['IMAGE_BASE64', selfieBase64({ width: 320 })]),
  ],
  ['20024', 'a reference without content', references(['IMAGE_BASE64', ''])],
  ['20024', 'a reference that is a text', ['not a reference']],
  [
    '20512',
    'a second reference that is not usable',
    references(['PROCESS_ID', SAMPLE_PROCESSES_V1_ID], ['PROCESS_ID', processesV1IdOf('denied-identity')]),
  ],
])('a comparison refuses with %s %s', async (code, _defect, list) => {
  const response = await post({ references: list, imageBase64: IMAGE }, 'transactional');
  expect([response.status, response.json.error.code]).toEqual([400, code]);
});

test.each([
  ['adult', 'yes'],
  ['minor', 'no'],
  ['age-inconclusive', 'inconclusive'],
])('the age verification of %s has the result %s', async (scenario, result) => {
  const body = { subject: { code: codeOf(scenario) }, useCase: 'AgeVerification', imageBase64: IMAGE };
  const { json } = await post(body, 'age');
  expect(json).toEqual({ id: expect.any(String), status: 3, liveness: 1, idAge: { result } });
});

test('without a number the name selects the result of an age verification', async () => {
  const { json } = await post({ subject: { name: 'Max Minor' }, imageBase64: IMAGE }, 'age');
  expect(json.idAge).toEqual({ result: 'no' });
});

const documentBody = (document: Record<string, unknown> = {}, subject: Record<string, unknown> = {}) => ({
  subject: { duiType: 'DUI_TYPE_BR_CPF', code: APPROVED_CPF, name: 'Luke Skywalker', ...subject },
  document: {
    purpose: 'onboarding',
    authProcessId: SAMPLE_PROCESSES_V1_ID,
    files: [{ data: IMAGE }, { data: selfieBase64({ seed: 1 }) }],
    ...document,
  },
});

test('two new files result in a document with its OCR fields and two links that expire after five minutes', async () => {
  const { status, json } = await post(documentBody(), 'document');
  expect(status).toBe(200);
  expect(json).toMatchObject({
    status: 3,
    document: {
      type: 'unico.moja.dictionary.br.cnh.v2.Cnh',
      cpfMatch: true,
      faceMatch: true,
      content: { cpfNumero: APPROVED_CPF, nomeCivil: 'Luke Skywalker' },
    },
  });
  expect(json.document.fileUrls).toHaveLength(2);
  expect(json.document.fileUrls[0]).toContain('X-Goog-Expires=300');
  expect((await client.api('GET', `/processes/v1/${json.id}`)).json).toEqual(json);
});

test('a document of another person does not match the CPF', async () => {
  const { json } = await post(documentBody({}, { code: codeOf('document-check-failed') }), 'document');
  expect(json.document).toMatchObject({ cpfMatch: false, content: { cpfNumero: '98765432100' } });
});

test('a reused document keeps its id and its type', async () => {
  const documentId = 'doc-document-full-ocr-passport';
  const subject = { code: codeOf('document-full-ocr'), name: undefined };
  const { json } = await post(documentBody({ files: undefined, documentId }, subject), 'document');
  expect(json.document).toMatchObject({
    id: documentId,
    type: 'unico.moja.dictionary.br.passaporte.v1.Passaporte',
  });
});

test('an SSN needs its duiType in a document process', async () => {
  const subject = { duiType: 'DUI_TYPE_US_SSN', code: '123456789' };
  expect((await post(documentBody({}, subject), 'document')).status).toBe(200);
  expect((await post(documentBody({}, { ...subject, duiType: undefined }), 'document')).status).toBe(400);
});

test.each([
  ['20003', 400, 'a missing document', { ...documentBody(), document: undefined }],
  ['20003', 400, 'the purpose of an idcloud process', documentBody({ purpose: 'biometryonboarding' })],
  ['20003', 400, 'missing files', documentBody({ files: undefined })],
  ['20003', 400, 'three files', documentBody({ files: [1, 2, 3].map(() => ({ data: IMAGE })) })],
  ['20003', 400, 'a file without data', documentBody({ files: [{}] })],
  ['20003', 400, 'a duiType of idcloud processes only', documentBody({}, { duiType: 'DUI_TYPE_UY_CI' })],
  [
    '20807',
    400,
    'a file that is too small',
    documentBody({ files: [{ data: selfieBase64({ width: 100 }) }] }),
  ],
  ['20024', 400, 'a missing biometric process', documentBody({ authProcessId: undefined })],
  ['20065', 400, 'a biometric process that is no UUID', documentBody({ authProcessId: 'abc' })],
  ['20513', 400, 'an unknown biometric process', documentBody({ authProcessId: UNKNOWN_ID })],
  [
    '20512',
    400,
    'a biometric process that failed',
    documentBody({ authProcessId: processesV1IdOf('denied-liveness') }),
  ],
  [
    '20512',
    400,
    'reuse with a moderate score',
    documentBody({ documentId: 'doc-abc-123', authProcessId: processesV1IdOf('review-moderate-score') }),
  ],
  ['50001', 404, 'an unknown document', documentBody({ documentId: 'doc-none' })],
  ['50001', 404, 'a document of another person', documentBody({ documentId: 'doc-document-full-ocr-rg' })],
])('a document process refuses with %s (%i) %s', async (code, status, _defect, body) => {
  const response = await post(body, 'document');
  expect([response.status, response.json.error.code]).toEqual([status, code]);
});

test('a document can be reused with a strong score', async () => {
  const authProcessId = processesV1IdOf('approved-strong-score');
  expect((await post(documentBody({ documentId: 'doc-abc-123', authProcessId }), 'document')).status).toBe(
    200,
  );
});

test('a document process accepts a biometric process for one day', async () => {
  const { json } = await post(onboardingBody(), 'onboarding');
  await client.advance(24 * 3_600_000);
  expect((await post(documentBody({ authProcessId: json.id }), 'document')).status).toBe(200);
  client.clock.nowMs += 1;
  const response = await post(documentBody({ authProcessId: json.id }), 'document');
  expect(response.json.error.code).toBe('20512');
  client.clock.nowMs = START_MS;
});

const reusable = async (scenario: string, type: string) =>
  (await client.api('GET', `/documents/v1?code=${codeOf(scenario)}&type=${type}`, { useCase: 'document' }))
    .json;

test.each([
  ['BR_RG', 'unico.moja.dictionary.br.rg.v2.Rg', 'doc-document-full-ocr-rg'],
  ['BR_CNH', 'unico.moja.dictionary.br.cnh.v2.Cnh', 'doc-document-full-ocr-cnh'],
  ['BR_CIN', 'unico.moja.dictionary.br.cin.v1.Cin', 'doc-document-full-ocr-cin'],
  ['BR_PASSPORT', 'unico.moja.dictionary.br.passaporte.v1.Passaporte', 'doc-document-full-ocr-passport'],
])('GET documents/v1 finds a %s with the documentType %s', async (type, documentType, documentId) => {
  expect(await reusable('document-full-ocr', type)).toEqual({ items: [{ documentType, documentId }] });
});

test('GET documents/v1 finds nothing: an empty list, or one empty item in the legacy form', async () => {
  expect(await reusable('reusable-none', 'BR_CNH')).toEqual({ items: [] });
  expect(await reusable('approved', 'BR_RG')).toEqual({ items: [] });
  expect(await reusable('reusable-empty-item', 'BR_CNH')).toEqual({ items: [{}] });
});

test('a person who is not in the table of identities has no reusable documents', async () => {
  const response = await client.api('GET', '/documents/v1?code=98765432100&type=BR_CNH', {
    useCase: 'document',
  });
  expect(response.json).toEqual({ items: [] });
});
