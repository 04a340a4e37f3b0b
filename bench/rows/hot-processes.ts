import type { Row } from '../row.ts';
import { measureHot } from '../support/measure-hot.ts';
import { PAGE_QUERY } from '../support/page-query.ts';
import { processIds } from '../support/process-ids.ts';

const PER_PAGE = 10;
const PAGES = 20;

/** The list of a dashboard: the most frequent operation of this subgraph. */
export const hotProcesses: Row = {
  name: 'hot-processes',
  title: 'Ten known processes with twenty fields each',
  measure(effort) {
    const pages = Array.from({ length: PAGES }, (_, page) => processIds(PER_PAGE, page * PER_PAGE));
    const work = {
      operations: pages.map((ids) => ({ query: PAGE_QUERY, variables: { ids } })),
      rest: { path: '/processes', bodies: pages.map((ids) => ({ ids })) },
    };
    const what = `\`processes(ids:)\` with ${PER_PAGE} ids out of ${PAGES * PER_PAGE}; the twenty fields include those of the verdict.`;
    return measureHot(work, effort, what);
  },
};
