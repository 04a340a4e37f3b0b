import type { Row, Target } from '../row.ts';
import { startAsker, type Asker } from '../support/asker-process.ts';
import { SUBJECT_CORE } from '../support/cores.ts';
import { cpuPerOperation } from '../support/cpu-time.ts';
import { percentileOf } from '../support/percentile.ts';
import { startProgram, startSubgraph } from '../support/server-process.ts';
import { formatNumber, formatSpread, medianOf, spreadOf } from '../support/statistics.ts';
import { startUpstream } from '../support/upstream.ts';

/** A read takes Unico longer; what counts here is what is added to it. */
const LATENCY_MS = 20;

/** What may be added, in milliseconds: at the median, and for one in a hundred. */
const MAX_AT_P50 = 1;
const MAX_AT_P99 = 3;

/** Who is asked, and what came of it, a figure or a list of them each round. */
type Subject = { name: string; fetcher: Asker; pid: number; times: number[][]; cpu: number[] };

const subjectOf = (name: string, fetcher: Asker, pid: number): Subject => ({
  name,
  fetcher,
  pid,
  times: [],
  cpu: [],
});

async function askOnce(subject: Subject, requests: number): Promise<void> {
  const cpu = await cpuPerOperation(subject, requests, async () => {
    subject.times.push(await subject.fetcher.ask(requests));
  });
  subject.cpu.push(cpu);
}

/** How much longer one takes than another, by the median of each round. */
function addedAtP50(one: Subject, other: Subject): number[] {
  return one.times.map((times, round) => medianOf(times) - medianOf(other.times[round] ?? []));
}

function targetsOf(ours: Subject, bare: Subject): Target[] {
  const added = spreadOf(addedAtP50(ours, bare));
  const p99 = percentileOf(ours.times.flat(), 0.99) - percentileOf(bare.times.flat(), 0.99);
  return [
    {
      asks: `at the median at most ${MAX_AT_P50} ms more than the call itself`,
      found: `${formatSpread(added, 'ms')} more`,
      met: added.median <= MAX_AT_P50,
    },
    {
      asks: `at the 99th percentile at most ${MAX_AT_P99} ms more`,
      found: `${formatNumber(p99)} ms more`,
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

/** What this subgraph adds to a call that can not be avoided. */
export const unknownProcess: Row = {
  name: 'unknown-process',
  title: 'One unknown process, over a call of 20 ms',
  async measure({ quick }) {
    const [warmUp, requests, rounds] = quick ? [60, 10, 4] : [1_000, 100, 15];
    const upstream = await startUpstream({ latencyMs: LATENCY_MS });
    const [subgraph, relay, bareAsker] = await Promise.all([
      startSubgraph({ upstream: upstream.url }),
      startProgram({ args: ['bench/support/bare-relay.ts', upstream.url] }),
      // It stands where the subgraph stands, next to Unico.
      startAsker('bare-process', upstream.url, { core: SUBJECT_CORE }),
    ]);
    const [fetcher, relayAsker] = await Promise.all([
      startAsker('unknown-process', subgraph.url),
      startAsker('unknown-process', relay.url),
    ]);
    try {
      const ours = subjectOf('this subgraph', fetcher, subgraph.pid);
      const bare = subjectOf('undici and JSON.parse', bareAsker, bareAsker.pid);
      // What of the difference is nobody's doing: it stands where the subgraph stands, and does nothing.
      const least = subjectOf('a bare server that passes it on', relayAsker, relay.pid);
      await Promise.all([fetcher, relayAsker, bareAsker].map((one) => one.ask(warmUp)));
      for (let round = 0; round < rounds; round += 1) {
        for (const subject of [ours, least, bare]) await askOnce(subject, requests);
      }
      return {
        how:
          `A page of one process that nobody has asked about before, over one connection, one after the other; beside a ` +
          `GET of the same upstream, which takes ${LATENCY_MS} ms, and JSON.parse. ${requests} requests of each in turn, in ` +
          `${rounds} rounds after ${warmUp} that do not count. The asker and the upstream share the other core, and there is ` +
          `one way more on it than in the bare call: to the subgraph, or to a server that only passes the answer on.`,
        columns: ['who asks Unico', 'p50, ms', 'p99, ms', 'CPU per request, µs'],
        lines: [ours, least, bare].map(lineOf),
        targets: targetsOf(ours, bare),
        plots: [],
      };
    } finally {
      for (const one of [fetcher, relayAsker, bareAsker, subgraph, relay, upstream]) await one.stop();
    }
  },
};
