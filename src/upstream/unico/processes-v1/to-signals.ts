import type { ProcessState } from '../../../domain/process.ts';
import {
  readSerpro,
  toRiskScore,
  type AgeOutcome,
  type FraudRisk,
  type Liveness,
  type Match,
  type Orchestration,
  type RiskScore,
  type Signals,
} from '../../../domain/signals.ts';
import { readCheck, readObject, readNumber, readEnum } from '../parsing/read-values.ts';
import { hasUnknownEvidence } from '../parsing/unknown-evidence.ts';
import { PROCESSES_V1_SHAPE } from './known-shape.ts';
import type { ProcessWire } from './response-schemas.ts';

/** upstream.md §S1 `status`. */
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

/** "Inconclusive" means that no signs were found (upstream.md §7.2); there is no "no". */
const FRAUD = new Map<string, FraudRisk>([
  ['yes', 'SIGNS_FOUND'],
  ['inconclusive', 'NO_SIGNS_FOUND'],
]);

const AGE = new Map<string, AgeOutcome>([
  ['yes', 'ADULT'],
  ['no', 'MINOR'],
  ['inconclusive', 'INCONCLUSIVE'],
]);

/**
 * The two vocabularies of orchestrated keys (upstream.md §5.3, §13.13), and the advice of each value (upstream.md
 * §6.3).
 */
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

/** The state of a `status` (upstream.md §S1): `UNKNOWN` for a new number, and for no number. */
export function readState(status: unknown): ProcessState {
  const number = readNumber(status);
  return (number === null ? undefined : STATES.get(number)) ?? 'UNKNOWN';
}

/** upstream.md §S1 `liveness`: 1 passed, 2 failed. */
function readLiveness(value: unknown): Liveness | null {
  const number = readNumber(value);
  if (number === null) return null;
  if (number === 1) return 'LIVE';
  return number === 2 ? 'NOT_LIVE' : 'UNKNOWN';
}

/** The 1:1 verdict of Transactional (upstream.md §5.3): a boolean. */
function readAuthenticated(value: unknown): Match | null {
  const authenticated = readCheck(value);
  if (authenticated === null || authenticated === 'UNKNOWN') return authenticated;
  return authenticated ? 'POSITIVE' : 'NEGATIVE';
}

function readScore(value: unknown): RiskScore | null {
  const score = readNumber(value);
  return score === null ? null : toRiskScore(score);
}

/** Most signals of this contract have the form `{ "result": "yes" }`; a signal of another form cannot be read. */
function readResultOf<Value extends string>(
  value: unknown,
  vocabulary: ReadonlyMap<string, Value>,
): Value | 'UNKNOWN' | null {
  const signal = readObject(value);
  if (signal === null || signal === 'UNKNOWN') return signal;
  const isOtherForm = Object.keys(signal).length > 0 && !Object.hasOwn(signal, 'result');
  return isOtherForm ? 'UNKNOWN' : readEnum(signal['result'], vocabulary);
}

/**
 * The fraud risk. A cleared `riskLevel` says the same as no signs of `identityFraudsters`, which wins where both are
 * there.
 */
function readFraudRisk(wire: ProcessWire, riskLevel: Orchestration | null): FraudRisk | null {
  const classified = readResultOf(wire.identityFraudsters, FRAUD);
  return classified === null && riskLevel === 'APPROVED' ? 'NO_SIGNS_FOUND' : classified;
}

function upstreamResultOf(wire: ProcessWire): string | null {
  const results = [wire.idCloud, wire.riskLevel, wire.unicoId].map((value) => {
    const signal = readObject(value);
    return signal === 'UNKNOWN' ? null : signal?.['result'];
  });
  return results.find((result) => typeof result === 'string') ?? null;
}

/** The signals of a process of processes/v1 (upstream.md §S1, S2). */
export function readSignals(wire: ProcessWire): Signals {
  const serpro = readNumber(wire.government?.serpro);
  const riskLevel = readResultOf(wire.riskLevel, ORCHESTRATION);
  return {
    result: null,
    upstreamResult: upstreamResultOf(wire),
    liveness: readLiveness(wire.liveness),
    identity: readResultOf(wire.unicoId, IDENTITY),
    fraudRisk: readFraudRisk(wire, riskLevel),
    faceMatch: readAuthenticated(wire.authenticated),
    smartRevalidation: null,
    age: readResultOf(wire.idAge, AGE),
    riskScore: readScore(wire.score),
    serpro: serpro === null ? null : readSerpro(serpro),
    orchestration: readResultOf(wire.idCloud, ORCHESTRATION),
    riskLevel,
    unknownEvidence: hasUnknownEvidence(wire.raw, PROCESSES_V1_SHAPE),
  };
}
