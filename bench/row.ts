import type { Plot } from './support/plot.ts';

/** How long to measure. Quick figures say whether something broke, not how fast it is. */
export type Effort = { quick: boolean };

/** What a row promises, and what was seen. */
export type Target = {
  /** Such as "CPU per operation at most 1.0 × Mercurius with JIT". */
  asks: string;
  /** Such as "0.62 × (0.60 to 0.65)". */
  found: string;
  met: boolean;
};

/** What a row found, ready to be printed and written down. */
export type Finding = {
  /** How it was measured, in a sentence or two. */
  how: string;
  columns: string[];
  lines: string[][];
  targets: Target[];
  /** For rows that are curves. */
  plots: Plot[];
};

/** One row of the benchmarks: a piece of work, measured beside what its users would pick instead. */
export type Row = {
  /** Names it on the command line: `npm run bench -- --only hot-processes`. */
  name: string;
  title: string;
  measure(effort: Effort): Promise<Finding>;
};
