import { expect, test } from 'vitest';
import { startSandboxClient } from '../../../support/sandbox-client.ts';
import type { SandboxClient, SandboxResponse } from '../../../support/sandbox-client.ts';
import {
  APPROVED_CPF,
  BROKEN_CONNECTION,
  IDCLOUD_NOT_FOUND,
  UNKNOWN_ID,
  codeOf,
  idcloudCreationBody,
  idcloudError,
  statusAndJson,
} from '../../../support/sandbox-requests.ts';

const CPF = { duiType: 'DUI_TYPE_BR_CPF', duiValue: APPROVED_CPF };

const start = () => startSandboxClient({ processingMs: 3000 });

const pathOf = (id: string) => `/client/v1/process/${id}`;

const setDocument = (client: SandboxClient, id: string, body: unknown = CPF): Promise<SandboxResponse> =>
  client.idcloud('POST', `${pathOf(id)}/document`, body);

const read = async (client: SandboxClient, id: string) =>
  (await client.idcloud('GET', pathOf(id))).json.process;

/** Creates a process of a flow with an optional document, by default without one. Returns its id. */
async function create(
  client: SandboxClient,
  { person, ...rest }: Record<string, unknown> = {},
): Promise<string> {
  const body = { ...idcloudCreationBody(), flow: 'custom-optional-document', ...rest, person };
  const { status, json } = await client.idcloud('POST', '/client/v1/process', body);
  expect(status).toBe(200);
  return json.process.id;
}

test('a process without a document awaits it, starts once it is set, and finishes', async () => {
  const client = await start();
  const id = await create(client);
  expect(await read(client, id)).toMatchObject({
    state: 'AWAITING_FOR_DOCUMENT',
    person: { notifications: [] },
  });
  expect(await read(client, id)).not.toHaveProperty('result');
  client.clock.nowMs += 60_000;
  expect((await read(client, id)).state).toBe('AWAITING_FOR_DOCUMENT');

  expect((await setDocument(client, id)).json).toEqual({ process: { id, person: CPF } });
  expect(await read(client, id)).toMatchObject({ state: 'PROCESS_STATE_CREATED', person: CPF });
  client.clock.nowMs += 2999;
  expect((await read(client, id)).state).toBe('PROCESS_STATE_CREATED');
  client.clock.nowMs += 1;
  expect(await read(client, id)).toMatchObject({
    state: 'PROCESS_STATE_FINISHED',
    result: 'PROCESS_RESULT_OK',
  });
});

test('the number of the set document selects the result of the process', async () => {
  const client = await start();
  const id = await create(client);
  await setDocument(client, id, { ...CPF, duiValue: codeOf('denied-identity') });
  client.clock.nowMs += 3000;
  expect((await read(client, id)).result).toBe('PROCESS_RESULT_INVALID_IDENTITY');
});

