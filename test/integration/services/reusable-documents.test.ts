import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../../src/storage/memory-store.ts';
import { SAMPLE } from '../../fixtures/s4-get-reusable-documents.ts';
import { ID, idcloudBody, OTHER_ID } from '../../support/bodies.ts';
import type { Subgraph } from '../../support/subgraph.ts';
import { gate } from '../../support/gate.ts';
import {
  askAndDisconnect,
  newEncryptor,
  read,
  startManualUpstream,
  startReplica,
  startWorld,
  type World,
} from '../../support/reads.ts';

const CPF = '12345678909';
const OTHER_CPF = '73689290074';
const PERSON = { duiType: 'DUI_TYPE_BR_CPF', duiValue: CPF };
const pathOf = (code = CPF, type = 'BR_CNH'): string => `/documents/v1?code=${code}&type=${type}`;

function find({ ask }: Subgraph, code = CPF, type = 'BR_CNH'): ReturnType<Subgraph['ask']> {
  return ask(`{ reusableDocuments(code: "${code}", type: ${type}) { documentId } }`);
}

const lookUps = ({ upstream }: World): string[] =>
  upstream.requests.map(({ path }) => path).filter((path) => path.startsWith('/documents'));

/** An upstream whose processes have one person, and that holds documents back until the gate is open. */
async function startHeld(): Promise<World & { open(): void }> {
  const { opened, open } = gate();
  const world = await startWorld(async ({ path }) => {
    if (!path.startsWith('/documents')) {
      return { body: idcloudBody(path.split('/').at(-1), { person: PERSON }) };
    }
    await opened;
    return { body: SAMPLE };
  });
  return { ...world, open };
}

describe('ReusableDocuments.find', () => {
  test('concurrent look-ups of one key cost one call, and a later one costs another call', async () => {
    const world = await startHeld();
    const [replica] = world.replicas;
    const first = find(replica);
    await expect.poll(() => lookUps(world)).toEqual([pathOf()]);
    const others = Array.from({ length: 20 }, (_, i) =>
      replica.ask(`{
        reusableDocuments(code: "${CPF}", type: BR_CNH) { documentId }
        different: reusableDocuments(code: "${OTHER_CPF}", type: BR_${i % 2 === 0 ? 'RG' : 'CIN'}) { documentId }
        own: process(id: "${randomUUID()}") { state }
      }`),
    );
    // Each reads a process of its own, which shows that all of them wait.
    await expect.poll(() => world.upstream.requests.length - lookUps(world).length).toBe(others.length);
    world.open();
    for (const { data, errors } of await Promise.all([first, ...others])) {
      expect({ found: data.reusableDocuments, errors }).toEqual({
        found: [{ documentId: 'doc-abc-123' }],
        errors: [],
      });
    }
    expect(lookUps(world).toSorted()).toEqual(
      [pathOf(), pathOf(OTHER_CPF, 'BR_CIN'), pathOf(OTHER_CPF, 'BR_RG')].toSorted(),
    );
    await find(replica);
    expect(lookUps(world)).toHaveLength(4);
  });

  test('one operation looks up the documents of a person and of the processes of that person once', async () => {
    const world = await startHeld();
    world.open();
    const { data, errors } = await world.replicas[0].ask(`{
      reusableDocuments(code: "${CPF}", type: BR_CNH) { documentId }
      one: process(id: "${ID}") { reusableDocuments(type: BR_CNH) { documentId } }
      other: process(id: "${OTHER_ID}") { reusableDocuments(type: BR_CNH) { documentId } }
    }`);
    const found = [{ documentId: 'doc-abc-123' }];
    expect({ data, errors }).toEqual({
      data: {
        reusableDocuments: found,
        one: { reusableDocuments: found },
        other: { reusableDocuments: found },
      },
      errors: [],
    });
    expect(lookUps(world)).toEqual([pathOf()]);
  });

  test('documents are looked up each time, although the person of the process is cached', async () => {
    const world = await startHeld();
    world.open();
    for (const times of [1, 2]) {
      await read(world.replicas[0], ID, 'reusableDocuments(type: BR_CNH) { documentId }');
      expect(lookUps(world)).toHaveLength(times);
    }
    expect(world.upstream.requests).toHaveLength(3);
  });

  test('a look-up after a failed one asks Unico again', async () => {
    let down = true;
    const world = await startWorld(() => (down ? { status: 500 } : { body: SAMPLE }));
    const [replica] = world.replicas;
    const failed = await Promise.all([find(replica), find(replica)]);
    expect(failed.map(({ errors }) => errors[0]?.extensions.code)).toEqual([
      'UPSTREAM_UNAVAILABLE',
      'UPSTREAM_UNAVAILABLE',
    ]);
    down = false;
    expect((await find(replica)).data.reusableDocuments).toEqual([{ documentId: 'doc-abc-123' }]);
  });

  test('a shared look-up continues when one client disconnects, and is aborted when the last one does', async () => {
    const upstream = await startManualUpstream();
    const replica = await startReplica(upstream, { store: new MemoryStore(), encryptor: newEncryptor() });
    const shared = `shared: reusableDocuments(code: "${CPF}", type: BR_CNH) { documentId }`;
    const disconnects = ['BR_RG', 'BR_CIN'].map((type) =>
      askAndDisconnect(
        replica,
        `{ ${shared} own: reusableDocuments(code: "${OTHER_CPF}", type: ${type}) { documentId } }`,
      ),
    );
    await expect.poll(() => upstream.requested).toHaveLength(3);
    disconnects[0]?.();
    await expect.poll(() => upstream.abandoned).toEqual([pathOf(OTHER_CPF, 'BR_RG')]);
    disconnects[1]?.();
    await expect.poll(() => upstream.abandoned.toSorted()).toEqual(upstream.requested.toSorted());
    const newcomer = find(replica);
    await expect.poll(() => upstream.requested).toHaveLength(4);
    upstream.answer(pathOf(), SAMPLE);
    expect((await newcomer).data.reusableDocuments).toEqual([{ documentId: 'doc-abc-123' }]);
  });
});
