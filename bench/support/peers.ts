import { startProgram, type ServerProcess } from './server-process.ts';

/** The alternatives to this subgraph: each peer's title in tables, its file in bench/peers, and its flag. */
export const PEERS = {
  'mercurius-jit': { title: 'Mercurius with JIT', file: 'mercurius.js' },
  yoga: { title: 'GraphQL Yoga', file: 'yoga.js' },
  'yoga-jit': { title: 'GraphQL Yoga with JIT', file: 'yoga.js', flag: 'jit' },
  apollo: { title: 'Apollo Server with its data source', file: 'apollo.js' },
  'apollo-prepared': { title: 'Apollo Server, processes prepared', file: 'apollo.js', flag: 'prepared' },
  rest: { title: 'a REST handler written by hand', file: 'rest.js' },
} as const satisfies Record<string, { title: string; file: string; flag?: string }>;

export type PeerName = keyof typeof PEERS;

export const PEER_NAMES = Object.keys(PEERS) as PeerName[];

/**
 * What the page says about the peers. They do less than this subgraph does, so that the figures compare servers and not
 * the quality of the peers' resolvers.
 */
export const ABOUT_PEERS = `
The peers are in \`bench/peers\`, each set up as its own documentation recommends for speed, with \`NODE_ENV=production\` and the
same SDL (\`schema/\`). Before a row measures, it compares all responses: they are the same. Except for Apollo Server with its
data source, peers cache finished objects in memory, by id and with the verdict computed, so that a known process costs them one
lookup in a map. **No peer authenticates its callers**: peers have no scopes, secrets, limits, deadlines, metrics or logs, while
every figure of this subgraph includes all of these.
`.trim();

/** Starts a peer on the subject's core. `upstream` is the origin of the upstream stub. */
export function startPeer(name: PeerName, upstream: string): Promise<ServerProcess> {
  const { file, ...more } = PEERS[name];
  const flags = 'flag' in more ? [more.flag] : [];
  return startProgram({
    args: [`bench/peers/${file}`, upstream, ...flags],
    variables: { NODE_ENV: 'production' },
  });
}
