import { afterEach, beforeEach, expect, test } from 'vitest';
import { IDENTITIES } from '../../../../sandbox/identities/index.ts';
import { grpcError, journey, notFoundMessage, outcome, startKit } from '../../../support/sandbox-client.ts';
import type { Kit } from '../../../support/sandbox-client.ts';

/** What the caller's HTTP client says of a connection that is gone. */
const broken = /other side closed|ECONNRESET|terminated/;

let kit: Kit;

beforeEach(async () => {
  kit = await startKit({ processingMs: 3000 });
});

afterEach(() => kit.close());

const code = (scenario: string) => IDENTITIES.find((row) => row.scenario === scenario)?.code ?? '';
const cpf = { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678909' };
const path = (id: string) => `/client/v1/process/${id}`;
const setDocument = (id: string, body: unknown = cpf) => kit.idcloud('POST', `${path(id)}/document`, body);
const read = async (id: string) => (await kit.idcloud('GET', path(id))).json.process;

async function create(rest: Record<string, unknown> = {}, person: unknown = undefined): Promise<string> {
  const body = { ...journey(), flow: 'custom-optional-document', ...rest, person };
  const { status, json } = await kit.idcloud('POST', '/client/v1/process', body);
  expect(status).toBe(200);
  return json.process.id;
}

test('a journey without a document waits for it, runs once it is set, and finishes', async () => {
  const id = await create();
  expect(await read(id)).toMatchObject({ state: 'AWAITING_FOR_DOCUMENT', person: { notifications: [] } });
  expect(await read(id)).not.toHaveProperty('result');
  kit.clock.nowMs += 60_000;
  expect((await read(id)).state).toBe('AWAITING_FOR_DOCUMENT');

  expect((await setDocument(id)).json).toEqual({ process: { id, person: cpf } });
  expect(await read(id)).toMatchObject({ state: 'PROCESS_STATE_CREATED', person: cpf });
  kit.clock.nowMs += 2999;
  expect((await read(id)).state).toBe('PROCESS_STATE_CREATED');
  kit.clock.nowMs += 1;
  expect(await read(id)).toMatchObject({ state: 'PROCESS_STATE_FINISHED', result: 'PROCESS_RESULT_OK' });
});

test('the document decides what happens', async () => {
  const id = await create();
  await setDocument(id, { ...cpf, duiValue: code('denied-identity') });
  kit.clock.nowMs += 3000;
  expect((await read(id)).result).toBe('PROCESS_RESULT_INVALID_IDENTITY');
});

test.each([
  ['a CURP', { duiType: 'DUI_TYPE_MX_CURP', duiValue: 'HEWW580907HGRSHL05' }],
  ['an SSN', { duiType: 'DUI_TYPE_US_SSN', duiValue: '123456789' }],
  ['a CPF with a wrong digit, as in the sample', { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678901' }],
  ['320 characters', { duiType: 'DUI_TYPE_BR_CPF', duiValue: 'x'.repeat(320) }],
])('%s is taken', async (_what, body) => {
  expect((await setDocument(await create(), body)).status).toBe(200);
});

test.each([
  ['dui_type is required', 'no type', { duiValue: '12345678909' }],
  ['dui_type is required', 'a type that only creation takes', { ...cpf, duiType: 'DUI_TYPE_AR_DNI' }],
  ['dui_value is required', 'no number', { duiType: 'DUI_TYPE_BR_CPF' }],
  ['dui_value is required', 'an empty number', { ...cpf, duiValue: '' }],
  ['dui_value exceeds maximum length', '321 characters', { ...cpf, duiValue: 'x'.repeat(321) }],
  ['proto: syntax error (line 1:1): unexpected token', 'no JSON', 'duiType='],
])('"%s" is said of %s, and the process goes on waiting', async (message, _why, body) => {
  const id = await create();
  expect(outcome(await setDocument(id, body))).toEqual(grpcError(400, 3, message));
  expect((await read(id)).state).toBe('AWAITING_FOR_DOCUMENT');
});

test('a document is set once, even the same one', async () => {
  const id = await create();
  await setDocument(id);
  expect(outcome(await setDocument(id))).toEqual(
    grpcError(400, 9, 'document already set, cannot be modified'),
  );
  expect((await read(id)).person).toMatchObject(cpf);
});

test('a document given at creation is not awaited', async () => {
  expect(outcome(await setDocument(await create({}, cpf)))).toEqual(
    grpcError(400, 9, 'process is not awaiting for document'),
  );
});

test('a failed process awaits nothing', async () => {
  const id = await create({}, { friendlyName: 'Fatima Failed' });
  expect(outcome(await setDocument(id))).toEqual(grpcError(400, 9, 'process is not awaiting for document'));
});

test('a process that waited too long has expired', async () => {
  const id = await create({ expiresIn: '60s' });
  kit.clock.nowMs += 60_000;
  expect(outcome(await setDocument(id))).toEqual(grpcError(400, 9, 'process expired'));
  expect(await read(id)).toMatchObject({ state: 'PROCESS_STATE_FINISHED', result: 'PROCESS_RESULT_EXPIRED' });
});

test('a finished process takes no document', async () => {
  const id = await create();
  await setDocument(id);
  kit.clock.nowMs += 3000;
  expect(outcome(await setDocument(id))).toEqual(grpcError(400, 9, 'process already finished'));
});

test('a flow that asks for the document at creation takes none later', async () => {
  const id = await create({ flow: 'idcheck' }, cpf);
  expect(outcome(await setDocument(id))).toEqual(grpcError(400, 9, 'flow does not allow optional document'));
});

test('an id that is no UUID is invalid', async () => {
  expect(outcome(await setDocument('abc-124'))).toEqual(grpcError(400, 3, 'process id is invalid'));
});

test('an unknown process is not found', async () => {
  const answer = await setDocument('00000000-0000-4000-8000-000000000000');
  expect(outcome(answer)).toEqual(grpcError(404, 5, notFoundMessage));
});

test('an internal failure sets nothing, and the document can be set afterwards', async () => {
  const id = await create();
  const answer = await setDocument(id, { ...cpf, duiValue: code('internal-error') });
  expect(outcome(answer)).toEqual(grpcError(500, 99999, 'Internal failure! Try again later'));
  expect((await setDocument(id)).status).toBe(200);
});

test('over the quota there is a status and no body', async () => {
  const answer = await setDocument(await create(), { ...cpf, duiValue: code('quota-silent') });
  expect([answer.status, answer.text, answer.headers['retry-after']]).toEqual([429, '', undefined]);
});

test('a broken connection may have set the document, and only reading tells', async () => {
  const id = await create();
  const duiValue = code('dropped');
  await expect(setDocument(id, { ...cpf, duiValue })).rejects.toThrow(broken);
  expect((await read(id)).person).toMatchObject({ duiValue });
});
