import { describe, expect, test, vi } from 'vitest';
import { NO_SIGNALS } from '../../../../../src/domain/signals.ts';
import { emptyProcess, type Process } from '../../../../../src/domain/process.ts';
import { IDCLOUD, OCR_OF_CNH } from '../../../../fixtures/older-variants.ts';
import { CREATED, SAMPLE } from '../../../../fixtures/s0-get-idcloud-process.ts';
import { failureOf, NEVER_CANCELLED, ID, unicoReplying } from '../../../../support/unico-client.ts';

async function read(wire: object): Promise<Process> {
  const { unico } = await unicoReplying({ body: { process: { id: ID, ...wire } } });
  const process = await unico.getProcess('IDCLOUD', ID, NEVER_CANCELLED);
  if (process === null) throw new Error('expected a process');
  return process;
}

test('every field of the sample of S0 is read', async () => {
  vi.setSystemTime('2026-11-23T12:00:00Z');
  const process = await read(SAMPLE.process).finally(() => vi.useRealTimers());
  const document = {
    id: 'doc-abc-123',
    code: 'CNH',
    version: 1,
    typified: true,
    cpfMatch: true,
    faceMatch: true,
    validated: true,
    reused: false,
    contents: {
      data: SAMPLE.process.services[0]?.documents[0]?.doc.data,
      number: '044589731564',
      holderName: 'Luke Skywalker',
      cpf: '12345678909',
      birthDate: '1990-05-12',
      expiresOn: '2027-12-07',
      category: 'B',
    },
    files: {
      urls: ['https://example.com/doc?token=xyz'],
      expiresAt: '2026-11-23T12:05:00.000Z',
    },
  };
  expect(process).toStrictEqual({
    id: ID,
    source: 'IDCLOUD',
    state: 'FINISHED',
    upstreamState: 'PROCESS_STATE_FINISHED',
    signals: {
      result: 'OK',
      upstreamResult: 'PROCESS_RESULT_OK',
      liveness: 'LIVE',
      identity: 'INCONCLUSIVE',
      fraudRisk: 'NO_SIGNS_FOUND',
      faceMatch: null,
      smartRevalidation: null,
      age: null,
      riskScore: { value: 85.5, band: 'STRONG_POSITIVE' },
      serpro: { similarity: 92, status: 'COMPARED' },
      orchestration: null,
      riskLevel: null,
      unknownEvidence: false,
    },
    flow: 'idunicosign',
    purpose: 'VERIFICATION',
    useCase: 'smart_revalidation',
    clientReference: 'client-ref-abc',
    capacities: ['liveness', 'face_match'],
    createdAt: '2024-01-01T10:00:00.000Z',
    finishedAt: '2024-01-01T10:15:00.000Z',
    expiresAt: '2024-01-08T10:00:00.000Z',
    links: {
      callbackUri: 'https://example.com/callback',
      userRedirectUrl: 'https://example.com/redirect',
    },
    sdkToken: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...',
    person: {
      details: {
        duiType: 'BR_CPF',
        duiValue: '12345678909',
        friendlyName: 'Luke Skywalker',
        notificationChannels: ['email'],
      },
    },
    company: { branchId: 'branch-123', countryCode: 'BR' },
    reference: { processId: 'ref-proc-123', authenticationId: 'auth-ref-123' },
    services: [
      {
        envelopeId: '4d4f3d90-04a3-4259-b63b-930ab10d2e47',
        documentIds: ['doc-abc-123'],
        consentGranted: true,
        documents: [document],
      },
    ],
    documents: [document],
    authenticationId: 'auth-123',
    promise: null,
    referenceApproved: null,
  });
});

