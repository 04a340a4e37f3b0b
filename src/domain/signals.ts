/** A signal that was not evaluated is `null`; a word that is not known is `UNKNOWN` and never an approval. */
export type Liveness = 'LIVE' | 'NOT_LIVE' | 'UNKNOWN';
export type Match = 'POSITIVE' | 'NEGATIVE' | 'INCONCLUSIVE' | 'UNKNOWN';
export type FraudRisk = 'SIGNS_FOUND' | 'NO_SIGNS_FOUND' | 'UNKNOWN';
export type AgeOutcome = 'ADULT' | 'MINOR' | 'INCONCLUSIVE' | 'UNKNOWN';
export type RiskBand =
  'STRONG_NEGATIVE' | 'MODERATE_NEGATIVE' | 'NEUTRAL' | 'MODERATE_POSITIVE' | 'STRONG_POSITIVE';
export type SerproStatus = 'COMPARED' | 'NO_FACE_ON_FILE' | 'INTEGRATION_ERROR' | 'UNKNOWN';

/** The overall result of an idcloud process (upstream.md §S0 `process.result`), or what it amounts to. */
export type ProcessResult = 'OK' | 'INVALID_IDENTITY' | 'ERROR' | 'EXPIRED' | 'UNKNOWN';

/** What Unico's own orchestration advises (upstream.md §6.3), its several vocabularies made one. */
export type Orchestration = 'APPROVED' | 'DENIED' | 'REVIEW' | 'RETRY' | 'UNKNOWN';

/** `value` is `null` where Unico gave something that is no number: a score that is there and can not be read. */
export type RiskScore = { value: number | null; band: RiskBand | null };
/** The comparison with the government's file; `similarity` is 0 to 100, and `null` unless COMPARED. */
export type Serpro = { similarity: number | null; status: SerproStatus };

/** Everything that either contract says of a process that a verdict can be made of. */
export type Signals = {
  result: ProcessResult | null;
  /** The result in Unico's own word. */
  upstreamResult: string | null;
  liveness: Liveness | null;
  identity: Match | null;
  fraudRisk: FraudRisk | null;
  faceMatch: Match | null;
  smartRevalidation: Match | null;
  age: AgeOutcome | null;
  riskScore: RiskScore | null;
  serpro: Serpro | null;
  orchestration: Orchestration | null;
};

/** Nothing evaluated. */
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
};

/**
 * The published bands of the risk score (upstream.md §7.1), closed for fractions: a score between two whole-numbered bands,
 * such as 49.5, belongs to the weaker one, nearer to zero. `null` outside of -100 to 100 and for what is no number.
 */
export function riskBand(score: number): RiskBand | null {
  if (!(score >= -100 && score <= 100)) return null;
  if (score <= -40) return 'STRONG_NEGATIVE';
  if (score < 0) return 'MODERATE_NEGATIVE';
  if (score === 0) return 'NEUTRAL';
  if (score < 50) return 'MODERATE_POSITIVE';
  return 'STRONG_POSITIVE';
}

/** A risk score as it came; one that is no number has neither value nor band, and is not the same as none. */
export function toRiskScore(score: number): RiskScore {
  return { value: Number.isFinite(score) ? score : null, band: riskBand(score) };
}

/** Reads a Serpro number (upstream.md §S0 `serproResult.score`, S1 `government.serpro`): -1 and -2 are statuses, not low scores. */
export function readSerpro(value: number): Serpro {
  if (value === -1) return { similarity: null, status: 'NO_FACE_ON_FILE' };
  if (value === -2) return { similarity: null, status: 'INTEGRATION_ERROR' };
  if (value >= 0 && value <= 100) return { similarity: value, status: 'COMPARED' };
  return { similarity: null, status: 'UNKNOWN' };
}
