import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { startRedis } from '../../test/support/redis.ts';
import type { Row, Target } from '../row.ts';
import { startAsker } from '../support/asker-process.ts';
import { cpuPerOperation } from '../support/cpu-time.ts';
import { fillKept } from '../support/fill-cache.ts';
import { formatMb, memoryOf } from '../support/memory.ts';
import { percentileOf } from '../support/percentile.ts';
import { startSubgraph } from '../support/server-process.ts';
import { formatNumber, medianOf } from '../support/statistics.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';

const MAX_MS = 5;

/** Memory is looked at so many times while it is asked. */
const LOOKS = 40;

/** How much more memory the last quarter of the looks may have than the second one: by then all caches are full. */
const MAX_GROWTH = 1.1;

type Kept = { processes: number; reads: number; warmUp: number };

/** What was seen of a server over one store. */
type Seen = { name: string; bytes: number; times: number[]; cpu: number; memory: number[] };

async function redisBytes(url: string): Promise<number> {
  const client = createClient({ url });
  await client.connect();
  const info = await client.info('memory');
  await client.close();
  return Number(/^used_memory:(\d+)/m.exec(info)?.[1]);
}

/** Reads pages of what is kept, out of a server that has just started. */
async function readKept(
  storeUrl: string,
  dataKey: string,
  upstream: Upstream,
  { processes, reads, warmUp }: Kept,
): Promise<Pick<Seen, 'times' | 'cpu' | 'memory'>> {
  const variables = { STORE_URL: storeUrl, DATA_KEY: dataKey };
  const server = await startSubgraph({ upstream: upstream.url, variables });
  const fetcher = await startAsker('known-page', server.url, { known: processes });
  try {
    const memory = [memoryOf(server.pid)];
    const calls = await upstream.calls();
    await fetcher.ask(warmUp);
    const times: number[] = [];
    const cpu = await cpuPerOperation(server, reads, async () => {
      for (let look = 0; look < LOOKS; look += 1) {
        times.push(...(await fetcher.ask(reads / LOOKS)));
        memory.push(memoryOf(server.pid));
      }
    });
    if ((await upstream.calls()) !== calls) throw new Error('expected kept processes to cost no call');
    return { times, cpu, memory };
  } finally {
    await fetcher.stop();
    await server.stop();
  }
}

function growthOf({ memory }: Seen): number {
  const quarter = memory.length / 4;
  return medianOf(memory.slice(-quarter)) / medianOf(memory.slice(quarter, 2 * quarter));
}

function targetsOf(seen: Seen): Target[] {
  const p99 = percentileOf(seen.times, 0.99);
  const growth = growthOf(seen);
  return [
    { asks: `${seen.name}: p99 below ${MAX_MS} ms`, found: `${formatNumber(p99)} ms`, met: p99 < MAX_MS },
    {
      asks: `${seen.name}: memory stays flat (at most ${MAX_GROWTH} ×)`,
      found: `${formatNumber(growth)} ×`,
      met: growth <= MAX_GROWTH,
    },
  ];
}

function lineOf({ name, bytes, times, cpu, memory }: Seen, { processes }: Kept): string[] {
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

/** Whether what is kept may grow to what six days of the whole quota are. */
export const millionKept: Row = {
  name: 'million-kept',
  title: 'Pages out of a million processes that are kept',
  async measure({ quick }) {
    const plan: Kept = quick
      ? { processes: 10_000, reads: 200, warmUp: 50 }
      : { processes: 1_000_000, reads: 12_000, warmUp: 3_000 };
    const dataKey = randomBytes(32).toString('base64');
    const folder = mkdtempSync(join(tmpdir(), 'identity-subgraph-kept-'));
    const file = join(folder, 'store.sqlite');
    const [upstream, redis] = await Promise.all([startUpstream(), startRedis()]);
    try {
      const stores = [`sqlite:${file}`, redis.url];
      const seconds = await fillKept({ stores, dataKey, upstream: upstream.url, count: plan.processes });
      const bytes = [statSync(file).size, await redisBytes(redis.url)];
      const seen: Seen[] = [];
      for (const [index, url] of stores.entries()) {
        const read = await readKept(url, dataKey, upstream, plan);
        seen.push({ name: index === 0 ? 'SQLite' : 'Redis', bytes: bytes[index] ?? NaN, ...read });
      }
      return {
        how:
          `${formatNumber(plan.processes)} finished processes without their personal part, as after ten minutes; made and ` +
          `sealed by the subgraph's own code, and written in large transactions within ${formatNumber(seconds)} s. Then ` +
          `${formatNumber(plan.reads)} pages of ten processes, picked at random and thus hardly ever at hand, one after the ` +
          `other, after ${formatNumber(plan.warmUp)} that do not count. Memory is flat when the median of the last quarter of ` +
          `${LOOKS} looks at it is that of the second one.`,
        columns: [
          'store',
          'bytes per process',
          'p50, ms',
          'p99, ms',
          'CPU per page, µs',
          'memory at the start',
          'at the end',
          'at the most',
        ],
        lines: seen.map((one) => lineOf(one, plan)),
        targets: seen.flatMap(targetsOf),
        plots: [],
      };
    } finally {
      await redis.close();
      await upstream.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
