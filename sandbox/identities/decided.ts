import { curp } from '../lib/check-digits.ts';
import { identity } from './identity.ts';
import type { Identity } from './identity.ts';

const inconclusive = { result: 'inconclusive' };

/** Persons about whom both contracts come to an end and say something: approvals, denials, reviews, retries. */
export const decided: Identity[] = [
  identity(0, 'approved', 'Luke Skywalker', 'everything is positive (the S1 and S2 samples)', {
    code: '12345678909',
    reusable: ['BR_CNH'],
  }),
  identity(1, 'approved-strong-score', 'Leia Strong Score', 'identity inconclusive, score 85.5', {
    code: '73689290074',
    signals: { identity: 'inconclusive', score: 85.5 },
  }),
  identity(
    2,
    'approved-liveness-omitted',
    'Olga Omitted',
    'processes/v1 shows only unicoId yes (upstream.md §5.3)',
    {
      analysis: { onboarding: { status: 3, unicoId: { result: 'yes' } } },
    },
  ),
  identity(
    3,
    'review-moderate-score',
    'Mario Moderate',
    'identity inconclusive, score 28 (upstream.md §5.3)',
    {
      signals: { identity: 'inconclusive', score: 28 },
      analysis: { onboarding: { status: 3, unicoId: inconclusive, liveness: 1, score: 28 } },
    },
  ),
  identity(
    4,
    'review-fraud-signs',
    'Fabia Fraud Signs',
    'identity positive, and the face shows fraud signs',
    {
      signals: { fraud: 'yes' },
    },
  ),
  identity(5, 'review-fraud-signs-score', 'Flora Fraud Score', 'inconclusive, fraud signs, score 20', {
    signals: { identity: 'inconclusive', fraud: 'yes', score: 20 },
  }),
  identity(
    6,
    'review-no-score',
    'Rita Without Score',
    'identity inconclusive, neither score nor fraud check',
    {
      signals: { identity: 'inconclusive', fraud: 'none' },
      journey: { flow: 'id' },
      analysis: { onboarding: { status: 3, unicoId: inconclusive, liveness: 1 } },
    },
  ),
  identity(7, 'denied-identity', 'Nadia Negative', 'the face does not belong to the number', {
    signals: { identity: 'negative' },
    analysis: { onboarding: { status: 3, unicoId: { result: 'no' } } },
  }),
  identity(8, 'denied-liveness', 'Lino Not Live', 'no real person before the camera (upstream.md §5.3)', {
    signals: { liveness: 'not-live', identity: 'inconclusive' },
    analysis: { onboarding: { status: 3, unicoId: inconclusive, liveness: 2 } },
  }),
  identity(
    9,
    'denied-fraud-negative-score',
    'Franco Fraud Negative',
    'inconclusive, fraud signs, score -62',
    {
      signals: { identity: 'inconclusive', fraud: 'yes', score: -62 },
    },
  ),
  identity(10, 'denied-negative-score', 'Nelson Negative Score', 'inconclusive, no fraud signs, score -15', {
    signals: { identity: 'inconclusive', score: -15 },
  }),
  identity(11, 'denied-fraud-score-zero', 'Felix Fraud Zero', 'inconclusive, fraud signs, score 0', {
    signals: { identity: 'inconclusive', fraud: 'yes', score: 0 },
  }),
  identity(
    12,
    'retry-score-neutral',
    'Zelda Zero',
    'inconclusive, no fraud signs, score 0: a capture error',
    {
      signals: { identity: 'inconclusive', score: 0 },
    },
  ),
  identity(13, 'retry-score-missing', 'Mina Missing Score', 'inconclusive, and the risk score failed', {
    signals: { identity: 'inconclusive' },
  }),
  identity(14, 'retry-identity-not-evaluated', 'Nuno Not Evaluated', 'live, the identity answer is missing', {
    signals: { identity: 'none', fraud: 'none', serpro: 'none' },
  }),
  identity(
    15,
    'retry-invalid-identity',
    'Ines Invalid',
    'INVALID_IDENTITY though identity was not evaluated',
    {
      signals: { identity: 'none', fraud: 'none' },
      journey: { result: 'PROCESS_RESULT_INVALID_IDENTITY' },
      seeded: 'idcloud',
    },
  ),
  identity(16, 'retry-liveness-not-evaluated', 'Lara Not Evaluated', 'the liveness answer is missing', {
    signals: { liveness: 'none' },
    seeded: 'idcloud',
  }),
  identity(17, 'no-signal', 'Nobody Evaluated', 'finished, and nothing at all was evaluated', {
    signals: {
      liveness: 'none',
      identity: 'none',
      fraud: 'none',
      serpro: 'none',
      faceMatch: 'none',
      age: 'none',
    },
  }),
  identity(18, 'serpro-no-face', 'Sara No Face', 'Serpro -1: no face on file for the CPF', {
    signals: { serpro: -1 },
    journey: { flow: 'idcheckserpro' },
  }),
  identity(19, 'serpro-error', 'Sergio Serpro Error', 'Serpro -2: integration error', {
    signals: { serpro: -2 },
    journey: { flow: 'idcheckserpro' },
  }),
  identity(20, 'face-match', 'Marta Match', '1:1: the same face as the reference', {
    journey: { flow: 'idtoken' },
    analysis: { kind: 'transactional' },
  }),
  identity(21, 'face-mismatch', 'Milo Mismatch', '1:1: another face than the reference', {
    signals: { faceMatch: 'negative' },
    journey: { flow: 'idtoken' },
    analysis: { kind: 'transactional' },
  }),
  identity(22, 'revalidation-positive', 'Paula Revalidated', 'smart revalidation: the same person', {
    journey: { flow: 'idsmart' },
    seeded: 'idcloud',
  }),
  identity(23, 'revalidation-negative', 'Renato Not Revalidated', 'smart revalidation: not the same person', {
    signals: { revalidation: 'negative' },
    journey: { flow: 'idsmart' },
    seeded: 'idcloud',
  }),
  identity(24, 'adult', 'Ada Adult', 'age verification: adult', {
    journey: { flow: 'idagedocumentless' },
    analysis: { kind: 'age' },
  }),
  identity(25, 'minor', 'Max Minor', 'age verification: minor', {
    signals: { age: 'negative' },
    journey: { flow: 'idagedocumentless' },
    analysis: { kind: 'age' },
  }),
  identity(26, 'age-inconclusive', 'Alex Ageless', 'age verification: not enough evidence', {
    signals: { age: 'inconclusive' },
    journey: { flow: 'idagedocumentless' },
    analysis: { kind: 'age' },
  }),
  identity(
    27,
    'risk-level-approved',
    'Rosa Risk Approved',
    'fraud-risk-only key: riskLevel approved (upstream.md §5.3)',
    {
      analysis: { onboarding: { status: 3, riskLevel: { result: 'approved' } } },
      seeded: 'processes',
    },
  ),
  identity(
    28,
    'risk-level-reproved',
    'Rui Risk Reproved',
    'fraud-risk-only key: riskLevel reproved (upstream.md §5.3)',
    {
      analysis: { onboarding: { status: 3, riskLevel: { result: 'reproved' } } },
      seeded: 'processes',
    },
  ),
  orchestrated(29, 'reproved', 'HEWW580907HGRSHL05', 'Wilfrido Reproved', { identity: 'negative' }),
  orchestrated(30, 'risk-high', 'BAWB700219HNLTYR01', 'Bernardo Risk High', { score: 20, fraud: 'yes' }),
  orchestrated(31, 'risk-critical', 'IIFA830702HDFGNN06', 'Anselmo Risk Critical', {
    score: -70,
    fraud: 'yes',
  }),
  orchestrated(32, 'inconclusive', 'PASP901014HDFRPT03', 'Patricio Inconclusive', { score: 5 }),
  orchestrated(33, 'approved', curp('LOMA850315MDFPRN0'), 'Mariana Approved', { identity: 'positive' }),
  orchestrated(34, 'retry', curp('GARR910622HJCRMB0'), 'Roberto Retry', { score: 0 }),
];

/** A CURP whose onboarding key answers `idCloud.result` (upstream.md §5.3, §5.6); a journey says it with signals. */
function orchestrated(
  row: number,
  result: string,
  code: string,
  name: string,
  signals: { identity?: 'negative' | 'positive'; score?: number; fraud?: 'yes' },
): Identity {
  return identity(row, `orchestrated-${result}`, name, `Mexico: idCloud.result ${result}`, {
    code,
    signals: { identity: 'inconclusive', serpro: 'none', ...signals },
    analysis: { onboarding: { status: 3, idCloud: { result } } },
  });
}
