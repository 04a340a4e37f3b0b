import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Document } from '../../../src/domain/document.ts';
import { emptyProcess, isFinal, type Process, type ProcessState } from '../../../src/domain/process.ts';
import { parseProcessId } from '../../../src/domain/process-id.ts';
import { summaryOf, signedUrlsLiveUntil } from '../../../src/domain/process-projection.ts';
import { verdictOf } from '../../../src/domain/verdict/verdict.ts';
import { PROCESS_FIELD_LEVELS, type FieldLevels } from '../../../src/graphql/selection/fetch-levels.ts';
import { ID } from '../../support/bodies.ts';
import { combinations, document, evidence, STATES, type Facts } from '../../support/evidence.ts';

const id = parseProcessId(ID);
if (id === null) throw new Error('not an id');

/** A document of which every member has something to say; `PERSONAL` stands in each that may not be kept for days. */
const DOCUMENT: Document = {
  id: 'kept id',
  code: 'CNH',
  version: 2,
  typified: true,
  cpfMatch: true,
  faceMatch: 'UNKNOWN',
  validated: false,
  reused: true,
  signedUrls: ['https://example.com/PERSONAL'],
  signedUrlExpiresAt: '2030-01-01T00:00:00.000Z PERSONAL',
  data: { nome: 'PERSONAL', of: { more: ['PERSONAL'] } },
  number: 'PERSONAL',
  holderName: 'PERSONAL',
  cpf: 'PERSONAL',
  birthDate: 'PERSONAL',
  expiresOn: 'PERSONAL',
  category: 'PERSONAL',
};

const WHOLE: Process = {
  ...emptyProcess(id, 'IDCLOUD'),
  state: 'FINISHED',
  upstreamState: 'PROCESS_STATE_FINISHED',
  signals: evidence({
    result: 'OK',
    identity: 'POSITIVE',
    liveness: 'LIVE',
    upstreamResult: 'PROCESS_RESULT_OK',
  }).signals,
  flow: 'idunicosign',
  purpose: 'creditprocess',
  useCase: 'Onboarding',
  clientReference: 'kept reference',
  capacities: ['liveness'],
  createdAt: '2024-01-01T10:00:00.000Z',
  finishedAt: '2024-01-01T10:15:00.000Z',
  expiresAt: '2024-01-08T10:00:00.000Z',
  callbackUri: 'https://example.com/PERSONAL',
  userRedirectUrl: 'https://example.com/PERSONAL',
  sdkToken: 'PERSONAL',
  person: {
    duiType: 'BR_CPF',
    duiValue: 'PERSONAL',
    friendlyName: 'PERSONAL',
    notificationChannels: ['PERSONAL'],
  },
  company: { branchId: 'branch', countryCode: 'BR' },
  reference: { processId: id, authenticationId: 'kept authentication' },
  services: [
    {
      envelopeId: 'kept envelope',
      documentIds: ['kept id', 'another kept id'],
      consentGranted: true,
      documents: [DOCUMENT, DOCUMENT],
    },
  ],
  documents: [DOCUMENT, DOCUMENT],
  authenticationId: 'kept authentication',
};

/** The members of a model that a table of needs leaves to the projection; GraphQL's own field is no member. */
function projected(table: FieldLevels): string[] {
  return Object.entries(table).flatMap(([field, level]) =>
    field !== '__typename' && (level === 'key' || level === 'source' || level === 'summary') ? [field] : [],
  );
}

/** Some members of an object; `verdict` is made of others, and is looked at for itself. */
function members(of: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(of).filter(([name]) => names.includes(name)));
}

/** What has a table of needs of its own is looked at for itself. */
const NESTED = new Set(['person', 'services', 'documents']);
const PROJECTED = projected(PROCESS_FIELD_LEVELS.Process).filter((name) => !NESTED.has(name));
const PROJECTED_OF_SERVICE = projected(PROCESS_FIELD_LEVELS.Service).filter((name) => !NESTED.has(name));

/** A process of which only some facts are known, with contents in each of its documents. */
function processOf(facts: Partial<Facts>): Process {
  const { documents, ...its } = evidence(facts);
  const full = documents.map(({ cpfMatch, faceMatch, validated }) => ({
    ...DOCUMENT,
    cpfMatch,
    faceMatch,
    validated,
  }));
  return { ...WHOLE, ...its, capacities: [...its.capacities], documents: full };
}

