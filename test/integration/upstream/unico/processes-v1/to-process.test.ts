import { POLICY_BY_DEFAULT } from '../../../../support/verdicts.ts';
import { describe, expect, test, vi } from 'vitest';
import { emptyProcess, type Process } from '../../../../../src/domain/process.ts';
import { NO_SIGNALS } from '../../../../../src/domain/signals.ts';
import { PROCESSES_V1 } from '../../../../fixtures/older-variants.ts';
import {
  DOCUMENT_CHECK,
  GONE,
  PROCESS_ID,
  REAL_BODIES,
  SAMPLE,
} from '../../../../fixtures/s1-get-processes-v1.ts';
import { failureOf, NEVER_CANCELLED, processId, unicoReplying } from '../../../../support/unico-client.ts';

const ID = processId(PROCESS_ID);

async function read(body: object): Promise<Process> {
  const { unico } = await unicoReplying({ body: { id: ID, ...body } });
  const process = await unico.getProcess('PROCESSES_V1', ID, NEVER_CANCELLED);
  if (process === null) throw new Error('expected a process');
  return process;
}

const empty = emptyProcess(ID, 'PROCESSES_V1');

test('every field of the sample of S1 is read', async () => {
  expect(await read(SAMPLE)).toStrictEqual({
    ...empty,
    state: 'FINISHED',
    upstreamState: '3',
    signals: {
      ...NO_SIGNALS,
      upstreamResult: 'yes',
      liveness: 'LIVE',
      identity: 'POSITIVE',
      fraudRisk: 'NO_SIGNS_FOUND',
      serpro: { similarity: 87, status: 'COMPARED' },
    },
  });
});

const inconclusive = { upstreamResult: 'inconclusive', identity: 'INCONCLUSIVE' };
test.each([
  ['the identity is confirmed', 'FINISHED', { upstreamResult: 'yes', identity: 'POSITIVE' }],
  [
    'the identity is inconclusive and has a score',
    'FINISHED',
    { ...inconclusive, liveness: 'LIVE', riskScore: { value: 28, band: 'MODERATE_POSITIVE' } },
  ],
  ['a divergence is being settled', 'DIVERGENT', { ...inconclusive, liveness: 'LIVE' }],
  ['the liveness failed', 'FINISHED', { ...inconclusive, liveness: 'NOT_LIVE' }],
] as const)('the real body in which %s is read', async (which, state, signals) => {
  const process = await read(REAL_BODIES[which]);
  expect(process.state).toBe(state);
  expect(process.signals).toStrictEqual({ ...NO_SIGNALS, ...signals });
});

test('results of older keys, which begin with a capital letter, are read', async () => {
  expect((await read(PROCESSES_V1)).signals).toMatchObject({ identity: 'POSITIVE', upstreamResult: 'Yes' });
});

test.each([GONE, { error: { code: '99999', description: 'gone' } }, '', '<html>'])(
  'a 410 is a failed process, whatever its body: %j',
  async (body) => {
    const { unico } = await unicoReplying({ status: 410, body });
    expect(await unico.getProcess('PROCESSES_V1', ID, NEVER_CANCELLED)).toStrictEqual({
      ...empty,
      state: 'FAILED',
      upstreamState: '5',
    });
  },
);

test('a 404 is null, whatever its body', async () => {
  for (const body of ['', '<html>', { error: { code: '50001', description: 'não foi encontrado' } }]) {
    const { unico } = await unicoReplying({ status: 404, body });
    expect(await unico.getProcess('PROCESSES_V1', ID, NEVER_CANCELLED)).toBeNull();
  }
});

test('a response about another process is a contract failure', async () => {
  const { unico } = await unicoReplying({ body: { ...SAMPLE, id: '90371b2a-3ac7-432e-866d-57fe37896ac6' } });
  const failure = await failureOf(unico.getProcess('PROCESSES_V1', ID, NEVER_CANCELLED));
  expect([failure.kind, failure.message]).toEqual([
    'contract',
    'GET processes/v1/{id}: expected the requested process, got another one',
  ]);
});

test('a response with only an id is an empty process', async () => {
  expect(await read({})).toStrictEqual(empty);
});

describe('a document of processes/v1', () => {
  test('a document check returns the document, its checks and its OCR fields', async () => {
    vi.setSystemTime('2026-11-23T12:00:00Z');
    const { documents, services } = await read(DOCUMENT_CHECK).finally(() => vi.useRealTimers());
    expect(services).toEqual([]);
    expect(documents).toStrictEqual([
      {
        id: 'doc-abc-123',
        code: 'RG',
        version: 2,
        typified: null,
        cpfMatch: true,
        faceMatch: false,
        validated: null,
        reused: null,
        contents: {
          data: DOCUMENT_CHECK.document.content,
          number: '123456789',
          holderName: 'Luke Skywalker',
          cpf: null,
          birthDate: '1990-05-12',
          expiresOn: null,
          category: null,
        },
        files: {
          urls: DOCUMENT_CHECK.document.fileUrls,
          expiresAt: '2026-11-23T12:05:00.000Z',
        },
      },
    ]);
  });

  test.each([
    ['unico.moja.dictionary.br.cnh.v2.Cnh', { code: 'CNH', version: 2 }],
    ['unico.moja.dictionary.br.cin.v1.Cin', { code: 'CIN', version: 1 }],
    ['unico.moja.dictionary.xx.new.v12.New', { code: 'NEW', version: 12 }],
    ['something else', { code: 'something else', version: null }],
    [7, { code: null, version: null }],
    [undefined, { code: null, version: null }],
  ])('a document of type %j is %j', async (type, expected) => {
    expect((await read({ document: { type } })).documents[0]).toMatchObject(expected);
  });

  test.each([null, undefined, []])('a process whose document is %j has no documents', async (document) => {
    expect((await read({ document })).documents).toEqual([]);
  });

  test.each(['x', 7, [[]], [{ cpfMatch: 'no' }], { cpf_match: 'no' }, { cpf_match: true, cpfMatch: false }])(
    'a document of %j has a check that cannot be read, and approves nothing',
    async (document) => {
      const process = await read({ unicoId: { result: 'yes' }, document });
      expect(process.documents).toMatchObject([{ cpfMatch: 'UNKNOWN' }]);
      expect(POLICY_BY_DEFAULT.verdictOf(process).decision).toBe('REVIEW');
    },
  );

  test.each([[{ cpfMatch: false }], { cpf_match: false }])(
    'a document of %j has failed its check',
    async (document) => {
      const process = await read({ unicoId: { result: 'yes' }, document });
      expect(POLICY_BY_DEFAULT.verdictOf(process).decision).toBe('REVIEW');
      expect(process.documents).toMatchObject([{ cpfMatch: false }]);
    },
  );

  test('a document without files has no signed URLs and no expiry', async () => {
    for (const fileUrls of [undefined, [], null, [7, null]]) {
      const { documents } = await read({ document: { fileUrls } });
      expect(documents[0]).toMatchObject({ files: { urls: [], expiresAt: null } });
    }
  });
});
