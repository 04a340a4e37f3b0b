import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '../../test/support/redis.ts';
import type { Row, Target } from '../row.ts';
import { startClient } from '../support/client-process.ts';
import { OTHER_CORE, SUBJECT_CORE } from '../support/cores.ts';
import { cpuPerOperation } from '../support/cpu-time.ts';
import { fillCache } from '../support/fill-cache.ts';
import { Load } from '../support/load.ts';
import { PAGE_QUERY } from '../support/page-query.ts';
import { percentileOf } from '../support/percentile.ts';
import type { Plot } from '../support/plot.ts';
import { processIds } from '../support/process-ids.ts';
import { startSubgraph, type ServerProcess } from '../support/server-process.ts';
import { formatNumber } from '../support/statistics.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';

/** One size of what grows, and the figures at that size. */
type Step = {
  size: number;
  /** The time of an operation, in milliseconds. */
  wallMs: number;
  /** CPU per operation, in microseconds. */
  cpuUs: number;
  /** Operations per second. */
  perSecond: number;
};

/** What grows, and the figures at each size. */
type Curve = { grows: string; steps: Step[] };

type Plan = {
  lengths: readonly number[];
  connections: readonly number[];
  cached: readonly number[];
  /** Processes requested in each step of a curve, after the warm-up. */
  processes: number;
};

const PER_PAGE = 10;
/** Long enough that both replicas request the same processes while the calls for them are in flight. */
const SHARED_LATENCY_MS = 100;
const SHARED_IDS = 50;

const pageOf = (ids: readonly string[]): string => JSON.stringify({ query: PAGE_QUERY, variables: { ids } });

/** Measures requests for known processes, in pages of a length and over a number of connections. */
async function measureKnown(
  server: ServerProcess,
  size: number,
  { length, connections, processes }: { length: number; connections: number; processes: number },
): Promise<Step> {
  const load = new Load({ url: server.url, bodies: [pageOf(processIds(length))], connections });
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
  const steps: Step[] = [];
  for (const length of lengths) {
    steps.push(await measureKnown(server, length, { length, connections: 1, processes }));
  }
  return { grows: 'processes in an operation', steps };
}

async function growConnections({ connections, processes }: Plan, server: ServerProcess): Promise<Curve> {
  const steps: Step[] = [];
  for (const count of connections) {
    steps.push(await measureKnown(server, count, { length: PER_PAGE, connections: count, processes }));
  }
  return { grows: 'operations at the same time', steps };
}