describe('the projection of a process', () => {
  const projection = summaryOf(WHOLE);

  test('has nothing personal and no address or token that lets its bearer in', () => {
    expect(JSON.stringify(WHOLE).match(/PERSONAL/g)).toHaveLength(6 + 4 * 10);
    expect(JSON.stringify(projection)).not.toContain('PERSONAL');
  });

  test('has everything else as it was', () => {
    expect(JSON.stringify(projection).match(/kept/g)).toEqual(JSON.stringify(WHOLE).match(/kept/g));
    expect(members(projection, PROJECTED)).toEqual(members(WHOLE, PROJECTED));
    expect(projection.person).toEqual({
      duiType: null,
      duiValue: null,
      friendlyName: null,
      notificationChannels: [],
    });
    expect(summaryOf({ ...WHOLE, person: null }).person).toBeNull();
    expect(projection.signals).toEqual(WHOLE.signals);
    expect(projection.services.map((one) => members(one, PROJECTED_OF_SERVICE))).toEqual(
      WHOLE.services.map((one) => members(one, PROJECTED_OF_SERVICE)),
    );
    const names = projected(PROCESS_FIELD_LEVELS.Document);
    for (const documentsOf of [
      (process: Process) => process.documents,
      (process: Process) => process.services.flatMap(({ documents }) => documents),
    ]) {
      expect(documentsOf(projection).map((one) => members(one, names))).toEqual(
        documentsOf(WHOLE).map((one) => members(one, names)),
      );
    }
  });

  test('leaves the process itself as it was', () => {
    const before = structuredClone(WHOLE);
    summaryOf(WHOLE);
    expect(WHOLE).toEqual(before);
  });

  test('is its own projection, and outlives being written down', () => {
    expect(summaryOf(projection)).toEqual(projection);
    expect(JSON.parse(JSON.stringify(projection))).toEqual(projection);
  });

  test('leads to the same verdict, whatever is known of the process', () => {
    const facts = combinations(2);
    expect(facts.length).toBeGreaterThan(1_000);
    const different = facts.filter((known) => {
      const process = processOf(known);
      const kept = JSON.parse(JSON.stringify(summaryOf(process))) as Process;
      return JSON.stringify(verdictOf(kept)) !== JSON.stringify(verdictOf(process));
    });
    expect(different).toEqual([]);
  });

  test('leads to the same verdict for documents and scores of any kind', () => {
    const check = fc.constantFrom(true, false, 'UNKNOWN' as const, null);
    const documents = fc.array(fc.record({ cpfMatch: check, faceMatch: check, validated: check }), {
      maxLength: 4,
    });
    const value = fc.double({ min: -150, max: 150, noNaN: true });
    fc.assert(
      fc.property(documents, value, fc.constantFrom(...STATES), (checks, score, state) => {
        const process = processOf({
          state,
          identity: 'INCONCLUSIVE',
          documents: checks.map(document),
          riskScore: { value: score, band: null },
        });
        expect(verdictOf(summaryOf(process))).toEqual(verdictOf(process));
      }),
    );
  });
});

describe('a process', () => {
  const FINAL: ProcessState[] = ['FINISHED', 'CANCELED', 'FAILED'];

  test.each(FINAL)('that is %s never changes again', (state) => {
    expect(isFinal(state)).toBe(true);
  });

  test.each(STATES.filter((state) => !FINAL.includes(state)))('that is %s may still change', (state) => {
    expect(isFinal(state)).toBe(false);
  });

  test('whose verdict is not final is never kept for good', () => {
    const unsettled = combinations(2).filter((facts) => {
      const process = { ...WHOLE, ...evidence(facts), capacities: [], documents: [] };
      return isFinal(process.state) && !verdictOf(process).final;
    });
    expect(unsettled).toEqual([]);
  });
});

function liveUntil(...ends: (string | null)[]): number {
  return signedUrlsLiveUntil({
    ...WHOLE,
    documents: ends.map((signedUrlExpiresAt) => document({ signedUrlExpiresAt })),
  });
}

describe('signed addresses live', () => {
  test.each([
    ['for ever where there are none', [], Infinity],
    ['for ever where no document has any', [null, null], Infinity],
    [
      'until the first of them ends',
      ['2030-01-01T00:05:00Z', '2030-01-01T00:01:00Z', null],
      1_893_456_060_000,
    ],
  ])('%s', (_, ends, expected) => {
    expect(liveUntil(...ends)).toBe(expected);
  });

  test('never, where it can not be read when they end', () => {
    expect(liveUntil('some day', '2030-01-01T00:05:00Z') > 0).toBe(false);
  });
});
