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

/** The time of one start in milliseconds, and the memory then in MB. */
type Start = { ms: number; memory: number };

/** Starts the program, requests `/readyz` as soon as it listens, and stops it. */
async function start(upstream: string, variables: Record<string, string>): Promise<Start> {
  const began = performance.now();
  const server = await startSubgraph({ upstream, variables });
  try {
    const { statusCode, body } = await request(`${server.url}/readyz`);
    await body.dump();
    if (statusCode !== 200) throw new Error(`expected 200 from /readyz, got ${statusCode}`);
    return { ms: performance.now() - began, memory: memoryOf(server.pid) };
  } finally {
    await server.stop();
  }
}

async function startRepeatedly(
  times: number,
  upstream: string,
  variables: Record<string, string>,
): Promise<Start[]> {
  // The first start does not count: it reads the files from disk into memory, and fills the folder of compiled code.
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

/** How long a new replica takes until it may receive requests. */
export const startTime: Row = {
  name: 'start-time',
  title: 'From the start of the program to ready',
  async measure({ quick }) {
    const times = quick ? 1 : 10;
    const upstream = await startUpstream();
    const folder = mkdtempSync(join(tmpdir(), 'identity-subgraph-start-'));
    try {
      const sqlite = { STORE_URL: `sqlite:${join(folder, 'store.sqlite')}` };
      const usual = await startRepeatedly(times, upstream.url, sqlite);
      const compiled = { ...sqlite, NODE_COMPILE_CACHE: join(folder, 'compiled') };
      const cached = await startRepeatedly(times, upstream.url, compiled);
      const median = medianOf(usual.map(({ ms }) => ms));
      return {
        how:
          'From the start of `node --no-allocation-site-pretenuring src/main.ts` on one core to the response 200 of `/readyz`, ' +
          `with the usual store; the files of node_modules are in the page cache. ${times} starts, median (min to max).`,
        columns: ['start', 'ready after', 'memory when ready'],
        lines: [lineOf('without further settings', usual), lineOf('with NODE_COMPILE_CACHE filled', cached)],
        targets: [
          {
            requirement: `ready in less than ${formatNumber(MAX_MS)} ms`,
            measured: `${formatNumber(median)} ms`,
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
