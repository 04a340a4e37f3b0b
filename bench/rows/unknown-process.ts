import type { Row, Target } from '../row.ts';
import { startClient, type ClientProcess } from '../support/client-process.ts';
import { SUBJECT_CORE } from '../support/cores.ts';
import { cpuPerOperation } from '../support/cpu-time.ts';
import { percentileOf } from '../support/percentile.ts';
import { startProgram, startSubgraph } from '../support/server-process.ts';
import { formatNumber, formatSpread, medianOf, spreadOf } from '../support/statistics.ts';
import { startUpstream } from '../support/upstream.ts';

/** Unico's reads take longer; the row measures only what the subgraph adds. */
const LATENCY_MS = 20;

/** The maximum that the subgraph may add, in milliseconds: at the median, and at the 99th percentile. */
const MAX_AT_P50 = 1;
const MAX_AT_P99 = 3;

/** A measured process, the client that sends to it, and the figures of each round. */
type Subject = {
  name: string;
  client: ClientProcess;
  /** The id of the measured process. */
  pid: number;
  /** The time of each request, in milliseconds. */
  times: number[][];
  /** CPU per request, in microseconds. */
  cpu: number[];
};

const subjectOf = (name: string, client: ClientProcess, pid: number): Subject => ({
  name,
  client,
  pid,
  times: [],
  cpu: [],
});

async function measureRound(subject: Subject, requests: number): Promise<void> {
  const cpu = await cpuPerOperation(subject, requests, async () => {
    subject.times.push(await subject.client.timeRequests(requests));
  });
  subject.cpu.push(cpu);
}

/** How much longer one subject takes than another, in milliseconds, by the median of each round. */
function addedAtP50(one: Subject, other: Subject): number[] {
  return one.times.map((times, round) => medianOf(times) - medianOf(other.times[round] ?? []));
}

function targetsOf(ours: Subject, bare: Subject): Target[] {
  const added = spreadOf(addedAtP50(ours, bare));
  const p99 = percentileOf(ours.times.flat(), 0.99) - percentileOf(bare.times.flat(), 0.99);
  return [
    {
      requirement: `at the median at most ${MAX_AT_P50} ms more than the call itself`,
      measured: `${formatSpread(added, 'ms')} more`,
      met: added.median <= MAX_AT_P50,
    },
    {
      requirement: `at the 99th percentile at most ${MAX_AT_P99} ms more`,
      measured: `${formatNumber(p99)} ms more`,
      met: p99 <= MAX_AT_P99,
    },
  ];
}

function lineOf({ name, times, cpu }: Subject): string[] {
  const all = times.flat();
  return [
    name,
    ...[0.5, 0.99].map((share) => formatNumber(percentileOf(all, share))),
    formatSpread(spreadOf(cpu)),
  ];
}

/** What this subgraph adds to a call that it cannot avoid. */
export const unknownProcess: Row = {
  name: 'unknown-process',
  title: 'One unknown process, over a call of 20 ms',
  async measure({ quick }) {
    const [warmUp, requests, rounds] = quick ? [60, 10, 4] : [1_000, 100, 15];
    const upstream = await startUpstream({ latencyMs: LATENCY_MS });
    const [subgraph, proxy, bareClient] = await Promise.all([
      startSubgraph({ upstream: upstream.url }),
      startProgram({ args: ['bench/support/bare-proxy.ts', upstream.url] }),
      // It runs on the subgraph's core, because it calls the upstream as the subgraph does.
      startClient('bare-process', upstream.url, { core: SUBJECT_CORE }),
    ]);
    const [client, proxyClient] = await Promise.all([
      startClient('unknown-process', subgraph.url),
      startClient('unknown-process', proxy.url),
    ]);
    try {
      const ours = subjectOf('this subgraph', client, subgraph.pid);
      const bare = subjectOf('undici and JSON.parse', bareClient, bareClient.pid);
      // The proxy runs on the subgraph's core and does no work of its own: its difference is the cost of the extra hop.
      const viaProxy = subjectOf('a bare proxy', proxyClient, proxy.pid);
      await Promise.all([client, proxyClient, bareClient].map((one) => one.timeRequests(warmUp)));
      for (let round = 0; round < rounds; round += 1) {
        for (const subject of [ours, viaProxy, bare]) await measureRound(subject, requests);
      }
      return {
        how:
          `A page of one process that no client has requested before, over one connection, one after the other; compared ` +
          `with a GET of the same upstream stub, which takes ${LATENCY_MS} ms, and JSON.parse. ${requests} requests to each, ` +
          `in ${rounds} rounds after ${warmUp} requests as a warm-up. The client and the upstream stub share the other core. ` +
          'That core carries one hop more than in the bare call: to the subgraph, or to a proxy that only forwards the response.',
        columns: ['client of Unico', 'p50, ms', 'p99, ms', 'CPU per request, µs'],
        lines: [ours, viaProxy, bare].map(lineOf),
        targets: targetsOf(ours, bare),
        plots: [],
      };
    } finally {
      for (const one of [client, proxyClient, bareClient, subgraph, proxy, upstream]) await one.stop();
    }
  },
};
