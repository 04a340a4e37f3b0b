import { afterEach, beforeEach, expect, test } from 'vitest';
import { IDENTITIES } from '../../../../sandbox/identities/index.ts';
import {
  grpcError,
  journey,
  notFoundMessage,
  onboarding,
  outcome,
  startKit,
} from '../../../support/sandbox-client.ts';
import type { Kit } from '../../../support/sandbox-client.ts';

let kit: Kit;

beforeEach(async () => {
  kit = await startKit({ processingMs: 3000 });
});

afterEach(() => kit.close());

const code = (scenario: string) => IDENTITIES.find((row) => row.scenario === scenario)?.code ?? '';

const score = async (id: string) => (await read(id)).authenticationInfo.scoreEngineResult;

async function create(
  rest: Record<string, unknown> = {},
  person: Record<string, unknown> = {},
): Promise<string> {
  const { status, json } = await kit.idcloud('POST', '/client/v1/process', journey(rest, person));
  expect(status).toBe(200);
  return json.process.id;
}

const read = async (id: string) => (await kit.idcloud('GET', `/client/v1/process/${id}`)).json.process;

/** Moves the clock, with a token that is never too old for it. */
async function pass(ms: number): Promise<void> {
  kit.clock.nowMs += ms;
  await kit.renewToken();
}

test('a journey finishes by itself after the journey time, and never changes again', async () => {
  const id = await create();
  await pass(2999);
  expect(await read(id)).toMatchObject({
    state: 'PROCESS_STATE_CREATED',
    result: 'PROCESS_RESULT_UNSPECIFIED',
  });
  expect(await read(id)).not.toHaveProperty('finishedAt');
  await pass(1);
  const finished = await read(id);
  expect(finished).toMatchObject({
    state: 'PROCESS_STATE_FINISHED',
    result: 'PROCESS_RESULT_OK',
    finishedAt: '2026-11-23T12:00:03.000Z',
  });
  await pass(30 * 86_400_000);
  expect(await read(id)).toEqual(finished);
});

test('a journey that nobody walks stays CREATED until it expires', async () => {
  const id = await create({ expiresIn: '60s' }, { duiValue: code('never-finishes') });
  await pass(59_999);
  expect((await read(id)).state).toBe('PROCESS_STATE_CREATED');
  await pass(1);
  expect(await read(id)).toMatchObject({
    state: 'PROCESS_STATE_FINISHED',
    result: 'PROCESS_RESULT_EXPIRED',
    finishedAt: '2026-11-23T12:01:00.000Z',
    authenticationInfo: { livenessResult: 'LIVENESS_RESULT_UNSPECIFIED' },
  });
});

test('a journey whose life is shorter than its walk expires', async () => {
  const id = await create({ expiresIn: '2s' });
  await pass(10_000);
  expect((await read(id)).result).toBe('PROCESS_RESULT_EXPIRED');
});

test('the expired identity expires after the journey time', async () => {
  const id = await create({}, { duiValue: code('expired') });
  expect((await read(id)).state).toBe('PROCESS_STATE_CREATED');
  await pass(3000);
  expect((await read(id)).result).toBe('PROCESS_RESULT_EXPIRED');
});

test('the seeded journey that never finishes expires after seven days', async () => {
  const id = IDENTITIES.find((row) => row.scenario === 'never-finishes')?.idcloudProcessId ?? '';
  expect((await read(id)).state).toBe('PROCESS_STATE_CREATED');
  await pass(7 * 86_400_000);
  expect((await read(id)).result).toBe('PROCESS_RESULT_EXPIRED');
});

test('a flow shows only the capabilities that it has', async () => {
  const negative = { duiValue: code('denied-identity') };
  const id = await create({ flow: 'idlive' }, negative);
  await pass(3000);
  expect(await read(id)).toMatchObject({
    result: 'PROCESS_RESULT_OK',
    capacities: ['PROCESS_CAPACITY_IDLIVE'],
    authenticationInfo: {
      livenessResult: 'LIVENESS_RESULT_LIVE',
      authenticationResult: 'AUTHENTICATION_RESULT_UNSPECIFIED',
    },
  });
});

