import type { AuthenticateCaller } from '../../src/server/auth/authenticate-caller.ts';
import { ID, idcloudBody } from './bodies.ts';
import { startSubgraph, type Subgraph } from './subgraph.ts';
import { authenticationOf, startTokenIssuer, type Algorithm, type TokenIssuer } from './token-issuer.ts';
import { unicoOf } from './unico.ts';
import { startUpstream, type Upstream } from './upstream.ts';

/** A read that needs `identity:read`. */
export const READ = `{ process(id: "${ID}") { state } }`;
/** A creation, which needs `identity:write`. */
export const CREATE = `mutation ($input: CreateProcessInput!) {
  createProcess(idempotencyKey: "a-key", input: $input) { process { id } }
}`;

/** A raw response of the subgraph. */
export type Received = { status: number; headers: Headers; text: string };

/** A subgraph that authenticates callers by the tokens of an issuer, over a Unico that knows every process. */
export type AuthenticatedSubgraph = {
  issuer: TokenIssuer;
  upstream: Upstream;
  subgraph: Subgraph;
  authenticate: AuthenticateCaller;
  /** Posts a JSON body to `/graphql`. */
  post(body: object, headers?: Record<string, string>, search?: string): Promise<Received>;
  close(): Promise<void>;
};

/** Starts it. `prepare` is called before the subgraph requests the keys of the issuer. */
export async function startAuthenticatedSubgraph(
  alg?: Algorithm,
  prepare: (issuer: TokenIssuer) => void = () => {},
): Promise<AuthenticatedSubgraph> {
  const upstream = await startUpstream(() => ({ body: idcloudBody() }));
  const issuer = await startTokenIssuer(alg);
  prepare(issuer);
  const authenticate = authenticationOf(issuer);
  const subgraph = await startSubgraph(unicoOf(upstream), { authenticate });
  return {
    issuer,
    upstream,
    subgraph,
    authenticate,
    async post(body, headers = {}, search = '') {
      const response = await fetch(`${subgraph.url}/graphql${search}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    },
    async close() {
      await subgraph.close();
      await Promise.all([issuer.close(), upstream.close()]);
    },
  };
}
