/*
 * A signal that was not evaluated is `null`. A value that this version does not know is `UNKNOWN`, which never leads to
 * an approval.
 */

/** Whether the selfie shows a living person. */
export type Liveness = 'LIVE' | 'NOT_LIVE' | 'UNKNOWN';
/** The result of a comparison of faces. */
export type Match = 'POSITIVE' | 'NEGATIVE' | 'INCONCLUSIVE' | 'UNKNOWN';
/** Whether signs of fraud were found. */
export type FraudRisk = 'SIGNS_FOUND' | 'NO_SIGNS_FOUND' | 'UNKNOWN';
/** The result of an age verification. */
export type AgeOutcome = 'ADULT' | 'MINOR' | 'INCONCLUSIVE' | 'UNKNOWN';
/** The published band of a risk score (upstream.md §7.1). */
export type RiskBand =
  'STRONG_NEGATIVE' | 'MODERATE_NEGATIVE' | 'NEUTRAL' | 'MODERATE_POSITIVE' | 'STRONG_POSITIVE';
/** The result of the comparison with the government's file (Serpro). */
export type SerproStatus = 'COMPARED' | 'NO_FACE_ON_FILE' | 'INTEGRATION_ERROR' | 'UNKNOWN';

/** The overall result of an idcloud process (upstream.md §S0 `process.result`), or the equivalent of processes/v1. */
export type ProcessResult = 'OK' | 'INVALID_IDENTITY' | 'ERROR' | 'EXPIRED' | 'UNKNOWN';

/** The advice of Unico's own orchestration (upstream.md §6.3), in one vocabulary for the several ones of Unico. */
export type Orchestration = 'APPROVED' | 'DENIED' | 'REVIEW' | 'RETRY' | 'UNKNOWN';

/** A risk score. `value` is `null` where Unico returned something that is not a number: a score that cannot be read. */
export type RiskScore = { value: number | null; band: RiskBand | null };
/** The comparison with the government's file; `similarity` is 0 to 100, and `null` unless COMPARED. */
export type Serpro = { similarity: number | null; status: SerproStatus };

/** Everything in the responses of either contract that a verdict can depend on. */
export type Signals = {
  result: ProcessResult | null;
  /** The result as Unico's own value. */
  upstreamResult: string | null;
  liveness: Liveness | null;
  identity: Match | null;
  fraudRisk: FraudRisk | null;
  faceMatch: Match | null;
  smartRevalidation: Match | null;
  age: AgeOutcome | null;
  riskScore: RiskScore | null;
  serpro: Serpro | null;
  /** Unico's advice on the whole verification: `idCloud.result` (upstream.md §5.3). */
  orchestration: Orchestration | null;
  /** Unico's advice on the fraud risk alone: `riskLevel.result` (upstream.md §5.3). */
  riskLevel: Orchestration | null;
  /** Whether the response has something that may be evidence and that this version does not understand. */
  unknownEvidence: boolean;
};

/** The signals of a process of which nothing was evaluated. */
export const NO_SIGNALS: Signals = {
  result: null,
  upstreamResult: null,
  liveness: null,
  identity: null,
  fraudRisk: null,
  faceMatch: null,
  smartRevalidation: null,
  age: null,
  riskScore: null,
  serpro: null,
  orchestration: null,
  riskLevel: null,
  unknownEvidence: false,
};

/**
 * The published band of a risk score (upstream.md §7.1). The bands are published for integers: a score between two
 * bands, such as 49.5, belongs to the weaker one, nearer to zero. `null` outside of -100 to 100 and for NaN.
 */
export function riskBand(score: number): RiskBand | null {
  if (!(score >= -100 && score <= 100)) return null;
  if (score <= -40) return 'STRONG_NEGATIVE';
  if (score < 0) return 'MODERATE_NEGATIVE';
  if (score === 0) return 'NEUTRAL';
  if (score < 50) return 'MODERATE_POSITIVE';
  return 'STRONG_POSITIVE';
}

/** A risk score as a domain object. A score that is not a finite number has no value, which differs from no score. */
export function toRiskScore(score: number): RiskScore {
  return { value: Number.isFinite(score) ? score : null, band: riskBand(score) };
}

/**
 * Reads a Serpro number (upstream.md §S0 `serproResult.score`, S1 `government.serpro`): -1 and -2 are statuses, not low
 * scores.
 */
export function readSerpro(value: number): Serpro {
  if (value === -1) return { similarity: null, status: 'NO_FACE_ON_FILE' };
  if (value === -2) return { similarity: null, status: 'INTEGRATION_ERROR' };
  if (value >= 0 && value <= 100) return { similarity: value, status: 'COMPARED' };
  return { similarity: null, status: 'UNKNOWN' };
}
