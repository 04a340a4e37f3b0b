import { parseArgs } from 'node:util';
import type { Effort, Row } from './row.ts';
import { growth } from './rows/growth.ts';
import { hotEntities } from './rows/hot-entities.ts';
import { hotProcesses } from './rows/hot-processes.ts';
import { listLength } from './rows/list-length.ts';
import { millionKept } from './rows/million-cached.ts';
import { mutationMemory } from './rows/mutation-memory.ts';
import { startTime } from './rows/start-time.ts';
import { unknownPage } from './rows/unknown-page.ts';
import { unknownProcess } from './rows/unknown-process.ts';
import { upstreamRead } from './rows/upstream-read.ts';
import { waitingRequests } from './rows/waiting-requests.ts';
import { OTHER_CORE, pinTo } from './support/cores.ts';
import { installPeers } from './support/install-peers.ts';
import { describeMachine } from './support/machine.ts';
import { layOut, sectionOf } from './support/page.ts';
import { keepResult, writePage } from './support/results.ts';

/*
 * `npm run bench` measures all rows and writes docs/benchmarks.md; `-- --only hot-processes,list-length` those alone, and
 * what others found before stays on the page; `-- --quick` in two minutes, and writes nothing. A promise that is not
 * kept is told, and only what can not be measured is a failure.
 */

const ROWS: readonly Row[] = [
  hotProcesses,
  hotEntities,
  listLength,
  unknownProcess,
  unknownPage,
  upstreamRead,
  millionKept,
  mutationMemory,
  waitingRequests,
  growth,
  startTime,
];

/** What is asked for on the command line. */
function readArguments(): Effort & { rows: readonly Row[] } {
  const { values } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } } });
  const { quick = false, only } = values;
  const rows = only?.split(',').map((name) => {
    const row = ROWS.find((one) => one.name === name);
    if (row !== undefined) return row;
    throw new Error(`expected --only with some of ${ROWS.map((one) => one.name).join(', ')}, got ${name}`);
  });
  return { quick, rows: rows ?? ROWS };
}

/** Measures one row and prints it; whether that went well. */
async function runRow(row: Row, effort: Effort, machine: string): Promise<boolean> {
  const startedAt = performance.now();
  try {
    const finding = await row.measure(effort);
    console.error(`${row.name}: ${Math.round((performance.now() - startedAt) / 1000)} s`);
    if (!effort.quick) await keepResult(row, { machine, finding });
    console.log(await layOut(sectionOf(row, finding), 'markdown'));
    return true;
  } catch (error) {
    console.error(`${row.name} can not be measured:`, error);
    return false;
  }
}

const { quick, rows } = readArguments();
// Whatever was started ends with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
await installPeers();
pinTo(OTHER_CORE);
const machine = await describeMachine();
console.log(`Measured on ${machine}\n`);
for (const row of rows) if (!(await runRow(row, { quick }, machine))) process.exitCode = 1;
if (!quick) await writePage(ROWS);
