import { expect, test } from 'vitest';
import {
  documents,
  flatCases,
  FRAUD_SIGNS,
  INCONCLUSIVE_IDENTITY,
  INVALID_IDENTITY,
  LIVE,
  NEGATIVE_IDENTITY,
  NO_FRAUD_SIGNS,
  NOT_LIVE,
  outcomeOf,
  PASSED_CHECKS,
  POSITIVE_IDENTITY,
  scored,
  serpro,
  type CasesByRow,
  type Known,
} from '../../../support/verdict-cases.ts';

const IDENTITY: Known = { promise: ['liveness', 'identity'] };
const SCORED: Known = { promise: ['liveness', 'identity', 'risk-score'] };
const FACE: Known = { promise: ['liveness', 'face-match'] };
const AGE: Known = { promise: ['age'] };
const DOCUMENT: Known = { promise: ['document'] };
const IDCLOUD: Known = { source: 'IDCLOUD' };
const PASSED = documents(PASSED_CHECKS);
const FAILED = documents({ cpfMatch: true, faceMatch: false });
const UNCHECKED = documents({ cpfMatch: true });

const CASES: CasesByRow = {
  '1': [
    [
      'a journey that was created',
      { ...IDCLOUD, state: 'CREATED', result: null },
      'PENDING JOURNEY_NOT_FINISHED',
    ],
    ['a journey without a document number', { state: 'AWAITING_DOCUMENT' }, 'PENDING AWAITING_DOCUMENT'],
    ['a process that Unico works on', { state: 'PROCESSING' }, 'PENDING IN_PROGRESS'],
    ['a divergence of the score', { state: 'DIVERGENT', ...NOT_LIVE }, 'PENDING IN_PROGRESS'],
    ['a journey that ended without a result', { ...IDCLOUD, result: null, ...LIVE }, 'PENDING IN_PROGRESS'],
  ],
  '2': [
    ['a failed process', { state: 'FAILED', ...NOT_LIVE }, 'RETRY PROCESSING_ERROR'],
    ['the result ERROR', { ...IDCLOUD, result: 'ERROR' }, 'RETRY PROCESSING_ERROR'],
  ],
  '3': [['an expired journey', { ...IDCLOUD, result: 'EXPIRED', ...LIVE }, 'RETRY JOURNEY_EXPIRED']],
  '4': [['a cancelled process', { state: 'CANCELED', ...POSITIVE_IDENTITY }, 'RETRY CANCELED']],
  '5': [
    ['a mask', NOT_LIVE, 'DENIED LIVENESS_FAILED'],
    ['a face of another person', NEGATIVE_IDENTITY, 'DENIED IDENTITY_MISMATCH'],
    ['another face than the reference', { faceMatch: 'NEGATIVE' }, 'DENIED FACE_MISMATCH'],
    ['a failed revalidation', { smartRevalidation: 'NEGATIVE' }, 'DENIED REVALIDATION_FAILED'],
    ['a minor', { ...POSITIVE_IDENTITY, age: 'MINOR' }, 'DENIED UNDERAGE'],
    ['the advice to deny', { ...POSITIVE_IDENTITY, orchestration: 'DENIED' }, 'DENIED ORCHESTRATED_DENIED'],
    ['a fraud risk that denies', { ...POSITIVE_IDENTITY, riskLevel: 'DENIED' }, 'DENIED ORCHESTRATED_DENIED'],
    ['a mask beside an unknown value', { ...NOT_LIVE, identity: 'UNKNOWN' }, 'DENIED LIVENESS_FAILED'],
    ['several negative signals', { ...NOT_LIVE, age: 'MINOR' }, 'DENIED LIVENESS_FAILED UNDERAGE'],
  ],
  '6': [
    ['an unknown state', { state: 'UNKNOWN', ...POSITIVE_IDENTITY }, 'REVIEW UNKNOWN_UPSTREAM_VALUE'],
    ['an unknown signal', { ...POSITIVE_IDENTITY, age: 'UNKNOWN' }, 'REVIEW UNKNOWN_UPSTREAM_VALUE'],
    ['an unknown property', { ...POSITIVE_IDENTITY, unknownEvidence: true }, 'REVIEW UNKNOWN_UPSTREAM_VALUE'],
    ['an unknown advice', { ...POSITIVE_IDENTITY, riskLevel: 'UNKNOWN' }, 'REVIEW UNKNOWN_UPSTREAM_VALUE'],
    [
      'an unreadable score',
      { ...POSITIVE_IDENTITY, riskScore: { value: null, band: null } },
      'REVIEW UNKNOWN_UPSTREAM_VALUE',
    ],
    ['a score out of range', { ...POSITIVE_IDENTITY, ...scored(101) }, 'REVIEW UNKNOWN_UPSTREAM_VALUE'],
    [
      'an unreadable check',
      { ...POSITIVE_IDENTITY, ...documents({ cpfMatch: 'UNKNOWN' }) },
      'REVIEW UNKNOWN_UPSTREAM_VALUE',
    ],
  ],
  '7': [
    [
      'fraud signs and no identity',
      { ...IDENTITY, ...LIVE, ...FRAUD_SIGNS },
      'REVIEW FRAUD_SIGNS IDENTITY_UNAVAILABLE',
    ],
    [
      'a negative score and no liveness',
      { ...IDENTITY, identity: 'INCONCLUSIVE', ...scored(-5) },
      'REVIEW SCORE_NEGATIVE LIVENESS_UNAVAILABLE',
    ],
    [
      'a failed document and no face',
      { ...FACE, ...LIVE, ...FAILED },
      'REVIEW DOCUMENT_CHECK_FAILED FACE_MATCH_UNAVAILABLE',
    ],
    [
      'a document of the wrong kind and no identity',
      { ...IDENTITY, ...LIVE, ...documents({ ...PASSED_CHECKS, typified: false }) },
      'REVIEW DOCUMENT_CHECK_FAILED IDENTITY_UNAVAILABLE',
    ],
  ],
  '8': [
    [
      'an invalid identity without an identity',
      { ...IDENTITY, ...INVALID_IDENTITY },
      'RETRY IDENTITY_UNAVAILABLE',
    ],
    ['an invalid identity without an age', { ...AGE, ...LIVE, ...INVALID_IDENTITY }, 'RETRY AGE_UNAVAILABLE'],
    [
      'an invalid identity that is inconclusive with a score of 0',
      { ...SCORED, ...INCONCLUSIVE_IDENTITY, ...scored(0), ...INVALID_IDENTITY },
      'REVIEW INVALID_IDENTITY',
    ],
    [
      'an invalid identity with a positive 1:1',
      { ...FACE, ...LIVE, faceMatch: 'POSITIVE', ...INVALID_IDENTITY },
      'REVIEW INVALID_IDENTITY',
    ],
    [
      'an invalid identity with a positive revalidation',
      { ...POSITIVE_IDENTITY, smartRevalidation: 'POSITIVE', ...INVALID_IDENTITY },
      'REVIEW INVALID_IDENTITY',
    ],
    [
      'an invalid identity of a liveness flow',
      { promise: ['liveness'], ...LIVE, ...INVALID_IDENTITY },
      'DENIED INVALID_IDENTITY',
    ],
    [
      'an invalid identity under an unknown promise',
      { ...LIVE, ...INVALID_IDENTITY },
      'DENIED INVALID_IDENTITY',
    ],
    [
      'an invalid identity with a score above 0',
      { ...SCORED, ...INCONCLUSIVE_IDENTITY, ...scored(80), ...INVALID_IDENTITY },
      'DENIED INVALID_IDENTITY',
    ],
  ],
  '9': [
    [
      'no liveness on idcloud',
      { ...IDCLOUD, ...IDENTITY, identity: 'POSITIVE' },
      'RETRY LIVENESS_UNAVAILABLE',
    ],
    [
      'no liveness and an inconclusive identity',
      { ...IDENTITY, identity: 'INCONCLUSIVE' },
      'RETRY LIVENESS_UNAVAILABLE',
    ],
    ['no 1:1', { ...FACE, ...LIVE }, 'RETRY FACE_MATCH_UNAVAILABLE'],
    ['no revalidation', { promise: ['revalidation'], ...LIVE }, 'RETRY REVALIDATION_UNAVAILABLE'],
    ['no age', { ...AGE, ...POSITIVE_IDENTITY }, 'RETRY AGE_UNAVAILABLE'],
    [
      'no identity and no advice',
      { promise: ['identity', 'orchestrated'], ...LIVE },
      'RETRY IDENTITY_UNAVAILABLE',
    ],
    ['neither of two faces', { promise: ['any-face'], ...LIVE }, 'RETRY IDENTITY_UNAVAILABLE'],
    ['no fraud risk', { promise: ['fraud-risk'] }, 'RETRY FRAUD_RISK_UNAVAILABLE'],
    ['no document', DOCUMENT, 'RETRY DOCUMENT_CHECK_UNAVAILABLE'],
    ['a document without its checks', { ...DOCUMENT, ...UNCHECKED }, 'RETRY DOCUMENT_CHECK_UNAVAILABLE'],
    [
      'a reused document without its checks',
      { promise: ['reused-document'], ...UNCHECKED },
      'REVIEW EVIDENCE_INCOMPLETE',
    ],
    [
      'a document that idcloud reused, without its checks',
      { ...DOCUMENT, ...documents({ cpfMatch: true, reused: true }) },
      'REVIEW EVIDENCE_INCOMPLETE',
    ],
  ],
  '10': [
    [
      'a reference that was not approved',
      { ...FACE, ...LIVE, faceMatch: 'POSITIVE', referenceApproved: false },
      'REVIEW REFERENCE_NOT_APPROVED',
    ],
  ],
  '11': [
    ['the advice to review', { ...POSITIVE_IDENTITY, orchestration: 'REVIEW' }, 'REVIEW ORCHESTRATED_REVIEW'],
    ['a fraud risk to review', { ...POSITIVE_IDENTITY, riskLevel: 'REVIEW' }, 'REVIEW ORCHESTRATED_REVIEW'],
    ['the advice to retry', { ...POSITIVE_IDENTITY, orchestration: 'RETRY' }, 'RETRY ORCHESTRATED_RETRY'],
    [
      'two pieces of advice',
      { ...POSITIVE_IDENTITY, orchestration: 'RETRY', riskLevel: 'REVIEW' },
      'REVIEW ORCHESTRATED_REVIEW',
    ],
    [
      'the advice to approve an inconclusive identity',
      { ...INCONCLUSIVE_IDENTITY, orchestration: 'APPROVED' },
      'APPROVED ORCHESTRATED_APPROVED',
    ],
  ],
  '12': [
    ['a negative score', { ...INCONCLUSIVE_IDENTITY, ...scored(-1) }, 'DENIED SCORE_NEGATIVE'],
    [
      'a negative score with fraud signs',
      { ...INCONCLUSIVE_IDENTITY, ...scored(-1), ...FRAUD_SIGNS },
      'DENIED SCORE_NEGATIVE FRAUD_SIGNS',
    ],
    [
      'fraud signs with a score of 0',
      { ...INCONCLUSIVE_IDENTITY, ...scored(0), ...FRAUD_SIGNS },
      'DENIED FRAUD_SIGNS',
    ],
    ['fraud signs without a score', { ...INCONCLUSIVE_IDENTITY, ...FRAUD_SIGNS }, 'DENIED FRAUD_SIGNS'],
    ['a score of 0', { ...INCONCLUSIVE_IDENTITY, ...scored(0) }, 'RETRY SCORE_NEUTRAL'],
    [
      'no score where fraud was checked',
      { ...INCONCLUSIVE_IDENTITY, ...NO_FRAUD_SIGNS },
      'RETRY SCORE_UNAVAILABLE',
    ],
    ['no score where one is promised', { ...SCORED, ...INCONCLUSIVE_IDENTITY }, 'RETRY SCORE_UNAVAILABLE'],
    [
      'advice to approve beside fraud signs',
      { ...INCONCLUSIVE_IDENTITY, ...FRAUD_SIGNS, orchestration: 'APPROVED' },
      'DENIED FRAUD_SIGNS',
    ],
  ],
  '13': [
    ['a document of another face', { ...POSITIVE_IDENTITY, ...FAILED }, 'REVIEW DOCUMENT_CHECK_FAILED'],
    [
      'a document that is not authentic',
      { ...POSITIVE_IDENTITY, ...documents({ ...PASSED_CHECKS, validated: false }) },
      'REVIEW DOCUMENT_CHECK_FAILED',
    ],
    [
      'a strong score and a document of another face',
      { ...INCONCLUSIVE_IDENTITY, ...scored(85), ...FAILED },
      'REVIEW DOCUMENT_CHECK_FAILED',
    ],
    [
      'fraud signs beside a positive identity',
      { ...POSITIVE_IDENTITY, ...FRAUD_SIGNS },
      'REVIEW FRAUD_SIGNS',
    ],
    ['fraud signs without an identity', { ...LIVE, ...FRAUD_SIGNS }, 'REVIEW FRAUD_SIGNS'],
    [
      'a negative score beside a positive identity',
      { ...POSITIVE_IDENTITY, ...scored(-9) },
      'REVIEW SCORE_NEGATIVE',
    ],
    ['an inconclusive age', { ...POSITIVE_IDENTITY, age: 'INCONCLUSIVE' }, 'REVIEW AGE_INCONCLUSIVE'],
    ['an inconclusive 1:1', { ...LIVE, faceMatch: 'INCONCLUSIVE' }, 'REVIEW IDENTITY_INCONCLUSIVE'],
    ['an inconclusive revalidation', { smartRevalidation: 'INCONCLUSIVE' }, 'REVIEW IDENTITY_INCONCLUSIVE'],
  ],
  '14': [
    [
      'a flow with documents and none',
      { ...POSITIVE_IDENTITY, flow: 'iddocs' },
      'REVIEW EVIDENCE_INCOMPLETE',
    ],
    [
      'two documents, one of them unchecked',
      { ...DOCUMENT, ...documents(PASSED_CHECKS, { cpfMatch: true }) },
      'REVIEW EVIDENCE_INCOMPLETE',
    ],
    ['an unchecked document', { ...POSITIVE_IDENTITY, ...UNCHECKED }, 'REVIEW EVIDENCE_INCOMPLETE'],
    [
      'creditoconsignado without an identity',
      { ...IDENTITY, ...LIVE, flow: 'creditoconsignado' },
      'REVIEW EVIDENCE_INCOMPLETE',
    ],
    [
      'creditoconsignado without a comparison',
      { ...IDENTITY, ...POSITIVE_IDENTITY, flow: 'creditoconsignado', ...serpro('NO_FACE_ON_FILE') },
      'REVIEW EVIDENCE_INCOMPLETE NO_FACE_ON_FILE',
    ],
    [
      'liveness without the fraud risk',
      { promise: ['liveness', 'fraud-risk'], ...LIVE },
      'REVIEW EVIDENCE_INCOMPLETE',
    ],
  ],
  '15': [
    ['a moderate score', { ...INCONCLUSIVE_IDENTITY, ...scored(49.5) }, 'REVIEW SCORE_MODERATE'],
    [
      'a strong score with fraud signs',
      { ...INCONCLUSIVE_IDENTITY, ...scored(85), ...FRAUD_SIGNS },
      'REVIEW FRAUD_SIGNS',
    ],
    ['a strong score', { ...IDENTITY, ...INCONCLUSIVE_IDENTITY, ...scored(50) }, 'APPROVED SCORE_STRONG'],
    [
      'a strong score with liveness under an unknown promise',
      { ...INCONCLUSIVE_IDENTITY, ...scored(50) },
      'APPROVED SCORE_STRONG',
    ],
    [
      'a strong score without liveness under an unknown promise',
      { identity: 'INCONCLUSIVE', ...scored(85) },
      'REVIEW IDENTITY_INCONCLUSIVE',
    ],
    ['an inconclusive identity', { ...IDENTITY, ...INCONCLUSIVE_IDENTITY }, 'REVIEW IDENTITY_INCONCLUSIVE'],
  ],
  '16': [
    ['the holder', { ...IDENTITY, ...POSITIVE_IDENTITY }, 'APPROVED IDENTITY_CONFIRMED LIVENESS_CONFIRMED'],
    [
      'the holder without liveness on processes/v1',
      { ...IDENTITY, identity: 'POSITIVE' },
      'APPROVED IDENTITY_CONFIRMED',
    ],
    [
      'the face of the reference',
      { ...FACE, ...LIVE, faceMatch: 'POSITIVE' },
      'APPROVED FACE_CONFIRMED LIVENESS_CONFIRMED',
    ],
    [
      'a revalidated person',
      { promise: ['revalidation'], smartRevalidation: 'POSITIVE' },
      'APPROVED REVALIDATION_CONFIRMED',
    ],
    ['an adult', { ...AGE, age: 'ADULT' }, 'APPROVED AGE_CONFIRMED'],
    [
      'an adult with an inconclusive identity, where age is all',
      { ...AGE, age: 'ADULT', identity: 'INCONCLUSIVE' },
      'APPROVED AGE_CONFIRMED',
    ],
    ['a good document', { ...DOCUMENT, ...PASSED }, 'APPROVED DOCUMENT_CONFIRMED'],
    ['liveness, where it is all', { promise: ['liveness'], ...LIVE }, 'APPROVED LIVENESS_CONFIRMED'],
    [
      'a cleared fraud risk, where it is all',
      { promise: ['fraud-risk'], ...NO_FRAUD_SIGNS },
      'APPROVED FRAUD_RISK_CLEARED',
    ],
    [
      'the holder under an unknown promise',
      POSITIVE_IDENTITY,
      'APPROVED IDENTITY_CONFIRMED LIVENESS_CONFIRMED',
    ],
  ],
  '17': [
    ['nothing under a promise that needs nothing', { promise: ['risk-score'] }, 'RETRY NO_SIGNAL'],
    ['nothing under an unknown promise', {}, 'REVIEW EVIDENCE_INCOMPLETE'],
    ['liveness alone', LIVE, 'REVIEW EVIDENCE_INCOMPLETE'],
    ['a document alone', PASSED, 'REVIEW EVIDENCE_INCOMPLETE'],
    ['an age alone', { ...LIVE, age: 'ADULT' }, 'REVIEW EVIDENCE_INCOMPLETE'],
    ['no fraud signs alone', NO_FRAUD_SIGNS, 'REVIEW EVIDENCE_INCOMPLETE'],
    [
      'liveness beside a promise of a score alone',
      { promise: ['risk-score'], ...LIVE },
      'REVIEW EVIDENCE_INCOMPLETE',
    ],
  ],
};

test.each(flatCases(CASES))('row %s decides on %s', (row, _title, known, outcome) => {
  expect(outcomeOf(known)).toBe(`${row} ${outcome}`);
});
