import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { ID } from '../../../support/bodies.ts';
import { callsFor, erase, erased, everyJourney, PERSON, storedKindsOf } from '../../../support/erasure.ts';
import { gate } from '../../../support/gate.ts';
import { read, startWorld } from '../../../support/reads.ts';

const SET = `setProcessDocument(input: { processId: "${ID}", duiType: BR_CPF, duiValue: "12345678909" }) {
  process { person { duiValue } } userErrors { code }
}`;
const WAS_SET = { process: { person: { duiValue: '12345678909' } }, userErrors: [] };
const FORGET_IT = `forgetProcess(id: "${ID}") { processId }`;

/** A journey whose document can be set; Unico waits for `beforeSet` before it replies. */
async function startSettable(beforeSet: () => Promise<void> = async () => {}) {
  const store = new MemoryStore();
  const world = await startWorld(
    async (request) => {
      if (request.method === 'GET') return everyJourney(request);
      await beforeSet();
      return { body: { process: { id: ID, person: PERSON } } };
    },
    { stores: [store] },
  );
  return { ...world, store, replica: world.replicas[0] };
}

describe('ProcessEraser, with setProcessDocument', () => {
  test('an erasure removes the contract that is cached after a document was set', async () => {
    const { store, encryptor, replica } = await startSettable();
    expect((await replica.ask(`mutation { ${SET} }`)).data.setProcessDocument).toEqual(WAS_SET);
    expect(await storedKindsOf(store, encryptor)).toEqual(['process.5']);
    await erase(replica);
    expect(await storedKindsOf(store, encryptor)).toEqual([]);
  });

  test('one operation can set a document and then erase the process', async () => {
    const { store, encryptor, replica } = await startSettable();
    await read(replica, ID, 'state');
    const { data, errors } = await replica.ask(`mutation { ${SET} ${FORGET_IT} }`);
    expect({ data, errors }).toEqual({
      data: { setProcessDocument: WAS_SET, forgetProcess: { processId: ID } },
      errors: [],
    });
    expect(await storedKindsOf(store, encryptor)).toEqual([]);
  });

  test('one operation can erase a process and then set its document, which stores nothing of the erased data', async () => {
    const { upstream, replica } = await startSettable();
    await read(replica, ID, 'state person { duiValue }');
    const { data } = await replica.ask(`mutation { ${FORGET_IT} ${SET} }`);
    expect(data).toEqual({ forgetProcess: { processId: ID }, setProcessDocument: WAS_SET });
    expect(await callsFor(upstream, () => read(replica, ID, 'state'))).toBe(1);
  });

  test('a document that is set during an erasure is answered, and stores nothing of the erased data', async () => {
    const { opened, open } = gate();
    const { upstream, store, encryptor, replica } = await startSettable(() => opened);
    await read(replica, ID, 'state person { duiValue }');
    const setting = replica.ask(`mutation { ${SET} }`);
    await expect.poll(() => upstream.requests).toHaveLength(2);
    expect(await erase(replica)).toEqual(erased());
    open();
    expect((await setting).data.setProcessDocument).toEqual(WAS_SET);
    // The entry has only the contract, because Unico has just accepted the document of a journey.
    expect(await storedKindsOf(store, encryptor)).toEqual(['process.5']);
    expect(await callsFor(upstream, () => read(replica, ID, 'state'))).toBe(1);
  });
});
