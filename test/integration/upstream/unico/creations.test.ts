import { describe, expect, test } from 'vitest';
import { emptyProcess } from '../../../../src/domain/process.ts';
import { NO_SIGNALS } from '../../../../src/domain/signals.ts';
import * as s0 from '../../../fixtures/s0-get-idcloud-process.ts';
import * as s1 from '../../../fixtures/s1-get-processes-v1.ts';
import * as s3 from '../../../fixtures/s3-set-process-document.ts';
import * as s4 from '../../../fixtures/s4-get-reusable-documents.ts';
import {
  CREATE_CAPTURE,
  CREATE_JOURNEY,
  factsOf,
  failureOf,
  FIND_REUSABLE,
  NEVER_CANCELLED,
  ID,
  processId,
  SET_DOCUMENT,
  unicoReplying,
} from '../../../support/unico-client.ts';

test('S2: a capture creation returns the finished process', async () => {
  const { unico } = await unicoReplying({ body: s1.SAMPLE });
  expect(await CREATE_CAPTURE.run(unico)).toStrictEqual({
    ...emptyProcess(processId(s1.PROCESS_ID), 'PROCESSES_V1'),
    state: 'FINISHED',
    upstreamState: '3',
    signals: {
      ...NO_SIGNALS,
      upstreamResult: 'yes',
      identity: 'POSITIVE',
      fraudRisk: 'NO_SIGNS_FOUND',
      liveness: 'LIVE',
      serpro: { similarity: 87, status: 'COMPARED' },
    },
  });
});

test.each([
  [1, 'PROCESSING'],
  [5, 'FAILED'],
])('S2: a capture creation with status %d returns a process that is %s', async (status, state) => {
  const { unico } = await unicoReplying({ body: { id: ID, status } });
  expect(await CREATE_CAPTURE.run(unico)).toMatchObject({ id: ID, state });
});

test('a 410 on a creation is a refusal: only a GET returns failed processes', async () => {
  const { unico } = await unicoReplying({ status: 410, body: s1.GONE });
  expect(factsOf(await failureOf(CREATE_CAPTURE.run(unico)))).toMatchObject({ kind: 'refused', status: 410 });
});

test('a journey creation returns the created process, with its redirect URL and the SDK token', async () => {
  const { unico } = await unicoReplying({ body: s0.CREATED });
  expect(await CREATE_JOURNEY.run(unico)).toMatchObject({
    id: s0.PROCESS_ID,
    source: 'IDCLOUD',
    state: 'CREATED',
    links: { userRedirectUrl: 'https://example.com/redirect' },
    sdkToken: s0.CREATED.process.token,
    expiresAt: '2024-01-08T10:00:00.000Z',
  });
});

test('a journey creation that fails at once returns the failed process', async () => {
  const { unico } = await unicoReplying({
    body: { process: { id: ID, state: 'PROCESS_STATE_FAILED', result: 'PROCESS_RESULT_ERROR' } },
  });
  expect(await CREATE_JOURNEY.run(unico)).toMatchObject({ state: 'FAILED', signals: { result: 'ERROR' } });
});

describe('UnicoClient.setDocument (S3)', () => {
  test('setDocument returns the person of the response', async () => {
    const { unico } = await unicoReplying({ body: s3.SAMPLE });
    const person = await unico.setDocument(
      processId(s3.PROCESS_ID),
      { duiType: 'BR_CPF', duiValue: '12345678901' },
      NEVER_CANCELLED,
    );
    expect(person).toStrictEqual({
      details: {
        duiType: 'BR_CPF',
        duiValue: '12345678901',
        friendlyName: null,
        notificationChannels: [],
      },
    });
  });

  test.each([undefined, null, 'x', 7, [[]]])(
    'setDocument returns null for a person of %j',
    async (person) => {
      const { unico } = await unicoReplying({ body: { process: { id: ID, person } } });
      expect(await SET_DOCUMENT.run(unico)).toBeNull();
    },
  );

  test.each([
    ['DUI_TYPE_MX_CURP', 'MX_CURP'],
    ['MX_CURP', 'MX_CURP'],
    ['DUI_TYPE_ZZ_EMAIL', 'ZZ_EMAIL'],
    ['DUI_TYPE_UNSPECIFIED', null],
    ['DUI_TYPE_FR_CNI', 'UNKNOWN'],
    ['', null],
    [7, null],
    [null, null],
  ])('a kind of number %j is %j', async (duiType, ours) => {
    const { unico } = await unicoReplying({ body: { process: { id: ID, person: { duiType } } } });
    expect(await SET_DOCUMENT.run(unico)).toMatchObject({ details: { duiType: ours } });
  });

  test('a 404 of setDocument is a refusal', async () => {
    const { unico } = await unicoReplying({ status: 404 });
    expect(factsOf(await failureOf(SET_DOCUMENT.run(unico)))).toMatchObject({ kind: 'refused', status: 404 });
  });
});

const findIn = async (body: object): Promise<unknown> => {
  const { unico } = await unicoReplying({ body });
  return FIND_REUSABLE.run(unico);
};

describe('UnicoClient.findReusableDocuments (S4)', () => {
  test('the sample of S4 is one reusable document', async () => {
    expect(await findIn(s4.SAMPLE)).toStrictEqual([
      { documentId: 'doc-abc-123', type: 'BR_CNH', registryType: 'unico.moja.dictionary.br.cnh.v2.Cnh' },
    ]);
  });

  test.each(Object.entries(s4.REGISTRY_TYPES))(
    'a document of type %s is a %s',
    async (documentType, type) => {
      expect(await findIn({ items: [{ documentId: 'd', documentType }] })).toEqual([
        { documentId: 'd', type, registryType: documentType },
      ]);
    },
  );

  test.each(['unico.moja.dictionary.br.ctps.v1.Ctps', 'unico.moja.dictionary.mx.rg.v1.Rg', 'BR_CNH', 'xx'])(
    'a document of the unknown type %s has that registryType',
    async (documentType) => {
      expect(await findIn({ items: [{ documentId: 'd', documentType }] })).toEqual([
        { documentId: 'd', type: null, registryType: documentType },
      ]);
    },
  );

  test('a later version of a known document type has the same type', async () => {
    const documentType = 'unico.moja.dictionary.br.cnh.v9.Cnh';
    expect(await findIn({ items: [{ documentId: 'd', documentType }] })).toMatchObject([{ type: 'BR_CNH' }]);
  });

  test.each([s4.NONE, s4.NONE_OF_OLD, { items: [null, 'x', { documentType: 'x' }, { documentId: '' }] }])(
    'no document is found in %j',
    async (body) => {
      expect(await findIn(body)).toEqual([]);
    },
  );

  test('a document without a type is returned', async () => {
    expect(await findIn({ items: [{ documentId: 'd' }] })).toEqual([
      { documentId: 'd', type: null, registryType: null },
    ]);
  });
});
