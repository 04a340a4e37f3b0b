import { describe, expect, test, vi } from 'vitest';
import { emptyProcess } from '../../../../src/domain/process.ts';
import type { JourneyCreation } from '../../../../src/domain/process-creation.ts';
import { IdempotentCreations } from '../../../../src/services/creations/idempotent-creations.ts';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { Encryptor } from '../../../../src/storage/encryption/encryptor.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { StoreUnavailable, type Store } from '../../../../src/storage/store.ts';
import { NO_PROMISES } from '../../../support/promises.ts';
import { ID } from '../../../support/bodies.ts';
import { callOptionsOf } from '../../../support/call-options.ts';
import { DEPLOYMENT, keyOf } from '../../../support/owners.ts';
import { processId } from '../../../support/unico-client.ts';
import { overrideStore } from '../../../support/stores.ts';

// All retries of a write follow each other at once; they take 40 seconds otherwise.
vi.mock('node:timers/promises', () => ({ setTimeout: async () => {} }));

const INPUT: JourneyCreation = { kind: 'journey', flow: 'id', callbackUri: '/' };
const fail = (): Promise<never> => Promise.reject(new StoreUnavailable('the store does not answer'));

/** Creates over a store of which these writes always fail; resolves to the result, and how many outcomes were lost. */
async function createOver(failing: Partial<Store>) {
  let lost = 0;
  const creations = new IdempotentCreations({
    promises: NO_PROMISES,
    store: overrideStore(new MemoryStore(), failing),
    contracts: ['IDCLOUD'],
    encryptor: new Encryptor([randomDataKey()], 'lost outcomes'),
    unico: { validateCreation: () => [], createProcess: async () => emptyProcess(processId(ID), 'IDCLOUD') },
    outcomeLost: () => (lost += 1),
  });
  const creation = { owner: DEPLOYMENT, idempotencyKey: keyOf('k'), input: INPUT };
  const result = await creations.create(creation, callOptionsOf());
  await creations.flush();
  return { result, lost };
}

describe('IdempotentCreations: what is reported as a lost outcome', () => {
  test('the outcome of a creation that can never be stored is reported once', async () => {
    const { result, lost } = await createOver({ set: fail });
    expect(result).toMatchObject({ kind: 'created' });
    expect(lost).toBe(1);
  });

  test('a claim that fails and can never be released is not reported: nothing was sent', async () => {
    const { result, lost } = await createOver({ add: fail, remove: fail });
    expect(result).toMatchObject({ kind: 'key-problem', problem: { code: 'IDEMPOTENCY_UNAVAILABLE' } });
    expect(lost).toBe(0);
  });
});
