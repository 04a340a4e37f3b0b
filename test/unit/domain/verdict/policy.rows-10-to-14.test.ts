import { describe, expect, test } from 'vitest';
import {
  FRAUD_SIGNS,
  INCONCLUSIVE_IDENTITY,
  LIVE,
  NEGATIVE_IDENTITY,
  NO_FRAUD_SIGNS,
  POSITIVE_IDENTITY,
  documents,
  flatCases,
  outcomeOf,
  scored,
  type CasesByRow,
} from '../../../support/verdict-cases.ts';

const CASES: CasesByRow = {
  'row 10: a signal that the flow promises is missing': [
    [
      'the flow idlive without liveness is retried',
      { flow: 'idlive', result: 'OK' },
      'RETRY LIVENESS_UNAVAILABLE',
    ],
    ['the flow id without identity is retried', { flow: 'id', ...LIVE }, 'RETRY IDENTITY_UNAVAILABLE'],
    [
      'the flow id without liveness and identity is retried with both reasons',
      { flow: 'id' },
      'RETRY LIVENESS_UNAVAILABLE IDENTITY_UNAVAILABLE',
    ],
    [
      'the flow id without liveness is retried even with a positive identity',
      { flow: 'id', identity: 'POSITIVE' },
      'RETRY LIVENESS_UNAVAILABLE',
    ],
    [
      'the flow idage without identity is retried even with an adult age',
      { flow: 'idage', ...LIVE, age: 'ADULT' },
      'RETRY IDENTITY_UNAVAILABLE',
    ],
    [
      'the flow idlive is approved without an identity',
      { flow: 'idlive', ...LIVE },
      'APPROVED LIVENESS_CONFIRMED',
    ],
    [
      'the flow idsmart is approved by its smart revalidation alone',
      { flow: 'idsmart', smartRevalidation: 'POSITIVE' },
      'APPROVED REVALIDATION_CONFIRMED',
    ],
    [
      'the flow idtoken without the reference 1:1 is retried',
      { flow: 'idtoken', ...LIVE },
      'RETRY FACE_MATCH_UNAVAILABLE',
    ],
    [
      'the flow idtokentrust without any signal is retried because of liveness and reference 1:1',
      { flow: 'idtokentrust' },
      'RETRY LIVENESS_UNAVAILABLE FACE_MATCH_UNAVAILABLE',
    ],
    [
      'the flow idtokensign without the reference 1:1 is retried even with a positive identity',
      { flow: 'idtokensign', ...POSITIVE_IDENTITY },
      'RETRY FACE_MATCH_UNAVAILABLE',
    ],
    [
      'the flow idtoken is approved without an identity',
      { flow: 'idtoken', ...LIVE, faceMatch: 'POSITIVE' },
      'APPROVED FACE_CONFIRMED LIVENESS_CONFIRMED',
    ],
    [
      'the flow idage without age is retried even with a positive identity',
      { flow: 'idage', ...POSITIVE_IDENTITY },
      'RETRY AGE_UNAVAILABLE',
    ],
    [
      'the flow idage without identity and age is retried with both reasons',
      { flow: 'idage', ...LIVE },
      'RETRY IDENTITY_UNAVAILABLE AGE_UNAVAILABLE',
    ],
    [
      'the flow idagedocumentless without age is retried',
      { flow: 'idagedocumentless', ...LIVE },
      'RETRY AGE_UNAVAILABLE',
    ],
    [
      'the flow idagedocumentless is approved without an identity',
      { flow: 'idagedocumentless', ...LIVE, age: 'ADULT' },
      'APPROVED AGE_CONFIRMED LIVENESS_CONFIRMED',
    ],
    [
      'the flow idsmart without smart revalidation is retried',
      { flow: 'idsmart', result: 'OK' },
      'RETRY REVALIDATION_UNAVAILABLE',
    ],
    [
      'the flow idsmart without smart revalidation is retried even with a positive identity',
      { flow: 'idsmart', ...POSITIVE_IDENTITY },
      'RETRY REVALIDATION_UNAVAILABLE',
    ],
    [
      'the flow idage without age is denied, not retried, if the identity is negative',
      { flow: 'idage', ...NEGATIVE_IDENTITY },
      'DENIED IDENTITY_MISMATCH',
    ],
    [
      'the flow idtokentrust without the reference 1:1 is retried even with fraud signs',
      { flow: 'idtokentrust', ...LIVE, ...FRAUD_SIGNS },
      'RETRY FACE_MATCH_UNAVAILABLE',
    ],
    [
      'the flow id without identity is retried even if the orchestration is APPROVED',
      { flow: 'id', ...LIVE, orchestration: 'APPROVED' },
      'RETRY IDENTITY_UNAVAILABLE',
    ],
    [
      'a flow of a tenant with the liveness capacity and without liveness is retried',
      { flow: 'ours', capacities: ['liveness'] },
      'RETRY LIVENESS_UNAVAILABLE',
    ],
    [
      'a flow of a tenant with the capacity IDTOKEN and without the reference 1:1 is retried',
      { flow: 'ours', capacities: ['PROCESS_CAPACITY_IDTOKEN'], ...POSITIVE_IDENTITY },
      'RETRY FACE_MATCH_UNAVAILABLE',
    ],
    [
      'a process without a flow, with the capacity IDUNICO and without identity is retried',
      { capacities: ['PROCESS_CAPACITY_IDUNICO'], ...LIVE },
      'RETRY IDENTITY_UNAVAILABLE',
    ],
    [
      'a flow of a tenant whose only capacity is unknown is approved by liveness LIVE alone',
      { flow: 'ours', capacities: ['PROCESS_CAPACITY_NEW'], ...LIVE },
      'APPROVED LIVENESS_CONFIRMED',
    ],
    [
      'the flow id with an inconclusive identity is reviewed, not retried',
      { flow: 'id', ...INCONCLUSIVE_IDENTITY },
      'REVIEW IDENTITY_INCONCLUSIVE',
    ],
    [
      'the flow idage with an inconclusive age is reviewed, not retried',
      { flow: 'idage', ...POSITIVE_IDENTITY, age: 'INCONCLUSIVE' },
      'REVIEW AGE_INCONCLUSIVE',
    ],
  ],
  'row 11: the orchestration': [
    [
      'a process without other signals is denied if the orchestration is DENIED',
      { orchestration: 'DENIED' },
      'DENIED ORCHESTRATED_DENIED',
    ],
    [
      'a positive identity is denied if the orchestration is DENIED',
      { ...POSITIVE_IDENTITY, orchestration: 'DENIED' },
      'DENIED ORCHESTRATED_DENIED',
    ],
    [
      'a positive identity is reviewed if the orchestration is REVIEW',
      { ...POSITIVE_IDENTITY, orchestration: 'REVIEW' },
      'REVIEW ORCHESTRATED_REVIEW',
    ],
    [
      'a positive identity is retried if the orchestration is RETRY',
      { ...POSITIVE_IDENTITY, orchestration: 'RETRY' },
      'RETRY ORCHESTRATED_RETRY',
    ],
    [
      'an inconclusive identity with a negative risk score is reviewed, not denied, if the orchestration is REVIEW',
      { ...INCONCLUSIVE_IDENTITY, ...scored(-9), orchestration: 'REVIEW' },
      'REVIEW ORCHESTRATED_REVIEW',
    ],
    [
      'a process without other signals is approved if the orchestration is APPROVED',
      { orchestration: 'APPROVED' },
      'APPROVED ORCHESTRATED_APPROVED',
    ],
    [
      'an inconclusive identity is reviewed even if the orchestration is APPROVED',
      { ...INCONCLUSIVE_IDENTITY, orchestration: 'APPROVED' },
      'REVIEW IDENTITY_INCONCLUSIVE',
    ],
    [
      'fraud signs are reviewed even if the orchestration is APPROVED',
      { ...FRAUD_SIGNS, orchestration: 'APPROVED' },
      'REVIEW FRAUD_SIGNS',
    ],
  ],
  'row 12: the identity is inconclusive and the risk score is negative': [
    [
      'an inconclusive identity with a strong negative risk score is denied',
      { ...INCONCLUSIVE_IDENTITY, ...scored(-62) },
      'DENIED SCORE_NEGATIVE',
    ],
    [
      'an inconclusive identity with a moderate negative risk score is denied even without fraud signs',
      { ...INCONCLUSIVE_IDENTITY, ...NO_FRAUD_SIGNS, ...scored(-1) },
      'DENIED SCORE_NEGATIVE',
    ],
    [
      'an inconclusive identity with a risk score of -0.5 is denied',
      { ...INCONCLUSIVE_IDENTITY, ...scored(-0.5) },
      'DENIED SCORE_NEGATIVE',
    ],
    [
      'an inconclusive identity with a negative risk score and fraud signs is denied with both reasons',
      { ...INCONCLUSIVE_IDENTITY, ...FRAUD_SIGNS, ...scored(-62) },
      'DENIED SCORE_NEGATIVE FRAUD_SIGNS',
    ],
    [
      'an inconclusive identity with a negative risk score is denied even with a failed document check',
      { ...INCONCLUSIVE_IDENTITY, ...scored(-1), ...documents({ cpfMatch: false }) },
      'DENIED SCORE_NEGATIVE',
    ],
  ],
  'row 13: the identity is inconclusive with fraud signs': [
    [
      'an inconclusive identity with fraud signs and without a risk score is denied',
      { ...INCONCLUSIVE_IDENTITY, ...FRAUD_SIGNS },
      'DENIED FRAUD_SIGNS',
    ],
    [
      'an inconclusive identity with fraud signs and a risk score of 0 is denied',
      { ...INCONCLUSIVE_IDENTITY, ...FRAUD_SIGNS, ...scored(0) },
      'DENIED FRAUD_SIGNS',
    ],
    [
      'an inconclusive identity with fraud signs and a positive risk score is reviewed, not denied',
      { ...INCONCLUSIVE_IDENTITY, ...FRAUD_SIGNS, ...scored(0.5) },
      'REVIEW SCORE_MODERATE FRAUD_SIGNS',
    ],
  ],
  'row 14: the identity is inconclusive and the risk score is 0 or missing': [
    [
      'an inconclusive identity with a risk score of 0 and no fraud signs found is retried',
      { ...INCONCLUSIVE_IDENTITY, ...NO_FRAUD_SIGNS, ...scored(0) },
      'RETRY SCORE_NEUTRAL',
    ],
    [
      'an inconclusive identity with a risk score of 0 and without a fraud check is retried',
      { ...INCONCLUSIVE_IDENTITY, ...scored(0) },
      'RETRY SCORE_NEUTRAL',
    ],
    [
      'an inconclusive identity without a risk score and with no fraud signs found is retried',
      { ...INCONCLUSIVE_IDENTITY, ...NO_FRAUD_SIGNS },
      'RETRY SCORE_UNAVAILABLE',
    ],
    [
      'an inconclusive identity with a risk score of 0 is retried even with a failed document check',
      { ...INCONCLUSIVE_IDENTITY, ...scored(0), ...documents({ cpfMatch: false }) },
      'RETRY SCORE_NEUTRAL',
    ],
  ],
};

describe('decide', () => {
  test.each(flatCases(CASES))('%s: %s', (_row, _title, known, outcome) => {
    expect(outcomeOf(known)).toBe(outcome);
  });
});
