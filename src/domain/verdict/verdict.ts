import type { SignalPromise } from '../capability.ts';
import type { Process } from '../process.ts';
import type { Signals } from '../signals.ts';
import { confirmationsOf, type Confirmation } from './confirmations.ts';
import type { Decision } from './decision.ts';
import { decideMadeElsewhere, decideUnreadable } from './made-elsewhere.ts';
import { nextStepOf, type NextStep } from './next-step.ts';
import { decide, type Outcome } from './policy.ts';
import { promiseOfProcess, type Capabilities } from './promise.ts';
import { reasonMessage, verdictReason, type Language, type VerdictReason } from './reasons.ts';

/** The version of the policy in `policy.ts`: it changes whenever a row changes. */
export const POLICY_VERSION = 'unico-2026-12';

/** Signals that decide and are not shown. */
type HiddenSignal = 'result' | 'orchestration' | 'riskLevel' | 'unknownEvidence';

/** The decision on a process and the signals that it depends on. */
export type Verdict = Omit<Signals, HiddenSignal> & {
  decision: Decision;
  reasons: VerdictReason[];
  /** What an approval is good for; empty for any other decision. */
  confirms: Confirmation[];
  nextStep: NextStep;
  final: boolean;
  policyVersion: string;
  decidedAt: string | null;
};

/** What a deployment configures of the policy. */
export type PolicySettings = {
  capabilities: Capabilities;
  /** Whether people review decisions, so that the message of a denial says how to ask for it. */
  reviewTeam: boolean;
};

/** The policy with the settings of this deployment: gives every process its verdict. */
export class VerdictPolicy {
  readonly #settings: PolicySettings;
  /** Cached processes are read often, so the verdict of each object is computed once. */
  readonly #verdicts = new WeakMap<Process, Verdict>();

  constructor(settings: PolicySettings) {
    this.#settings = settings;
  }

  /** The verdict on a process. */
  verdictOf(process: Process): Verdict {
    let verdict = this.#verdicts.get(process);
    if (verdict === undefined) this.#verdicts.set(process, (verdict = this.#decide(process)));
    return verdict;
  }

  /** A sentence about a reason that is safe to show to the verified person. */
  messageOf(reason: VerdictReason, language: Language): string {
    return reasonMessage(reason, language, this.#settings.reviewTeam);
  }

  #decide(process: Process): Verdict {
    const outcome = this.#outcomeOf(process, promiseOfProcess(process, this.#settings.capabilities));
    const {
      result: _result,
      orchestration: _orchestration,
      riskLevel: _riskLevel,
      unknownEvidence: _unknownEvidence,
      ...signals
    } = process.signals;
    const { decision, final } = outcome;
    return {
      ...signals,
      decision,
      reasons: outcome.reasons.map((code) => verdictReason(code, decision)),
      confirms: confirmationsOf(outcome, process),
      nextStep: nextStepOf(outcome, process.source),
      final,
      policyVersion: POLICY_VERSION,
      decidedAt: process.finishedAt,
    };
  }

  #outcomeOf(process: Process, promise: SignalPromise | null): Outcome {
    if (promise !== null || process.source === 'IDCLOUD') return decide(process, promise);
    if (process.promise === 'UNREADABLE') return decideUnreadable(process);
    return decideMadeElsewhere(process, Object.values(this.#settings.capabilities.apiKeys));
  }
}