test.each([
  ['a CURP', { duiType: 'DUI_TYPE_MX_CURP', duiValue: 'HEWW580907HGRSHL05' }],
  ['an SSN', { duiType: 'DUI_TYPE_US_SSN', duiValue: '123456789' }],
  ['a CPF with a wrong digit, as in the sample', { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678901' }],
  ['a number of 320 characters', { duiType: 'DUI_TYPE_BR_CPF', duiValue: 'x'.repeat(320) }],
])('setting a document accepts %s', async (_case, body) => {
  const client = await start();
  expect((await setDocument(client, await create(client), body)).status).toBe(200);
});

test.each([
  ['dui_type is required', 'no type', { duiValue: APPROVED_CPF }],
  ['dui_type is required', 'a type that only creation accepts', { ...CPF, duiType: 'DUI_TYPE_AR_DNI' }],
  ['dui_value is required', 'no number', { duiType: 'DUI_TYPE_BR_CPF' }],
  ['dui_value is required', 'an empty number', { ...CPF, duiValue: '' }],
  ['dui_value exceeds maximum length', 'a number of 321 characters', { ...CPF, duiValue: 'x'.repeat(321) }],
  ['proto: syntax error (line 1:1): unexpected token', 'a body that is not JSON', 'duiType='],
])('setting a document refuses with "%s" %s, and the process keeps waiting', async (message, _case, body) => {
  const client = await start();
  const id = await create(client);
  expect(statusAndJson(await setDocument(client, id, body))).toEqual(idcloudError(400, 3, message));
  expect((await read(client, id)).state).toBe('AWAITING_FOR_DOCUMENT');
});

test('a document can be set only once, even the same one', async () => {
  const client = await start();
  const id = await create(client);
  await setDocument(client, id);
  expect(statusAndJson(await setDocument(client, id))).toEqual(
    idcloudError(400, 9, 'document already set, cannot be modified'),
  );
  expect((await read(client, id)).person).toMatchObject(CPF);
});

test('a process with a document from its creation does not await one', async () => {
  const client = await start();
  const id = await create(client, { person: CPF });
  expect(statusAndJson(await setDocument(client, id))).toEqual(
    idcloudError(400, 9, 'process is not awaiting for document'),
  );
});

test('a failed process does not await a document', async () => {
  const client = await start();
  const id = await create(client, { person: { friendlyName: 'Fatima Failed' } });
  expect(statusAndJson(await setDocument(client, id))).toEqual(
    idcloudError(400, 9, 'process is not awaiting for document'),
  );
});

test('an expired process refuses a document', async () => {
  const client = await start();
  const id = await create(client, { expiresIn: '60s' });
  client.clock.nowMs += 60_000;
  expect(statusAndJson(await setDocument(client, id))).toEqual(idcloudError(400, 9, 'process expired'));
  expect(await read(client, id)).toMatchObject({
    state: 'PROCESS_STATE_FINISHED',
    result: 'PROCESS_RESULT_EXPIRED',
  });
});

test('a finished process refuses a document', async () => {
  const client = await start();
  const id = await create(client);
  await setDocument(client, id);
  client.clock.nowMs += 3000;
  expect(statusAndJson(await setDocument(client, id))).toEqual(
    idcloudError(400, 9, 'process already finished'),
  );
});

test('a flow that requires the document at creation refuses a later one', async () => {
  const client = await start();
  const id = await create(client, { flow: 'idcheck', person: CPF });
  expect(statusAndJson(await setDocument(client, id))).toEqual(
    idcloudError(400, 9, 'flow does not allow optional document'),
  );
});

test('setting a document on an id that is no UUID is invalid', async () => {
  const client = await start();
  expect(statusAndJson(await setDocument(client, 'abc-124'))).toEqual(
    idcloudError(400, 3, 'process id is invalid'),
  );
});

test('setting a document on an unknown process is a 404', async () => {
  const client = await start();
  expect(statusAndJson(await setDocument(client, UNKNOWN_ID))).toEqual(IDCLOUD_NOT_FOUND);
});

test('an internal failure sets no document, and a later attempt succeeds', async () => {
  const client = await start();
  const id = await create(client);
  const response = await setDocument(client, id, { ...CPF, duiValue: codeOf('internal-error') });
  expect(statusAndJson(response)).toEqual(idcloudError(500, 99999, 'Internal failure! Try again later'));
  expect((await setDocument(client, id)).status).toBe(200);
});

test('setting a document above the quota is a 429 without a body', async () => {
  const client = await start();
  const id = await create(client);
  const response = await setDocument(client, id, { ...CPF, duiValue: codeOf('quota-silent') });
  expect([response.status, response.text, response.headers['retry-after']]).toEqual([429, '', undefined]);
});

test('a document may be set although the connection broke, and a read shows it', async () => {
  const client = await start();
  const id = await create(client);
  const duiValue = codeOf('dropped');
  await expect(setDocument(client, id, { ...CPF, duiValue })).rejects.toThrow(BROKEN_CONNECTION);
  expect((await read(client, id)).person).toMatchObject({ duiValue });
});
