import { afterAll, beforeAll, expect, test } from 'vitest';
import { IDENTITIES } from '../../../../sandbox/identities/index.ts';
import { selfie, selfieBase64 } from '../../../../sandbox/lib/selfie.ts';
import { jwtPart, onboarding, startKit, startOfTest } from '../../../support/sandbox-client.ts';
import type { Kit } from '../../../support/sandbox-client.ts';

let kit: Kit;

beforeAll(async () => {
  kit = await startKit();
});

afterAll(() => kit.close());

const code = (scenario: string) => IDENTITIES.find((row) => row.scenario === scenario)?.code ?? '';
const processOf = (scenario: string) =>
  IDENTITIES.find((row) => row.scenario === scenario)?.processesProcessId ?? '';
const imageBase64 = selfieBase64();
const sampleProcess = '80371b2a-3ac7-432e-866d-57fe37896ac6';
const post = (body: unknown, key: 'onboarding' | 'transactional' | 'document' | 'age') =>
  kit.api('POST', '/processes/v1', body, key);

test('an answer looks like the gateway’s', async () => {
  const { headers } = await post(onboarding(), 'onboarding');
  expect(headers).toMatchObject({ server: 'istio-envoy', 'content-type': 'application/json; charset=utf-8' });
  expect(Object.keys(headers).filter((name) => name.startsWith('x-'))).toEqual([]);
});

test('a Mexican is onboarded by CURP, with a telephone of twelve digits', async () => {
  const body = onboarding({ code: 'PASP901014HDFRPT03', phone: '525512345678' });
  expect((await post(body, 'onboarding')).json).toMatchObject({ idCloud: { result: 'inconclusive' } });
});

test.each([
  ['an upright selfie', () => selfie({ width: 480, height: 640 })],
  ['a selfie of exactly 800 KB', () => Buffer.concat([selfie(), Buffer.alloc(800 * 1024 - selfie().length)])],
  ['a WebP', () => webp(640, 480)],
  ['a JPEG', () => jpeg(640, 480)],
])('%s is taken', async (_what, image) => {
  const answer = await post(onboarding({}, { imageBase64: image().toString('base64') }), 'onboarding');
  expect(answer.status).toBe(200);
});

test('a refused request does not spend the SDK’s capture', async () => {
  const jwt = `${jwtPart({ alg: 'HS256' })}.${jwtPart({ iat: startOfTest / 1000 })}.${jwtPart('once')}`;
  const send = (name: string) => post(onboarding({ name }, { imageBase64: jwt }), 'onboarding');
  expect((await send('R2 D2')).json.error.code).toBe('20509');
  expect((await send('Luke Skywalker')).status).toBe(200);
});

test('a client may give the id of its process once', async () => {
  const processId = '3f7c1c2e-5b1c-4c55-9a52-0d9a4f5d7c11';
  const first = await post(onboarding({}, { processId }), 'onboarding');
  expect(first.json.id).toBe(processId);
  expect((await post(onboarding({}, { processId }), 'onboarding')).status).toBe(409);
});

const references = (...contents: [type: 'IMAGE_BASE64' | 'PROCESS_ID', content: string][]) =>
  contents.map(([type, referenceContent]) => ({ referenceType: `REFERENCE_TYPE_${type}`, referenceContent }));

test.each([
  ['an image', references(['IMAGE_BASE64', imageBase64])],
  ['a process', references(['PROCESS_ID', sampleProcess])],
  ['both', references(['PROCESS_ID', sampleProcess], ['IMAGE_BASE64', imageBase64])],
])('a selfie is compared with %s', async (_what, list) => {
  const { status, json } = await post({ references: list, imageBase64 }, 'transactional');
  expect(status).toBe(200);
  expect(json).toEqual({ id: expect.any(String), status: 3, authenticated: true, liveness: 1 });
});

test('another face is not authenticated, and that is still a 200', async () => {
  const subject = { code: code('face-mismatch') };
  const body = { references: references(['PROCESS_ID', sampleProcess]), imageBase64, subject };
  const { status, json } = await post(body, 'transactional');
  expect([status, json.authenticated]).toEqual([200, false]);
});

