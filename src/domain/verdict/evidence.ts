import type { PromisedSignal, SignalPromise } from '../capability.ts';
import { documentChecks, type Document } from '../document.ts';
import type { Process } from '../process.ts';
import type { Signals } from '../signals.ts';

/** The properties of a process that a decision depends on; every `Process` has them. */
export type Evidence = Pick<
  Process,
  'source' | 'state' | 'signals' | 'flow' | 'documents' | 'referenceApproved'
>;

/** Whether a promise has one of these signals. An unknown promise (`null`) has none. */
export function promises(promise: SignalPromise | null, ...signals: PromisedSignal[]): boolean {
  return promise !== null && signals.some((signal) => promise.includes(signal));
}

/** What Unico's advice can be beside, without an identity. */
const OTHER_CORES = ['face-match', 'any-face', 'revalidation', 'age', 'document', 'reused-document'] as const;

/** Whether a process was to establish an identity: Unico's advice alone is one where nothing else is promised. */
export function isIdentityPromised(promise: SignalPromise | null): boolean {
  return (
    promises(promise, 'identity') || (promises(promise, 'orchestrated') && !promises(promise, ...OTHER_CORES))
  );
}

/** The signals besides liveness and fraud risk that a process can exist for. */
const BEYOND_FRAUD_RISK = ['identity', 'orchestrated', ...OTHER_CORES] as const;

/** Whether a process is about fraud signs: alone, or together with liveness (`idlivetrust`). */
export function isAboutFraudRisk(promise: SignalPromise | null): boolean {
  return promises(promise, 'fraud-risk') && !promises(promise, ...BEYOND_FRAUD_RISK);
}

/** Whether a process is about fraud signs and nothing else: that of a fraud-risk-only APIKEY. */
export function isOnlyAboutFraudRisk(promise: SignalPromise | null): boolean {
  return isAboutFraudRisk(promise) && !promises(promise, 'liveness');
}

/** The risk score; `null` where there is none. */
export const scoreOf = ({ riskScore }: Signals): number | null => riskScore?.value ?? null;

/** Whether Unico could not determine whose face it is. */
export const isInconclusive = ({ identity }: Signals): boolean => identity === 'INCONCLUSIVE';

/** Whether Unico found signs of fraud. */
export const hasFraudSigns = ({ fraudRisk }: Signals): boolean => fraudRisk === 'SIGNS_FOUND';

/** Whether the risk score is below 0. */
export const hasNegativeScore = (signals: Signals): boolean => (scoreOf(signals) ?? 0) < 0;

/** Whether a document failed a check, or is not of the kind that it should be. */
export function hasFailedDocument(documents: readonly Document[]): boolean {
  return documents.some((document) => documentChecks(document).includes(false));
}

/** Whether a document has the results of both comparisons: its holder's number and face. */
export function isChecked({ cpfMatch, faceMatch }: Document): boolean {
  return cpfMatch !== null && faceMatch !== null;
}

function passes({ cpfMatch, faceMatch, validated, typified }: Document): boolean {
  return cpfMatch === true && faceMatch === true && validated !== false && typified !== false;
}

/** Whether there are documents and all of them passed: both comparisons are good, and nothing speaks against them. */
export function allDocumentsPass(documents: readonly Document[]): boolean {
  return documents.length > 0 && documents.every(passes);
}

/** Whether the flow captures documents, by the names of the published flows (upstream.md §4.3). */
export const isDocumentFlow = (flow: string | null): boolean => flow?.includes('docs') ?? false;

/** Whether anything was evaluated. Serpro is left out: it informs and never decides. */
export function hasEvidence({ signals, documents }: Evidence): boolean {
  const { liveness, identity, fraudRisk, faceMatch, smartRevalidation, age } = signals;
  const { riskScore, orchestration, riskLevel } = signals;
  const results = [liveness, identity, fraudRisk, faceMatch, smartRevalidation, age];
  return (
    [...results, riskScore, orchestration, riskLevel].some((value) => value !== null) || documents.length > 0
  );
}

/** Whether something that may be evidence is not understood: an unknown value, shape or property. */
export function hasUnknownEvidence({ state, signals, documents }: Evidence): boolean {
  const { result, liveness, identity, fraudRisk, faceMatch, smartRevalidation, age } = signals;
  const { orchestration, riskLevel, riskScore } = signals;
  const results = [state, result, liveness, identity, fraudRisk, faceMatch, smartRevalidation, age];
  return (
    signals.unknownEvidence ||
    [...results, orchestration, riskLevel].includes('UNKNOWN') ||
    (riskScore !== null && riskScore.band === null) ||
    documents.some((document) => [...documentChecks(document), document.reused].includes('UNKNOWN'))
  );
}
