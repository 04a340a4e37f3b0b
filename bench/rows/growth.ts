import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '../../test/support/redis.ts';
import type { Row, Target } from '../row.ts';
import { startAsker } from '../support/asker-process.ts';
import { OTHER_CORE, SUBJECT_CORE } from '../support/cores.ts';
import { cpuPerOperation } from '../support/cpu-time.ts';
import { fillKept } from '../support/fill-cache.ts';
import { createLoad } from '../support/load.ts';
import { PAGE_QUERY } from '../support/page-query.ts';
import { percentileOf } from '../support/percentile.ts';
import type { Plot } from '../support/plot.ts';
import { processIds } from '../support/process-ids.ts';
import { startSubgraph, type ServerProcess } from '../support/server-process.ts';
import { formatNumber } from '../support/statistics.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';

/** One thing that grows, and what it makes of time, CPU or throughput. */
type Curve = { grows: string; steps: { size: number; wallMs: number; cpuUs: number; perSecond: number }[] };

type Plan = {
  lengths: readonly number[];
  connections: readonly number[];
  kept: readonly number[];
  /** Processes asked for in each step of a curve; those that warm up come before. */
  processes: number;
};

const PER_PAGE = 10;
/** So that what two replicas are asked together is asked while the other one asks. */
const SHARED_LATENCY_MS = 100;
const SHARED_IDS = 50;

const pageOf = (ids: readonly string[]): string => JSON.stringify({ query: PAGE_QUERY, variables: { ids } });

/** Known processes asked for in pages of a length, over so many connections. */
async function askKnown(
  server: ServerProcess,
  size: number,
  { length, connections, processes }: { length: number; connections: number; processes: number },
): Promise<Curve['steps'][number]> {
  const load = createLoad({ url: server.url, bodies: [pageOf(processIds(length))], connections });
  const operations = Math.max(connections, Math.round(processes / length));
  try {
    await load.drive(operations);
    const started = performance.now();
    const cpuUs = await cpuPerOperation(server, operations, () => load.drive(operations));
    const ms = performance.now() - started;
    return { size, wallMs: (ms * connections) / operations, cpuUs, perSecond: (operations / ms) * 1000 };
  } finally {
    await load.close();
  }
}

async function growLists({ lengths, processes }: Plan, server: ServerProcess): Promise<Curve> {
  const steps: Curve['steps'] = [];
  for (const length of lengths) {
    steps.push(await askKnown(server, length, { length, connections: 1, processes }));
  }
  return { grows: 'processes in an operation', steps };
}

async function growConnections({ connections, processes }: Plan, server: ServerProcess): Promise<Curve> {
  const steps: Curve['steps'] = [];
  for (const count of connections) {
    steps.push(await askKnown(server, count, { length: PER_PAGE, connections: count, processes }));
  }
  return { grows: 'operations at the same time', steps };
}

