import type { Row } from '../row.ts';
import { measureHot } from '../support/measure-hot.ts';
import { processIds } from '../support/process-ids.ts';

/** Eight leaf fields. */
const QUERY = `query Entities($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on Process {
      id source state finishedAt
      verdict { decision final liveness reasons { code } }
    }
  }
}`;

const PER_PLAN = 50;
const PLANS = 4;

/** What a router requests when another subgraph has a list of customers, each with a process. */
export const hotEntities: Row = {
  name: 'hot-entities',
  title: 'Fifty known entities with eight fields each',
  measure(effort) {
    const plans = Array.from({ length: PLANS }, (_, plan) =>
      processIds(PER_PLAN, plan * PER_PLAN).map((id) => ({ __typename: 'Process', id })),
    );
    const work = {
      operations: plans.map((representations) => ({ query: QUERY, variables: { representations } })),
      rest: { path: '/entities', bodies: plans.map((representations) => ({ representations })) },
    };
    const what = `\`_entities\` with ${PER_PLAN} representations out of ${PLANS * PER_PLAN}.`;
    return measureHot(work, effort, what);
  },
};
