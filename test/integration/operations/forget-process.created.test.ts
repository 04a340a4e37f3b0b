import { describe, expect, test } from 'vitest';
import { ID, idcloudBody } from '../../support/bodies.ts';
import { forgetProcess, idcloud, readState } from '../../support/forget-process.ts';
import { startSubgraphOver } from '../../support/subgraph-over.ts';
import type { Answer, Subgraph } from '../../support/subgraph.ts';
import type { Reply, SeenRequest, Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
let subgraph: Subgraph;

/** Starts a subgraph over a Unico that answers so, until the end of the test. */
async function start(answer: (request: SeenRequest) => Reply | Promise<Reply>): Promise<void> {
  ({ upstream, subgraph } = await startSubgraphOver(answer));
}

const forget = (id: string): Promise<Answer> => forgetProcess(subgraph, id);
const read = (id: string): Promise<Answer> => readState(subgraph, id);

describe('forgetProcess of a process that was created here', () => {
  const CREATE = `mutation { createProcess(idempotencyKey: "a-key", input: { journey: {
    flow: "id", purpose: "creditprocess", callbackUri: "/" } }) {
      process { id source state } replayed userErrors { code } } }`;

  test('a created process that was forgotten is requested at once by the next read', async () => {
    await start(() => ({ body: idcloudBody(ID, { state: 'PROCESS_STATE_CREATED' }) }));
    await subgraph.ask(CREATE);
    await forget(ID);
    expect((await read(ID)).data.process).toEqual({ state: 'CREATED' });
    expect(upstream.calls()).toEqual(['POST /client/v1/process', idcloud()]);
  });

  test('a creation whose process was forgotten is replayed by a read, not a new creation', async () => {
    await start(() => ({ body: idcloudBody() }));
    await subgraph.ask(CREATE);
    await forget(ID);
    expect((await subgraph.ask(CREATE)).data.createProcess).toEqual({
      process: { id: ID, source: 'IDCLOUD', state: 'FINISHED' },
      replayed: true,
      userErrors: [],
    });
    expect(upstream.calls()).toEqual(['POST /client/v1/process', idcloud()]);
  });

  test.each<[string, Reply, string[]]>([
    ['that Unico has deleted', { status: 404 }, []],
    ['while Unico is down', { status: 503 }, ['UPSTREAM_UNAVAILABLE']],
  ])('a creation whose process was forgotten %s is replayed with its id alone', async (_, reply, codes) => {
    await start(({ method }) => (method === 'POST' ? { body: idcloudBody() } : reply));
    await subgraph.ask(CREATE);
    await forget(ID);
    const { data, errors } = await subgraph.ask(CREATE);
    expect(data.createProcess).toEqual({
      process: { id: ID, source: 'IDCLOUD', state: null },
      replayed: true,
      userErrors: [],
    });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(codes);
    expect(upstream.calls()).toEqual(['POST /client/v1/process', idcloud()]);
  });

  test('two concurrent creations of one key create once, although the process is forgotten meanwhile', async () => {
    const { promise: held, resolve: dispatch } = Promise.withResolvers<void>();
    await start(async () => {
      await held;
      return { body: idcloudBody() };
    });
    const creating = [subgraph.ask(CREATE), subgraph.ask(CREATE)];
    await expect.poll(() => upstream.requests).toHaveLength(1);
    expect((await forget(ID)).data.forgetProcess.processId).toBe(ID);
    dispatch();
    const outcomes = (await Promise.all(creating)).map(({ data }) => data.createProcess);
    expect(outcomes.map(({ process }) => process.id)).toEqual([ID, ID]);
    expect(outcomes.map(({ replayed }) => replayed).toSorted()).toEqual([false, true]);
    expect(upstream.calls()).toEqual(['POST /client/v1/process']);
  });
});
