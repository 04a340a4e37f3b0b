import { expect, test } from 'vitest';
import type { Capability } from '../../../../src/domain/capability.ts';
import {
  apiKeyPromise,
  API_KEY_USES,
  type ApiKeyUse,
} from '../../../../src/domain/verdict/api-key-promises.ts';
import { decideMadeElsewhere } from '../../../../src/domain/verdict/made-elsewhere.ts';
import { combinations, evidence } from '../../../support/evidence.ts';
import {
  documents,
  FRAUD_SIGNS,
  INCONCLUSIVE_IDENTITY,
  LIVE,
  NO_FRAUD_SIGNS,
  NOT_LIVE,
  PASSED_CHECKS,
  scored,
  type Known,
} from '../../../support/verdict-cases.ts';

/** APIKEYs of these uses, with the capabilities that are configured for them. */
function apiKeys(uses: Partial<Record<ApiKeyUse, Capability[] | null>>) {
  return API_KEY_USES.flatMap((use) => {
    const configured = uses[use];
    return configured === undefined ? [] : [apiKeyPromise(use, configured)];
  });
}

const ALL = apiKeys({ onboarding: null, transactional: null, document: null, age: null });

function outcome(known: Known, keys = ALL): string {
  const { decision, reasons } = decideMadeElsewhere(evidence(known), keys);
  return [decision, ...reasons].join(' ');
}

test.each<[string, Known, string]>([
  ['a positive identity', { identity: 'POSITIVE' }, 'APPROVED IDENTITY_CONFIRMED'],
  ['a positive 1:1', { ...LIVE, faceMatch: 'POSITIVE' }, 'APPROVED FACE_CONFIRMED LIVENESS_CONFIRMED'],
  ['liveness alone', LIVE, 'REVIEW EVIDENCE_INCOMPLETE'],
  ['nothing', {}, 'REVIEW EVIDENCE_INCOMPLETE'],
  [
    'an identity and an age, which no key evaluates',
    { identity: 'POSITIVE', age: 'ADULT' },
    'REVIEW EVIDENCE_INCOMPLETE',
  ],
  [
    'no score where fraud was checked',
    { ...INCONCLUSIVE_IDENTITY, ...NO_FRAUD_SIGNS },
    'RETRY SCORE_UNAVAILABLE',
  ],
  ['a moderate score', { ...INCONCLUSIVE_IDENTITY, ...scored(28) }, 'REVIEW SCORE_MODERATE'],
  ['a cleared fraud risk', { riskLevel: 'APPROVED', ...NO_FRAUD_SIGNS }, 'REVIEW EVIDENCE_INCOMPLETE'],
  ['a mask', NOT_LIVE, 'DENIED LIVENESS_FAILED'],
  ['an age of an adult', { ...LIVE, age: 'ADULT' }, 'APPROVED AGE_CONFIRMED LIVENESS_CONFIRMED'],
  ['a good document', documents(PASSED_CHECKS), 'APPROVED DOCUMENT_CONFIRMED'],
  ['a document without its checks', documents({ cpfMatch: true }), 'REVIEW EVIDENCE_INCOMPLETE'],
  ['fraud signs without an identity', { ...LIVE, ...FRAUD_SIGNS }, 'REVIEW FRAUD_SIGNS IDENTITY_UNAVAILABLE'],
  ['an unfinished process', { state: 'PROCESSING', ...LIVE }, 'PENDING IN_PROGRESS'],
])('a process made elsewhere with %s is %s', (_title, known, expected) => {
  expect(outcome(known)).toBe(expected);
});

test('liveness alone is approved where the only APIKEY is configured to evaluate nothing else', () => {
  expect(outcome(LIVE, apiKeys({ onboarding: ['liveness'] }))).toBe('APPROVED LIVENESS_CONFIRMED');
});

test('liveness alone is reviewed where another APIKEY may have created the process', () => {
  const keys = apiKeys({ onboarding: ['liveness'], transactional: null });
  expect(outcome(LIVE, keys)).toBe('REVIEW EVIDENCE_INCOMPLETE');
});

test('a signal that no configured APIKEY evaluates is reviewed, and denied where it is negative', () => {
  const keys = apiKeys({ document: null });
  expect(outcome({ identity: 'POSITIVE' }, keys)).toBe('REVIEW EVIDENCE_INCOMPLETE');
  expect(outcome({ identity: 'NEGATIVE' }, keys)).toBe('DENIED IDENTITY_MISMATCH');
  expect(outcome({ identity: 'POSITIVE' }, [])).toBe('REVIEW EVIDENCE_INCOMPLETE');
});

test('no finished process made elsewhere is a retry, except by a score or the advice of Unico', () => {
  const retries = combinations(3)
    .filter(({ state = 'FINISHED', result = 'OK' }) => state === 'FINISHED' && result === 'OK')
    .filter((known) => known.orchestration !== 'RETRY' && known.riskLevel !== 'RETRY')
    .map((known) => [known, outcome(known)] as const)
    .filter(([, decided]) => decided.startsWith('RETRY'))
    .filter(([, decided]) => !/^RETRY SCORE_(?:NEUTRAL|UNAVAILABLE)/.test(decided));
  expect(retries.slice(0, 3)).toEqual([]);
});
