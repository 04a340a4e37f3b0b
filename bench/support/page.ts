import { format } from 'prettier';
import { ABOUT_PEERS } from './peers.ts';
import type { Finding, Row, Target } from '../row.ts';

/** A row's finding as it is kept in bench/results: with the machine, which need not be that of another row. */
export type Result = { machine: string; finding: Finding };

/** A row that was measured, now or before. */
export type Measured = { row: Row; result: Result };

const cells = (row: readonly string[]): string => `| ${row.join(' | ')} |`;

function table(columns: readonly string[], lines: readonly (readonly string[])[]): string {
  return [cells(columns), cells(columns.map(() => '---')), ...lines.map(cells)].join('\n');
}

const verdictOn = ({ met }: Target): string => (met ? 'met' : '**missed**');

function targetLines(targets: readonly Target[]): string[] {
  return targets.map((target) => `- ${target.asks}: ${target.found}, ${verdictOn(target)}`);
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

/** Lays out Markdown or JSON as `npm run format` does, so that tables are straight and the check passes. */
export function layOut(text: string, parser: 'markdown' | 'json'): Promise<string> {
  return format(text, { parser, singleQuote: true, printWidth: 110 });
}

const ABOUT = `
# Benchmarks

Written by \`npm run bench\`, which measures everything again; \`npm run bench -- --quick\` takes two minutes and writes
nothing. Each row measures this repository beside what its users would pick instead, on the same machine and in the same minutes.

Figures of CPU are what the kernel's scheduler counts for all threads of a server process, so they include its garbage collector and
its compiler, and say what a machine can carry. What is measured has a core to itself; who asks, and what plays Unico, have
another. Everything is repeated in rounds, in which all take their turn one after the other; a ratio is taken within each
round, and the median of the rounds is told, with the least and the most.

${ABOUT_PEERS}
`.trim();

function summary(measured: readonly Measured[]): string {
  const lines = measured.flatMap(({ row, result }) =>
    result.finding.targets.map((target) => [row.title, target.asks, target.found, verdictOn(target)]),
  );
  return ['## What is promised', table(['row', 'promise', 'found', ''], lines)].join('\n\n');
}

/** The whole of docs/benchmarks.md. Where rows were measured on different machines, each says on which. */
export function renderPage(measured: readonly Measured[]): Promise<string> {
  const machines = [...new Set(measured.map(({ result }) => result.machine))];
  const sections = measured.map(({ row, result }) => {
    const section = sectionOf(row, result.finding);
    return machines.length > 1 ? `${section}\n\nMeasured on ${result.machine}` : section;
  });
  const everywhere = machines.length === 1 ? [`Measured on ${machines[0]}`] : [];
  return layOut([ABOUT, ...everywhere, summary(measured), ...sections].join('\n\n'), 'markdown');
}
