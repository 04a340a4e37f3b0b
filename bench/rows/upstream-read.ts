import type { Row } from '../row.ts';
import { cpuPerOperation } from '../support/cpu-time.ts';
import { figuresOf, measureRounds, ratioOf, targetAtMost } from '../support/ratio.ts';
import { formatSpread, spreadOf } from '../support/statistics.ts';
import { startUpstream } from '../support/upstream.ts';
import { startWorker } from '../support/worker-process.ts';

const READER = 'bench/support/upstream-reader.ts';
const OURS = "this subgraph's client";
const BARE = 'undici and JSON.parse';

/**
 * At most twice the bare call: the client adds a deadline, a size limit, the validation of the body, and one model for both
 * contracts.
 */
const MAX = 2;

/** What one call to Unico costs, compared with the minimum that any client needs. */
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
      const figures = await measureRounds(subjects, rounds);
      return {
        how:
          "CPU of GET client/v1/process/{id}: the request, reading and validating its response, and the conversion to the domain's " +
          `process, without quota, retries and cache; compared with the request and JSON.parse alone. Ten at a time, ` +
          `${calls} calls in each of ${rounds} rounds after ${warmUp} calls as a warm-up; median (min to max).`,
        columns: ['client', 'CPU per call, µs'],
        lines: subjects.map(({ name }) => [name, formatSpread(spreadOf(figuresOf(figures, name)))]),
        targets: [targetAtMost('CPU per call', MAX, BARE, ratioOf(figures, OURS, BARE))],
        plots: [],
      };
    } finally {
      for (const one of [ours, bare, upstream]) await one.stop();
    }
  },
};