/** Pages out of more and more that is kept in SQLite, read by a new server each time. */
async function growKept({ kept, processes }: Plan, upstream: Upstream): Promise<Curve> {
  const folder = mkdtempSync(join(tmpdir(), 'identity-subgraph-growth-'));
  const dataKey = randomBytes(32).toString('base64');
  const variables = { STORE_URL: `sqlite:${join(folder, 'store.sqlite')}`, DATA_KEY: dataKey };
  const fill = { stores: [variables.STORE_URL], dataKey, upstream: upstream.url };
  const steps: Curve['steps'] = [];
  let there = 0;
  try {
    for (const size of kept) {
      await fillKept({ ...fill, first: there, count: size - there });
      there = size;
      const server = await startSubgraph({ upstream: upstream.url, variables });
      const fetcher = await startAsker('known-page', server.url, { known: size });
      const pages = processes / PER_PAGE;
      await fetcher.ask(pages);
      let times: number[] = [];
      const cpuUs = await cpuPerOperation(server, pages, async () => {
        times = await fetcher.ask(pages);
      });
      const wallMs = percentileOf(times, 0.5);
      steps.push({ size, wallMs, cpuUs, perSecond: 1000 / wallMs });
      await fetcher.stop();
      await server.stop();
    }
    return { grows: 'processes that are kept', steps };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Replicas that share a Redis: what they answer in a second together, and how many calls the same unknown ids cost them. */
type Shared = { replicas: number; perSecond: number; cpuUs: number; calls: number };

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Asks all of them for the same unknown processes at once, and then for known ones. */
async function askReplicas(
  servers: readonly ServerProcess[],
  upstream: Upstream,
  processes: number,
): Promise<Shared> {
  const unknown = pageOf(Array.from({ length: SHARED_IDS }, () => randomUUID()));
  const before = await upstream.calls();
  const loads = servers.map(({ url }) => createLoad({ url, bodies: [unknown], connections: 4 }));
  await Promise.all(loads.map((load) => load.drive(4)));
  for (const load of loads) await load.close();
  const calls = (await upstream.calls()) - before;
  const way = { length: PER_PAGE, connections: 4, processes };
  const steps = await Promise.all(servers.map((server) => askKnown(server, servers.length, way)));
  return {
    replicas: servers.length,
    calls,
    perSecond: sum(steps.map(({ perSecond }) => perSecond)),
    cpuUs: sum(steps.map(({ cpuUs }) => cpuUs)) / steps.length,
  };
}

async function growReplicas({ processes }: Plan): Promise<Shared[]> {
  const [upstream, redis] = await Promise.all([
    startUpstream({ latencyMs: SHARED_LATENCY_MS }),
    startRedis(),
  ]);
  const variables = { STORE_URL: redis.url, DATA_KEY: randomBytes(32).toString('base64') };
  const servers = await Promise.all(
    [SUBJECT_CORE, OTHER_CORE].map((core) => startSubgraph({ upstream: upstream.url, variables, core })),
  );
  try {
    const alone = await askReplicas(servers.slice(0, 1), upstream, processes);
    return [alone, await askReplicas(servers, upstream, processes)];
  } finally {
    for (const server of servers) await server.stop();
    await redis.close();
    await upstream.stop();
  }
}

/** How many times as much the last step of a curve has as the first one. */
function timesOf({ steps }: Curve, figure: 'wallMs' | 'cpuUs' | 'perSecond'): number {
  return (steps.at(-1)?.[figure] ?? NaN) / (steps[0]?.[figure] ?? NaN);
}

function sizesOf({ steps }: Curve): number {
  return (steps.at(-1)?.size ?? NaN) / (steps[0]?.size ?? NaN);
}

function targetsOf(lists: Curve, connections: Curve, kept: Curve, shared: readonly Shared[]): Target[] {
  const [listSizes, listCpu] = [sizesOf(lists), timesOf(lists, 'cpuUs')];
  const throughput = timesOf(connections, 'perSecond');
  // What a replica has at hand is not looked up: the smaller sizes say nothing of the store.
  const stored = { ...kept, steps: kept.steps.slice(-2) };
  const reading = timesOf(stored, 'wallMs');
  return [
    {
      asks: `${formatNumber(listSizes)} × the processes in an operation: at most as many times the CPU`,
      found: `${formatNumber(listCpu)} ×`,
      met: listCpu <= listSizes,
    },
    {
      asks: 'more operations at the same time: no fewer in a second',
      found: `${formatNumber(throughput)} ×`,
      met: throughput >= 1,
    },
    {
      asks: `${formatNumber(sizesOf(stored))} × what is kept, and more than is at hand: at most 1.5 × the time of a page`,
      found: `${formatNumber(reading)} ×`,
      met: reading <= 1.5,
    },
    {
      asks: `${SHARED_IDS} unknown processes cost ${SHARED_IDS} calls, however many replicas are asked for them`,
      found: shared.map(({ replicas, calls }) => `${calls} (${replicas})`).join(', '),
      met: shared.every(({ calls }) => calls === SHARED_IDS),
    },
  ];
}

function linesOf({ grows, steps }: Curve): string[][] {
  return steps.map(({ size, wallMs, cpuUs, perSecond }) => [
    `${formatNumber(size)} ${grows}`,
    ...[wallMs, cpuUs, perSecond].map(formatNumber),
  ]);
}

function plotOf(
  { grows, steps }: Curve,
  file: string,
  y: string,
  figure: 'wallMs' | 'cpuUs' | 'perSecond',
): Plot {
  const points = steps.map((step): [number, number] => [step.size, step[figure]]);
  return {
    file,
    title: `${y}: ${grows}`,
    x: grows,
    y,
    logX: true,
    logY: true,
    series: [{ name: y, points }],
  };
}

/** What becomes of time and CPU when there is more of something. */
export const growth: Row = {
  name: 'growth',
  title: 'What grows with what',
  async measure({ quick }) {
    const plan: Plan = quick
      ? { lengths: [10, 200], connections: [1, 64], kept: [5_000, 10_000], processes: 600 }
      : {
          lengths: [10, 20, 50, 100, 200],
          connections: [1, 2, 4, 8, 16, 32, 64],
          kept: [1_000, 10_000, 100_000, 1_000_000],
          processes: 20_000,
        };
    const upstream = await startUpstream();
    try {
      const server = await startSubgraph({ upstream: upstream.url });
      const lists = await growLists(plan, server);
      const connections = await growConnections(plan, server);
      await server.stop();
      const kept = await growKept(plan, upstream);
      const shared = await growReplicas(plan);
      return {
        how:
          `Pages of known processes; of ${PER_PAGE} where nothing else is said, over one connection where their length and ` +
          'what is kept grow. Replicas share a Redis; the second one shares its core with Redis, the upstream and who asks, ' +
          'so that two can not be twice as fast here: what one operation costs them tells more.',
        columns: ['with', 'an operation takes, ms', 'CPU per operation, µs', 'operations a second'],
        lines: [
          ...[lists, connections, kept].flatMap(linesOf),
          ...shared.map(({ replicas, cpuUs, perSecond }) => [
            `${replicas} ${replicas === 1 ? 'replica' : 'replicas'} on one Redis`,
            '–',
            ...[cpuUs, perSecond].map(formatNumber),
          ]),
        ],
        targets: targetsOf(lists, connections, kept, shared),
        plots: [
          plotOf(lists, 'growth-list.svg', 'CPU per operation, µs', 'cpuUs'),
          plotOf(connections, 'growth-connections.svg', 'operations a second', 'perSecond'),
          plotOf(kept, 'growth-kept.svg', 'a page takes, ms', 'wallMs'),
        ],
      };
    } finally {
      await upstream.stop();
    }
  },
};
