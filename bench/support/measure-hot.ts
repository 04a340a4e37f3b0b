import type { Effort, Finding } from '../row.ts';
import { PEER_NAMES, type PeerName } from './peers.ts';
import { figuresOf, ratioOf, targetAtMost } from './ratio.ts';
import { measureSideBySide, OURS, planOf, titleOf, type Work } from './side-by-side.ts';
import { formatSpread, spreadOf } from './statistics.ts';

/** How many times a peer's CPU this subgraph may take, for the same answer. */
const MAX: readonly [PeerName, number][] = [
  ['mercurius-jit', 1],
  ['yoga', 0.5],
  ['apollo', 0.25],
  ['apollo-kept', 0.25],
];

/** Measures work on processes that are known, beside all peers, and holds it to what is promised. */
export async function findHot(work: Work, effort: Effort, what: string): Promise<Finding> {
  const plan = planOf(
    effort,
    PEER_NAMES,
    MAX.map(([name]) => name),
  );
  const rounds = await measureSideBySide(work, plan);
  const how =
    `${what} Ten connections ask for known processes, without a call to Unico. CPU of the whole server process in ` +
    `${plan.requests} requests, after ${plan.warmUp} that do not count; median of ${plan.rounds} rounds (least to ` +
    `most). Ratios are taken within each round.`;
  return {
    how,
    columns: ['server', 'CPU per operation, µs', 'this subgraph takes, of that'],
    lines: [...rounds.keys()].map((name) => [
      name,
      formatSpread(spreadOf(figuresOf(rounds, name))),
      name === OURS ? '–' : formatSpread(ratioOf(rounds, OURS, name), '×'),
    ]),
    targets: MAX.map(([peer, most]) =>
      targetAtMost('CPU per operation', most, titleOf(peer), ratioOf(rounds, OURS, titleOf(peer))),
    ),
    plots: [],
  };
}
