import { describe, expect, test } from 'vitest';
import type { CaptureCreation, JourneyCreation } from '../../../../src/domain/process-creation.ts';
import type { ApiKeys } from '../../../../src/upstream/unico/credentials/api-keys.ts';
import type { SeenRequest } from '../../../support/upstream.ts';
import { ONBOARDING, REFERENCES, TRANSACTIONAL } from '../../../fixtures/s2-post-processes-v1.ts';
import * as s3 from '../../../fixtures/s3-set-process-document.ts';
import { REUSE } from '../../../fixtures/s4-get-reusable-documents.ts';
import {
  CALLS,
  CREATE_CAPTURE,
  factsOf,
  failureOf,
  FIND_REUSABLE,
  NEVER_CANCELLED,
  GET_IDCLOUD,
  GET_PROCESSES_V1,
  ID,
  processId,
  unicoReplying,
  type Call,
} from '../../../support/unico-client.ts';

/** The only request that a call sends, without the headers of the connection. */
async function sentBy(run: Call['run'], body: object): Promise<SeenRequest> {
  const { unico, upstream } = await unicoReplying({ body });
  await run(unico);
  expect(upstream.requests).toHaveLength(1);
  const [request] = upstream.requests as [SeenRequest];
  const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
  return { ...request, headers };
}

/** The headers of every request: nothing identifies this software, and no compression is requested. */
const COMMON = { authorization: 'Bearer a-token', accept: 'application/json', 'accept-encoding': 'identity' };
const JSON_BODY = { ...COMMON, 'content-type': 'application/json' };

test('S0: a process of idcloud is read by its id with the token', async () => {
  expect(await sentBy(GET_IDCLOUD.run, GET_IDCLOUD.body)).toStrictEqual({
    method: 'GET',
    path: `/client/v1/process/${ID}`,
    headers: COMMON,
    body: '',
  });
});

test('S1: a process of processes/v1 is read by its id with the token and the APIKEY', async () => {
  expect(await sentBy(GET_PROCESSES_V1.run, GET_PROCESSES_V1.body)).toStrictEqual({
    method: 'GET',
    path: `/processes/v1/${ID}`,
    headers: { ...COMMON, apikey: 'key-onb' },
    body: '',
  });
});

test('S3: the document of a process is set with the prefix DUI_TYPE_', async () => {
  const id = processId(s3.PROCESS_ID);
  const request = await sentBy(
    (unico) => unico.setDocument(id, { duiType: 'BR_CPF', duiValue: '12345678901' }, NEVER_CANCELLED),
    s3.SAMPLE,
  );
  expect(request).toStrictEqual({
    method: 'POST',
    path: '/client/v1/process/abc-123/document',
    headers: JSON_BODY,
    body: JSON.stringify(s3.REQUEST),
  });
});

test('S4: documents are read by number and type, with the APIKEY of documents', async () => {
  expect(await sentBy(FIND_REUSABLE.run, FIND_REUSABLE.body)).toStrictEqual({
    method: 'GET',
    path: '/documents/v1?code=12345678909&type=BR_CNH',
    headers: { ...COMMON, apikey: 'key-doc' },
    body: '',
  });
});

test('S4: a document number cannot become another parameter or path', async () => {
  const code = '1&type=BR_RG#/../x y+ñ';
  const { path } = await sentBy(
    (unico) => unico.findReusableDocuments({ code, type: 'BR_CNH' }, NEVER_CANCELLED),
    FIND_REUSABLE.body,
  );
  const url = new URL(path, 'http://x');
  expect(url.pathname).toBe('/documents/v1');
  expect([...url.searchParams]).toEqual([
    ['code', code],
    ['type', 'BR_CNH'],
  ]);
});

