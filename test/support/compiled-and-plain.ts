import { SAMPLE } from '../fixtures/s0-get-idcloud-process.ts';
import { ABSENT_ID, ID, idcloudBody, OTHER_ID, processesV1Body } from './bodies.ts';
import { startSubgraph, type Subgraph } from './subgraph.ts';
import { unicoOf } from './unico.ts';
import { startUpstream } from './upstream.ts';

/** A process with many documents, one whose response Unico garbles, and one that refers to another. */
export const LARGE_ID = '00000000-0000-4000-8000-000000000002';
export const BROKEN_ID = '00000000-0000-4000-8000-00000000bad0';
export const REFERRING_ID = '00000000-0000-4000-8000-000000000001';

/** All that can be wrong with the ids of a page. */
export const IDS = [ID, OTHER_ID, ABSENT_ID, BROKEN_ID, REFERRING_ID, ID, 'no id'];

/** A response with everything in it but the time. */
export type Answer = { status: number; headers: Record<string, string>; text: string };

/** The same server twice, over the same upstream stub: one compiles repeated queries, the other never does. */
export type CompiledAndPlain = {
  compiling: Subgraph;
  plain: Subgraph;
  /** The responses of both to some bodies, each sent so often that the first server has compiled what it can. */
  answersTo(
    bodies: readonly unknown[],
    headers?: Record<string, string>,
  ): Promise<{ compiled: Answer[]; expected: Answer[] }>;
  close(): Promise<void>;
};

/** How often each body is sent: a query is compiled at its second execution, and runs compiled from the third on. */
const TIMES = 3;

async function post(url: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const { date: _, ...answered } = Object.fromEntries(response.headers);
  return { status: response.status, headers: answered, text: await response.text() };
}

const BODIES: { readonly [path: string]: object } = {
  [`/client/v1/process/${ID}`]: SAMPLE,
  [`/client/v1/process/${REFERRING_ID}`]: idcloudBody(REFERRING_ID, {
    bioTokenData: { processReferenceId: ID },
  }),
  [`/processes/v1/${OTHER_ID}`]: processesV1Body(OTHER_ID),
  [`/client/v1/process/${LARGE_ID}`]: idcloudBody(LARGE_ID, {
    services: Array.from({ length: 20 }, () => SAMPLE.process.services).flat(),
  }),
  [`/client/v1/process/${BROKEN_ID}`]: {},
};

export async function startCompiledAndPlain(): Promise<CompiledAndPlain> {
  const upstream = await startUpstream(({ path }) => {
    const body = BODIES[path];
    return body === undefined ? { status: 404 } : { body };
  });
  const compiling = await startSubgraph(unicoOf(upstream));
  const plain = await startSubgraph(unicoOf(upstream), { compiles: false });
  return {
    compiling,
    plain,
    answersTo: async (bodies, headers = {}) => {
      const compiled: Answer[] = [];
      const expected: Answer[] = [];
      for (const body of bodies) {
        for (let times = 0; times < TIMES; times += 1) {
          compiled.push(await post(compiling.url, body, headers));
          expected.push(await post(plain.url, body, headers));
        }
      }
      return { compiled, expected };
    },
    close: async () => {
      await compiling.close();
      await plain.close();
      await upstream.close();
    },
  };
}
