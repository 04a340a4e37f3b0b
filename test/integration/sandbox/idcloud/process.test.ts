import { expect, test } from 'vitest';
import { startSandboxClient } from '../../../support/sandbox-client.ts';
import type { SandboxClient } from '../../../support/sandbox-client.ts';
import {
  IDCLOUD_NOT_FOUND,
  SAMPLE_PROCESSES_V1_ID,
  UNKNOWN_ID,
  codeOf,
  idcloudCreationBody,
  idcloudError,
  idcloudIdOf,
  onboardingBody,
  statusAndJson,
} from '../../../support/sandbox-requests.ts';

const DAY_MS = 86_400_000;

/** What a flow that signs demands. */
const SIGNER = { email: 'luke@example.com' };
const PAYLOAD = [
  { envelopePayload: { documents: [{ documentName: 'Contract', fileContents: 'JVBERi0=' }] } },
];

const start = () => startSandboxClient({ processingMs: 3000 });

/** Creates a process and returns its id. */
async function create(
  client: SandboxClient,
  rest: Record<string, unknown> = {},
  person: Record<string, unknown> = {},
): Promise<string> {
  const body = idcloudCreationBody(rest, person);
  const { status, json } = await client.idcloud('POST', '/client/v1/process', body);
  expect(status).toBe(200);
  return json.process.id;
}

const read = async (client: SandboxClient, id: string) =>
  (await client.idcloud('GET', `/client/v1/process/${id}`)).json.process;

const readScore = async (client: SandboxClient, id: string) =>
  (await read(client, id)).authenticationInfo.scoreEngineResult;

test('a process finishes after the processing time, and never changes again', async () => {
  const client = await start();
  const id = await create(client);
  await client.advance(2999);
  expect(await read(client, id)).toMatchObject({
    state: 'PROCESS_STATE_CREATED',
    result: 'PROCESS_RESULT_UNSPECIFIED',
  });
  expect(await read(client, id)).not.toHaveProperty('finishedAt');
  await client.advance(1);
  const finished = await read(client, id);
  expect(finished).toMatchObject({
    state: 'PROCESS_STATE_FINISHED',
    result: 'PROCESS_RESULT_OK',
    finishedAt: '2026-11-23T12:00:03.000Z',
  });
  await client.advance(30 * DAY_MS);
  expect(await read(client, id)).toEqual(finished);
});

test('a process whose person does not complete the journey stays CREATED until it expires', async () => {
  const client = await start();
  const id = await create(client, { expiresIn: '60s' }, { duiValue: codeOf('never-finishes') });
  await client.advance(59_999);
  expect((await read(client, id)).state).toBe('PROCESS_STATE_CREATED');
  await client.advance(1);
  expect(await read(client, id)).toMatchObject({
    state: 'PROCESS_STATE_FINISHED',
    result: 'PROCESS_RESULT_EXPIRED',
    finishedAt: '2026-11-23T12:01:00.000Z',
    authenticationInfo: { livenessResult: 'LIVENESS_RESULT_UNSPECIFIED' },
  });
});

test('a process whose lifetime is shorter than the processing time expires', async () => {
  const client = await start();
  const id = await create(client, { expiresIn: '2s' });
  await client.advance(10_000);
  expect((await read(client, id)).result).toBe('PROCESS_RESULT_EXPIRED');
});

test('a process of the expired identity expires after the processing time', async () => {
  const client = await start();
  const id = await create(client, {}, { duiValue: codeOf('expired') });
  expect((await read(client, id)).state).toBe('PROCESS_STATE_CREATED');
  await client.advance(3000);
  expect((await read(client, id)).result).toBe('PROCESS_RESULT_EXPIRED');
});

test('the seeded process that never finishes expires after seven days', async () => {
  const client = await start();
  const id = idcloudIdOf('never-finishes');
  expect((await read(client, id)).state).toBe('PROCESS_STATE_CREATED');
  await client.advance(7 * DAY_MS);
  expect((await read(client, id)).result).toBe('PROCESS_RESULT_EXPIRED');
});

