import type { Row, Target } from '../row.ts';
import { cpuPerOperation } from '../support/cpu-time.ts';
import { Load } from '../support/load.ts';
import { PAGE_QUERY } from '../support/page-query.ts';
import { startPeer } from '../support/peers.ts';
import { processIds } from '../support/process-ids.ts';
import { figuresOf, measureRounds, ratioOf, type Rounds } from '../support/ratio.ts';
import { startSubgraph, type ServerProcess } from '../support/server-process.ts';
import { OURS, titleOf } from '../support/side-by-side.ts';
import { formatNumber, formatSpread, spreadOf, type Spread } from '../support/statistics.ts';
import { startUpstream } from '../support/upstream.ts';

/** The last length is the maximum of one list. */
const LENGTHS = [1, 2, 5, 10, 20, 50, 100, 200];
const QUICK_LENGTHS = [1, 10, 50, 200];
const PEER = titleOf('mercurius-jit');

const subjectOf = (server: string, length: number): string => `${server}, ${length}`;

/** How much to measure: the same number of processes for each length, in more or fewer requests. */
type Plan = { lengths: readonly number[]; warmUp: number; processes: number; rounds: number };

/** A server with lists of one length: the figure is the CPU per process, in microseconds. */
function subject(
  { name, server }: { name: string; server: ServerProcess },
  length: number,
  { warmUp, processes }: Plan,
) {
  const body = JSON.stringify({ query: PAGE_QUERY, variables: { ids: processIds(length) } });
  const load = new Load({ url: server.url, bodies: [body] });
  const measure = (): Promise<number> =>
    cpuPerOperation(server, processes, () => load.drive(processes / length));
  return { name: subjectOf(name, length), measure, load, warmUp: () => load.drive(warmUp / length) };
}

async function measureLengths(plan: Plan): Promise<Rounds> {
  const upstream = await startUpstream();
  const ours = await startSubgraph({ upstream: upstream.url });
  const peer = await startPeer('mercurius-jit', upstream.url);
  const subjects = plan.lengths.flatMap((length) => [
    subject({ name: OURS, server: ours }, length, plan),
    subject({ name: PEER, server: peer }, length, plan),
  ]);
  try {
    for (const { warmUp } of subjects) await warmUp();
    return await measureRounds(subjects, plan.rounds);
  } finally {
    for (const { load } of subjects) await load.close();
    for (const server of [ours, peer, upstream]) await server.stop();
  }
}

/** A step from one length to the next, and the ratio of the CPU per process after it to that before it. */
type Step = { from: number; to: number; ratio: Spread };

function stepsOf(rounds: Rounds, lengths: readonly number[]): Step[] {
  return lengths.slice(1).map((to, index) => {
    const from = lengths[index] ?? NaN;
    return { from, to, ratio: ratioOf(rounds, subjectOf(OURS, to), subjectOf(OURS, from)) };
  });
}

/** Rounds differ by some percent: a rise counts only if every single round shows it. */
function neverRises(steps: readonly Step[]): Target {
  const worst = steps.toSorted((one, other) => other.ratio.median - one.ratio.median)[0];
  if (worst === undefined) throw new Error('expected at least two lengths');
  return {
    requirement:
      'CPU per process never rises with the length of the list (a rise is one that all rounds show)',
    measured: `the worst step, from ${worst.from} to ${worst.to}: ${formatSpread(worst.ratio, '×')}`,
    met: steps.every(({ ratio }) => ratio.min <= 1),
  };
}

/** What a process costs in lists of different lengths: all processes of a request share the request's fixed cost. */
export const listLength: Row = {
  name: 'list-length',
  title: 'Known processes in lists of one to two hundred',
  async measure({ quick }) {
    const plan: Plan = quick
      ? { lengths: QUICK_LENGTHS, warmUp: 600, processes: 400, rounds: 3 }
      : { lengths: LENGTHS, warmUp: 20_000, processes: 4_000, rounds: 11 };
    const rounds = await measureLengths(plan);
    const spread = (server: string, length: number): Spread =>
      spreadOf(figuresOf(rounds, subjectOf(server, length)));
    const points = (server: string) =>
      plan.lengths.map((length): [number, number] => [length, spread(server, length).median]);
    return {
      how:
        `The operation of \`hot-processes\` with lists of different lengths; ${formatNumber(plan.processes)} processes ` +
        `for each length and round, in as many requests as the length requires. Median of ${plan.rounds} rounds (min to max).`,
      columns: ['processes in the list', `${OURS}: CPU per process, µs`, `${PEER}: CPU per process, µs`],
      lines: plan.lengths.map((length) => [
        String(length),
        formatSpread(spread(OURS, length)),
        formatSpread(spread(PEER, length)),
      ]),
      targets: [neverRises(stepsOf(rounds, plan.lengths))],
      plots: [
        {
          file: 'list-length.svg',
          title: 'CPU per process in lists of different lengths',
          x: 'processes in the list',
          y: 'CPU per process, µs',
          logX: true,
          logY: true,
          series: [OURS, PEER].map((name) => ({ name, points: points(name) })),
        },
      ],
    };
  },
};
