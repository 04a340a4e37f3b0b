import type { Plot } from './support/plot.ts';

/** How long to measure. Figures of a quick run only show that a row still works; they say nothing about speed. */
export type Effort = { quick: boolean };

/** A requirement on a figure, and the figure that was measured. */
export type Target = {
  /** Such as "CPU per operation at most 1.0 × Mercurius with JIT". */
  requirement: string;
  /** The figure with its unit, such as "0.62 × (0.60 to 0.65)". */
  measured: string;
  met: boolean;
};

/** What a row measured, as text that is ready to be printed and stored. */
export type Finding = {
  /** How the row measured, in a few sentences. */
  how: string;
  columns: string[];
  /** The lines of the table: one cell for each column. */
  lines: string[][];
  targets: Target[];
  /** Empty unless the row measures curves. */
  plots: Plot[];
};

/** One row of the benchmarks: a piece of work, measured for this subgraph and for the alternatives to it. */
export type Row = {
  /** Its name on the command line (`npm run bench -- --only hot-processes`) and of its file in bench/results. */
  name: string;
  title: string;
  /** Rejects if the row cannot be measured. A missed target is no error. */
  measure(effort: Effort): Promise<Finding>;
};
