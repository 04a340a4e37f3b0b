import type { ProcessState } from '../../domain/process.ts';
import {
  readSerpro,
  riskBand,
  type AgeOutcome,
  type FraudRisk,
  type Liveness,
  type Match,
  type Orchestration,
  type RiskScore,
  type Signals,
} from '../../domain/signals.ts';
import { readNumber, readResult } from '../words.ts';
import type { ProcessWire } from './wire.ts';

/** S1 `status`. */
const STATES = new Map<number, ProcessState>([
  [1, 'PROCESSING'],
  [2, 'DIVERGENT'],
  [3, 'FINISHED'],
  [4, 'CANCELED'],
  [5, 'FAILED'],
]);

const IDENTITY = new Map<string, Match>([
  ['yes', 'POSITIVE'],
  ['no', 'NEGATIVE'],
  ['inconclusive', 'INCONCLUSIVE'],
]);

/** "Inconclusive" means that no signs were found (facts 7.2); there is no "no". */
const FRAUD = new Map<string, FraudRisk>([
  ['yes', 'SIGNS_FOUND'],
  ['inconclusive', 'NO_SIGNS_FOUND'],
]);

const AGE = new Map<string, AgeOutcome>([
  ['yes', 'ADULT'],
  ['no', 'MINOR'],
  ['inconclusive', 'INCONCLUSIVE'],
]);

/** The orchestrated keys' two vocabularies (facts 5.3, 13.13), and what each word advises (facts 6.3). */
const ORCHESTRATION = new Map<string, Orchestration>([
  ['approved', 'APPROVED'],
  ['reproved', 'DENIED'],
  ['denied', 'DENIED'],
  ['risk-critical', 'DENIED'],
  ['critical-risk', 'DENIED'],
  ['risk-high', 'REVIEW'],
  ['high-risk', 'REVIEW'],
  ['inconclusive', 'REVIEW'],
  ['retry', 'RETRY'],
]);

/** Where a key gives two pieces of advice, the more cautious one counts. */
const MOST_CAUTIOUS_FIRST: readonly Orchestration[] = ['DENIED', 'UNKNOWN', 'REVIEW', 'RETRY', 'APPROVED'];

export function readState(status: unknown): ProcessState {
  const number = readNumber(status);
  return (number === null ? undefined : STATES.get(number)) ?? 'UNKNOWN';
}

/** S1 `liveness`: 1 passed, 2 failed. */
function readLiveness(value: unknown): Liveness | null {
  const number = readNumber(value);
  if (number === null) return null;
  if (number === 1) return 'LIVE';
  return number === 2 ? 'NOT_LIVE' : 'UNKNOWN';
}

/** The 1:1 verdict of Transactional (facts 5.3): a boolean. */
function readAuthenticated(value: unknown): Match | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'boolean') return 'UNKNOWN';
  return value ? 'POSITIVE' : 'NEGATIVE';
}

function readScore(value: unknown): RiskScore | null {
  const score = readNumber(value);
  if (score === null) return null;
  return { value: Number.isFinite(score) ? score : null, band: riskBand(score) };
}

function readOrchestration(wire: ProcessWire): Orchestration | null {
  const advice = new Set([wire.idCloud, wire.riskLevel].map((said) => readResult(said?.result, ORCHESTRATION)));
  return MOST_CAUTIOUS_FIRST.find((word) => advice.has(word)) ?? null;
}

function upstreamResultOf(wire: ProcessWire): string | null {
  const words = [wire.idCloud, wire.riskLevel, wire.unicoId].map((said) => said?.result);
  return words.find((word) => typeof word === 'string') ?? null;
}

/** The signals of a process of processes/v1. */
export function readSignals(wire: ProcessWire): Signals {
  const serpro = readNumber(wire.government?.serpro);
  return {
    result: null,
    upstreamResult: upstreamResultOf(wire),
    liveness: readLiveness(wire.liveness),
    identity: readResult(wire.unicoId?.result, IDENTITY),
    fraudRisk: readResult(wire.identityFraudsters?.result, FRAUD),
    faceMatch: readAuthenticated(wire.authenticated),
    smartRevalidation: null,
    age: readResult(wire.idAge?.result, AGE),
    riskScore: readScore(wire.score),
    serpro: serpro === null ? null : readSerpro(serpro),
    orchestration: readOrchestration(wire),
  };
}
