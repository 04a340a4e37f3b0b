import type { SeenRequest, Reply, Upstream } from './upstream.ts';
import { ID, idcloudBody } from './bodies.ts';
import { startSubgraphOver } from './subgraph-over.ts';
import type { Answer, Subgraph, SubgraphOptions } from './subgraph.ts';

/** Forgets a process, and selects this and all of its user errors. */
export function forgetProcess(subgraph: Subgraph, id: string, selection = 'processId'): Promise<Answer> {
  return subgraph.ask(
    `mutation ($id: ID!) { forgetProcess(id: $id) {
      ${selection} userErrors { code message field upstreamCode retryable retryAfterSeconds } } }`,
    { id },
  );
}

/** Reads the state of a process. */
export const readState = (subgraph: Subgraph, id: string): Promise<Answer> =>
  subgraph.ask('query ($id: ID!) { process(id: $id) { state } }', { id });

export const PERSON = { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678909' };
/** Answers as an Unico that has every process, in idcloud. */
export const everyJourney = ({ path }: Pick<SeenRequest, 'path'>): Reply =>
  path.startsWith('/client/')
    ? { body: idcloudBody(path.split('/').at(-1), { person: PERSON }) }
    : { status: 404 };
/** The call that reads a process from idcloud, and the one from processes/v1. */
export const idcloud = (id = ID): string => `GET /client/v1/process/${id}`;
export const processesV1 = (id = ID): string => `GET /processes/v1/${id}`;

/** An entry of the audit log. */
export type Audited = { caller: string; event: string; process: string | null };

/** Starts a subgraph over a Unico that answers so, for one test. Its audit log is written to `audited`. */
export async function startAudited(
  answer: (request: SeenRequest) => Reply | Promise<Reply>,
  options: SubgraphOptions = {},
): Promise<{ upstream: Upstream; subgraph: Subgraph; audited: Audited[] }> {
  const audited: Audited[] = [];
  const over = await startSubgraphOver(answer, {
    audited: (caller, { event, process }) => void audited.push({ caller, event, process }),
    ...options,
  });
  return { ...over, audited };
}
