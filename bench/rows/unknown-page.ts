import { MAX_CONNECTIONS } from '../../src/upstream/http/http-client.ts';
import type { Row } from '../row.ts';
import { startClient } from '../support/client-process.ts';
import { SUBJECT_CORE } from '../support/cores.ts';
import { cpuPerOperation } from '../support/cpu-time.ts';
import { startSubgraph } from '../support/server-process.ts';
import { connectionsTo } from '../support/sockets.ts';
import { formatNumber, formatSpread, spreadOf } from '../support/statistics.ts';
import { startUpstream } from '../support/upstream.ts';

const LATENCY_MS = 20;
const PROCESSES = 200;

/** A connection carries whole calls, one after the other: some connections carry one call more than others. */
const CALLS_PER_CONNECTION = Math.ceil(PROCESSES / MAX_CONNECTIONS);
const MIN_MS = CALLS_PER_CONNECTION * LATENCY_MS;

/** The maximum of a page, as a multiple of MIN_MS. */
const MAX = 1.15;

/** How long a page of unknown processes takes, compared with the minimum that its calls take on the connections. */
export const unknownPage: Row = {
  name: 'unknown-page',
  title: 'A page of 200 unknown processes, over calls of 20 ms',
  async measure({ quick }) {
    const [warmUp, pages, rounds] = quick ? [4, 2, 3] : [40, 10, 11];
    const upstream = await startUpstream({ latencyMs: LATENCY_MS });
    const [subgraph, bareClient] = await Promise.all([
      startSubgraph({ upstream: upstream.url }),
      startClient('bare-page', upstream.url, { core: SUBJECT_CORE }),
    ]);
    const client = await startClient('unknown-page', subgraph.url);
    try {
      for (const one of [client, bareClient]) await one.timeRequests(warmUp);
      const callsBefore = await upstream.calls();
      await client.timeRequests(pages);
      const calls = ((await upstream.calls()) - callsBefore) / pages;
      const connections = connectionsTo(upstream.url, subgraph.pid);
      const times: number[] = [];
      const bareTimes: number[] = [];
      const cpu: number[] = [];
      const requestPages = async (): Promise<void> => void times.push(...(await client.timeRequests(pages)));
      for (let round = 0; round < rounds; round += 1) {
        cpu.push(await cpuPerOperation(subgraph, pages, requestPages));
        bareTimes.push(...(await bareClient.timeRequests(pages)));
      }
      const ours = spreadOf(times);
      const ratio = {
        median: ours.median / MIN_MS,
        min: ours.min / MIN_MS,
        max: ours.max / MIN_MS,
      };
      return {
        how:
          `One operation for ${PROCESSES} processes that no client has requested before, without a quota. Counted at the ` +
          `upstream stub: ${formatNumber(calls)} calls per page over ${connections} connections. ${MAX_CONNECTIONS} ` +
          `connections carry ${PROCESSES} calls ${CALLS_PER_CONNECTION} one after the other, which takes ` +
          `${CALLS_PER_CONNECTION} × ${LATENCY_MS} ms = ${MIN_MS} ms (${PROCESSES} ÷ ${MAX_CONNECTIONS} × ${LATENCY_MS} ms ` +
          `would be ${formatNumber((PROCESSES / MAX_CONNECTIONS) * LATENCY_MS)}). ${rounds * pages} pages; median (min to max).`,
        columns: ['client of Unico', 'a page, ms', 'CPU per page, ms'],
        lines: [
          ['this subgraph', formatSpread(ours), formatSpread(spreadOf(cpu.map((us) => us / 1000)))],
          ['undici and JSON.parse, as many connections', formatSpread(spreadOf(bareTimes)), '–'],
        ],
        targets: [
          {
            requirement: `at most ${MAX} × ${MIN_MS} ms`,
            measured: formatSpread(ratio, '×'),
            met: ratio.median <= MAX,
          },
          {
            requirement: `one call per process, over ${MAX_CONNECTIONS} connections`,
            measured: `${formatNumber(calls)} calls over ${connections} connections`,
            met: calls === PROCESSES && connections === MAX_CONNECTIONS,
          },
        ],
        plots: [],
      };
    } finally {
      for (const one of [client, bareClient, subgraph, upstream]) await one.stop();
    }
  },
};
