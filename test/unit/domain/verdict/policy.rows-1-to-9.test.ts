import { describe, expect, test } from 'vitest';
import {
  FRAUD_SIGNS,
  IDENTITY_APPROVED,
  INCONCLUSIVE_IDENTITY,
  INVALID_IDENTITY,
  LIVE,
  NEGATIVE_IDENTITY,
  NOT_LIVE,
  PASSED_CHECKS,
  POSITIVE_IDENTITY,
  REVIEW_OF_UNKNOWN_VALUE,
  documents,
  flatCases,
  outcomeOf,
  scored,
  type CasesByRow,
} from '../../../support/verdict-cases.ts';

const CASES: CasesByRow = {
  'row 1: the process is not finished': [
    ['a CREATED process is pending', { state: 'CREATED' }, 'PENDING IN_PROGRESS'],
    [
      'a process that awaits a document is pending, with a reason of its own',
      { state: 'AWAITING_DOCUMENT' },
      'PENDING AWAITING_DOCUMENT',
    ],
    [
      'a PROCESSING process with a positive identity is still pending',
      { ...POSITIVE_IDENTITY, state: 'PROCESSING' },
      'PENDING IN_PROGRESS',
    ],
    [
      'a DIVERGENT process with an inconclusive identity and fraud signs is still pending',
      { ...INCONCLUSIVE_IDENTITY, ...FRAUD_SIGNS, state: 'DIVERGENT' },
      'PENDING IN_PROGRESS',
    ],
    [
      'a CREATED process with an unknown liveness value is still pending',
      { state: 'CREATED', liveness: 'UNKNOWN' },
      'PENDING IN_PROGRESS',
    ],
    [
      'a process with an unknown state is reviewed, not pending',
      { state: 'UNKNOWN' },
      REVIEW_OF_UNKNOWN_VALUE,
    ],
  ],
  'row 2: processing failed': [
    ['a FAILED process is retried', { state: 'FAILED' }, 'RETRY PROCESSING_ERROR'],
    ['a process with the result ERROR is retried', { result: 'ERROR' }, 'RETRY PROCESSING_ERROR'],
    [
      'a process with the result ERROR is retried even with a positive identity',
      { ...POSITIVE_IDENTITY, result: 'ERROR' },
      'RETRY PROCESSING_ERROR',
    ],
    [
      'a FAILED process with liveness NOT_LIVE is retried, not denied',
      { ...NOT_LIVE, state: 'FAILED' },
      'RETRY PROCESSING_ERROR',
    ],
    [
      'a process with the result OK and a positive identity is approved',
      { ...POSITIVE_IDENTITY, result: 'OK' },
      IDENTITY_APPROVED,
    ],
  ],
  'row 3: the journey expired': [
    ['a process with the result EXPIRED is retried', { result: 'EXPIRED' }, 'RETRY JOURNEY_EXPIRED'],
    [
      'a process with the result EXPIRED is retried even with a positive identity',
      { ...POSITIVE_IDENTITY, result: 'EXPIRED' },
      'RETRY JOURNEY_EXPIRED',
    ],
    [
      'a FAILED process with the result EXPIRED is reported as failed, not as expired',
      { state: 'FAILED', result: 'EXPIRED' },
      'RETRY PROCESSING_ERROR',
    ],
  ],
  'row 4: the process was cancelled': [
    ['a CANCELED process is retried', { state: 'CANCELED' }, 'RETRY CANCELED'],
    [
      'a CANCELED process is retried even with a positive identity',
      { ...POSITIVE_IDENTITY, state: 'CANCELED' },
      'RETRY CANCELED',
    ],
    [
      'a CANCELED process with liveness NOT_LIVE is retried, not denied',
      { ...NOT_LIVE, state: 'CANCELED' },
      'RETRY CANCELED',
    ],
  ],
  'row 5: liveness is NOT_LIVE': [
    ['a process with liveness NOT_LIVE is denied', NOT_LIVE, 'DENIED LIVENESS_FAILED'],
    [
      'liveness NOT_LIVE is denied even with a positive identity',
      { ...POSITIVE_IDENTITY, ...NOT_LIVE },
      'DENIED LIVENESS_FAILED',
    ],
    [
      'liveness NOT_LIVE is denied even with a strong risk score',
      { ...INCONCLUSIVE_IDENTITY, ...NOT_LIVE, ...scored(90) },
      'DENIED LIVENESS_FAILED',
    ],
    [
      'liveness NOT_LIVE with a negative identity is denied because of the liveness alone',
      { ...NEGATIVE_IDENTITY, ...NOT_LIVE },
      'DENIED LIVENESS_FAILED',
    ],
    [
      'liveness NOT_LIVE is denied even with an unknown age value',
      { ...NOT_LIVE, age: 'UNKNOWN' },
      'DENIED LIVENESS_FAILED',
    ],
    [
      'a positive identity without a liveness result is approved',
      { identity: 'POSITIVE' },
      'APPROVED IDENTITY_CONFIRMED',
    ],
  ],
  'row 6: a signal is negative': [
    ['a negative identity is denied even with liveness LIVE', NEGATIVE_IDENTITY, 'DENIED IDENTITY_MISMATCH'],
    [
      'a negative reference 1:1 is denied even with liveness LIVE',
      { ...LIVE, faceMatch: 'NEGATIVE' },
      'DENIED FACE_MISMATCH',
    ],
    [
      'a negative smart revalidation is denied',
      { smartRevalidation: 'NEGATIVE' },
      'DENIED REVALIDATION_FAILED',
    ],
    [
      'a minor is denied even with a positive identity',
      { ...POSITIVE_IDENTITY, age: 'MINOR' },
      'DENIED UNDERAGE',
    ],
    [
      'a minor with a negative identity is denied with both reasons',
      { ...NEGATIVE_IDENTITY, age: 'MINOR' },
      'DENIED IDENTITY_MISMATCH UNDERAGE',
    ],
    [
      'a negative identity is denied even with a strong risk score',
      { ...NEGATIVE_IDENTITY, ...scored(90) },
      'DENIED IDENTITY_MISMATCH',
    ],
    [
      'a negative identity is denied even with an unknown liveness value',
      { ...NEGATIVE_IDENTITY, liveness: 'UNKNOWN' },
      'DENIED IDENTITY_MISMATCH',
    ],
    [
      'a negative reference 1:1 is denied even if the orchestration is APPROVED',
      { faceMatch: 'NEGATIVE', orchestration: 'APPROVED' },
      'DENIED FACE_MISMATCH',
    ],
  ],
  'row 7: a value is unknown': [
    [
      'a positive identity with an unknown process state is reviewed',
      { ...POSITIVE_IDENTITY, state: 'UNKNOWN' },
      REVIEW_OF_UNKNOWN_VALUE,
    ],
    [
      'a positive identity with an unknown process result is reviewed',
      { ...POSITIVE_IDENTITY, result: 'UNKNOWN' },
      REVIEW_OF_UNKNOWN_VALUE,
    ],
    [
      'a positive identity with an unknown liveness value is reviewed',
      { ...POSITIVE_IDENTITY, liveness: 'UNKNOWN' },
      REVIEW_OF_UNKNOWN_VALUE,
    ],
    ['an unknown identity value is reviewed', { ...LIVE, identity: 'UNKNOWN' }, REVIEW_OF_UNKNOWN_VALUE],
    [
      'a positive identity with an unknown fraud risk value is reviewed',
      { ...POSITIVE_IDENTITY, fraudRisk: 'UNKNOWN' },
      REVIEW_OF_UNKNOWN_VALUE,
    ],
    [
      'a positive identity with an unknown reference 1:1 value is reviewed',
      { ...POSITIVE_IDENTITY, faceMatch: 'UNKNOWN' },
      REVIEW_OF_UNKNOWN_VALUE,
    ],
    [
      'a positive identity with an unknown smart revalidation value is reviewed',
      { ...POSITIVE_IDENTITY, smartRevalidation: 'UNKNOWN' },
      REVIEW_OF_UNKNOWN_VALUE,
    ],
    [
      'a positive identity with an unknown age value is reviewed',
      { ...POSITIVE_IDENTITY, age: 'UNKNOWN' },
      REVIEW_OF_UNKNOWN_VALUE,
    ],
    [
      'a positive identity with an unknown orchestration value is reviewed',
      { ...POSITIVE_IDENTITY, orchestration: 'UNKNOWN' },
      REVIEW_OF_UNKNOWN_VALUE,
    ],
    [
      'an inconclusive identity with a risk score that is not a number is reviewed',
      { ...INCONCLUSIVE_IDENTITY, riskScore: { value: null, band: null } },
      REVIEW_OF_UNKNOWN_VALUE,
    ],
    [
      'an inconclusive identity with a risk score above 100 is reviewed',
      { ...INCONCLUSIVE_IDENTITY, ...scored(101) },
      REVIEW_OF_UNKNOWN_VALUE,
    ],
    [
      'a positive identity with a risk score below -100 is reviewed',
      { ...POSITIVE_IDENTITY, ...scored(-101) },
      REVIEW_OF_UNKNOWN_VALUE,
    ],
    [
      'a document with an unreadable CPF check is reviewed',
      { ...POSITIVE_IDENTITY, ...documents({ cpfMatch: 'UNKNOWN' }) },
      REVIEW_OF_UNKNOWN_VALUE,
    ],
    [
      'a document with an unreadable face check is reviewed, whatever other checks it passed',
      { ...POSITIVE_IDENTITY, ...documents({ ...PASSED_CHECKS, faceMatch: 'UNKNOWN' }) },
      REVIEW_OF_UNKNOWN_VALUE,
    ],
    [
      'a document with an unreadable authenticity check is reviewed, next to a document that passed',
      documents(PASSED_CHECKS, { validated: 'UNKNOWN' }),
      REVIEW_OF_UNKNOWN_VALUE,
    ],
    [
      'a document with an unreadable check and a failed check is reviewed as an unknown value',
      documents({ cpfMatch: false, validated: 'UNKNOWN' }),
      REVIEW_OF_UNKNOWN_VALUE,
    ],
    [
      'liveness NOT_LIVE is denied even with an unreadable document check',
      { ...NOT_LIVE, ...documents({ cpfMatch: 'UNKNOWN' }) },
      'DENIED LIVENESS_FAILED',
    ],
    [
      'the flow id without liveness and identity is reviewed, not retried, if the age value is unknown',
      { flow: 'id', age: 'UNKNOWN' },
      REVIEW_OF_UNKNOWN_VALUE,
    ],
  ],
  'rows 8 and 9: the result is INVALID_IDENTITY': [
    [
      'the result INVALID_IDENTITY without an evaluated identity is retried',
      { ...LIVE, ...INVALID_IDENTITY },
      'RETRY IDENTITY_UNAVAILABLE',
    ],
    [
      'the result INVALID_IDENTITY without any signal is retried',
      INVALID_IDENTITY,
      'RETRY IDENTITY_UNAVAILABLE',
    ],
    [
      'the result INVALID_IDENTITY with an inconclusive identity is denied',
      { ...INCONCLUSIVE_IDENTITY, ...INVALID_IDENTITY },
      'DENIED INVALID_IDENTITY',
    ],
    [
      'the result INVALID_IDENTITY is denied even with a positive identity',
      { ...POSITIVE_IDENTITY, ...INVALID_IDENTITY },
      'DENIED INVALID_IDENTITY',
    ],
    [
      'the result INVALID_IDENTITY with an inconclusive identity is denied even with a strong risk score',
      { ...INCONCLUSIVE_IDENTITY, ...INVALID_IDENTITY, ...scored(90) },
      'DENIED INVALID_IDENTITY',
    ],
    [
      'the result INVALID_IDENTITY with liveness NOT_LIVE is denied because of the liveness',
      { ...INVALID_IDENTITY, ...NOT_LIVE },
      'DENIED LIVENESS_FAILED',
    ],
  ],
};

describe('decide', () => {
  test.each(flatCases(CASES))('%s: %s', (_row, _title, known, outcome) => {
    expect(outcomeOf(known)).toBe(outcome);
  });
});
