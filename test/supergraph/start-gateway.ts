import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startListening, type Listening } from './start-listening.ts';

export type Gateway = Listening;

function start(...args: string[]): Promise<Gateway> {
  return startListening('@graphql-hive/gateway/dist/bin.js', {
    args: ['supergraph', ...args, '--host', '127.0.0.1', '--port', '0'],
  });
}

/** Starts a real gateway in a process of its own, which composes the subgraphs (name → address) itself. */
export function startGateway(subgraphs: Record<string, string>): Promise<Gateway> {
  return start(...Object.entries(subgraphs).flatMap(([name, url]) => ['--dev-service', `${name}=${url}`]));
}

/** Starts `@apollo/gateway` over the subgraphs (name → address), which it composes itself. */
export function startApolloGateway(subgraphs: Record<string, string>, routerSecret = ''): Promise<Gateway> {
  const args = Object.entries(subgraphs).map(([name, url]) => `${name}=${url}`);
  return startListening('./apollo-gateway.js', { args, env: { ROUTER_SECRET: routerSecret } });
}

/** Starts `@apollo/gateway` over a composed graph. */
export async function startComposedApolloGateway(supergraphSdl: string, routerSecret = ''): Promise<Gateway> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-'));
  try {
    const supergraph = join(folder, 'supergraph.graphql');
    await writeFile(supergraph, supergraphSdl);
    return await startListening('./apollo-gateway.js', {
      args: [supergraph],
      env: { ROUTER_SECRET: routerSecret },
    });
  } finally {
    // The gateway has read it once it listens.
    await rm(folder, { recursive: true });
  }
}

/** The secret that a gateway sends to subgraphs, and whether it checks scopes itself: see `guarded-gateway.js`. */
export type Guards = { routerSecret?: string; checksScopes?: boolean };

/** Starts a real gateway over a composed graph, which forwards its callers' tokens. */
export async function startGuardedGateway(supergraphSdl: string, guards: Guards): Promise<Gateway> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-'));
  const [supergraph, config] = [join(folder, 'supergraph.graphql'), join(folder, 'gateway.config.mjs')];
  const guarded = new URL('./guarded-gateway.js', import.meta.url).href;
  await writeFile(supergraph, supergraphSdl);
  await writeFile(
    config,
    `import { guarded } from '${guarded}'; export const gatewayConfig = guarded(${JSON.stringify(guards)});`,
  );
  const gateway = await start(supergraph, '--config-path', config);
  return {
    url: gateway.url,
    async close() {
      await gateway.close();
      await rm(folder, { recursive: true });
    },
  };
}
