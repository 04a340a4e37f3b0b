import type { Process } from '../process.ts';
import type { VerdictReason } from './reasons.ts';
import type { Signals } from '../signals.ts';
import type { Decision } from './decision.ts';
import { decide } from './policy.ts';

/** The version of the policy in `policy.ts`: it changes whenever a row changes. */
export const POLICY_VERSION = 'unico-2026-11';

/** The decision on a process and the signals that it depends on. */
export type Verdict = Omit<Signals, 'result' | 'orchestration'> & {
  decision: Decision;
  reasons: VerdictReason[];
  final: boolean;
  policyVersion: string;
  decidedAt: string | null;
};

function judge(process: Process): Verdict {
  const { result: _result, orchestration: _orchestration, ...signals } = process.signals;
  const { decision, reasons: codes, final } = decide(process);
  const reasons = codes.map((code) => ({ code, decision }));
  return {
    ...signals,
    decision,
    reasons,
    final,
    policyVersion: POLICY_VERSION,
    decidedAt: process.finishedAt,
  };
}

const verdicts = new WeakMap<Process, Verdict>();

/** The verdict on a process: pure, and computed once for each object, because cached processes are read often. */
export function verdictOf(process: Process): Verdict {
  let verdict = verdicts.get(process);
  if (verdict === undefined) verdicts.set(process, (verdict = judge(process)));
  return verdict;
}
