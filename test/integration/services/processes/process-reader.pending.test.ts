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

/** The shortest time between two calls for a process that is not finished, in milliseconds. */
const PENDING_MS = 2_000;

const PENDING: [string, string, object][] = [
  ['created', idcloudPath(ID), idcloudBody(ID, { state: 'PROCESS_STATE_CREATED' })],
  ['waiting for a document', idcloudPath(ID), idcloudBody(ID, { state: 'AWAITING_FOR_DOCUMENT' })],
  ['in an unknown state', idcloudPath(ID), idcloudBody(ID, { state: 'PROCESS_STATE_DREAMING' })],
  ['without a state', idcloudPath(ID), idcloudBody(ID, { state: null })],
  ['under analysis in processes/v1', processesV1Path(ID), processesV1Body(ID, { status: 2 })],
  ['in an unknown status', processesV1Path(ID), processesV1Body(ID, { status: 17 })],
];
const FINISHED: Record<string, object> = {
  [idcloudPath(ID)]: idcloudBody(),
  [processesV1Path(ID)]: processesV1Body(),
};

/** A process that is pending in the first response, and finished from then on. */
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

describe('ProcessReader, a process that is not finished', () => {
  test.each(PENDING)(
    'a pending process that is polled costs one call in two seconds: %s',
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
      // A finished process costs no further call.
      expect(await poll()).toBe('APPROVED');
      expect(askedAt).toHaveLength(2);
    },
  );

  test('a pending process that two replicas poll costs one call in two seconds', async () => {
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

  test('each read of the SDK token of a pending process costs a call, and updates the cache', async () => {
    const body = idcloudBody(ID, { state: 'PROCESS_STATE_CREATED', token: 'a.token.b' });
    const { replicas, upstream } = await startWorld(() => ({ body }));
    for (const times of [1, 2, 3]) {
      expect((await read(replicas[0], ID, 'sdkToken')).data.process).toEqual({ sdkToken: 'a.token.b' });
      expect(upstream.requests).toHaveLength(times);
    }
    // The state that came with the token is cached.
    expect((await read(replicas[0], ID, 'state')).data.process).toEqual({ state: 'CREATED' });
    expect(upstream.requests).toHaveLength(3);
  });
});
