import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Row } from '../row.ts';
import { forgetPeak, formatMb, memoryOf, peakMemoryOf } from '../support/memory.ts';
import { startProgram, startSubgraph, type ServerProcess } from '../support/server-process.ts';
import { formatNumber } from '../support/statistics.ts';
import { startUpstream } from '../support/upstream.ts';

const MAX_MB = 300;

/** Longer than any wait here; the longest that the configuration takes is two minutes. */
const PATIENCE = { REQUEST_TIMEOUT_MS: '120000', UPSTREAM_TIMEOUT_MS: '30000' };

/** Requests that wait together: how many, for how many processes, and how long each call for one of those takes. */
type Crowd = { name: string; requests: number; processes: number; latencyMs: number };

/** What the clients have seen: answers without errors, and an example of the others. */
type Seen = { answered: number; seconds: number; example: string | null };

type Waited = Pick<Crowd, 'name' | 'latencyMs'> & Seen & { calls: number; before: number; peak: number };

/** Sends the requests of a crowd to a server, and looks how much memory that takes. */
async function sendAll({ url, pid }: ServerProcess, crowd: Crowd): Promise<Omit<Waited, 'calls'>> {
  const { name, requests, processes, latencyMs } = crowd;
  forgetPeak(pid);
  const before = memoryOf(pid);
  const args = ['bench/support/waiting-clients.ts', url, String(requests), String(processes)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return { name, latencyMs, ...(JSON.parse(stdout) as Seen), before, peak: peakMemoryOf(pid) };
}

async function waitTogether(crowd: Crowd): Promise<Waited> {
  const upstream = await startUpstream({ latencyMs: crowd.latencyMs });
  const server = await startSubgraph({ upstream: upstream.url, variables: PATIENCE });
  try {
    const seen = await sendAll(server, crowd);
    return { ...seen, calls: await upstream.calls() };
  } finally {
    await server.stop();
    await upstream.stop();
  }
}

/** The same requests, sent to a server that does nothing but hold them: what Node itself takes for them. */
async function holdBare(crowd: Crowd): Promise<Waited> {
  const server = await startProgram({ args: ['bench/support/bare-holder.ts', String(crowd.latencyMs)] });
  try {
    const seen = await sendAll(server, crowd);
    return { ...seen, name: 'the same, held by a bare HTTP server of Node', calls: 0 };
  } finally {
    await server.stop();
  }
}

/** Many at a time on one process of Node: what a slow Unico makes of a busy hour. */
export const waitingRequests: Row = {
  name: 'waiting-requests',
  title: '10,000 requests that wait for Unico at the same time',
  async measure({ quick }) {
    const requests = quick ? 500 : 10_000;
    const same = { requests, processes: 10, latencyMs: quick ? 1_000 : 5_000 };
    const own = { requests, processes: requests, latencyMs: quick ? 20 : 200 };
    const waited = [
      await waitTogether({ name: 'all for the same ten processes', ...same }),
      await waitTogether({ name: 'each for one of its own', ...own }),
    ];
    const bare = await holdBare({ name: '', ...same });
    return {
      how:
        `${formatNumber(requests)} requests at once, each over a connection of its own and for one process, to a server ` +
        'that has just started. The peak is that of the resident set, as the kernel counts it (VmHWM). Those that all ask ' +
        'for something else wait for one another, because the connections to Unico are few: the last one waits longest.',
      columns: [
        'requests',
        'a call takes',
        'calls',
        'answered without errors',
        'all answered after',
        'memory before',
        'peak',
      ],
      lines: [...waited, bare].map(({ name, latencyMs, calls, answered, seconds, before, peak }) => [
        name,
        `${formatNumber(latencyMs)} ms`,
        formatNumber(calls),
        formatNumber(answered),
        `${formatNumber(seconds)} s`,
        formatMb(before),
        formatMb(peak),
      ]),
      targets: waited.flatMap(({ name, answered, example, peak }) => [
        { asks: `${name}: less than ${MAX_MB} MB`, found: formatMb(peak), met: peak < MAX_MB },
        {
          asks: `${name}: every one answered without errors`,
          found:
            example === null ? `${formatNumber(answered)}` : `${formatNumber(answered)}; another: ${example}`,
          met: answered === requests,
        },
      ]),
      plots: [],
    };
  },
};
