import { onTestFinished } from 'vitest';
import { startSubgraph, type Subgraph, type SubgraphOptions } from './subgraph.ts';
import { unicoOf, type TestClientOptions } from './unico.ts';
import { startUpstream, type Reply, type SeenRequest, type Upstream } from './upstream.ts';

export type OverOptions = SubgraphOptions & { unico?: TestClientOptions };

type Answer = (request: SeenRequest) => Reply | Promise<Reply>;

/** A subgraph, and the upstream that it calls. */
export type SubgraphOver = { upstream: Upstream; subgraph: Subgraph; close(): Promise<void> };

/** Starts an upstream that answers so, and a subgraph over it. The caller closes both. */
export async function openSubgraphOver(
  answer: Answer,
  { unico, ...options }: OverOptions = {},
): Promise<SubgraphOver> {
  const upstream = await startUpstream(answer);
  const subgraph = await startSubgraph(unicoOf(upstream, unico), options);
  return {
    upstream,
    subgraph,
    async close() {
      await subgraph.close();
      await upstream.close();
    },
  };
}

/** The same for one test: both stop when the test has finished. */
export async function startSubgraphOver(
  answer: Answer,
  options: OverOptions = {},
): Promise<{ upstream: Upstream; subgraph: Subgraph }> {
  const { upstream, subgraph, close } = await openSubgraphOver(answer, options);
  onTestFinished(close);
  return { upstream, subgraph };
}