test('a process shows only the capabilities of its flow', async () => {
  const client = await start();
  const id = await create(client, { flow: 'idlive' }, { duiValue: codeOf('denied-identity') });
  await client.advance(3000);
  expect(await read(client, id)).toMatchObject({
    result: 'PROCESS_RESULT_OK',
    capacities: ['PROCESS_CAPACITY_IDLIVE'],
    authenticationInfo: {
      livenessResult: 'LIVENESS_RESULT_LIVE',
      authenticationResult: 'AUTHENTICATION_RESULT_UNSPECIFIED',
    },
  });
});

test('a score of 0 is a result only with SCORE_ENABLED_TRUE', async () => {
  const client = await start();
  const neutral = { duiValue: codeOf('retry-score-neutral') };
  const withoutScore = await create(client, { flow: 'id' }, neutral);
  const withScore = await create(client, { flow: 'idcheck' }, neutral);
  const positive = await create(client, { flow: 'idcheck' });
  await client.advance(3000);
  expect(await readScore(client, withoutScore)).toEqual({
    scoreEnabled: 'SCORE_ENABLED_UNSPECIFIED',
    score: 0,
  });
  expect(await readScore(client, withScore)).toEqual({ scoreEnabled: 'SCORE_ENABLED_TRUE', score: 0 });
  expect(await readScore(client, positive)).toEqual({ scoreEnabled: 'SCORE_ENABLED_FALSE', score: 0 });
});

test('a finished process has the documents and the envelope that its flow collects', async () => {
  const client = await start();
  const both = await create(client, { flow: 'idunicodocssign', payload: PAYLOAD }, SIGNER);
  const signature = await create(client, { flow: 'idunicosign', payload: PAYLOAD }, SIGNER);
  const neither = await create(client, { flow: 'id' });
  expect((await read(client, both)).services).toEqual([]);
  await client.advance(3000);
  const [service] = (await read(client, both)).services;
  expect(service).toMatchObject({ envelopeId: expect.any(String), consent_granted: true });
  expect(service.documents[0]).toMatchObject({
    doc_id: service.documentIds[0],
    cpf_match: true,
    doc: { version: 1, code: 'CNH', data: { cpfNumero: '12345678909', nomeCivil: 'Luke Skywalker' } },
  });
  expect(service.documents[0].signed_url).toContain('X-Goog-Date=20261123T120003Z&X-Goog-Expires=300');
  expect((await read(client, signature)).services).toMatchObject([{ documentIds: [], documents: [] }]);
  expect((await read(client, neither)).services).toEqual([]);
});

test('a comparison on processes/v1 refers to a finished idcloud process by authenticationId, not by id', async () => {
  const client = await start();
  const id = await create(client);
  await client.advance(3000);
  const { authenticationId } = (await read(client, id)).authenticationInfo;
  const { imageBase64 } = onboardingBody();
  const compareWith = (referenceContent: string) => {
    const references = [{ referenceType: 'REFERENCE_TYPE_PROCESS_ID', referenceContent }];
    const body = { references, imageBase64 };
    return client.api('POST', '/processes/v1', { body, useCase: 'transactional' });
  };
  expect((await compareWith(authenticationId)).json).toMatchObject({ status: 3, authenticated: true });
  expect((await compareWith(id)).json.error.code).toBe('20513');
});

test.each([
  ['an id that is no UUID', '12345678909', idcloudError(400, 3, 'process id is invalid')],
  ['an empty id', '', idcloudError(400, 3, 'process id is invalid')],
  ['an unknown UUID', UNKNOWN_ID, IDCLOUD_NOT_FOUND],
  ['a process of the API contract', SAMPLE_PROCESSES_V1_ID, IDCLOUD_NOT_FOUND],
])('GET client/v1/process refuses %s', async (_case, id, refusal) => {
  const client = await start();
  expect(statusAndJson(await client.idcloud('GET', `/client/v1/process/${id}`))).toEqual(refusal);
});
