import { ID, idcloudBody, OTHER_ID, processesV1Body } from './bodies.ts';
import type { Answer, Subgraph } from './subgraph.ts';
import type { Reply, SeenRequest } from './upstream.ts';

/** Answers as an Unico that has `ID` in idcloud and `OTHER_ID` in processes/v1. */
export function answerOneInEachContract({ path }: Pick<SeenRequest, 'path'>): Reply {
  if (path === `/client/v1/process/${ID}`) return { body: idcloudBody(ID) };
  return path === `/processes/v1/${OTHER_ID}` ? { body: processesV1Body(OTHER_ID) } : { status: 404 };
}

/** Asks for entities, and selects this of each. */
export function entitiesOf(
  subgraph: Subgraph,
  selection: string,
  representations: readonly object[],
): Promise<Answer> {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`;
  return subgraph.ask(query, { representations });
}

/** The representation of a process. */
export const processEntity = (id: unknown, more: object = {}): object => ({
  __typename: 'Process',
  id,
  ...more,
});
