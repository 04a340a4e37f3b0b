import { MAX_CONNECTIONS } from '../../src/upstream/http/http-client.ts';
import type { Row } from '../row.ts';
import { startAsker } from '../support/asker-process.ts';
import { SUBJECT_CORE } from '../support/cores.ts';
import { cpuPerOperation } from '../support/cpu-time.ts';
import { startSubgraph } from '../support/server-process.ts';
import { connectionsTo } from '../support/sockets.ts';
import { formatNumber, formatSpread, spreadOf } from '../support/statistics.ts';
import { startUpstream } from '../support/upstream.ts';

const LATENCY_MS = 20;
const PROCESSES = 200;

/** A connection carries one call after the other, and no part of one: some carry one more than others. */
const IN_TURN = Math.ceil(PROCESSES / MAX_CONNECTIONS);
const LIMIT_MS = IN_TURN * LATENCY_MS;

const MAX = 1.15;

/** How long a page of nothing but unknown processes takes, beside what its calls take on the connections that there are. */
export const unknownPage: Row = {
  name: 'unknown-page',
  title: 'A page of 200 unknown processes, over calls of 20 ms',
  async measure({ quick }) {
    const [warmUp, pages, rounds] = quick ? [4, 2, 3] : [40, 10, 11];
    const upstream = await startUpstream({ latencyMs: LATENCY_MS });
    const [subgraph, bareAsker] = await Promise.all([
      startSubgraph({ upstream: upstream.url }),
      startAsker('bare-page', upstream.url, { core: SUBJECT_CORE }),
    ]);
    const fetcher = await startAsker('unknown-page', subgraph.url);
    try {
      for (const one of [fetcher, bareAsker]) await one.ask(warmUp);
      const callsBefore = await upstream.calls();
      await fetcher.ask(pages);
      const calls = ((await upstream.calls()) - callsBefore) / pages;
      const connections = connectionsTo(upstream.url, subgraph.pid);
      const [times, bareTimes, cpu]: number[][] = [[], [], []];
      for (let round = 0; round < rounds; round += 1) {
        cpu?.push(
          await cpuPerOperation(subgraph, pages, async () => void times?.push(...(await fetcher.ask(pages)))),
        );
        bareTimes?.push(...(await bareAsker.ask(pages)));
      }
      const ours = spreadOf(times ?? []);
      const ratio = {
        median: ours.median / LIMIT_MS,
        least: ours.least / LIMIT_MS,
        most: ours.most / LIMIT_MS,
      };
      return {
        how:
          `One operation asks for ${PROCESSES} processes that nobody has asked about before, without a quota. Counted at the ` +
          `upstream: ${formatNumber(calls)} calls a page over ${connections} connections. ${MAX_CONNECTIONS} connections carry ` +
          `${PROCESSES} calls ${IN_TURN} in turn, which takes ${IN_TURN} × ${LATENCY_MS} ms = ${LIMIT_MS} ms (${PROCESSES} ÷ ` +
          `${MAX_CONNECTIONS} × ${LATENCY_MS} ms would be ${formatNumber((PROCESSES / MAX_CONNECTIONS) * LATENCY_MS)}). ` +
          `${rounds * pages} pages; median (least to most).`,
        columns: ['who asks Unico', 'a page, ms', 'CPU per page, ms'],
        lines: [
          ['this subgraph', formatSpread(ours), formatSpread(spreadOf((cpu ?? []).map((us) => us / 1000)))],
          ['undici and JSON.parse, as many connections', formatSpread(spreadOf(bareTimes ?? [])), '–'],
        ],
        targets: [
          {
            asks: `at most ${MAX} × ${LIMIT_MS} ms`,
            found: formatSpread(ratio, '×'),
            met: ratio.median <= MAX,
          },
          {
            asks: `one call a process, over ${MAX_CONNECTIONS} connections`,
            found: `${formatNumber(calls)} calls over ${connections} connections`,
            met: calls === PROCESSES && connections === MAX_CONNECTIONS,
          },
        ],
        plots: [],
      };
    } finally {
      for (const one of [fetcher, bareAsker, subgraph, upstream]) await one.stop();
    }
  },
};