describe('POST processes/v1 (S2)', () => {
  const image = ONBOARDING.imageBase64;
  const subject = { code: '12345678909' };
  const documentSubject = { ...subject, duiType: 'BR_CPF' as const };
  const sentSubject = { duiType: 'DUI_TYPE_BR_CPF', ...subject };
  const document = { purpose: 'onboarding', authProcessId: REUSE.document.authProcessId };

  const rows: [string, string, CaptureCreation, unknown][] = [
    ['an onboarding', 'key-onb', { kind: 'onboarding', ...ONBOARDING }, ONBOARDING],
    [
      'an onboarding with the required fields only',
      'key-onb',
      { kind: 'onboarding', subject: { code: '12345678909', name: 'Luke' }, imageBase64: image },
      { subject: { code: '12345678909', name: 'Luke' }, imageBase64: image },
    ],
    [
      'a transactional by the id of a process',
      'key-tra',
      { kind: 'transactional', ...TRANSACTIONAL },
      TRANSACTIONAL,
    ],
    [
      'a transactional by references',
      'key-tra',
      {
        kind: 'transactional',
        references: REFERENCES,
        imageBase64: image,
        subject,
        subsidiaryId: 'branch-1',
      },
      { references: REFERENCES, imageBase64: image, subject, subsidiaryId: 'branch-1' },
    ],
    [
      'a document to be reused, as S4 prints it',
      'key-doc',
      { kind: 'document', subject: REUSE.subject, ...REUSE.document },
      REUSE,
    ],
    [
      'a document with new files',
      'key-doc',
      {
        kind: 'document',
        subject: documentSubject,
        ...document,
        files: ['front', 'back'],
        subsidiaryId: 'b',
      },
      {
        subject: sentSubject,
        document: { ...document, files: [{ data: 'front' }, { data: 'back' }] },
        subsidiaryId: 'b',
      },
    ],
    [
      'the branch of an onboarding',
      'key-onb',
      { kind: 'onboarding', ...ONBOARDING, subsidiaryId: 'branch-1' },
      { ...ONBOARDING, subsidiaryId: 'branch-1' },
    ],
    [
      'the branch of an age verification',
      'key-age',
      { kind: 'ageVerification', subject: {}, imageBase64: image, subsidiaryId: 'branch-1' },
      { subject: {}, imageBase64: image, subsidiaryId: 'branch-1' },
    ],
    [
      'no empty texts, and base64 in its standard form',
      'key-onb',
      {
        kind: 'onboarding',
        subject: { code: '12345678909', name: 'Luke', email: '', gender: '' },
        useCase: '',
        imageBase64: 'iVBOR\r\nw0KGgo',
      },
      { subject: { code: '12345678909', name: 'Luke' }, imageBase64: 'iVBORw0KGgo=' },
    ],
    [
      'an age verification',
      'key-age',
      { kind: 'ageVerification', subject: {}, useCase: 'AgeVerification', imageBase64: image },
      { subject: {}, useCase: 'AgeVerification', imageBase64: image },
    ],
    [
      'text unchanged',
      'key-onb',
      { kind: 'onboarding', subject: { code: ' 1 ', name: 'Padmé  "Ñ" \u2028😀' }, imageBase64: image },
      { subject: { code: ' 1 ', name: 'Padmé  "Ñ" \u2028😀' }, imageBase64: image },
    ],
  ];

  test.each(rows)('POST processes/v1 sends %s', async (_case, apikey, capture, body) => {
    const request = await sentBy(
      (unico) => unico.createProcess(capture, NEVER_CANCELLED),
      CREATE_CAPTURE.body,
    );
    expect({ ...request, body: JSON.parse(request.body) }).toStrictEqual({
      method: 'POST',
      path: '/processes/v1',
      headers: { ...JSON_BODY, apikey },
      body,
    });
  });

  test('POST processes/v1 sends the bytes of the sample, in its order', async () => {
    const request = await sentBy(
      (unico) => unico.createProcess({ kind: 'onboarding', ...ONBOARDING }, NEVER_CANCELLED),
      CREATE_CAPTURE.body,
    );
    expect(request.body).toBe(JSON.stringify(ONBOARDING));
  });
});