test('a score of 0 means nothing unless the score is enabled', async () => {
  const withoutScore = await create({ flow: 'id' }, { duiValue: code('retry-score-neutral') });
  const withScore = await create({ flow: 'idcheck' }, { duiValue: code('retry-score-neutral') });
  const positive = await create({ flow: 'idcheck' });
  await pass(3000);
  expect(await score(withoutScore)).toEqual({ scoreEnabled: 'SCORE_ENABLED_UNSPECIFIED', score: 0 });
  expect(await score(withScore)).toEqual({ scoreEnabled: 'SCORE_ENABLED_TRUE', score: 0 });
  expect(await score(positive)).toEqual({ scoreEnabled: 'SCORE_ENABLED_FALSE', score: 0 });
});

test('documents and envelopes appear with the flows that collect them', async () => {
  const both = await create({ flow: 'idunicodocssign' });
  const signature = await create({ flow: 'idunicosign' });
  const neither = await create({ flow: 'id' });
  expect((await read(both)).services).toEqual([]);
  await pass(3000);
  const [service] = (await read(both)).services;
  expect(service).toMatchObject({ envelopeId: expect.any(String), consent_granted: true });
  expect(service.documents[0]).toMatchObject({
    doc_id: service.documentIds[0],
    cpf_match: true,
    doc: { version: 1, code: 'CNH', data: { cpfNumero: '12345678909', nomeCivil: 'Luke Skywalker' } },
  });
  expect(service.documents[0].signed_url).toContain('X-Goog-Date=20261123T120003Z&X-Goog-Expires=300');
  expect((await read(signature)).services).toMatchObject([{ documentIds: [], documents: [] }]);
  expect((await read(neither)).services).toEqual([]);
});

test('a transaction refers to a finished journey by its authenticationId, and not by its id', async () => {
  const id = await create();
  await pass(3000);
  const { authenticationId } = (await read(id)).authenticationInfo;
  const { imageBase64 } = onboarding();
  const transact = (referenceContent: string) => {
    const references = [{ referenceType: 'REFERENCE_TYPE_PROCESS_ID', referenceContent }];
    return kit.api('POST', '/processes/v1', { references, imageBase64 }, 'transactional');
  };
  expect((await transact(authenticationId)).json).toMatchObject({ status: 3, authenticated: true });
  expect((await transact(id)).json.error.code).toBe('20513');
});

test.each([
  ['no UUID', '12345678909', grpcError(400, 3, 'process id is invalid')],
  ['nothing', '', grpcError(400, 3, 'process id is invalid')],
  ['an unknown UUID', '00000000-0000-4000-8000-000000000000', grpcError(404, 5, notFoundMessage)],
  [
    'a process of the other contract',
    '80371b2a-3ac7-432e-866d-57fe37896ac6',
    grpcError(404, 5, notFoundMessage),
  ],
])('reading %s is refused', async (_what, id, refusal) => {
  expect(outcome(await kit.idcloud('GET', `/client/v1/process/${id}`))).toEqual(refusal);
});

test('a pending analysis settles by itself after the journey time', async () => {
  const body = onboarding({ code: code('pending-then-done') });
  const { status, json } = await kit.api('POST', '/processes/v1', body);
  expect([status, json.status, json.score]).toEqual([200, 1, undefined]);
  await pass(2999);
  expect((await kit.api('GET', `/processes/v1/${json.id}`)).json.status).toBe(1);
  await pass(1);
  expect((await kit.api('GET', `/processes/v1/${json.id}`)).json).toMatchObject({ status: 3, score: 64 });
});

test('divergence and the analysis that never ends stay as they are', async () => {
  for (const [scenario, status] of [
    ['divergence', 2],
    ['never-finishes', 1],
  ] as const) {
    const { json } = await kit.api('POST', '/processes/v1', onboarding({ code: code(scenario) }));
    await pass(86_400_000);
    expect((await kit.api('GET', `/processes/v1/${json.id}`)).json).toMatchObject({ id: json.id, status });
  }
});
