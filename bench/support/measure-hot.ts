import type { Effort, Finding } from '../row.ts';
import { PEER_NAMES, type PeerName } from './peers.ts';
import { figuresOf, ratioOf, targetAtMost } from './ratio.ts';
import { measureSideBySide, OURS, planOf, titleOf, type Work } from './side-by-side.ts';
import { formatSpread, spreadOf } from './statistics.ts';

/** The maximum of this subgraph's CPU for the same response, as a multiple of a peer's. */
const MAX: readonly [PeerName, number][] = [
  ['mercurius-jit', 1],
  ['yoga', 0.5],
  ['apollo', 0.25],
  ['apollo-prepared', 0.25],
];

/**
 * Measures work on known processes for this subgraph and all peers, and compares it with the targets. `what` describes
 * the work in one sentence.
 */
export async function measureHot(work: Work, effort: Effort, what: string): Promise<Finding> {
  const plan = planOf(
    effort,
    PEER_NAMES,
    MAX.map(([name]) => name),
  );
  const rounds = await measureSideBySide(work, plan);
  const how =
    `${what} Ten connections request known processes, without a call to Unico. CPU of the whole server process in ` +
    `${plan.requests} requests, after ${plan.warmUp} requests as a warm-up; median of ${plan.rounds} rounds (min to ` +
    `max). Ratios are taken within each round.`;
  return {
    how,
    columns: ['server', 'CPU per operation, µs', 'this subgraph ÷ server'],
    lines: [...rounds.keys()].map((name) => [
      name,
      formatSpread(spreadOf(figuresOf(rounds, name))),
      name === OURS ? '–' : formatSpread(ratioOf(rounds, OURS, name), '×'),
    ]),
    targets: MAX.map(([peer, max]) =>
      targetAtMost('CPU per operation', max, titleOf(peer), ratioOf(rounds, OURS, titleOf(peer))),
    ),
    plots: [],
  };
}
