import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { startRedis } from '../../test/support/redis.ts';
import type { Row, Target } from '../row.ts';
import { startClient } from '../support/client-process.ts';
import { cpuPerOperation } from '../support/cpu-time.ts';
import { fillCache } from '../support/fill-cache.ts';
import { formatMb, memoryOf } from '../support/memory.ts';
import { percentileOf } from '../support/percentile.ts';
import { startSubgraph } from '../support/server-process.ts';
import { formatNumber, medianOf } from '../support/statistics.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';

const MAX_MS = 5;

/** How many samples of the server's memory a run takes. */
const SAMPLES = 40;

/** The maximum ratio of the memory in the last quarter of the samples to that in the second one, when all caches are full. */
const MAX_GROWTH = 1.1;

type Plan = { processes: number; reads: number; warmUp: number };

/** The figures of a server over one store. */
type Figures = {
  name: string;
  /** The size of the store, in bytes. */
  bytes: number;
  /** The time of each page, in milliseconds. */
  times: number[];
  /** CPU per page, in microseconds. */
  cpu: number;
  /** Samples of the server's memory in MB; the first one is from the start. */
  memory: number[];
};

async function redisBytes(url: string): Promise<number> {
  const client = createClient({ url });
  await client.connect();
  const info = await client.info('memory');
  await client.close();
  return Number(/^used_memory:(\d+)/m.exec(info)?.[1]);
}

/** Requests pages of cached processes from a server that has just started. */
async function readCached(
  variables: { STORE_URL: string; DATA_KEY: string },
  upstream: Upstream,
  { processes, reads, warmUp }: Plan,
): Promise<Pick<Figures, 'times' | 'cpu' | 'memory'>> {
  const server = await startSubgraph({ upstream: upstream.url, variables });
  const client = await startClient('known-page', server.url, { known: processes });
  try {
    const memory = [memoryOf(server.pid)];
    const calls = await upstream.calls();
    await client.timeRequests(warmUp);
    const times: number[] = [];
    const cpu = await cpuPerOperation(server, reads, async () => {
      for (let sample = 0; sample < SAMPLES; sample += 1) {
        times.push(...(await client.timeRequests(reads / SAMPLES)));
        memory.push(memoryOf(server.pid));
      }
    });
    if ((await upstream.calls()) !== calls) throw new Error('expected cached processes to cost no call');
    return { times, cpu, memory };
  } finally {
    await client.stop();
    await server.stop();
  }
}

function growthOf({ memory }: Figures): number {
  const quarter = memory.length / 4;
  return medianOf(memory.slice(-quarter)) / medianOf(memory.slice(quarter, 2 * quarter));
}

function targetsOf(figures: Figures): Target[] {
  const { name } = figures;
  const p99 = percentileOf(figures.times, 0.99);
  const growth = growthOf(figures);
  return [
    {
      requirement: `${name}: p99 below ${MAX_MS} ms`,
      measured: `${formatNumber(p99)} ms`,
      met: p99 < MAX_MS,
    },
    {
      requirement: `${name}: memory stays flat (at most ${MAX_GROWTH} ×)`,
      measured: `${formatNumber(growth)} ×`,
      met: growth <= MAX_GROWTH,
    },
  ];
}

function lineOf({ name, bytes, times, cpu, memory }: Figures, { processes }: Plan): string[] {
  return [
    name,
    formatNumber(bytes / processes),
    ...[0.5, 0.99].map((share) => formatNumber(percentileOf(times, share))),
    formatNumber(cpu),
    formatMb(memory[0] ?? NaN),
    formatMb(memory.at(-1) ?? NaN),
    formatMb(Math.max(...memory)),
  ];
}

/** Whether the cache may grow to the processes of six days at the whole quota. */
export const millionCached: Row = {
  name: 'million-cached',
  title: 'Pages from a million cached processes',
  async measure({ quick }) {
    const plan: Plan = quick
      ? { processes: 10_000, reads: 200, warmUp: 50 }
      : { processes: 1_000_000, reads: 12_000, warmUp: 3_000 };
    const dataKey = randomBytes(32).toString('base64');
    const folder = mkdtempSync(join(tmpdir(), 'identity-subgraph-cached-'));
    const file = join(folder, 'store.sqlite');
    const [upstream, redis] = await Promise.all([startUpstream(), startRedis()]);
    try {
      const stores = [`sqlite:${file}`, redis.url];
      const seconds = await fillCache({ stores, dataKey, upstream: upstream.url, count: plan.processes });
      const bytes = [statSync(file).size, await redisBytes(redis.url)];
      const measured: Figures[] = [];
      for (const [index, url] of stores.entries()) {
        const read = await readCached({ STORE_URL: url, DATA_KEY: dataKey }, upstream, plan);
        measured.push({ name: index === 0 ? 'SQLite' : 'Redis', bytes: bytes[index] ?? NaN, ...read });
      }
      return {
        how:
          `${formatNumber(plan.processes)} finished processes without their personal part, as they are stored after ten minutes; ` +
          `the subgraph's own code created and encrypted the entries, and large transactions wrote them within ` +
          `${formatNumber(seconds)} s. Then ${formatNumber(plan.reads)} pages of ten processes, one after the other, after ` +
          `${formatNumber(plan.warmUp)} pages as a warm-up. The processes are picked at random, so hardly any of them is in ` +
          `the memory cache. Memory is flat if the median of the last quarter of ${SAMPLES} samples equals that of the ` +
          'second quarter.',
        columns: [
          'store',
          'bytes per process',
          'p50, ms',
          'p99, ms',
          'CPU per page, µs',
          'memory at the start',
          'at the end',
          'peak',
        ],
        lines: measured.map((one) => lineOf(one, plan)),
        targets: measured.flatMap(targetsOf),
        plots: [],
      };
    } finally {
      await redis.close();
      await upstream.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
