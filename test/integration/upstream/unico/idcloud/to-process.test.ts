import { describe, expect, test, vi } from 'vitest';
import { NO_SIGNALS } from '../../../../../src/domain/signals.ts';
import { emptyProcess, type Process } from '../../../../../src/domain/process.ts';
import { IDCLOUD, OCR_OF_CNH } from '../../../../fixtures/older-variants.ts';
import { CREATED, SAMPLE } from '../../../../fixtures/s0-get-idcloud-process.ts';
import { failureOf, FOREVER, ID, unicoSaying } from '../../../../support/unico-client.ts';

async function read(process: object): Promise<Process> {
  const { unico } = await unicoSaying({ body: { process: { id: ID, ...process } } });
  const answer = await unico.getProcess('IDCLOUD', ID, FOREVER);
  if (answer === null) throw new Error('expected a process');
  return answer;
}

test("the sample of S0 becomes a process, with every field of it in the project's words", async () => {
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
    // The sample's reference is no UUID: it names no process that could be asked for.
    reference: { processId: null, authenticationId: 'auth-ref-123' },
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
  });
});

test('a fresh process has no signals: unspecified is not evaluated, and a score of 0 is none', async () => {
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

test('an answer with nothing but the id is a process of which nothing is known', async () => {
  expect(await read({})).toStrictEqual(emptyProcess(ID, 'IDCLOUD'));
});

test('a process that Unico does not know is null, whatever the body of the 404 says', async () => {
  for (const body of ['', '<html>', { code: 5, message: 'process not found' }]) {
    const { unico } = await unicoSaying({ status: 404, body });
    expect(await unico.getProcess('IDCLOUD', ID, FOREVER)).toBeNull();
  }
});

test('older payloads are read too: microseconds, three-letter countries, capacities of the enum', async () => {
  const process = await read(IDCLOUD.process);
  expect(process).toMatchObject({
    createdAt: '2024-12-23T13:23:49.540Z',
    finishedAt: '2024-12-23T13:24:12.000Z',
    capacities: ['PROCESS_CAPACITY_IDLIVE', 'PROCESS_CAPACITY_IDUNICO', 'PROCESS_CAPACITY_IDTRUST'],
    company: { branchId: 'branch-123', countryCode: 'BRA' },
    person: { details: { notificationChannels: ['NOTIFICATION_CHANNEL_WHATSAPP'] } },
  });
});

test('an id in capital letters is the same process, and is kept in small ones', async () => {
  const { unico } = await unicoSaying({ body: { process: { id: ID.toUpperCase() } } });
  expect(await unico.getProcess('IDCLOUD', ID, FOREVER)).toMatchObject({ id: ID });
});

test("another process's answer is refused", async () => {
  const { unico } = await unicoSaying({
    body: { process: { ...SAMPLE.process, id: '63060f52-f146-4c12-a234-5bb5031f6f5b' } },
  });
  const failure = await failureOf(unico.getProcess('IDCLOUD', ID, FOREVER));
  expect([failure.kind, failure.message]).toEqual([
    'contract',
    'GET client/v1/process/{id}: another process came',
  ]);
});

test('a reference to a process that can be asked for keeps its id', async () => {
  const { reference } = await read({ bioTokenData: { referenceProcessId: ID.toUpperCase() } });
  expect(reference).toEqual({ processId: ID, authenticationId: null });
});

test.each([[{}], [{ referenceProcessId: '', authenticationId: '' }], [null], ['x']])(
  'a reference of %j is no reference',
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

  test('the older spelling in camel case is understood too', async () => {
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
    ['without anything read from it', { doc: { code: 'RG', data: null } }],
    ['with nothing', {}],
    ['with values that are no texts', { doc: { data: { numero: {}, nomeCivil: [], cpfNumero: true } } }],
  ])('a document %s has empty fields', async (_what, wire) => {
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
    'a birth date of %j is no date',
    async (dataNascimento) => {
      const document = await documentOf({ doc: { data: { dataNascimento } } });
      expect(document).toMatchObject({ contents: { birthDate: null } });
    },
  );
});

test('an instant is the same wherever the server stands', async () => {
  vi.stubEnv('TZ', 'America/Sao_Paulo');
  const process = await read({
    createdAt: '2024-01-01T10:00:00-03:00',
    finishedAt: '2024-01-01T13:00:00',
  }).finally(() => vi.unstubAllEnvs());
  expect(process.createdAt).toBe('2024-01-01T13:00:00.000Z');
  expect(process.finishedAt).toBe('2024-01-01T13:00:00.000Z');
});

test.each(['yesterday', '2024', '2024-13-01T00:00:00Z', 1704103200000, {}, null])(
  'a timestamp of %j is none',
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
] as const)('a %s of the wrong type is as if it were absent', async (member, field) => {
  for (const value of [7, true, [], null]) expect((await read({ [member]: value }))[field]).toBeNull();
});

test.each(['callbackUri', 'userRedirectUrl'] as const)(
  'a link %s of the wrong type is as if it were absent',
  async (field) => {
    for (const value of [7, true, [], null]) {
      expect((await read({ [field]: value })).links).toEqual({ callbackUri: null, userRedirectUrl: null });
    }
  },
);

test('lists keep what fits and leave out what does not, but for documents, of which none is overlooked', async () => {
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

test('members that no document names change nothing', async () => {
  const plain = await read(SAMPLE.process);
  const process = await read({ ...SAMPLE.process, idCloud: { result: 'reproved' }, more: [1] });
  expect({ ...process, services: [], documents: [] }).toEqual({ ...plain, services: [], documents: [] });
});
