import type { ServerConfig } from './config/server.ts';

/** The sample process of upstream.md §S0, which the sandbox has from the start. */
const SAMPLE_PROCESS = '53060f52-f146-4c12-a234-5bb5031f6f5b';

const ALL_SCOPES =
  'Every caller has all scopes (identity:read, identity:pii, identity:write): no JWT_JWKS_URL is set.';
const TOKEN_REQUIRED = 'Callers need a token (JWT_JWKS_URL), and see what its scopes allow.';

/**
 * The text that the program prints when it starts with the embedded sandbox: the addresses of the server at `url`,
 * which has no slash at its end, and a query to try, with the headers that `server` requires.
 */
export function sandboxBanner(url: string, server: ServerConfig): string {
  const headers = [
    ...(server.routerSecrets.length > 0 ? ["-H 'router-authorization: <ROUTER_SECRET>'"] : []),
    ...(server.jwt === null ? [] : ["-H 'authorization: Bearer <token>'"]),
  ]
    .map((header) => `\n      ${header} \\`)
    .join('');
  const query = `{ process(id: \\"${SAMPLE_PROCESS}\\") { state verdict { decision reasons { code message } } } }`;
  return `
  Identity subgraph, with the embedded sandbox of Unico: nothing here is real.
  ${server.jwt === null ? ALL_SCOPES : TOKEN_REQUIRED}

    GraphQL   ${url}/graphql
    Health    ${url}/livez  ${url}/readyz  ${url}/metrics

  Try a query:

    curl -s ${url}/graphql -H 'content-type: application/json' \\${headers}
      -d '{"query":"${query}"}'

  Test identities (a CPF or a name for each decision and each error): README.md
`;
}
