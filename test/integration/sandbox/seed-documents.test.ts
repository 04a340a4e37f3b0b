import { createHash } from 'node:crypto';
import { SAMPLE } from '../../fixtures/s0-get-idcloud-process.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { START_MS, SandboxClient } from '../../support/sandbox-client.ts';
import {
  APPROVED_CPF,
  idcloudIdOf,
  SAMPLE_IDCLOUD_ID,
  SAMPLE_PROCESSES_V1_ID,
  onboardingBody,
} from '../../support/sandbox-requests.ts';

let client: SandboxClient;

beforeAll(async () => {
  client = await SandboxClient.start();
});

afterAll(() => client.close());

test('GET processes/v1 responds with the sample of upstream.md §S1', async () => {
  const response = await client.api('GET', `/processes/v1/${SAMPLE_PROCESSES_V1_ID}`);
  expect(response.status).toBe(200);
  expect(response.json).toEqual({
    id: SAMPLE_PROCESSES_V1_ID,
    status: 3,
    unicoId: { result: 'yes' },
    identityFraudsters: { result: 'inconclusive' },
    government: { serpro: 87 },
    liveness: 1,
  });
});

test('POST processes/v1 responds to the onboarding sample of upstream.md §S2 with its response', async () => {
  const { status, json } = await client.api('POST', '/processes/v1', { body: onboardingBody() });
  expect(status).toBe(200);
  expect(json).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    status: 3,
    unicoId: { result: 'yes' },
    identityFraudsters: { result: 'inconclusive' },
    government: { serpro: 87 },
    liveness: 1,
  });
  expect((await client.api('GET', `/processes/v1/${json.id}`)).json).toEqual(json);
});

test('POST processes/v1 compares the transactional sample of upstream.md §S2 with the onboarding sample', async () => {
  const { useCase: _useCase, subject: _subject, ...rest } = onboardingBody();
  const body = {
    ...rest,
    referenceProcessId: SAMPLE_PROCESSES_V1_ID,
    useCase: 'Transactional',
  };
  const { status, json } = await client.api('POST', '/processes/v1', { body, useCase: 'transactional' });
  expect(status).toBe(200);
  expect(json).toEqual({ id: expect.any(String), status: 3, authenticated: true, liveness: 1 });
});

test('GET client/v1/process responds with the sample of upstream.md §S0 byte for byte', async () => {
  const { status, text, json } = await client.idcloud('GET', `/client/v1/process/${SAMPLE_IDCLOUD_ID}`);
  expect(status).toBe(200);
  // One fixture, copied from the document, tests both the sandbox and the client.
  expect(json).toEqual(SAMPLE);
  // The text of the document, from its first brace to its last one.
  expect(createHash('sha256').update(text).digest('hex')).toBe(
    '333ee6e2c45b0c0cb0b95570598f4edcead8c0e733d16d967e9b7acaeaf7b42a',
  );
  client.clock.nowMs += 300_000;
  expect((await client.idcloud('GET', `/client/v1/process/${SAMPLE_IDCLOUD_ID}`)).text).toBe(text);
  client.clock.nowMs = START_MS;
});

test('every read of a process signs its links anew', async () => {
  const path = `/client/v1/process/${idcloudIdOf('document-full-ocr')}`;
  const linkOf = async () =>
    (await client.idcloud('GET', path)).json.process.services[0].documents[0].signed_url;
  const first = await linkOf();
  client.clock.nowMs += 300_000;
  expect(await linkOf()).not.toBe(first);
  client.clock.nowMs = START_MS;
});

test('the sample of upstream.md §S3 sets its document, and the response is that of upstream.md §S3', async () => {
  const body = { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678901' };
  const response = await client.idcloud('POST', '/client/v1/process/abc-123/document', body);
  expect(response.status).toBe(200);
  expect(response.json).toEqual({ process: { id: 'abc-123', person: body } });
});

test('GET documents/v1 finds the document of the sample of upstream.md §S4', async () => {
  const response = await client.api('GET', `/documents/v1?code=${APPROVED_CPF}&type=BR_CNH`, {
    useCase: 'document',
  });
  expect(response.status).toBe(200);
  expect(response.json).toEqual({
    items: [{ documentType: 'unico.moja.dictionary.br.cnh.v2.Cnh', documentId: 'doc-abc-123' }],
  });
});

test('POST processes/v1 accepts the reuse sample of upstream.md §S4, which has no duiType', async () => {
  const body = {
    subject: { code: APPROVED_CPF, name: 'Luke Skywalker' },
    document: {
      purpose: 'onboarding',
      authProcessId: SAMPLE_PROCESSES_V1_ID,
      documentId: 'doc-abc-123',
    },
  };
  const { status, json } = await client.api('POST', '/processes/v1', { body, useCase: 'document' });
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
])(
  'GET processes/v1 of %s responds with a body that Unico was observed to send (upstream.md §5.3)',
  async (id, body) => {
    const { status, json } = await client.api('GET', `/processes/v1/${id}`);
    expect(status).toBe(200);
    expect(json).toEqual({ id, ...body });
  },
);
