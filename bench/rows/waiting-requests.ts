import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Row } from '../row.ts';
import { resetPeak, formatMb, memoryOf, peakMemoryOf } from '../support/memory.ts';
import { startProgram, startSubgraph, type ServerProcess } from '../support/server-process.ts';
import { formatNumber } from '../support/statistics.ts';
import { startUpstream } from '../support/upstream.ts';

const MAX_MB = 300;

/** Longer than any wait of this row; the configuration accepts at most two minutes. */
const TIMEOUTS = { REQUEST_TIMEOUT_MS: '120000', UPSTREAM_TIMEOUT_MS: '30000' };

/** Requests that wait together: how many, for how many processes, and the latency of each call for one of these. */
type Burst = { name: string; requests: number; processes: number; latencyMs: number };

/** What the clients report: responses without errors, the seconds until the last one, and an example with errors. */
type Report = { complete: number; seconds: number; example: string | null };

/** The figures of a burst; memory is in MB. */
type Figures = Pick<Burst, 'name' | 'latencyMs'> & Report & { calls: number; before: number; peak: number };

/** Sends the requests of a burst to a server, and measures the server's memory. */
async function sendAll({ url, pid }: ServerProcess, burst: Burst): Promise<Omit<Figures, 'calls'>> {
  const { name, requests, processes, latencyMs } = burst;
  resetPeak(pid);
  const before = memoryOf(pid);
  const args = ['bench/support/waiting-clients.ts', url, String(requests), String(processes)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return { name, latencyMs, ...(JSON.parse(stdout) as Report), before, peak: peakMemoryOf(pid) };
}

async function waitTogether(burst: Burst): Promise<Figures> {
  const upstream = await startUpstream({ latencyMs: burst.latencyMs });
  const server = await startSubgraph({ upstream: upstream.url, variables: TIMEOUTS });
  try {
    const figures = await sendAll(server, burst);
    return { ...figures, calls: await upstream.calls() };
  } finally {
    await server.stop();
    await upstream.stop();
  }
}

/** The same requests to a server that only waits: the memory that Node itself needs for them. */
async function waitBare(burst: Burst): Promise<Figures> {
  const server = await startProgram({ args: ['bench/support/bare-server.ts', String(burst.latencyMs)] });
  try {
    const figures = await sendAll(server, burst);
    return { ...figures, name: 'the same, to a bare HTTP server of Node', calls: 0 };
  } finally {
    await server.stop();
  }
}

/** Many concurrent requests on one process of Node: a busy hour while Unico is slow. */
export const waitingRequests: Row = {
  name: 'waiting-requests',
  title: '10,000 requests that wait for Unico at the same time',
  async measure({ quick }) {
    const requests = quick ? 500 : 10_000;
    const same = { requests, processes: 10, latencyMs: quick ? 1_000 : 5_000 };
    const own = { requests, processes: requests, latencyMs: quick ? 20 : 200 };
    const bursts = [
      await waitTogether({ name: 'all for the same ten processes', ...same }),
      await waitTogether({ name: 'each for a process of its own', ...own }),
    ];
    const bare = await waitBare({ name: '', ...same });
    return {
      how:
        `${formatNumber(requests)} requests at once, each over a connection of its own and for one process, to a server ` +
        'that has just started. The peak is that of the resident set, as the kernel counts it (VmHWM). Requests for distinct ' +
        'processes wait for one another, because there are few connections to Unico: the last request waits longest.',
      columns: [
        'requests',
        'a call takes',
        'calls',
        'responses without errors',
        'last response after',
        'memory before',
        'peak',
      ],
      lines: [...bursts, bare].map(({ name, latencyMs, calls, complete, seconds, before, peak }) => [
        name,
        `${formatNumber(latencyMs)} ms`,
        formatNumber(calls),
        formatNumber(complete),
        `${formatNumber(seconds)} s`,
        formatMb(before),
        formatMb(peak),
      ]),
      targets: bursts.flatMap(({ name, complete, example, peak }) => [
        { requirement: `${name}: less than ${MAX_MB} MB`, measured: formatMb(peak), met: peak < MAX_MB },
        {
          requirement: `${name}: every response without errors`,
          measured:
            example === null
              ? `${formatNumber(complete)}`
              : `${formatNumber(complete)}; example of another: ${example}`,
          met: complete === requests,
        },
      ]),
      plots: [],
    };
  },
};
