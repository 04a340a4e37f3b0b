import type { Target } from '../row.ts';
import { formatNumber, formatSpread, spreadOf, type Spread } from './statistics.ts';

/** What is measured: one figure each time. */
export type Subject = { name: string; measure(): Promise<number> };

/** The figures of each subject, in the order of the rounds. */
export type Rounds = ReadonlyMap<string, readonly number[]>;

/**
 * Measures all subjects once in each round, one after the other. What slows the machine down for a while slows all of
 * them in that round, so figures are compared within a round only.
 */
export async function measureInTurn(subjects: readonly Subject[], rounds: number): Promise<Rounds> {
  const figures = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, measure } of subjects) figures.get(name)?.push(await measure());
  }
  return figures;
}

/** The figures of one subject. */
export function figuresOf(rounds: Rounds, name: string): readonly number[] {
  const figures = rounds.get(name);
  if (figures === undefined) throw new Error(`expected a subject that was measured, got ${name}`);
  return figures;
}

/** How many times another one's figure one has, round by round. */
export function ratioOf(rounds: Rounds, name: string, other: string): Spread {
  const others = figuresOf(rounds, other);
  return spreadOf(figuresOf(rounds, name).map((figure, round) => figure / (others[round] ?? NaN)));
}

/** "At most so many times": met by the median. `what` is such as "CPU per operation", `beside` whose figure is 1. */
export function targetAtMost(what: string, most: number, beside: string, ratio: Spread): Target {
  return {
    asks: `${what} at most ${formatNumber(most)} × ${beside}`,
    found: formatSpread(ratio, '×'),
    met: ratio.median <= most,
  };
}
