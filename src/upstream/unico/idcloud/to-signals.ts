import { isJsonObject } from '../../../lib/json-object.ts';
import type { ProcessState } from '../../../domain/process.ts';
import {
  NO_SIGNALS,
  readSerpro,
  toRiskScore,
  type AgeOutcome,
  type FraudRisk,
  type Liveness,
  type Match,
  type ProcessResult,
  type RiskScore,
  type Signals,
} from '../../../domain/signals.ts';
import { isAbsent, readObject, readNumber, readPrefixedEnum } from '../parsing/read-values.ts';
import { scoreWire, signalsWire, type SignalsWire } from './response-schemas.ts';

/**
 * upstream.md §S0 `process.state`, with AWAITING_FOR_DOCUMENT without a prefix; CANCELED is of the legacy enum
 * (upstream.md §4.4).
 */
const STATES = new Map<string, ProcessState>([
  ['CREATED', 'CREATED'],
  ['AWAITING_FOR_DOCUMENT', 'AWAITING_DOCUMENT'],
  ['FINISHED', 'FINISHED'],
  ['FAILED', 'FAILED'],
  ['CANCELED', 'CANCELED'],
]);

const RESULTS = new Map<string, ProcessResult>([
  ['OK', 'OK'],
  ['INVALID_IDENTITY', 'INVALID_IDENTITY'],
  ['ERROR', 'ERROR'],
  ['EXPIRED', 'EXPIRED'],
]);

const LIVENESS = new Map<string, Liveness>([
  ['LIVE', 'LIVE'],
  ['NOT_LIVE', 'NOT_LIVE'],
]);

const IDENTITY = new Map<string, Match>([
  ['POSITIVE', 'POSITIVE'],
  ['NEGATIVE', 'NEGATIVE'],
  ['INCONCLUSIVE', 'INCONCLUSIVE'],
]);

/** 1:1 and smart revalidation are binary (upstream.md §S0): an inconclusive one would be a new enum value. */
const BINARY = new Map<string, Match>([
  ['POSITIVE', 'POSITIVE'],
  ['NEGATIVE', 'NEGATIVE'],
]);

/** "Inconclusive" means that no signs were found (upstream.md §7.2); there is no "no". */
const FRAUD = new Map<string, FraudRisk>([
  ['YES', 'SIGNS_FOUND'],
  ['INCONCLUSIVE', 'NO_SIGNS_FOUND'],
]);

const AGE = new Map<string, AgeOutcome>([
  ['POSITIVE', 'ADULT'],
  ['NEGATIVE', 'MINOR'],
  ['INCONCLUSIVE', 'INCONCLUSIVE'],
]);

const SCORE_ENABLED = new Map<string, 'TRUE' | 'FALSE'>([
  ['TRUE', 'TRUE'],
  ['FALSE', 'FALSE'],
]);

/** The state of a process: `UNKNOWN` for a new enum value, and for a state that is absent or unspecified. */
export function readState(value: unknown): ProcessState {
  return readPrefixedEnum(value, 'PROCESS_STATE_', STATES) ?? 'UNKNOWN';
}

/** Reads `authenticationInfo`: `null` when absent, `UNKNOWN` when it is not an object and so cannot be read. */
export function readInfo(value: unknown): SignalsWire | 'UNKNOWN' | null {
  const properties = readObject(value);
  return properties === null || properties === 'UNKNOWN' ? properties : signalsWire.parse(properties);
}

/** A score that cannot be read, which is not one that is absent. */
const UNREADABLE_SCORE: RiskScore = { value: null, band: null };

/** A score counts only when it is enabled: a new process has the score 0, which means none (upstream.md §4.4). */
function readScore(value: unknown): RiskScore | null {
  const engine = readObject(value);
  if (engine === null) return null;
  if (engine === 'UNKNOWN') return UNREADABLE_SCORE;
  const { scoreEnabled, score: raw } = scoreWire.parse(engine);
  const enabled = readPrefixedEnum(scoreEnabled, 'SCORE_ENABLED_', SCORE_ENABLED);
  const score = readNumber(raw);
  if (enabled === 'UNKNOWN') return UNREADABLE_SCORE;
  // A score other than 0, and nothing that says whether it counts.
  if (hasNoValue(scoreEnabled) && score !== null && score !== 0) return UNREADABLE_SCORE;
  return enabled !== 'TRUE' || score === null ? null : toRiskScore(score);
}

/** Whether a value is absent, or an object of absent values. */
function hasNoValue(value: unknown): boolean {
  if (isJsonObject(value)) return Object.values(value).every(hasNoValue);
  return isAbsent(value);
}

/** Whether no result in `authenticationInfo` has a value; UNSPECIFIED is one. */
function isEmpty({ authenticationId: _id, ...results }: SignalsWire): boolean {
  return Object.values(results).every(hasNoValue);
}

/**
 * Whether a process that Unico calls good has no results: all properties of `authenticationInfo` are always returned
 * (upstream.md §S0), so without them something is not understood.
 */
function lacksResults(state: ProcessState, result: ProcessResult | null, info: SignalsWire | null): boolean {
  return state === 'FINISHED' && result === 'OK' && (info === null || isEmpty(info));
}

/** The signals of a process of client/v1/process: its result and its `authenticationInfo` (upstream.md §S0). */
export function readSignals(
  { state, result }: { state: ProcessState; result: unknown },
  info: SignalsWire | 'UNKNOWN' | null,
): Signals {
  const overall = readPrefixedEnum(result, 'PROCESS_RESULT_', RESULTS);
  const base = { ...NO_SIGNALS, result: overall, upstreamResult: typeof result === 'string' ? result : null };
  // Results that cannot be read must not be taken for absent results.
  if (info === 'UNKNOWN') return { ...base, identity: 'UNKNOWN' };
  if (info === null) return { ...base, unknownEvidence: lacksResults(state, overall, info) };
  const serpro = readNumber(info.serproResult?.score);
  return {
    ...base,
    liveness: readPrefixedEnum(info.livenessResult, 'LIVENESS_RESULT_', LIVENESS),
    identity: readPrefixedEnum(info.authenticationResult, 'AUTHENTICATION_RESULT_', IDENTITY),
    fraudRisk: readPrefixedEnum(info.identityFraudstersResult, 'TRUST_RESULT_', FRAUD),
    faceMatch: readPrefixedEnum(info.bioTokenEngineResult, 'BIO_TOKEN_ENGINE_RESULT_', BINARY),
    smartRevalidation: readPrefixedEnum(info.smartRevalidationResult, 'SMART_REVALIDATION_RESULT_', BINARY),
    age: readPrefixedEnum(info.idAgeResult, 'ID_AGE_RESULT_', AGE),
    riskScore: readScore(info.scoreEngineResult),
    serpro: serpro === null ? null : readSerpro(serpro),
    unknownEvidence: lacksResults(state, overall, info),
  };
}
