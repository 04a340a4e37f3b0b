import { isDeepStrictEqual } from 'node:util';
import type { Effort } from '../row.ts';
import { startClosedSubgraph } from './closed-subgraph.ts';
import { cpuPerOperation } from './cpu-time.ts';
import { createLoad, type Load } from './load.ts';
import { PEERS, startPeer, type PeerName } from './peers.ts';
import { measureInTurn, type Rounds } from './ratio.ts';
import { startSubgraph, type ServerProcess } from './server-process.ts';
import { startUpstream } from './upstream.ts';

/** An operation with its variables, as it is sent. */
export type Operation = { query: string; variables: Record<string, unknown> };

/** The same work for all: what GraphQL servers are sent in turn, and what the handler written by hand is. */
export type Work = {
  operations: readonly Operation[];
  rest: { path: string; bodies: readonly object[] };
};

/** How this subgraph is called in tables: as it is started without variables, and as it runs in production. */
export const OURS = 'this subgraph';
export const OURS_CLOSED = 'this subgraph, with secret and token';

/** The name of a subject of measureSideBySide. */
export const titleOf = (peer: PeerName): string => PEERS[peer].title;

/** How long to measure, and who takes part. */
export type Plan = {
  /** Requests of each server before anything counts: enough for the optimizing compiler to have done its work. */
  warmUp: number;
  /** Requests in a round. */
  requests: number;
  rounds: number;
  peers: readonly PeerName[];
  /** Whether this subgraph is also measured with its doors closed. */
  closed: boolean;
};

/** The usual plan: in quick figures only those take part that a target names. */
export function planOf({ quick }: Effort, peers: readonly PeerName[], named: readonly PeerName[]): Plan {
  return quick
    ? { warmUp: 100, requests: 40, rounds: 3, peers: named, closed: false }
    : { warmUp: 4_000, requests: 1_000, rounds: 15, peers, closed: true };
}

type Contestant = { name: string; server: ServerProcess; load: Load; first: string };

function contestant(
  name: string,
  server: ServerProcess,
  { operations, rest }: Work,
  headers?: Record<string, string>,
): Contestant {
  const isRest = name === titleOf('rest');
  const bodies = (isRest ? rest.bodies : operations).map((body) => JSON.stringify(body));
  const [first] = bodies;
  if (first === undefined) throw new Error('expected at least one operation');
  const path = isRest ? rest.path : '/graphql';
  return { name, server, first, load: createLoad({ url: server.url, path, bodies, headers: headers ?? {} }) };
}

async function startAll(work: Work, { peers, closed }: Plan, upstream: string): Promise<Contestant[]> {
  const starting: Promise<Contestant>[] = [
    startSubgraph({ upstream }).then((server) => contestant(OURS, server, work)),
    ...peers.map(async (peer) => contestant(titleOf(peer), await startPeer(peer, upstream), work)),
  ];
  if (closed) {
    starting.push(
      startClosedSubgraph(upstream).then((server) => contestant(OURS_CLOSED, server, work, server.headers)),
    );
  }
  return Promise.all(starting);
}

/** The data of an answer. What is answered with errors is not what is measured. */
async function dataOf({ load, first, name }: Contestant): Promise<unknown> {
  const answer = JSON.parse(await load.answerTo(first)) as Record<string, unknown>;
  if (answer['errors'] !== undefined) throw new Error(`${name}: ${JSON.stringify(answer['errors'])}`);
  return name === titleOf('rest') ? answer : answer['data'];
}

/** Fails where one answers something else than the first: they would not have done the same work. */
async function requireSameAnswers(contestants: readonly Contestant[]): Promise<void> {
  const answers = await Promise.all(contestants.map(dataOf));
  for (const [index, { name }] of contestants.entries()) {
    if (!isDeepStrictEqual(answers[index], answers[0])) {
      throw new Error(
        `${name} answers something else: ${JSON.stringify(answers[index])}, expected ${JSON.stringify(answers[0])}`,
      );
    }
  }
}

/**
 * The CPU that one request costs this subgraph and its peers, in microseconds: all run at the same time and are asked
 * in turn, and whoever is not asked is idle. Before it is measured, all have answered the same, and have answered often
 * enough to know all processes and to be compiled.
 */
export async function measureSideBySide(work: Work, plan: Plan): Promise<Rounds> {
  const upstream = await startUpstream();
  const contestants = await startAll(work, plan, upstream.url);
  try {
    await requireSameAnswers(contestants);
    for (const { load } of contestants) await load.drive(plan.warmUp);
    const calls = await upstream.calls();
    const subjects = contestants.map(({ name, server, load }) => ({
      name,
      measure: () => cpuPerOperation(server, plan.requests, () => load.drive(plan.requests)),
    }));
    const rounds = await measureInTurn(subjects, plan.rounds);
    if ((await upstream.calls()) !== calls) throw new Error('expected known processes to cost no call');
    return rounds;
  } finally {
    for (const { load, server } of contestants) {
      await load.close();
      await server.stop();
    }
    await upstream.stop();
  }
}