/** Pages from more and more processes that are cached in SQLite; each size has a new server. */
async function growCached({ cached, processes }: Plan, upstream: Upstream): Promise<Curve> {
  const folder = mkdtempSync(join(tmpdir(), 'identity-subgraph-growth-'));
  const dataKey = randomBytes(32).toString('base64');
  const variables = { STORE_URL: `sqlite:${join(folder, 'store.sqlite')}`, DATA_KEY: dataKey };
  const fill = { stores: [variables.STORE_URL], dataKey, upstream: upstream.url };
  const steps: Step[] = [];
  let filled = 0;
  try {
    for (const size of cached) {
      await fillCache({ ...fill, first: filled, count: size - filled });
      filled = size;
      const server = await startSubgraph({ upstream: upstream.url, variables });
      const client = await startClient('known-page', server.url, { known: size });
      const pages = processes / PER_PAGE;
      await client.timeRequests(pages);
      let times: number[] = [];
      const cpuUs = await cpuPerOperation(server, pages, async () => {
        times = await client.timeRequests(pages);
      });
      const wallMs = percentileOf(times, 0.5);
      steps.push({ size, wallMs, cpuUs, perSecond: 1000 / wallMs });
      await client.stop();
      await server.stop();
    }
    return { grows: 'cached processes', steps };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Replicas that share a Redis: their operations per second together, CPU per operation in microseconds, and the calls that the same unknown ids cost. */
type Shared = { replicas: number; perSecond: number; cpuUs: number; calls: number };

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Requests the same unknown processes from all replicas at once, and then known ones. */
async function measureReplicas(
  servers: readonly ServerProcess[],
  upstream: Upstream,
  processes: number,
): Promise<Shared> {
  const unknown = pageOf(Array.from({ length: SHARED_IDS }, () => randomUUID()));
  const before = await upstream.calls();
  const loads = servers.map(({ url }) => new Load({ url, bodies: [unknown], connections: 4 }));
  await Promise.all(loads.map((load) => load.drive(4)));
  for (const load of loads) await load.close();
  const calls = (await upstream.calls()) - before;
  const options = { length: PER_PAGE, connections: 4, processes };
  const steps = await Promise.all(servers.map((server) => measureKnown(server, servers.length, options)));
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
    const single = await measureReplicas(servers.slice(0, 1), upstream, processes);
    return [single, await measureReplicas(servers, upstream, processes)];
  } finally {
    for (const server of servers) await server.stop();
    await redis.close();
    await upstream.stop();
  }
}

/** A figure of a curve's last step as a multiple of that of the first one. */
function growthOf({ steps }: Curve, figure: keyof Step): number {
  return (steps.at(-1)?.[figure] ?? NaN) / (steps[0]?.[figure] ?? NaN);
}

type Curves = { lists: Curve; connections: Curve; cached: Curve; shared: readonly Shared[] };

function targetsOf({ lists, connections, cached, shared }: Curves): Target[] {
  const [listSizes, listCpu] = [growthOf(lists, 'size'), growthOf(lists, 'cpuUs')];
  const throughput = growthOf(connections, 'perSecond');
  // A replica's memory cache holds the smaller sizes: only the last two show the cost of the store.
  const stored = { ...cached, steps: cached.steps.slice(-2) };
  const reading = growthOf(stored, 'wallMs');
  return [
    {
      requirement: `${formatNumber(listSizes)} × the processes in an operation: at most as many times the CPU`,
      measured: `${formatNumber(listCpu)} ×`,
      met: listCpu <= listSizes,
    },
    {
      requirement: 'more operations at the same time: no fewer per second',
      measured: `${formatNumber(throughput)} ×`,
      met: throughput >= 1,
    },
    {
      requirement: `${formatNumber(growthOf(stored, 'size'))} × the cached processes, more than the memory cache holds: at most 1.5 × the time of a page`,
      measured: `${formatNumber(reading)} ×`,
      met: reading <= 1.5,
    },
    {
      requirement: `${SHARED_IDS} unknown processes cost ${SHARED_IDS} calls, however many replicas receive requests for them`,
      measured: shared.map(({ replicas, calls }) => `${calls} (${replicas})`).join(', '),
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

function plotOf({ grows, steps }: Curve, file: string, y: string, figure: Exclude<keyof Step, 'size'>): Plot {
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

/** How time and CPU grow with lists, connections, cached processes and replicas. */
export const growth: Row = {
  name: 'growth',
  title: 'Growth of time and CPU with the load',
  async measure({ quick }) {
    const plan: Plan = quick
      ? { lengths: [10, 200], connections: [1, 64], cached: [5_000, 10_000], processes: 600 }
      : {
          lengths: [10, 20, 50, 100, 200],
          connections: [1, 2, 4, 8, 16, 32, 64],
          cached: [1_000, 10_000, 100_000, 1_000_000],
          processes: 20_000,
        };
    const upstream = await startUpstream();
    try {
      const server = await startSubgraph({ upstream: upstream.url });
      const lists = await growLists(plan, server);
      const connections = await growConnections(plan, server);
      await server.stop();
      const cached = await growCached(plan, upstream);
      const shared = await growReplicas(plan);
      return {
        how:
          `Pages of known processes, with ${PER_PAGE} processes unless the length grows. The curves over the length and over ` +
          'the number of cached processes use one connection. Replicas share a Redis; the second one shares its core with ' +
          'Redis, the upstream stub and the client, so that two replicas cannot be twice as fast here: their CPU per ' +
          'operation is the better figure.',
        columns: ['with', 'an operation takes, ms', 'CPU per operation, µs', 'operations per second'],
        lines: [
          ...[lists, connections, cached].flatMap(linesOf),
          ...shared.map(({ replicas, cpuUs, perSecond }) => [
            `${replicas} ${replicas === 1 ? 'replica' : 'replicas'} on one Redis`,
            '–',
            ...[cpuUs, perSecond].map(formatNumber),
          ]),
        ],
        targets: targetsOf({ lists, connections, cached, shared }),
        plots: [
          plotOf(lists, 'growth-list.svg', 'CPU per operation, µs', 'cpuUs'),
          plotOf(connections, 'growth-connections.svg', 'operations per second', 'perSecond'),
          plotOf(cached, 'growth-cached.svg', 'a page takes, ms', 'wallMs'),
        ],
      };
    } finally {
      await upstream.stop();
    }
  },
};
