/** What a developer reads first: where the sandbox's graph is, and something to ask it. */
export function sandboxBanner(url: string, sampleProcessId: string): string {
  const query = `{ process(id: \\"${sampleProcessId}\\") { state verdict { decision reasons { code message } } } }`;
  return `
  Identity subgraph, with the embedded sandbox of Unico: nothing here is real, and every caller may see everything.

    GraphQL   ${url}/graphql
    Health    ${url}/livez  ${url}/readyz  ${url}/metrics

  Ask it something:

    curl -s ${url}/graphql -H 'content-type: application/json' \\
      -d '{"query":"${query}"}'

  Test identities (a CPF or a name for each decision and each error): README.md
`;
}
