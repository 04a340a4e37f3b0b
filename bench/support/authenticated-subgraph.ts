import { randomBytes } from 'node:crypto';
import { startSubgraph, type ServerProcess } from './server-process.ts';
import { startTokenIssuer } from './token-issuer.ts';

/** A subgraph whose doors are closed, and the headers that open them. */
export type ClosedSubgraph = ServerProcess & { headers: Record<string, string> };

/**
 * Starts this repository's subgraph as it runs in production: the secret of the router and the token of the caller
 * are looked at with each request.
 */
export async function startClosedSubgraph(upstream: string): Promise<ClosedSubgraph> {
  const issuer = await startTokenIssuer();
  const secret = randomBytes(32).toString('hex');
  const server = await startSubgraph({
    upstream,
    variables: {
      NODE_ENV: 'production',
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
    },
  };
}
