import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import type { Row } from '../row.ts';
import { formatMb, memoryOf } from '../support/memory.ts';
import { startSubgraph } from '../support/server-process.ts';
import { formatNumber, formatSpread, medianOf, spreadOf } from '../support/statistics.ts';
import { startUpstream } from '../support/upstream.ts';

const MAX_MS = 1_000;

type Start = { ms: number; memory: number };

/** Starts the program, asks whether it is ready as soon as it listens, and ends it. */
async function start(upstream: string, variables: Record<string, string>): Promise<Start> {
  const began = performance.now();
  const server = await startSubgraph({ upstream, variables });
  try {
    const { statusCode, body } = await request(`${server.url}/readyz`);
    await body.dump();
    if (statusCode !== 200) throw new Error(`expected 200 of /readyz, got ${statusCode}`);
    return { ms: performance.now() - began, memory: memoryOf(server.pid) };
  } finally {
    await server.stop();
  }
}

async function startAgainAndAgain(
  times: number,
  upstream: string,
  variables: Record<string, string>,
): Promise<Start[]> {
  // What is read from the disk is in memory from then on, and compiled code in its folder.
  await start(upstream, variables);
  const starts: Start[] = [];
  for (let index = 0; index < times; index += 1) starts.push(await start(upstream, variables));
  return starts;
}

function lineOf(name: string, starts: readonly Start[]): string[] {
  return [
    name,
    formatSpread(spreadOf(starts.map(({ ms }) => ms)), 'ms'),
    formatMb(medianOf(starts.map(({ memory }) => memory))),
  ];
}

/** How long a new replica takes until it may get requests. */
export const startTime: Row = {
  name: 'start-time',
  title: 'From `node src/main.ts` to ready',
  async measure({ quick }) {
    const times = quick ? 1 : 10;
    const upstream = await startUpstream();
    const folder = mkdtempSync(join(tmpdir(), 'identity-subgraph-start-'));
    try {
      const sqlite = { STORE_URL: `sqlite:${join(folder, 'store.sqlite')}` };
      const usual = await startAgainAndAgain(times, upstream.url, sqlite);
      const compiled = { ...sqlite, NODE_COMPILE_CACHE: join(folder, 'compiled') };
      const cached = await startAgainAndAgain(times, upstream.url, compiled);
      const median = medianOf(usual.map(({ ms }) => ms));
      return {
        how:
          'From the start of the process, which has one core, to the answer 200 of `/readyz`; with the usual store, and ' +
          `the folders of Node's modules read before. ${times} starts, median (least to most).`,
        columns: ['start', 'ready after', 'memory then'],
        lines: [lineOf('as it is', usual), lineOf('with NODE_COMPILE_CACHE filled', cached)],
        targets: [
          {
            asks: `ready in less than ${formatNumber(MAX_MS)} ms`,
            found: `${formatNumber(median)} ms`,
            met: median < MAX_MS,
          },
        ],
        plots: [],
      };
    } finally {
      await upstream.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
