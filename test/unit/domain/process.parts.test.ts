import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Document } from '../../../src/domain/document.ts';
import { isPresent } from '../../../src/domain/part.ts';
import {
  emptyProcess,
  isFinal,
  type Process,
  type ProcessState,
  signedUrlsLiveUntil,
  summaryOf,
  withoutParts,
  type PartLevel,
} from '../../../src/domain/process.ts';
import { parseProcessId } from '../../../src/domain/process-id.ts';
import { NO_SIGNALS } from '../../../src/domain/signals.ts';
import { UpstreamFailure } from '../../../src/domain/upstream-failure.ts';
import { ID } from '../../support/bodies.ts';
import { combinations, document, evidence, STATES, type Facts } from '../../support/evidence.ts';
import { POLICY_BY_DEFAULT } from '../../support/verdicts.ts';

const id = parseProcessId(ID);
if (id === null) throw new Error('not an id');

/** A document with a value in each property; `PERSONAL` is in each value that may not be cached for days. */
const DOCUMENT: Document = {
  id: 'stored id',
  code: 'CNH',
  version: 2,
  typified: true,
  cpfMatch: true,
  faceMatch: 'UNKNOWN',
  validated: false,
  reused: true,
  contents: {
    data: { nome: 'PERSONAL', of: { more: ['PERSONAL'] } },
    number: 'PERSONAL',
    holderName: 'PERSONAL',
    cpf: 'PERSONAL',
    birthDate: 'PERSONAL',
    expiresOn: 'PERSONAL',
    category: 'PERSONAL',
  },
  files: { urls: ['https://example.com/PERSONAL'], expiresAt: '2030-01-01T00:00:00.000Z PERSONAL' },
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
  clientReference: 'stored reference',
  capacities: ['liveness'],
  createdAt: '2024-01-01T10:00:00.000Z',
  finishedAt: '2024-01-01T10:15:00.000Z',
  expiresAt: '2024-01-08T10:00:00.000Z',
  links: { callbackUri: 'https://example.com/PERSONAL', userRedirectUrl: 'https://example.com/PERSONAL' },
  sdkToken: 'PERSONAL',
  person: {
    details: {
      duiType: 'BR_CPF',
      duiValue: 'PERSONAL',
      friendlyName: 'PERSONAL',
      notificationChannels: ['PERSONAL'],
    },
  },
  company: { branchId: 'branch', countryCode: 'BR' },
  reference: { processId: id, authenticationId: 'stored authentication' },
  services: [
    {
      envelopeId: 'stored envelope',
      documentIds: ['stored id', 'another stored id'],
      consentGranted: true,
      documents: [DOCUMENT, DOCUMENT],
    },
  ],
  documents: [DOCUMENT, DOCUMENT],
  authenticationId: 'stored authentication',
  promise: ['liveness', 'identity'],
  referenceApproved: true,
};

/** A process with some facts, and with contents in each of its documents. */
function processOf(facts: Partial<Facts>): Process {
  const { documents, ...its } = evidence(facts);
  const full = documents.map(({ contents: _contents, files: _files, ...checks }) => ({
    ...DOCUMENT,
    ...checks,
  }));
  return { ...WHOLE, ...its, promise: facts.promise ?? null, documents: full };
}

/** All parts of the documents of a process, those of its services included. */
function documentParts({ documents, services }: Process): unknown[] {
  return [...documents, ...services.flatMap((service) => service.documents)].flatMap(
    ({ contents, files }) => [contents, files],
  );
}

const withoutDocumentParts = (one: Document): Document => ({ ...one, contents: null, files: null });

describe('summaryOf', () => {
  const summary = summaryOf(WHOLE);

  test('the summary of a process has nothing personal, and no address or token that grants access', () => {
    expect(JSON.stringify(WHOLE).match(/PERSONAL/g)).toHaveLength(6 + 4 * 10);
    expect(JSON.stringify(summary)).not.toContain('PERSONAL');
  });

  test('the summary of a process has every property that is not a part, unchanged', () => {
    expect(summary).toEqual({
      ...WHOLE,
      links: null,
      sdkToken: null,
      person: { details: null },
      services: WHOLE.services.map((service) => ({
        ...service,
        documents: service.documents.map(withoutDocumentParts),
      })),
      documents: WHOLE.documents.map(withoutDocumentParts),
    });
    expect(JSON.stringify(summary).match(/stored/g)).toEqual(JSON.stringify(WHOLE).match(/stored/g));
  });

  test('the summary of a process says whether there is a person', () => {
    expect(summary.person).not.toBeNull();
    expect(summaryOf({ ...WHOLE, person: null }).person).toBeNull();
  });

  test('making a summary leaves the process itself unchanged', () => {
    const before = structuredClone(WHOLE);
    summaryOf(WHOLE);
    expect(WHOLE).toEqual(before);
  });

  test('a summary is its own summary, and survives being stored as JSON', () => {
    expect(summaryOf(summary)).toEqual(summary);
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
  });

  test('the summary leads to the same verdict as the process, whatever is known of it', () => {
    const facts = combinations(2);
    expect(facts.length).toBeGreaterThan(1_000);
    const different = facts.filter((known) => {
      const process = processOf(known);
      const stored = JSON.parse(JSON.stringify(summaryOf(process))) as Process;
      return (
        JSON.stringify(POLICY_BY_DEFAULT.verdictOf(stored)) !==
        JSON.stringify(POLICY_BY_DEFAULT.verdictOf(process))
      );
    });
    expect(different).toEqual([]);
  });

  test('the summary leads to the same verdict as the process for documents and scores of any kind', () => {
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
        expect(POLICY_BY_DEFAULT.verdictOf(summaryOf(process))).toEqual(POLICY_BY_DEFAULT.verdictOf(process));
      }),
    );
  });
});

