import { onTestFinished } from 'vitest';
import { startSubgraph, type Subgraph, type SubgraphOptions } from './subgraph.ts';
import { unicoOf, type TestClientOptions } from './unico.ts';
import { startUpstream, type Reply, type SeenRequest, type Upstream } from './upstream.ts';

export type OverOptions = SubgraphOptions & { unico?: TestClientOptions };

/** Starts an upstream that answers so, and a subgraph over it, for one test: both stop when the test has finished. */
export async function startSubgraphOver(
  answer: (request: SeenRequest) => Reply | Promise<Reply>,
  { unico, ...options }: OverOptions = {},
): Promise<{ upstream: Upstream; subgraph: Subgraph }> {
  const upstream = await startUpstream(answer);
  onTestFinished(() => upstream.close());
  const subgraph = await startSubgraph(unicoOf(upstream, unico), options);
  onTestFinished(() => subgraph.close());
  return { upstream, subgraph };
}
