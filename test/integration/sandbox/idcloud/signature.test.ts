import { afterAll, beforeAll, expect, test } from 'vitest';
import { SandboxClient } from '../../../support/sandbox-client.ts';
import { idcloudCreationBody, idcloudError, statusAndJson } from '../../../support/sandbox-requests.ts';

let client: SandboxClient;

beforeAll(async () => {
  client = await SandboxClient.start();
});

afterAll(() => client.close());

const SIGNER = { email: 'luke@example.com' };
const DOCUMENT = { documentName: 'Contract', fileContents: 'JVBERi0=' };
const payloadOf = (...documents: unknown[]): unknown => [{ envelopePayload: { documents } }];

const create = (rest: Record<string, unknown>, person: Record<string, unknown> = SIGNER) =>
  client.idcloud('POST', '/client/v1/process', idcloudCreationBody(rest, person));

const FLOWS = ['idsign', 'iddocssign', 'idunicosign', 'idunicodocssign', 'idtrustsign', 'creditoconsignado'];

test.each(FLOWS)('the flow %s is created with documents to sign and an e-mail address', async (flow) => {
  expect((await create({ flow, payload: payloadOf(DOCUMENT, DOCUMENT) })).status).toBe(200);
});

test.each(FLOWS)('the flow %s is refused without an e-mail address', async (flow) => {
  expect(statusAndJson(await create({ flow, payload: payloadOf(DOCUMENT) }, {}))).toEqual(
    idcloudError(400, 3, 'invalid person: email required for signature'),
  );
});

test.each([
  ['no payload', undefined],
  ['an empty payload', []],
  ['a payload that is no list', { envelopePayload: { documents: [DOCUMENT] } }],
  ['an envelope without documents', [{ envelopePayload: {} }]],
  ['an envelope with an empty list', payloadOf()],
  ['a second envelope that is empty', [{ envelopePayload: { documents: [DOCUMENT] } }, {}]],
  ['a document without a name', payloadOf({ ...DOCUMENT, documentName: '' })],
  ['a document without contents', payloadOf(DOCUMENT, { documentName: 'Contract' })],
])('a flow that signs is refused with %s', async (_case, payload) => {
  expect(statusAndJson(await create({ flow: 'idunicosign', payload }))).toEqual(
    idcloudError(400, 3, 'invalid payload'),
  );
});

test('a flow that does not sign needs neither documents nor an e-mail address', async () => {
  expect((await create({ flow: 'id' }, {})).status).toBe(200);
});
