import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSubgraph, type ServerProcess } from './server-process.ts';
import { startTokenIssuer } from './token-issuer.ts';

/** A subgraph that authenticates each request, and the headers that it accepts. */
export type AuthenticatedSubgraph = ServerProcess & { headers: Record<string, string> };

/**
 * Starts this repository's subgraph as it runs in production: it checks the router's secret and the caller's token with
 * each request. `upstream` is the origin of the upstream stub.
 */
export async function startAuthenticatedSubgraph(upstream: string): Promise<AuthenticatedSubgraph> {
  const issuer = await startTokenIssuer();
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const secret = randomBytes(32).toString('hex');
  const server = await startSubgraph({
    upstream,
    variables: {
      NODE_ENV: 'production',
      STORE_URL: `sqlite:${join(folder, 'store.sqlite')}`,
      DATA_KEY: randomBytes(32).toString('base64'),
      ROUTER_SECRET: secret,
      ...issuer.variables,
    },
  });
  return {
    ...server,
    headers: {
      'router-authorization': secret,
      authorization: `Bearer ${await issuer.tokenFor('identity:read')}`,
    },
    stop: async () => {
      issuer.close();
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