test('a comparison is never pending', async () => {
  const subject = { code: code('never-finishes') };
  const body = { references: references(['PROCESS_ID', sampleProcess]), imageBase64, subject };
  expect((await post(body, 'transactional')).json.status).toBe(3);
});

test.each([
  ['20900', references(['IMAGE_BASE64', 'nothing like it!'])],
  ['20807', references(['IMAGE_BASE64', selfieBase64({ width: 320 })])],
  ['20024', references(['IMAGE_BASE64', ''])],
  ['20024', ['not a reference']],
  ['20512', references(['PROCESS_ID', sampleProcess], ['PROCESS_ID', processOf('denied-identity')])],
])('%s refuses references %#', async (wanted, list) => {
  const answer = await post({ references: list, imageBase64 }, 'transactional');
  expect([answer.status, answer.json.error.code]).toEqual([400, wanted]);
});

test.each([
  ['adult', 'yes'],
  ['minor', 'no'],
  ['age-inconclusive', 'inconclusive'],
])('age verification of the %s says %s', async (scenario, result) => {
  const body = { subject: { code: code(scenario) }, useCase: 'AgeVerification', imageBase64 };
  const { json } = await post(body, 'age');
  expect(json).toEqual({ id: expect.any(String), status: 3, liveness: 1, idAge: { result } });
});

test('an age is verified by name where there is no number', async () => {
  const { json } = await post({ subject: { name: 'Max Minor' }, imageBase64 }, 'age');
  expect(json.idAge).toEqual({ result: 'no' });
});

const documentBody = (document: Record<string, unknown> = {}, subject: Record<string, unknown> = {}) => ({
  subject: { duiType: 'DUI_TYPE_BR_CPF', code: '12345678909', name: 'Luke Skywalker', ...subject },
  document: {
    purpose: 'onboarding',
    authProcessId: sampleProcess,
    files: [{ data: imageBase64 }, { data: selfieBase64({ seed: 1 }) }],
    ...document,
  },
});

test('two new files make a document with its OCR and two links of five minutes', async () => {
  const { status, json } = await post(documentBody(), 'document');
  expect(status).toBe(200);
  expect(json).toMatchObject({
    status: 3,
    document: {
      type: 'unico.moja.dictionary.br.cnh.v2.Cnh',
      cpfMatch: true,
      faceMatch: true,
      content: { cpfNumero: '12345678909', nomeCivil: 'Luke Skywalker' },
    },
  });
  expect(json.document.fileUrls).toHaveLength(2);
  expect(json.document.fileUrls[0]).toContain('X-Goog-Expires=300');
  expect((await kit.api('GET', `/processes/v1/${json.id}`)).json).toEqual(json);
});

test('a document of somebody else does not match', async () => {
  const { json } = await post(documentBody({}, { code: code('document-check-failed') }), 'document');
  expect(json.document).toMatchObject({ cpfMatch: false, content: { cpfNumero: '98765432100' } });
});

test('a reused document is what it was', async () => {
  const documentId = 'doc-document-full-ocr-passport';
  const subject = { code: code('document-full-ocr'), name: undefined };
  const { json } = await post(documentBody({ files: undefined, documentId }, subject), 'document');
  expect(json.document).toMatchObject({
    id: documentId,
    type: 'unico.moja.dictionary.br.passaporte.v1.Passaporte',
  });
});

test('an American document is asked for by its number type', async () => {
  const subject = { duiType: 'DUI_TYPE_US_SSN', code: '123456789' };
  expect((await post(documentBody({}, subject), 'document')).status).toBe(200);
  expect((await post(documentBody({}, { ...subject, duiType: undefined }), 'document')).status).toBe(400);
});

