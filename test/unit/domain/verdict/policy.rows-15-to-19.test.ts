import { describe, expect, test } from 'vitest';
import {
  FRAUD_SIGNS,
  IDENTITY_APPROVED,
  INCONCLUSIVE_IDENTITY,
  LIVE,
  NEGATIVE_IDENTITY,
  NOT_LIVE,
  NO_FRAUD_SIGNS,
  PASSED_CHECKS,
  POSITIVE_IDENTITY,
  documents,
  flatCases,
  outcomeOf,
  scored,
  serpro,
  type CasesByRow,
} from '../../../support/verdict-cases.ts';

const CASES: CasesByRow = {
  'row 15: a signal needs a human': [
    [
      'a positive identity with a failed CPF check of a document is reviewed',
      { ...POSITIVE_IDENTITY, ...documents({ cpfMatch: false }) },
      'REVIEW DOCUMENT_CHECK_FAILED',
    ],
    [
      'a positive identity with a failed face check of a document is reviewed',
      { ...POSITIVE_IDENTITY, ...documents({ faceMatch: false }) },
      'REVIEW DOCUMENT_CHECK_FAILED',
    ],
    [
      'a positive identity with a document that is not authentic is reviewed',
      { ...POSITIVE_IDENTITY, ...documents({ validated: false }) },
      'REVIEW DOCUMENT_CHECK_FAILED',
    ],
    [
      'a positive identity with one of two documents failing a check is reviewed',
      { ...POSITIVE_IDENTITY, ...documents(PASSED_CHECKS, { cpfMatch: false }) },
      'REVIEW DOCUMENT_CHECK_FAILED',
    ],
    [
      'an inconclusive identity with a failed document check is reviewed even with a strong risk score',
      { ...INCONCLUSIVE_IDENTITY, ...scored(90), ...documents({ cpfMatch: false }) },
      'REVIEW DOCUMENT_CHECK_FAILED',
    ],
    [
      'a positive identity with fraud signs is reviewed',
      { ...POSITIVE_IDENTITY, ...FRAUD_SIGNS },
      'REVIEW FRAUD_SIGNS',
    ],
    [
      'fraud signs without an identity are reviewed even with liveness LIVE',
      { flow: 'idlivetrust', ...LIVE, ...FRAUD_SIGNS },
      'REVIEW FRAUD_SIGNS',
    ],
    [
      'a positive identity with a strong negative risk score is reviewed',
      { ...POSITIVE_IDENTITY, ...scored(-62) },
      'REVIEW SCORE_NEGATIVE',
    ],
    [
      'a positive identity with a risk score of -0.5 is reviewed',
      { ...POSITIVE_IDENTITY, ...scored(-0.5) },
      'REVIEW SCORE_NEGATIVE',
    ],
    [
      'a negative risk score without an identity is reviewed even with liveness LIVE',
      { ...LIVE, ...scored(-1) },
      'REVIEW SCORE_NEGATIVE',
    ],
    ['a negative risk score without any other signal is reviewed', scored(-100), 'REVIEW SCORE_NEGATIVE'],
    [
      'a positive identity with a risk score of 0 is approved',
      { ...POSITIVE_IDENTITY, ...scored(0) },
      IDENTITY_APPROVED,
    ],
    [
      'a positive identity with a moderate positive risk score is approved',
      { ...POSITIVE_IDENTITY, ...scored(1) },
      IDENTITY_APPROVED,
    ],
    [
      'a negative identity with a negative risk score is denied, not reviewed',
      { ...NEGATIVE_IDENTITY, ...scored(-62) },
      'DENIED IDENTITY_MISMATCH',
    ],
    [
      'a positive identity with an inconclusive age is reviewed',
      { ...POSITIVE_IDENTITY, age: 'INCONCLUSIVE' },
      'REVIEW AGE_INCONCLUSIVE',
    ],
    [
      'an inconclusive reference 1:1 is reviewed even with liveness LIVE',
      { ...LIVE, faceMatch: 'INCONCLUSIVE' },
      'REVIEW IDENTITY_INCONCLUSIVE',
    ],
    [
      'an inconclusive smart revalidation is reviewed',
      { smartRevalidation: 'INCONCLUSIVE' },
      'REVIEW IDENTITY_INCONCLUSIVE',
    ],
    [
      'a positive identity with four signals that need a human is reviewed with all four reasons',
      {
        ...POSITIVE_IDENTITY,
        ...FRAUD_SIGNS,
        ...scored(-9),
        age: 'INCONCLUSIVE',
        ...documents({ cpfMatch: false }),
      },
      'REVIEW DOCUMENT_CHECK_FAILED FRAUD_SIGNS SCORE_NEGATIVE AGE_INCONCLUSIVE',
    ],
    [
      'a positive identity with a document without an evaluated check is approved',
      { ...POSITIVE_IDENTITY, ...documents({}) },
      IDENTITY_APPROVED,
    ],
    [
      'a positive identity with a document neither reused nor typified is approved',
      { ...POSITIVE_IDENTITY, ...documents({ reused: false, typified: false }) },
      IDENTITY_APPROVED,
    ],
  ],
  'row 16: the identity is inconclusive and needs a human': [
    [
      'an inconclusive identity with a moderate positive risk score is reviewed',
      { ...INCONCLUSIVE_IDENTITY, ...scored(28) },
      'REVIEW SCORE_MODERATE',
    ],
    [
      'an inconclusive identity with a risk score of 49.5 is reviewed',
      { ...INCONCLUSIVE_IDENTITY, ...NO_FRAUD_SIGNS, ...scored(49.5) },
      'REVIEW SCORE_MODERATE',
    ],
    [
      'an inconclusive identity with a strong risk score and fraud signs is reviewed',
      { ...INCONCLUSIVE_IDENTITY, ...FRAUD_SIGNS, ...scored(85.5) },
      'REVIEW FRAUD_SIGNS',
    ],
    [
      'an inconclusive identity with neither risk score nor fraud check is reviewed',
      INCONCLUSIVE_IDENTITY,
      'REVIEW IDENTITY_INCONCLUSIVE',
    ],
    [
      'an inconclusive identity is reviewed even with a positive reference 1:1',
      { ...INCONCLUSIVE_IDENTITY, faceMatch: 'POSITIVE' },
      'REVIEW IDENTITY_INCONCLUSIVE',
    ],
  ],
  'row 17: the identity is inconclusive and the risk score is strong': [
    [
      'an inconclusive identity with a risk score of 50 is approved',
      { ...INCONCLUSIVE_IDENTITY, ...scored(50) },
      'APPROVED SCORE_STRONG',
    ],
    [
      'an inconclusive identity with a risk score of 85.5 and no fraud signs found is approved',
      { ...INCONCLUSIVE_IDENTITY, ...NO_FRAUD_SIGNS, ...scored(85.5) },
      'APPROVED SCORE_STRONG',
    ],
    [
      'an inconclusive identity with a risk score of 49.99 is reviewed, not approved',
      { ...INCONCLUSIVE_IDENTITY, ...scored(49.99) },
      'REVIEW SCORE_MODERATE',
    ],
  ],
  'row 18: every evaluated signal is positive': [
    ['liveness LIVE with a positive identity is approved', POSITIVE_IDENTITY, IDENTITY_APPROVED],
    [
      'liveness LIVE with a positive identity and no fraud signs found is approved',
      { ...POSITIVE_IDENTITY, ...NO_FRAUD_SIGNS },
      IDENTITY_APPROVED,
    ],
    ['liveness LIVE alone is approved', LIVE, 'APPROVED LIVENESS_CONFIRMED'],
    [
      'liveness LIVE with an adult age is approved',
      { ...LIVE, age: 'ADULT' },
      'APPROVED AGE_CONFIRMED LIVENESS_CONFIRMED',
    ],
    [
      'a document that passed every check is approved without other signals',
      documents(PASSED_CHECKS),
      'APPROVED DOCUMENT_CONFIRMED',
    ],
    [
      'liveness LIVE with a positive reference 1:1 is approved',
      { ...LIVE, faceMatch: 'POSITIVE' },
      'APPROVED FACE_CONFIRMED LIVENESS_CONFIRMED',
    ],
  ],
  'row 19: no signal was evaluated that could decide': [
    ['a finished process without signals is retried, not approved', {}, 'RETRY NO_SIGNAL'],
    [
      'a process with the result OK and without signals is retried, not approved',
      { result: 'OK' },
      'RETRY NO_SIGNAL',
    ],
    [
      'a process with no fraud signs found and without other signals is retried, not approved',
      { result: 'OK', ...NO_FRAUD_SIGNS },
      'RETRY NO_SIGNAL',
    ],
    ['a strong risk score without an identity is retried, not approved', scored(90), 'RETRY NO_SIGNAL'],
    [
      'a Serpro comparison without other signals is retried, not approved',
      serpro('COMPARED'),
      'RETRY NO_SIGNAL',
    ],
    [
      'a document without an evaluated check is retried, not approved',
      documents({ typified: true }),
      'RETRY NO_SIGNAL',
    ],
  ],
  'Serpro: information only': [
    [
      'an approval gets the remark that Serpro has no face on file',
      { ...POSITIVE_IDENTITY, ...serpro('NO_FACE_ON_FILE') },
      `${IDENTITY_APPROVED} NO_FACE_ON_FILE`,
    ],
    [
      'a denial gets the remark that Serpro could not be reached',
      { ...NOT_LIVE, ...serpro('INTEGRATION_ERROR') },
      'DENIED LIVENESS_FAILED INTEGRATION_ERROR',
    ],
    [
      'a Serpro comparison adds no remark to an approval',
      { ...POSITIVE_IDENTITY, ...serpro('COMPARED') },
      IDENTITY_APPROVED,
    ],
    [
      'an unknown Serpro status adds no remark to an approval, and does not cause a review',
      { ...POSITIVE_IDENTITY, ...serpro('UNKNOWN') },
      IDENTITY_APPROVED,
    ],
  ],
};

describe('decide', () => {
  test.each(flatCases(CASES))('%s: %s', (_row, _title, known, outcome) => {
    expect(outcomeOf(known)).toBe(outcome);
  });
});
