import type { Document } from '../../src/domain/document.ts';
import type { Serpro } from '../../src/domain/signals.ts';
import { decided, document, score, type Facts } from './evidence.ts';

export type Known = Partial<Facts>;

/** The title of a case, the facts of a finished process, and its outcome without the row: `APPROVED IDENTITY_CONFIRMED`. */
type Case = [title: string, known: Known, outcome: string];

/** The cases by the row of docs/verdict.md that each is about. */
export type CasesByRow = Record<string, Case[]>;

export const LIVE: Known = { liveness: 'LIVE' };
export const NOT_LIVE: Known = { liveness: 'NOT_LIVE' };
export const POSITIVE_IDENTITY: Known = { liveness: 'LIVE', identity: 'POSITIVE' };
export const NEGATIVE_IDENTITY: Known = { liveness: 'LIVE', identity: 'NEGATIVE' };
export const INCONCLUSIVE_IDENTITY: Known = { liveness: 'LIVE', identity: 'INCONCLUSIVE' };
export const INVALID_IDENTITY: Known = { result: 'INVALID_IDENTITY' };
export const FRAUD_SIGNS: Known = { fraudRisk: 'SIGNS_FOUND' };
export const NO_FRAUD_SIGNS: Known = { fraudRisk: 'NO_SIGNS_FOUND' };
/** The three checks of a document, all passed. */
export const PASSED_CHECKS = { cpfMatch: true, faceMatch: true, validated: true };

/** The fact of a risk score of `value`. */
export const scored = (value: number): Known => ({ riskScore: score(value) });

/** The fact of one document for each set of checks. */
export const documents = (...checks: Partial<Document>[]): Known => ({ documents: checks.map(document) });

/** The fact of a Serpro result with this status. */
export const serpro = (status: Serpro['status']): Known => ({ serpro: { similarity: null, status } });

/** The cases as a flat list for `test.each`; each case starts with its row. */
export function flatCases(cases: CasesByRow): [row: string, ...Case][] {
  return Object.entries(cases).flatMap(([row, ofRow]) =>
    ofRow.map((one): [string, ...Case] => [row, ...one]),
  );
}

/** The outcome for a finished process with these facts: the row, the decision and its reason codes, as one string. */
export function outcomeOf(known: Known): string {
  const { row, decision, reasons } = decided(known);
  return [row, decision, ...reasons].join(' ');
}
