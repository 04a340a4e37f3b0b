import { format } from 'prettier';
import { ABOUT_PEERS } from './peers.ts';
import type { Finding, Row, Target } from '../row.ts';

/** A row's finding as bench/results stores it: with the machine, because rows may come from different machines. */
export type Result = { machine: string; finding: Finding };

/** A row with its stored result, of this run or of an earlier one. */
export type Measured = { row: Row; result: Result };

const cells = (row: readonly string[]): string => `| ${row.join(' | ')} |`;

function table(columns: readonly string[], lines: readonly (readonly string[])[]): string {
  return [cells(columns), cells(columns.map(() => '---')), ...lines.map(cells)].join('\n');
}

const verdictOn = ({ met }: Target): string => (met ? 'met' : '**missed**');

function targetLines(targets: readonly Target[]): string[] {
  return targets.map((target) => `- ${target.requirement}: ${target.measured}, ${verdictOn(target)}`);
}

/** One row in Markdown, for the page and for the terminal. */
export function sectionOf({ title, name }: Row, finding: Finding): string {
  const { how, columns, lines, targets, plots } = finding;
  return [
    `## ${title}`,
    `\`npm run bench -- --only ${name}\``,
    how,
    table(columns, lines),
    targetLines(targets).join('\n'),
    ...plots.map((plot) => `![${plot.title}](benchmarks/${plot.file})`),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Formats Markdown or JSON as `npm run format` does, so that tables are aligned and the format check passes. */
export function layOut(text: string, parser: 'markdown' | 'json'): Promise<string> {
  return format(text, { parser, singleQuote: true, printWidth: 110 });
}

const ABOUT = `
# Benchmarks

\`npm run bench\` measures everything again and writes this page; \`npm run bench -- --quick\` takes two minutes and writes
nothing. Each row compares this repository with the alternatives to it, on the same machine and within the same minutes.

CPU is what the kernel's scheduler counts for all threads of a server process. It includes the garbage collector and the compiler,
so it shows how much work a machine can do. The measured process has a core of its own; clients and the upstream stub, which
stands in for Unico, share another one. Every measurement is repeated in rounds. Each round measures all subjects one after the
other, and a ratio is taken within each round. Figures are the median of the rounds, with the minimum and the maximum.

${ABOUT_PEERS}
`.trim();

function summary(measured: readonly Measured[]): string {
  const lines = measured.flatMap(({ row, result }) =>
    result.finding.targets.map((target) => [
      row.title,
      target.requirement,
      target.measured,
      verdictOn(target),
    ]),
  );
  return ['## Targets', table(['row', 'target', 'measured', ''], lines)].join('\n\n');
}

/** The whole of docs/benchmarks.md. If rows come from different machines, each section names its own. */
export function renderPage(measured: readonly Measured[]): Promise<string> {
  const machines = [...new Set(measured.map(({ result }) => result.machine))];
  const sections = measured.map(({ row, result }) => {
    const section = sectionOf(row, result.finding);
    return machines.length > 1 ? `${section}\n\nMeasured on ${result.machine}` : section;
  });
  const sharedMachine = machines.length === 1 ? [`Measured on ${machines[0]}`] : [];
  return layOut([ABOUT, ...sharedMachine, summary(measured), ...sections].join('\n\n'), 'markdown');
}