test.each([
  ['20003', 400, 'no document', { ...documentBody(), document: undefined }],
  ['20003', 400, 'the purpose of a journey', documentBody({ purpose: 'biometryonboarding' })],
  ['20003', 400, 'no files', documentBody({ files: undefined })],
  ['20003', 400, 'three files', documentBody({ files: [1, 2, 3].map(() => ({ data: imageBase64 })) })],
  ['20003', 400, 'a file without data', documentBody({ files: [{}] })],
  ['20003', 400, 'a number type of journeys only', documentBody({}, { duiType: 'DUI_TYPE_UY_CI' })],
  ['20807', 400, 'a small file', documentBody({ files: [{ data: selfieBase64({ width: 100 }) }] })],
  ['20024', 400, 'no biometric process', documentBody({ authProcessId: undefined })],
  ['20065', 400, 'a biometric process that is no UUID', documentBody({ authProcessId: 'abc' })],
  [
    '20513',
    400,
    'an unknown biometric process',
    documentBody({ authProcessId: '00000000-0000-4000-8000-000000000000' }),
  ],
  [
    '20512',
    400,
    'a biometric process that failed',
    documentBody({ authProcessId: processOf('denied-liveness') }),
  ],
  [
    '20512',
    400,
    'reuse on a moderate score',
    documentBody({ documentId: 'doc-abc-123', authProcessId: processOf('review-moderate-score') }),
  ],
  ['50001', 404, 'an unknown document', documentBody({ documentId: 'doc-none' })],
  ['50001', 404, 'a document of another person', documentBody({ documentId: 'doc-document-full-ocr-rg' })],
])('%s (%i) refuses %s', async (wanted, status, _why, body) => {
  const answer = await post(body, 'document');
  expect([answer.status, answer.json.error.code]).toEqual([status, wanted]);
});

test('a strong score is enough for reuse', async () => {
  const authProcessId = processOf('approved-strong-score');
  expect((await post(documentBody({ documentId: 'doc-abc-123', authProcessId }), 'document')).status).toBe(
    200,
  );
});

test('a biometric process serves for a day', async () => {
  const { json } = await post(onboarding(), 'onboarding');
  kit.clock.nowMs += 24 * 3_600_000;
  await kit.renewToken();
  expect((await post(documentBody({ authProcessId: json.id }), 'document')).status).toBe(200);
  kit.clock.nowMs += 1;
  const answer = await post(documentBody({ authProcessId: json.id }), 'document');
  expect(answer.json.error.code).toBe('20512');
  kit.clock.nowMs = startOfTest;
});

const reusable = async (scenario: string, type: string) =>
  (await kit.api('GET', `/documents/v1?code=${code(scenario)}&type=${type}`, undefined, 'document')).json;

test.each([
  ['BR_RG', 'unico.moja.dictionary.br.rg.v2.Rg', 'doc-document-full-ocr-rg'],
  ['BR_CNH', 'unico.moja.dictionary.br.cnh.v2.Cnh', 'doc-document-full-ocr-cnh'],
  ['BR_CIN', 'unico.moja.dictionary.br.cin.v1.Cin', 'doc-document-full-ocr-cin'],
  ['BR_PASSPORT', 'unico.moja.dictionary.br.passaporte.v1.Passaporte', 'doc-document-full-ocr-passport'],
])('documents/v1 finds the %s as %s', async (type, documentType, documentId) => {
  expect(await reusable('document-full-ocr', type)).toEqual({ items: [{ documentType, documentId }] });
});

test('finding nothing is an empty list, or in the old way one empty item', async () => {
  expect(await reusable('reusable-none', 'BR_CNH')).toEqual({ items: [] });
  expect(await reusable('approved', 'BR_RG')).toEqual({ items: [] });
  expect(await reusable('reusable-empty-item', 'BR_CNH')).toEqual({ items: [{}] });
});

test('who is not in the table has no documents', async () => {
  const answer = await kit.api('GET', '/documents/v1?code=98765432100&type=BR_CNH', undefined, 'document');
  expect(answer.json).toEqual({ items: [] });
});

/** The header of a lossy WebP: enough for whoever looks at its size. */
function webp(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(40);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(32, 4);
  bytes.write('WEBPVP8 ', 8);
  bytes.writeUInt32LE(20, 16);
  bytes.set([0, 0, 0, 0x9d, 0x01, 0x2a], 20);
  bytes.writeUInt16LE(width, 26);
  bytes.writeUInt16LE(height, 28);
  return bytes;
}

/** The first segments of a JPEG, up to the frame that tells its size. */
function jpeg(width: number, height: number): Buffer {
  const frame = Buffer.from([0xff, 0xc0, 0, 17, 8, 0, 0, 0, 0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  const app0 = Buffer.from([0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), app0, frame, Buffer.alloc(16)]);
}
