import { curp } from '../lib/check-digits.ts';
import { identity } from './identity.ts';
import type { Identity } from './identity.ts';

const INCONCLUSIVE = { result: 'inconclusive' };

/** Processes that end with signals on both contracts: approvals, denials, reviews and retries. */
export const DECIDED: readonly Identity[] = [
  identity({
    row: 0,
    scenario: 'approved',
    name: 'Luke Skywalker',
    description: 'everything is positive (the S1 and S2 samples)',
    code: '12345678909',
    reusable: ['BR_CNH'],
  }),
  identity({
    row: 1,
    scenario: 'approved-strong-score',
    name: 'Leia Strong Score',
    description: 'identity inconclusive, score 85.5',
    code: '73689290074',
    signals: { identity: 'inconclusive', score: 85.5 },
  }),
  identity({
    row: 2,
    scenario: 'approved-liveness-omitted',
    name: 'Olga Omitted',
    description: 'processes/v1 shows only unicoId yes (upstream.md §5.3)',
    processesV1: { onboarding: { status: 3, unicoId: { result: 'yes' } } },
  }),
  identity({
    row: 3,
    scenario: 'review-moderate-score',
    name: 'Mario Moderate',
    description: 'identity inconclusive, score 28 (upstream.md §5.3)',
    signals: { identity: 'inconclusive', score: 28 },
    processesV1: { onboarding: { status: 3, unicoId: INCONCLUSIVE, liveness: 1, score: 28 } },
  }),
  identity({
    row: 4,
    scenario: 'review-fraud-signs',
    name: 'Fabia Fraud Signs',
    description: 'identity positive, and the face shows fraud signs',
    signals: { fraud: 'yes' },
  }),
  identity({
    row: 5,
    scenario: 'review-fraud-signs-score',
    name: 'Flora Fraud Score',
    description: 'inconclusive, fraud signs, score 20',
    signals: { identity: 'inconclusive', fraud: 'yes', score: 20 },
  }),
  identity({
    row: 6,
    scenario: 'review-no-score',
    name: 'Rita Without Score',
    description: 'identity inconclusive, neither score nor fraud check',
    signals: { identity: 'inconclusive', fraud: 'none' },
    idcloud: { flow: 'id' },
    processesV1: { onboarding: { status: 3, unicoId: INCONCLUSIVE, liveness: 1 } },
  }),
  identity({
    row: 7,
    scenario: 'denied-identity',
    name: 'Nadia Negative',
    description: 'the face does not belong to the number',
    signals: { identity: 'negative' },
    processesV1: { onboarding: { status: 3, unicoId: { result: 'no' } } },
  }),
  identity({
    row: 8,
    scenario: 'denied-liveness',
    name: 'Lino Not Live',
    description: 'no real person before the camera (upstream.md §5.3)',
    signals: { liveness: 'not-live', identity: 'inconclusive' },
    processesV1: { onboarding: { status: 3, unicoId: INCONCLUSIVE, liveness: 2 } },
  }),
  identity({
    row: 9,
    scenario: 'denied-fraud-negative-score',
    name: 'Franco Fraud Negative',
    description: 'inconclusive, fraud signs, score -62',
    signals: { identity: 'inconclusive', fraud: 'yes', score: -62 },
  }),
  identity({
    row: 10,
    scenario: 'denied-negative-score',
    name: 'Nelson Negative Score',
    description: 'inconclusive, no fraud signs, score -15',
    signals: { identity: 'inconclusive', score: -15 },
  }),
  identity({
    row: 11,
    scenario: 'denied-fraud-score-zero',
    name: 'Felix Fraud Zero',
    description: 'inconclusive, fraud signs, score 0',
    signals: { identity: 'inconclusive', fraud: 'yes', score: 0 },
  }),
  identity({
    row: 12,
    scenario: 'retry-score-neutral',
    name: 'Zelda Zero',
    description: 'inconclusive, no fraud signs, score 0: a capture error',
    signals: { identity: 'inconclusive', score: 0 },
  }),
  identity({
    row: 13,
    scenario: 'retry-score-missing',
    name: 'Mina Missing Score',
    description: 'inconclusive, and the risk score failed',
    signals: { identity: 'inconclusive' },
  }),
  identity({
    row: 14,
    scenario: 'retry-identity-not-evaluated',
    name: 'Nuno Not Evaluated',
    description: 'live, the identity result is missing',
    signals: { identity: 'none', fraud: 'none', serpro: 'none' },
  }),
  identity({
    row: 15,
    scenario: 'retry-invalid-identity',
    name: 'Ines Invalid',
    description: 'INVALID_IDENTITY though identity was not evaluated',
    signals: { identity: 'none', fraud: 'none' },
    idcloud: { result: 'PROCESS_RESULT_INVALID_IDENTITY' },
    seeded: 'idcloud',
  }),
  identity({
    row: 16,
    scenario: 'retry-liveness-not-evaluated',
    name: 'Lara Not Evaluated',
    description: 'the liveness result is missing',
    signals: { liveness: 'none' },
    seeded: 'idcloud',
  }),
  identity({
    row: 17,
    scenario: 'no-signal',
    name: 'Nadir Unevaluated',
    description: 'finished, and nothing at all was evaluated',
    signals: {
      liveness: 'none',
      identity: 'none',
      fraud: 'none',
      serpro: 'none',
      faceMatch: 'none',
      age: 'none',
    },
  }),
  identity({
    row: 18,
    scenario: 'serpro-no-face',
    name: 'Sara No Face',
    description: 'Serpro -1: no face on file for the CPF',
    signals: { serpro: -1 },
    idcloud: { flow: 'idcheckserpro' },
  }),
  identity({
    row: 19,
    scenario: 'serpro-error',
    name: 'Sergio Serpro Error',
    description: 'Serpro -2: integration error',
    signals: { serpro: -2 },
    idcloud: { flow: 'idcheckserpro' },
  }),
  identity({
    row: 20,
    scenario: 'face-match',
    name: 'Marta Match',
    description: '1:1: the same face as the reference',
    idcloud: { flow: 'idtoken' },
    processesV1: { useCase: 'transactional' },
  }),
  identity({
    row: 21,
    scenario: 'face-mismatch',
    name: 'Milo Mismatch',
    description: '1:1: another face than the reference',
    signals: { faceMatch: 'negative' },
    idcloud: { flow: 'idtoken' },
    processesV1: { useCase: 'transactional' },
  }),
  identity({
    row: 22,
    scenario: 'revalidation-positive',
    name: 'Paula Revalidated',
    description: 'smart revalidation: the same person',
    idcloud: { flow: 'idsmart' },
    seeded: 'idcloud',
  }),
  identity({
    row: 23,
    scenario: 'revalidation-negative',
    name: 'Renato Not Revalidated',
    description: 'smart revalidation: not the same person',
    signals: { revalidation: 'negative' },
    idcloud: { flow: 'idsmart' },
    seeded: 'idcloud',
  }),
  identity({
    row: 24,
    scenario: 'adult',
    name: 'Ada Adult',
    description: 'age verification: adult',
    idcloud: { flow: 'idagedocumentless' },
    processesV1: { useCase: 'age' },
  }),
  identity({
    row: 25,
    scenario: 'minor',
    name: 'Max Minor',
    description: 'age verification: minor',
    signals: { age: 'negative' },
    idcloud: { flow: 'idagedocumentless' },
    processesV1: { useCase: 'age' },
  }),
  identity({
    row: 26,
    scenario: 'age-inconclusive',
    name: 'Alex Ageless',
    description: 'age verification: not enough evidence',
    signals: { age: 'inconclusive' },
    idcloud: { flow: 'idagedocumentless' },
    processesV1: { useCase: 'age' },
  }),
  identity({
    row: 27,
    scenario: 'risk-level-approved',
    name: 'Rosa Risk Approved',
    description: 'fraud-risk-only key: riskLevel approved (upstream.md §5.3)',
    processesV1: { onboarding: { status: 3, riskLevel: { result: 'approved' } } },
    seeded: 'processes-v1',
  }),
  identity({
    row: 28,
    scenario: 'risk-level-reproved',
    name: 'Rui Risk Reproved',
    description: 'fraud-risk-only key: riskLevel reproved (upstream.md §5.3)',
    processesV1: { onboarding: { status: 3, riskLevel: { result: 'reproved' } } },
    seeded: 'processes-v1',
  }),
  orchestrated({
    row: 29,
    result: 'reproved',
    code: 'HEWW580907HGRSHL05',
    name: 'Wilfrido Reproved',
    signals: { identity: 'negative' },
  }),
  orchestrated({
    row: 30,
    result: 'risk-high',
    code: 'BAWB700219HNLTYR01',
    name: 'Bernardo Risk High',
    signals: { score: 20, fraud: 'yes' },
  }),
  orchestrated({
    row: 31,
    result: 'risk-critical',
    code: 'IIFA830702HDFGNN06',
    name: 'Anselmo Risk Critical',
    signals: { score: -70, fraud: 'yes' },
  }),
  orchestrated({
    row: 32,
    result: 'inconclusive',
    code: 'PASP901014HDFRPT03',
    name: 'Patricio Inconclusive',
    signals: { score: 5 },
  }),
  orchestrated({
    row: 33,
    result: 'approved',
    code: curp('LOMA850315MDFPRN0'),
    name: 'Mariana Approved',
    signals: { identity: 'positive' },
  }),
  orchestrated({
    row: 34,
    result: 'retry',
    code: curp('GARR910622HJCRMB0'),
    name: 'Roberto Retry',
    signals: { score: 0 },
  }),
  identity({
    row: 35,
    scenario: 'serpro-similarity',
    name: 'Simone Similarity',
    description: 'Serpro: a similarity of 94',
    signals: { serpro: 94 },
    idcloud: { flow: 'idcheckserpro' },
  }),
];

type OrchestratedRow = {
  row: number;
  /** The value of `idCloud.result`. */
  result: string;
  code: string;
  name: string;
  signals: { identity?: 'negative' | 'positive'; score?: number; fraud?: 'yes' };
};

/**
 * A CURP for which an onboarding key responds with `idCloud.result` (upstream.md §5.3, §5.6). The idcloud process has
 * the equivalent signals.
 */
function orchestrated({ row, result, code, name, signals }: OrchestratedRow): Identity {
  return identity({
    row,
    scenario: `orchestrated-${result}`,
    name,
    description: `Mexico: idCloud.result ${result}`,
    code,
    signals: { identity: 'inconclusive', serpro: 'none', ...signals },
    processesV1: { onboarding: { status: 3, idCloud: { result } } },
  });
}
