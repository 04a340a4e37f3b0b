import type { Target } from '../row.ts';
import { formatNumber, formatSpread, spreadOf, type Spread } from './statistics.ts';

/** Something to measure; `measure` returns one figure. */
export type Subject = { name: string; measure(): Promise<number> };

/** The figures of each subject by its name, in the order of the rounds. */
export type Rounds = ReadonlyMap<string, readonly number[]>;

/**
 * Measures all subjects once in each round, one after the other. A temporary slowdown of the machine affects all subjects
 * of that round, so figures are compared within a round only.
 */
export async function measureRounds(subjects: readonly Subject[], rounds: number): Promise<Rounds> {
  const figures = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, measure } of subjects) figures.get(name)?.push(await measure());
  }
  return figures;
}

/** The figures of one subject. Throws if no subject has that name. */
export function figuresOf(rounds: Rounds, name: string): readonly number[] {
  const figures = rounds.get(name);
  if (figures === undefined) throw new Error(`expected a subject that was measured, got ${name}`);
  return figures;
}

/** The figure of one subject as a multiple of another's, taken round by round. */
export function ratioOf(rounds: Rounds, name: string, other: string): Spread {
  const others = figuresOf(rounds, other);
  return spreadOf(figuresOf(rounds, name).map((figure, round) => figure / (others[round] ?? NaN)));
}

/** The target that the median of a ratio is at most `max`. `what` is such as "CPU per operation"; `peer` has the ratio 1. */
export function targetAtMost(what: string, max: number, peer: string, ratio: Spread): Target {
  return {
    requirement: `${what} at most ${formatNumber(max)} × ${peer}`,
    measured: formatSpread(ratio, '×'),
    met: ratio.median <= max,
  };
}
