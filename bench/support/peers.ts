import { startProgram, type ServerProcess } from './server-process.ts';

/** What the users of this subgraph would pick instead, by the names of the tables. */
export const PEERS = {
  'mercurius-jit': { title: 'Mercurius with JIT', file: 'mercurius.js' },
  yoga: { title: 'GraphQL Yoga', file: 'yoga.js' },
  'yoga-jit': { title: 'GraphQL Yoga with JIT', file: 'yoga.js', flag: 'jit' },
  apollo: { title: 'Apollo Server with its data source', file: 'apollo.js' },
  'apollo-kept': { title: 'Apollo Server, processes kept ready', file: 'apollo.js', flag: 'kept' },
  rest: { title: 'a REST handler written by hand', file: 'rest.js' },
} as const satisfies Record<string, { title: string; file: string; flag?: string }>;

export type PeerName = keyof typeof PEERS;

export const PEER_NAMES = Object.keys(PEERS) as PeerName[];

/** For the page: what the peers are spared, so that servers are compared, and not the care of whoever wrote their resolvers. */
export const ABOUT_PEERS = `
The peers are in \`bench/peers\`, each set up as its own documentation recommends for speed, with \`NODE_ENV=production\` and the
same SDL (\`schema/\`). Before anything is measured, all answers are compared: they are the same. But for Apollo Server with its
data source, peers keep finished objects in memory, by id and with the verdict made, so that a known process costs them one look
into a map. **None of them looks at who asks**: no scopes, secrets, limits, deadlines, metrics or logs, all of which this
subgraph has in every figure.
`.trim();

/** Starts a peer on the core of what is measured. */
export function startPeer(name: PeerName, upstream: string): Promise<ServerProcess> {
  const { file, ...more } = PEERS[name];
  const flags = 'flag' in more ? [more.flag] : [];
  return startProgram({
    args: [`bench/peers/${file}`, upstream, ...flags],
    variables: { NODE_ENV: 'production' },
  });
}
