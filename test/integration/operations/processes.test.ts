import { describe, expect, test } from 'vitest';
import { ABSENT_ID, ID, idcloudBody, OTHER_ID } from '../../support/bodies.ts';
import { startSubgraphOver } from '../../support/subgraph-over.ts';
import type { Subgraph } from '../../support/subgraph.ts';
import type { Reply, SeenRequest, Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
let subgraph: Subgraph;

/** Starts a subgraph over a Unico that answers so, until the end of the test. */
async function start(answer: (request: SeenRequest) => Reply | Promise<Reply>): Promise<void> {
  ({ upstream, subgraph } = await startSubgraphOver(answer));
}

describe('processes', () => {
  const list = `query ($ids: [ID!]!) { processes(ids: $ids) { id state } }`;

  test('processes are returned in the order of their ids, with null and an error only for those that fail', async () => {
    await start(({ path }) => {
      if (path.includes(OTHER_ID)) return { status: 503 };
      return path.includes(ID) ? { body: idcloudBody() } : { status: 404 };
    });
    const { data, errors } = await subgraph.ask(list, { ids: [ABSENT_ID, OTHER_ID, ID, 'nonsense', ID] });
    const found = { id: ID, state: 'FINISHED' };
    expect(data.processes).toEqual([null, null, found, null, found]);
    expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual(
      expect.arrayContaining([
        [['processes', 1], 'UPSTREAM_UNAVAILABLE'],
        [['processes', 3], 'BAD_USER_INPUT'],
      ]),
    );
    expect(errors).toHaveLength(2);
  });

  test('each distinct id is requested once, however often the list names it', async () => {
    await start(() => ({ body: idcloudBody() }));
    await subgraph.ask(list, { ids: [ID, ID.toUpperCase(), ID] });
    expect(upstream.calls()).toEqual([`GET /client/v1/process/${ID}`]);
  });

  test('the processes of a list are requested concurrently', async () => {
    let waiting = 0;
    const { promise: allAsked, resolve } = Promise.withResolvers<void>();
    await start(async ({ path }) => {
      waiting += 1;
      if (waiting === 10) resolve();
      await allAsked;
      return { body: idcloudBody(path.split('/').at(-1)) };
    });
    const ids = Array.from({ length: 10 }, (_, i) => `53060f52-f146-4c12-a234-5bb5031f6f${10 + i}`);
    const { data } = await subgraph.ask(list, { ids });
    expect(data.processes.map(({ id }: { id: string }) => id)).toEqual(ids);
  });

  test('a list of 200 ids is accepted, and one of 201 is rejected without a call', async () => {
    await start(({ path }) => ({ body: idcloudBody(path.split('/').at(-1)) }));
    const ids = Array.from(
      { length: 201 },
      (_, i) => `53060f52-f146-4c12-a234-${String(i).padStart(12, '0')}`,
    );
    const refused = await subgraph.ask(list, { ids });
    expect(refused.errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    expect(refused.errors[0]?.message).toContain('200');
    expect(upstream.requests).toEqual([]);
    const taken = await subgraph.ask(list, { ids: ids.slice(1) });
    expect(taken.errors).toEqual([]);
    expect(taken.data.processes).toHaveLength(200);
  });
});
