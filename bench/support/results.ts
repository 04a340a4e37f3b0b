import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { Row } from '../row.ts';
import { drawPlot } from './plot.ts';
import { layOut, renderPage, type Measured, type Result } from './page.ts';

const RESULTS = new URL('../results/', import.meta.url);
const PAGE = new URL('../../docs/benchmarks.md', import.meta.url);
const PLOTS = new URL('../../docs/benchmarks/', import.meta.url);

const fileOf = ({ name }: Row): URL => new URL(`${name}.json`, RESULTS);

/** Stores a row's result in bench/results, so that the page stays complete when a run measures only some rows. */
export async function storeResult(row: Row, result: Result): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  await writeFile(fileOf(row), await layOut(JSON.stringify(result), 'json'));
}

async function readResult(row: Row): Promise<Measured[]> {
  try {
    return [{ row, result: JSON.parse(await readFile(fileOf(row), 'utf8')) as Result }];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Writes docs/benchmarks.md and its plots from the stored results, in the order of the rows. It measures nothing. */
export async function writePage(rows: readonly Row[]): Promise<void> {
  const measured = (await Promise.all(rows.map(readResult))).flat();
  const plots = measured.flatMap(({ result }) => result.finding.plots);
  await mkdir(PLOTS, { recursive: true });
  for (const plot of plots) await writeFile(new URL(plot.file, PLOTS), drawPlot(plot));
  await writeFile(PAGE, await renderPage(measured));
}