describe('withoutParts', () => {
  const failure = new UpstreamFailure('unavailable', 'down');

  test.each<[PartLevel, readonly PartLevel[]]>([
    ['personal', ['personal', 'signed-urls', 'sdk-token']],
    ['signed-urls', ['signed-urls', 'sdk-token']],
    ['sdk-token', ['sdk-token']],
  ])('a process that could not be read from level %s on has the failure in %j alone', (from, lost) => {
    const process = withoutParts(WHOLE, from, failure);
    const [contents, files] = documentParts(process);
    const parts: [PartLevel, unknown][] = [
      ['personal', process.links],
      ['personal', process.person?.details],
      ['personal', contents],
      ['signed-urls', files],
      ['sdk-token', process.sdkToken],
    ];
    expect(parts.map(([level, part]) => [level, part === failure])).toEqual(
      parts.map(([level]) => [level, lost.includes(level)]),
    );
    expect(summaryOf(process)).toEqual(summaryOf(WHOLE));
  });

  test('a part that could not be read is missing in every document, those of services included', () => {
    const parts = documentParts(withoutParts(WHOLE, 'personal', failure));
    expect(parts).toHaveLength(8);
    expect(parts.every((part) => part === failure)).toBe(true);
  });

  test('a process without a person has none either when its parts could not be read', () => {
    expect(withoutParts({ ...WHOLE, person: null }, 'personal', failure).person).toBeNull();
  });
});

describe('isPresent', () => {
  test('a part is present unless it is null or a failure', () => {
    expect(['', 'text', null, new UpstreamFailure('contract', 'not JSON')].map(isPresent)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('isFinal', () => {
  const FINAL: ProcessState[] = ['FINISHED', 'CANCELED', 'FAILED'];

  test.each(FINAL)('a process that is %s never changes again', (state) => {
    expect(isFinal({ ...WHOLE, state })).toBe(true);
  });

  test.each(STATES.filter((state) => !FINAL.includes(state)))(
    'a process that is %s may still change',
    (state) => {
      expect(isFinal({ ...WHOLE, state })).toBe(false);
    },
  );

  test('a finished journey without a result may still change, and a finished process of processes/v1 has none', () => {
    const finished = { ...WHOLE, state: 'FINISHED', signals: NO_SIGNALS } as const;
    expect(isFinal({ ...finished, source: 'IDCLOUD' })).toBe(false);
    expect(isFinal({ ...finished, source: 'PROCESSES_V1' })).toBe(true);
  });

  test('a process whose verdict is not final is never cached permanently', () => {
    const unsettled = combinations(2).filter((facts) => {
      const process = { ...WHOLE, ...evidence(facts), documents: [] };
      return isFinal(process) && !POLICY_BY_DEFAULT.verdictOf(process).final;
    });
    expect(unsettled).toEqual([]);
  });
});

function liveUntil(...ends: (string | null)[]): number {
  return signedUrlsLiveUntil({
    ...WHOLE,
    documents: ends.map((expiresAt) => document({ files: { urls: [], expiresAt } })),
  });
}

describe('signedUrlsLiveUntil', () => {
  test.each([
    ['never expire where there are none', [], Infinity],
    ['never expire where no document has any', [null, null], Infinity],
    [
      'expire together with the first of them',
      ['2030-01-01T00:05:00Z', '2030-01-01T00:01:00Z', null],
      1_893_456_060_000,
    ],
  ])('the signed URLs of a process %s', (_, ends, expected) => {
    expect(liveUntil(...ends)).toBe(expected);
  });

  test('signed URLs whose expiry cannot be read count as expired', () => {
    expect(liveUntil('some day', '2030-01-01T00:05:00Z') > 0).toBe(false);
  });
});