describe('POST client/v1/process (upstream.md §4.2)', () => {
  const person = { duiValue: '12345678909', friendlyName: 'Luke Skywalker', phone: '5519725570707' };
  const journey = {
    flow: 'idunicosign',
    purpose: 'creditprocess',
    callbackUri: 'https://example.com/callback',
  };
  const more = {
    clientReference: 'client-ref-abc',
    companyBranchId: '4d4f3d90-04a3-4259-b63b-930ab10d2e47',
    references: REFERENCES,
    useCase: 'USE_CASE_LOGIN',
    expiresIn: '3600s',
  };

  const rows: [string, JourneyCreation, unknown][] = [
    [
      'the required fields only',
      { kind: 'journey', flow: 'id', callbackUri: '/' },
      { flow: 'id', callbackUri: '/' },
    ],
    [
      'every field',
      {
        kind: 'journey',
        ...journey,
        person: { duiType: 'BR_CPF', ...person, email: 'luke@example.com' },
        ...more,
      },
      { ...journey, person: { duiType: 'DUI_TYPE_BR_CPF', ...person, email: 'luke@example.com' }, ...more },
    ],
    [
      'documents to sign and channels',
      {
        kind: 'journey',
        ...journey,
        person: {
          phone: '5519725570707',
          phoneCountryCodeAlpha3: 'BRA',
          notifications: ['WHATSAPP', 'SMS', 'EMAIL'],
        },
        payload: [
          { documentName: 'Contract', fileContents: 'JVBERi0=' },
          { documentName: 'Annex', fileContents: 'JVBE\nRi0' },
        ],
      },
      {
        ...journey,
        person: {
          phone: '5519725570707',
          phoneCountryCodeAlpha3: 'BRA',
          notifications: [
            { notificationChannel: 'NOTIFICATION_CHANNEL_WHATSAPP' },
            { notificationChannel: 'NOTIFICATION_CHANNEL_SMS' },
            { notificationChannel: 'NOTIFICATION_CHANNEL_EMAIL' },
          ],
        },
        payload: [
          {
            envelopePayload: {
              documents: [
                { documentName: 'Contract', fileContents: 'JVBERi0=' },
                { documentName: 'Annex', fileContents: 'JVBERi0=' },
              ],
            },
          },
        ],
      },
    ],
    ['no payload without documents', { kind: 'journey', ...journey, payload: [] }, journey],
    [
      'a person without a document number',
      { kind: 'journey', ...journey, person: { friendlyName: 'Luke' } },
      { ...journey, person: { friendlyName: 'Luke' } },
    ],
  ];

  test.each(rows)('POST client/v1/process sends %s', async (_case, given, body) => {
    const request = await sentBy((unico) => unico.createProcess(given, NEVER_CANCELLED), {
      process: { id: ID },
    });
    expect({ ...request, body: JSON.parse(request.body) }).toStrictEqual({
      method: 'POST',
      path: '/client/v1/process',
      headers: JSON_BODY,
      body,
    });
  });
});

describe('the APIKEY of a request', () => {
  const none: ApiKeys = { onboarding: null, transactional: null, document: null, age: null };

  test.each(['onboarding', 'transactional', 'document', 'age'] as const)(
    'the APIKEY of %s alone is enough for GET processes/v1',
    async (useCase) => {
      const { unico, upstream } = await unicoReplying(
        { body: GET_PROCESSES_V1.body },
        { apiKeys: { ...none, [useCase]: 'the-key' } },
      );
      await GET_PROCESSES_V1.run(unico);
      expect(upstream.requests[0]?.headers['apikey']).toBe('the-key');
    },
  );

  const captures: [CaptureCreation['kind'], string, CaptureCreation][] = [
    ['onboarding', 'UNICO_APIKEY_ONBOARDING', { kind: 'onboarding', ...ONBOARDING }],
    ['transactional', 'UNICO_APIKEY_TRANSACTIONAL', { kind: 'transactional', ...TRANSACTIONAL }],
    ['document', 'UNICO_APIKEY_DOCUMENT', { kind: 'document', subject: REUSE.subject, ...REUSE.document }],
    ['ageVerification', 'UNICO_APIKEY_AGE', { kind: 'ageVerification', subject: {}, imageBase64: 'x' }],
  ];

  test.each(captures)(
    'a creation without the APIKEY of %s fails with a message that names %s, and nothing is sent',
    async (kind, variable, capture) => {
      const useCase = kind === 'ageVerification' ? 'age' : kind;
      const apiKeys = { onboarding: 'a', transactional: 'b', document: 'c', age: 'd', [useCase]: null };
      const { unico, upstream } = await unicoReplying({ body: CREATE_CAPTURE.body }, { apiKeys });
      const failure = await failureOf(unico.createProcess(capture, NEVER_CANCELLED));
      expect(factsOf(failure)).toMatchObject({ kind: 'unauthorized', mayHaveHappened: false });
      expect(failure.message).toContain(variable);
      expect(upstream.requests).toEqual([]);
    },
  );

  test('no APIKEY is sent to idcloud', async () => {
    for (const call of CALLS.filter(({ family }) => family === 'idcloud')) {
      const { headers } = await sentBy(call.run, call.body);
      expect(headers['apikey']).toBeUndefined();
    }
  });

  test.each([GET_PROCESSES_V1, FIND_REUSABLE])(
    '$name without an APIKEY fails, and nothing is sent',
    async (call) => {
      const { unico, upstream } = await unicoReplying({ body: call.body }, { apiKeys: none });
      expect(factsOf(await failureOf(call.run(unico)))).toMatchObject({
        kind: 'unauthorized',
        mayHaveHappened: false,
      });
      expect(upstream.requests).toEqual([]);
    },
  );
});
