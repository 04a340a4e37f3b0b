import { isDeepStrictEqual } from 'node:util';
import type { Effort } from '../row.ts';
import { startAuthenticatedSubgraph } from './authenticated-subgraph.ts';
import { cpuPerOperation } from './cpu-time.ts';
import { Load } from './load.ts';
import { PEERS, startPeer, type PeerName } from './peers.ts';
import { measureRounds, type Rounds } from './ratio.ts';
import { startSubgraph, type ServerProcess } from './server-process.ts';
import { startUpstream } from './upstream.ts';

/** An operation with its variables: the body of a request. */
export type Operation = { query: string; variables: Record<string, unknown> };

/** The same work for all servers: the requests to GraphQL servers, and those to the REST handler written by hand. */
export type Work = {
  operations: readonly Operation[];
  rest: { path: string; bodies: readonly object[] };
};

/** Titles of this subgraph in tables: as it starts without variables, and as it runs in production. */
export const OURS = 'this subgraph';
export const OURS_AUTHENTICATED = 'this subgraph, with secret and token';

/** The title of a peer, which is also the name of its subject in `measureSideBySide`. */
export const titleOf = (peer: PeerName): string => PEERS[peer].title;

/** How long to measure, and which servers. */
export type Plan = {
  /** Requests to each server before the first round: enough for the optimizing compiler to finish. */
  warmUp: number;
  /** Requests in a round. */
  requests: number;
  rounds: number;
  peers: readonly PeerName[];
  /** Whether to measure this subgraph a second time, with authentication of each request. */
  authenticated: boolean;
};

/** The usual plan. `named` are the peers that a target names: a quick run measures only these. */
export function planOf({ quick }: Effort, peers: readonly PeerName[], named: readonly PeerName[]): Plan {
  return quick
    ? { warmUp: 100, requests: 40, rounds: 3, peers: named, authenticated: false }
    : { warmUp: 4_000, requests: 1_000, rounds: 15, peers, authenticated: true };
}

/** A running server, what sends requests to it, and the body of its first request. */
type Candidate = { name: string; server: ServerProcess; load: Load; first: string };

function candidateOf(
  { name, server, headers }: { name: string; server: ServerProcess; headers?: Record<string, string> },
  { operations, rest }: Work,
): Candidate {
  const isRest = name === titleOf('rest');
  const bodies = (isRest ? rest.bodies : operations).map((body) => JSON.stringify(body));
  const [first] = bodies;
  if (first === undefined) throw new Error('expected at least one operation');
  const path = isRest ? rest.path : '/graphql';
  return { name, server, first, load: new Load({ url: server.url, path, bodies, headers: headers ?? {} }) };
}

async function startOurs(work: Work, upstream: string): Promise<Candidate> {
  return candidateOf({ name: OURS, server: await startSubgraph({ upstream }) }, work);
}

async function startAuthenticated(work: Work, upstream: string): Promise<Candidate> {
  const server = await startAuthenticatedSubgraph(upstream);
  return candidateOf({ name: OURS_AUTHENTICATED, server, headers: server.headers }, work);
}

function startAll(work: Work, { peers, authenticated }: Plan, upstream: string): Promise<Candidate[]> {
  return Promise.all([
    startOurs(work, upstream),
    ...peers.map(async (peer) =>
      candidateOf({ name: titleOf(peer), server: await startPeer(peer, upstream) }, work),
    ),
    ...(authenticated ? [startAuthenticated(work, upstream)] : []),
  ]);
}

/** The data of a server's response to its first request. Throws on errors: the row does not measure these. */
async function dataOf({ load, first, name }: Candidate): Promise<unknown> {
  const response = JSON.parse(await load.responseTo(first)) as Record<string, unknown>;
  if (response['errors'] !== undefined) throw new Error(`${name}: ${JSON.stringify(response['errors'])}`);
  return name === titleOf('rest') ? response : response['data'];
}

/** Throws if a server's response differs from the first one's: the servers would not do the same work. */
async function requireSameResponses(candidates: readonly Candidate[]): Promise<void> {
  const responses = await Promise.all(candidates.map(dataOf));
  for (const [index, { name }] of candidates.entries()) {
    if (!isDeepStrictEqual(responses[index], responses[0])) {
      throw new Error(
        `${name} differs: got ${JSON.stringify(responses[index])}, expected ${JSON.stringify(responses[0])}`,
      );
    }
  }
}

/**
 * The CPU that one request costs this subgraph and its peers, in microseconds. All servers run at the same time and
 * receive requests one server after the other, while the others are idle. Before the first round all have responded
 * with the same data, and often enough to know all processes and to be compiled.
 */
export async function measureSideBySide(work: Work, plan: Plan): Promise<Rounds> {
  const upstream = await startUpstream();
  const candidates = await startAll(work, plan, upstream.url);
  try {
    await requireSameResponses(candidates);
    for (const { load } of candidates) await load.drive(plan.warmUp);
    const calls = await upstream.calls();
    const subjects = candidates.map(({ name, server, load }) => ({
      name,
      measure: () => cpuPerOperation(server, plan.requests, () => load.drive(plan.requests)),
    }));
    const rounds = await measureRounds(subjects, plan.rounds);
    if ((await upstream.calls()) !== calls) throw new Error('expected known processes to cost no call');
    return rounds;
  } finally {
    for (const { load, server } of candidates) {
      await load.close();
      await server.stop();
    }
    await upstream.stop();
  }
}
