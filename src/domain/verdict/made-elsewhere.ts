import type { Capability } from '../capability.ts';
import type { ApiKeyPromise } from './api-key-promises.ts';
import type { Evidence } from './evidence.ts';
import { decide, type Outcome } from './policy.ts';

/** The last row that does not depend on what a process was to establish. */
const LAST_INDEPENDENT_ROW = 6;
/** A retry for a missing signal: what was promised is not known, and a repetition is billed. */
const MISSING_SIGNAL_ROWS = new Set([9, 17]);

/** The capabilities that the evidence of a process shows. */
function evaluatedCapabilities({ signals, documents }: Evidence): Capability[] {
  const shown: [Capability, boolean][] = [
    ['liveness', signals.liveness !== null],
    ['identity', signals.identity !== null],
    ['fraud-risk', signals.fraudRisk !== null || signals.riskLevel !== null],
    ['risk-score', signals.riskScore !== null],
    ['face-match', signals.faceMatch !== null],
    ['age', signals.age !== null],
    ['document', documents.length > 0],
    ['orchestrated', signals.orchestration !== null],
  ];
  return shown.filter(([, isShown]) => isShown).map(([capability]) => capability);
}

function incomplete(outcome: Outcome): Outcome {
  return { ...outcome, decision: 'REVIEW', reasons: ['EVIDENCE_INCOMPLETE'] };
}

/**
 * Decides about a process of processes/v1 while it is not readable whether it was created here: without a promise a
 * signal can deny, and none can approve. A later read decides.
 */
export function decideUnreadable(evidence: Evidence): Outcome {
  const { row, ...unpromised } = decide(evidence, null);
  if (row <= LAST_INDEPENDENT_ROW) return { ...unpromised, final: false };
  return { decision: 'PENDING', reasons: ['IN_PROGRESS'], final: false };
}

/**
 * Decides about a process of processes/v1 that was not created here. Unico answers a read with any APIKEY (upstream.md
 * §S1), so the APIKEY of its creation is unknown. The candidates are the configured APIKEYs that can evaluate every
 * signal of the process. Where the decision is the same under each, it counts; otherwise a person has to look.
 */
export function decideMadeElsewhere(evidence: Evidence, keys: readonly ApiKeyPromise[]): Outcome {
  const unpromised = decide(evidence, null);
  if (unpromised.row <= LAST_INDEPENDENT_ROW) return unpromised;
  const evaluated = evaluatedCapabilities(evidence);
  const candidates = keys.filter(({ evaluates }) => evaluated.every((one) => evaluates.includes(one)));
  const [first, ...others] = candidates.map(({ promise }) => {
    const outcome = decide(evidence, promise);
    // A strong score approves an unknown promise only beside a living person.
    const isScoreAlone = outcome.reasons.includes('SCORE_STRONG') && evidence.signals.liveness !== 'LIVE';
    const isForMissing = outcome.decision === 'RETRY' && MISSING_SIGNAL_ROWS.has(outcome.row);
    return isForMissing || isScoreAlone ? incomplete(outcome) : outcome;
  });
  const agree = others.every(({ decision }) => decision === first?.decision);
  return first !== undefined && agree ? first : incomplete(unpromised);
}
