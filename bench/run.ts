import { parseArgs } from 'node:util';
import type { Effort, Row } from './row.ts';
import { clients } from './rows/clients.ts';
import { growth } from './rows/growth.ts';
import { hotEntities } from './rows/hot-entities.ts';
import { hotProcesses } from './rows/hot-processes.ts';
import { listLength } from './rows/list-length.ts';
import { millionCached } from './rows/million-cached.ts';
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
import { storeResult, writePage } from './support/results.ts';

/*
 * `npm run bench` measures all rows and writes docs/benchmarks.md.
 * `npm run bench -- --only hot-processes,list-length` measures these rows; the page keeps the stored figures of the others.
 * `npm run bench -- --quick` takes two minutes and writes nothing.
 * The page reports a missed target; the exit code is 1 only if a row cannot be measured.
 */

const ROWS: readonly Row[] = [
  hotProcesses,
  hotEntities,
  clients,
  listLength,
  unknownProcess,
  unknownPage,
  upstreamRead,
  millionCached,
  mutationMemory,
  waitingRequests,
  growth,
  startTime,
];

/** Reads the command line. */
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

/** Measures one row and prints its section. Returns false if the row cannot be measured. */
async function runRow(row: Row, effort: Effort, machine: string): Promise<boolean> {
  const startedAt = performance.now();
  try {
    const finding = await row.measure(effort);
    console.error(`${row.name}: ${Math.round((performance.now() - startedAt) / 1000)} s`);
    if (!effort.quick) await storeResult(row, { machine, finding });
    console.log(await layOut(sectionOf(row, finding), 'markdown'));
    return true;
  } catch (error) {
    console.error(`${row.name} cannot be measured:`, error);
    return false;
  }
}

const { quick, rows } = readArguments();
// An exit ends every child process (server-process.ts); a signal alone would not.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
await installPeers();
pinTo(OTHER_CORE);
const machine = await describeMachine();
console.log(`Measured on ${machine}\n`);
for (const row of rows) if (!(await runRow(row, { quick }, machine))) process.exitCode = 1;
if (!quick) await writePage(ROWS);