test('a new process has no signals: neither an unspecified result nor a score of 0 is a signal', async () => {
  const process = await read(CREATED.process);
  expect(process.state).toBe('CREATED');
  expect(process.signals).toStrictEqual({ ...NO_SIGNALS, upstreamResult: 'PROCESS_RESULT_UNSPECIFIED' });
  expect(process.authenticationId).toBeNull();
  expect([process.person, process.company, process.reference, process.finishedAt]).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test('a response with only an id is an empty process', async () => {
  expect(await read({})).toStrictEqual(emptyProcess(ID, 'IDCLOUD'));
});

test('a 404 is null, whatever its body', async () => {
  for (const body of ['', '<html>', { code: 5, message: 'process not found' }]) {
    const { unico } = await unicoReplying({ status: 404, body });
    expect(await unico.getProcess('IDCLOUD', ID, NEVER_CANCELLED)).toBeNull();
  }
});

test('older payloads are read: microseconds, three-letter countries, capacities of the enum', async () => {
  const process = await read(IDCLOUD.process);
  expect(process).toMatchObject({
    createdAt: '2024-12-23T13:23:49.540Z',
    finishedAt: '2024-12-23T13:24:12.000Z',
    capacities: ['PROCESS_CAPACITY_IDLIVE', 'PROCESS_CAPACITY_IDUNICO', 'PROCESS_CAPACITY_IDTRUST'],
    company: { branchId: 'branch-123', countryCode: 'BRA' },
    person: { details: { notificationChannels: ['NOTIFICATION_CHANNEL_WHATSAPP'] } },
  });
});

test('an id in upper case is the same process, and is returned in lower case', async () => {
  const { unico } = await unicoReplying({ body: { process: { id: ID.toUpperCase() } } });
  expect(await unico.getProcess('IDCLOUD', ID, NEVER_CANCELLED)).toMatchObject({ id: ID });
});

test('a response about another process is a contract failure', async () => {
  const { unico } = await unicoReplying({
    body: { process: { ...SAMPLE.process, id: '63060f52-f146-4c12-a234-5bb5031f6f5b' } },
  });
  const failure = await failureOf(unico.getProcess('IDCLOUD', ID, NEVER_CANCELLED));
  expect([failure.kind, failure.message]).toEqual([
    'contract',
    'GET client/v1/process/{id}: expected the requested process, got another one',
  ]);
});

test('a reference with a UUID has the id of that process, in lower case', async () => {
  const { reference } = await read({ bioTokenData: { referenceProcessId: ID.toUpperCase() } });
  expect(reference).toEqual({ processId: ID, authenticationId: null });
});

test.each([[{}], [{ referenceProcessId: '', authenticationId: '' }], [null], ['x']])(
  'a reference of %j is null',
  async (bioTokenData) => {
    expect((await read({ bioTokenData })).reference).toBeNull();
  },
);

async function documentOf(document: object): Promise<Process['documents'][number] | undefined> {
  return (await read({ services: [{ documents: [document] }] })).documents[0];
}

describe('what is read from a document', () => {
  test('names in snake case, dates in the printed form and a punctuated CPF are understood', async () => {
    const document = await documentOf({ doc: { code: 'CNH', data: OCR_OF_CNH } });
    expect(document?.contents).toStrictEqual({
      number: '044589731564',
      holderName: 'Luke Skywalker',
      cpf: '12345678909',
      birthDate: '1990-05-12',
      expiresOn: '2027-12-07',
      category: 'AB',
      data: OCR_OF_CNH,
    });
  });

  test('document properties in camel case are read too', async () => {
    const document = {
      docId: 'd',
      cpfMatch: false,
      validateDoc: false,
      reusedDoc: true,
      signedUrl: 'https://x',
    };
    expect(await documentOf(document)).toMatchObject({
      id: 'd',
      cpfMatch: false,
      validated: false,
      reused: true,
      files: { urls: ['https://x'] },
    });
  });

  test.each([
    ['of an unknown kind', { doc: { code: 'UNKNOWN', data: {} } }],
    ['without OCR data', { doc: { code: 'RG', data: null } }],
    ['without properties', {}],
    ['with values that are not text', { doc: { data: { numero: {}, nomeCivil: [], cpfNumero: true } } }],
  ])('a document %s has empty fields', async (_case, wire) => {
    expect(await documentOf(wire)).toMatchObject({
      contents: {
        number: null,
        holderName: null,
        cpf: null,
        birthDate: null,
        expiresOn: null,
        category: null,
      },
      files: { urls: [], expiresAt: null },
    });
  });

  test.each(['2023-02-29', '31/02/1990', '0000-00-00', 'in May', '', 7, null, {}])(
    'a birth date of %j is null',
    async (dataNascimento) => {
      const document = await documentOf({ doc: { data: { dataNascimento } } });
      expect(document).toMatchObject({ contents: { birthDate: null } });
    },
  );
});

test('a timestamp does not depend on the time zone of the server', async () => {
  vi.stubEnv('TZ', 'America/Sao_Paulo');
  const process = await read({
    createdAt: '2024-01-01T10:00:00-03:00',
    finishedAt: '2024-01-01T13:00:00',
  }).finally(() => vi.unstubAllEnvs());
  expect(process.createdAt).toBe('2024-01-01T13:00:00.000Z');
  expect(process.finishedAt).toBe('2024-01-01T13:00:00.000Z');
});

test.each(['yesterday', '2024', '2024-13-01T00:00:00Z', 1704103200000, {}, null])(
  'a timestamp of %j is null',
  async (createdAt) => {
    expect((await read({ createdAt })).createdAt).toBeNull();
  },
);

test.each([
  ['flow', 'flow'],
  ['purpose', 'purpose'],
  ['useCase', 'useCase'],
  ['clientReference', 'clientReference'],
  ['token', 'sdkToken'],
  ['person', 'person'],
  ['companyData', 'company'],
] as const)('a %s of the wrong type is read as absent', async (property, field) => {
  for (const value of [7, true, [], null]) expect((await read({ [property]: value }))[field]).toBeNull();
});

test.each(['callbackUri', 'userRedirectUrl'] as const)(
  'a link %s of the wrong type is as if it were absent',
  async (field) => {
    for (const value of [7, true, [], null]) {
      expect((await read({ [field]: value })).links).toEqual({ callbackUri: null, userRedirectUrl: null });
    }
  },
);

test('a list is read without its malformed items, but a malformed document is read as UNKNOWN', async () => {
  const process = await read({
    capacities: ['liveness', 7, null, '', {}],
    services: [null, 'x', { documentIds: ['a', 1], documents: [[], 'x', { doc_id: 'd' }] }],
    person: { notifications: [null, {}, { notificationChannel: 7 }, { notificationChannel: 'email' }] },
  });
  expect(process.capacities).toEqual(['liveness']);
  expect(process.services.map(({ documentIds }) => documentIds)).toEqual([['a']]);
  expect(process.documents.map(({ id, cpfMatch }) => [id, cpfMatch])).toEqual([
    [null, 'UNKNOWN'],
    [null, 'UNKNOWN'],
    ['d', null],
  ]);
  expect(process.person).toMatchObject({ details: { notificationChannels: ['email'] } });
});

test('undocumented properties that hold no result change nothing', async () => {
  const plain = await read(SAMPLE.process);
  const process = await read({ ...SAMPLE.process, trace: { id: 'a text' }, more: [1] });
  expect({ ...process, services: [], documents: [] }).toEqual({ ...plain, services: [], documents: [] });
});
