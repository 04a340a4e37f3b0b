import type { ServerConfig } from './config/server.ts';

/** S0's sample process (upstream.md §S0), which the sandbox has from the start. */
export const SAMPLE_PROCESS = '53060f52-f146-4c12-a234-5bb5031f6f5b';

/* Who may ask for what, as far as this deployment looks at it. */
const EVERYBODY =
  'Every caller has all scopes (identity:read, identity:pii, identity:write): no JWT_JWKS_URL is set.';
const BY_TOKEN = 'Callers need a token (JWT_JWKS_URL), and see what its scopes allow.';

/** What a developer reads first: where the sandbox's graph is, and something to ask it. */
export function sandboxBanner(
  url: string,
  sampleProcessId: string,
  { routerSecrets, jwt }: ServerConfig,
): string {
  const headers = [
    ...(routerSecrets.length > 0 ? ["-H 'router-authorization: <ROUTER_SECRET>'"] : []),
    ...(jwt === null ? [] : ["-H 'authorization: Bearer <token>'"]),
  ]
    .map((header) => `\n      ${header} \\`)
    .join('');
  const query = `{ process(id: \\"${sampleProcessId}\\") { state verdict { decision reasons { code message } } } }`;
  return `
  Identity subgraph, with the embedded sandbox of Unico: nothing here is real.
  ${jwt === null ? EVERYBODY : BY_TOKEN}

    GraphQL   ${url}/graphql
    Health    ${url}/livez  ${url}/readyz  ${url}/metrics

  Ask it something:

    curl -s ${url}/graphql -H 'content-type: application/json' \\${headers}
      -d '{"query":"${query}"}'

  Test identities (a CPF or a name for each decision and each error): README.md
`;
}
