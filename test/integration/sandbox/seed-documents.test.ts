import { SAMPLE } from '../../fixtures/s0-get-idcloud-process.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onboarding, startKit, startOfTest } from '../../support/sandbox-client.ts';
import type { Kit } from '../../support/sandbox-client.ts';

let kit: Kit;

beforeAll(async () => {
  kit = await startKit();
});

afterAll(() => kit.close());

test('the sample of S1 is there to be read, member by member', async () => {
  const answer = await kit.api('GET', '/processes/v1/80371b2a-3ac7-432e-866d-57fe37896ac6');
  expect(answer.status).toBe(200);
  expect(answer.json).toEqual({
    id: '80371b2a-3ac7-432e-866d-57fe37896ac6',
    status: 3,
    unicoId: { result: 'yes' },
    identityFraudsters: { result: 'inconclusive' },
    government: { serpro: 87 },
    liveness: 1,
  });
});

test('the onboarding sample of S2 is approved with the answer of S2', async () => {
  const { status, json } = await kit.api('POST', '/processes/v1', onboarding());
  expect(status).toBe(200);
  expect(json).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    status: 3,
    unicoId: { result: 'yes' },
    identityFraudsters: { result: 'inconclusive' },
    government: { serpro: 87 },
    liveness: 1,
  });
  expect((await kit.api('GET', `/processes/v1/${json.id}`)).json).toEqual(json);
});

test('the transactional sample of S2 compares with the onboarding sample', async () => {
  const { useCase: _useCase, subject: _subject, ...rest } = onboarding();
  const body = {
    ...rest,
    referenceProcessId: '80371b2a-3ac7-432e-866d-57fe37896ac6',
    useCase: 'Transactional',
  };
  const { status, json } = await kit.api('POST', '/processes/v1', body, 'transactional');
  expect(status).toBe(200);
  expect(json).toEqual({ id: expect.any(String), status: 3, authenticated: true, liveness: 1 });
});

test('the sample of S0 is there to be read, with a link that was signed now', async () => {
  const { status, json } = await kit.idcloud(
    'GET',
    '/client/v1/process/53060f52-f146-4c12-a234-5bb5031f6f5b',
  );
  expect(status).toBe(200);
  const signedUrl = json.process.services[0].documents[0].signed_url;
  expect(signedUrl).toBe('https://example.com/doc?token=xyz&X-Goog-Date=20261123T120000Z&X-Goog-Expires=300');
  // The judge of both the sandbox and the client is one fixture, copied out of the document.
  const sample = structuredClone(SAMPLE);
  for (const { documents } of sample.process.services)
    for (const found of documents) found.signed_url = signedUrl;
  expect(json).toEqual(sample);
});

test('a link is signed anew at every reading', async () => {
  const path = '/client/v1/process/53060f52-f146-4c12-a234-5bb5031f6f5b';
  const linkOf = async () =>
    (await kit.idcloud('GET', path)).json.process.services[0].documents[0].signed_url;
  const first = await linkOf();
  kit.clock.nowMs += 300_000;
  expect(await linkOf()).not.toBe(first);
  kit.clock.nowMs = startOfTest;
});

test('the sample of S3 sets its document, and the answer is that of S3', async () => {
  const body = { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678901' };
  const answer = await kit.idcloud('POST', '/client/v1/process/abc-123/document', body);
  expect(answer.status).toBe(200);
  expect(answer.json).toEqual({ process: { id: 'abc-123', person: body } });
});

test('the sample of S4 finds its document', async () => {
  const answer = await kit.api('GET', '/documents/v1?code=12345678909&type=BR_CNH', undefined, 'document');
  expect(answer.status).toBe(200);
  expect(answer.json).toEqual({
    items: [{ documentType: 'unico.moja.dictionary.br.cnh.v2.Cnh', documentId: 'doc-abc-123' }],
  });
});

test('the reuse sample of S4, which names no duiType, is taken', async () => {
  const body = {
    subject: { code: '12345678909', name: 'Luke Skywalker' },
    document: {
      purpose: 'onboarding',
      authProcessId: '80371b2a-3ac7-432e-866d-57fe37896ac6',
      documentId: 'doc-abc-123',
    },
  };
  const { status, json } = await kit.api('POST', '/processes/v1', body, 'document');
  expect(status).toBe(200);
  expect(json.document).toMatchObject({
    id: 'doc-abc-123',
    type: 'unico.moja.dictionary.br.cnh.v2.Cnh',
    cpfMatch: true,
    faceMatch: true,
  });
});

test.each([
  ['a9100000-0000-4000-8000-000000000002', { status: 3, unicoId: { result: 'yes' } }],
  [
    'a9100000-0000-4000-8000-000000000003',
    { status: 3, unicoId: { result: 'inconclusive' }, liveness: 1, score: 28 },
  ],
  ['a9100000-0000-4000-8000-000000000046', { status: 2, unicoId: { result: 'inconclusive' }, liveness: 1 }],
  ['a9100000-0000-4000-8000-000000000008', { status: 3, unicoId: { result: 'inconclusive' }, liveness: 2 }],
])('process %s answers a body that was seen in the wild', async (id, body) => {
  const { status, json } = await kit.api('GET', `/processes/v1/${id}`);
  expect(status).toBe(200);
  expect(json).toEqual({ id, ...body });
});
