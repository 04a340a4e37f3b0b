import type { Row } from '../row.ts';
import { cpuPerOperation } from '../support/cpu-time.ts';
import { figuresOf, measureInTurn, ratioOf, targetAtMost } from '../support/ratio.ts';
import { formatSpread, spreadOf } from '../support/statistics.ts';
import { startUpstream } from '../support/upstream.ts';
import { startWorker } from '../support/worker-process.ts';

const READER = 'bench/support/upstream-reader.ts';
const OURS = "this subgraph's client";
const BARE = 'undici and JSON.parse';

/** At most twice: what is added is a deadline, a size that is bounded, the check of the body, and one model for both contracts. */
const MAX = 2;

/** What one call to Unico costs beside the least that anybody could do. */
export const upstreamRead: Row = {
  name: 'upstream-read',
  title: 'One call to Unico',
  async measure({ quick }) {
    const [warmUp, calls, rounds] = quick ? [1_000, 300, 5] : [10_000, 3_000, 15];
    const upstream = await startUpstream();
    const ours = await startWorker([READER, upstream.url, 'product']);
    const bare = await startWorker([READER, upstream.url, 'bare']);
    try {
      for (const worker of [ours, bare]) await worker.run(warmUp);
      const subjects = [
        { name: OURS, measure: () => cpuPerOperation(ours, calls, () => ours.run(calls)) },
        { name: BARE, measure: () => cpuPerOperation(bare, calls, () => bare.run(calls)) },
      ];
      const found = await measureInTurn(subjects, rounds);
      return {
        how:
          "CPU of GET client/v1/process/{id}: the request, reading and checking its answer, and making the domain's " +
          `process of it, without quota, retries and keeping; beside the request and JSON.parse alone. Ten at a time, ` +
          `${calls} calls in each of ${rounds} rounds after ${warmUp} that do not count; median (least to most).`,
        columns: ['client', 'CPU per call, µs'],
        lines: subjects.map(({ name }) => [name, formatSpread(spreadOf(figuresOf(found, name)))]),
        targets: [targetAtMost('CPU per call', MAX, BARE, ratioOf(found, OURS, BARE))],
        plots: [],
      };
    } finally {
      for (const one of [ours, bare, upstream]) await one.stop();
    }
  },
};
