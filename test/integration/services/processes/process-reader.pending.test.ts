import { describe, expect, test } from 'vitest';
import { ID, idcloudBody, processesV1Body } from '../../../support/bodies.ts';
import {
  DEPLOYMENTS,
  idcloudPath,
  processesV1Path,
  read,
  startWorld,
  type World,
} from '../../../support/reads.ts';

/** How often Unico is asked about a process that is not finished, at the most. */
const PENDING_MS = 2_000;

const PENDING: [string, string, object][] = [
  ['created', idcloudPath(ID), idcloudBody(ID, { state: 'PROCESS_STATE_CREATED' })],
  ['waiting for a document', idcloudPath(ID), idcloudBody(ID, { state: 'AWAITING_FOR_DOCUMENT' })],
  ['in a state that nobody knows', idcloudPath(ID), idcloudBody(ID, { state: 'PROCESS_STATE_DREAMING' })],
  ['without a state', idcloudPath(ID), idcloudBody(ID, { state: null })],
  ['under analysis in processes/v1', processesV1Path(ID), processesV1Body(ID, { status: 2 })],
  ['in a status that nobody knows', processesV1Path(ID), processesV1Body(ID, { status: 17 })],
];
const FINISHED: Record<string, object> = {
  [idcloudPath(ID)]: idcloudBody(),
  [processesV1Path(ID)]: processesV1Body(),
};

/** A process that is not finished when it is first asked for, and is from then on. */
async function startPending(
  [at, body]: [string, object],
  stores?: Parameters<typeof startWorld>[1],
): Promise<World & { askedAt: number[] }> {
  const askedAt: number[] = [];
  const world = await startWorld(({ path }) => {
    if (path !== at) return { status: 404 };
    askedAt.push(Date.now());
    return { body: askedAt.length === 1 ? body : FINISHED[at] };
  }, stores);
  return { ...world, askedAt };
}

describe('a process that is not finished', () => {
  test.each(PENDING)(
    'is asked about once in two seconds however often it is polled: %s',
    async (_, at, body) => {
      const { replicas, askedAt } = await startPending([at, body]);
      const [replica] = replicas;
      const poll = async (): Promise<unknown> => {
        const answers = await Promise.all(
          ['verdict { decision }', 'person { duiValue } documents { signedUrl } verdict { decision }'].map(
            (selection) => read(replica, ID, selection),
          ),
        );
        expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
        return answers.at(-1)?.data.process.verdict.decision;
      };
      const first = await poll();
      expect(['PENDING', 'REVIEW']).toContain(first);
      await expect.poll(poll, { timeout: 10_000, interval: 50 }).toBe('APPROVED');
      expect(askedAt).toHaveLength(2);
      expect((askedAt[1] ?? 0) - (askedAt[0] ?? 0)).toBeGreaterThanOrEqual(PENDING_MS);
      // Now that it is finished, nobody has to ask again.
      expect(await poll()).toBe('APPROVED');
      expect(askedAt).toHaveLength(2);
    },
  );

  test('is asked about once in two seconds by two replicas together', async () => {
    const open = DEPLOYMENTS['two replicas with one Redis'];
    if (open === undefined) throw new Error('unreachable');
    const pending = idcloudBody(ID, { state: 'PROCESS_STATE_CREATED' });
    const { replicas, askedAt } = await startPending([idcloudPath(ID), pending], { stores: await open() });
    const poll = async (): Promise<unknown[]> => {
      const answers = await Promise.all(replicas.map((replica) => read(replica, ID, 'state')));
      return answers.map(({ data }) => data.process.state);
    };
    expect(await poll()).toEqual(['CREATED', 'CREATED']);
    await expect.poll(poll, { timeout: 10_000, interval: 50 }).toEqual(['FINISHED', 'FINISHED']);
    expect(askedAt).toHaveLength(2);
    expect((askedAt[1] ?? 0) - (askedAt[0] ?? 0)).toBeGreaterThanOrEqual(PENDING_MS);
  });

  test('costs a call each time for its token, which says so to all who ask for it', async () => {
    const body = idcloudBody(ID, { state: 'PROCESS_STATE_CREATED', token: 'a.token.b' });
    const { replicas, upstream } = await startWorld(() => ({ body }));
    for (const times of [1, 2, 3]) {
      expect((await read(replicas[0], ID, 'sdkToken')).data.process).toEqual({ sdkToken: 'a.token.b' });
      expect(upstream.requests).toHaveLength(times);
    }
    // What was read with it is known without it.
    expect((await read(replicas[0], ID, 'state')).data.process).toEqual({ state: 'CREATED' });
    expect(upstream.requests).toHaveLength(3);
  });
});
