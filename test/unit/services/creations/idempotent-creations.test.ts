import { describe, expect, test } from 'vitest';
import { emptyProcess, type ProcessSource } from '../../../../src/domain/process.ts';
import type { Owner } from '../../../../src/domain/caller.ts';
import type { JourneyCreation } from '../../../../src/domain/process-creation.ts';
import { userError, type UserError } from '../../../../src/domain/user-error.ts';
import {
  IdempotentCreations,
  type CreationResult,
} from '../../../../src/services/creations/idempotent-creations.ts';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { Encryptor } from '../../../../src/storage/encryption/encryptor.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { NO_PROMISES } from '../../../support/promises.ts';
import { ID } from '../../../support/bodies.ts';
import { callOptionsOf } from '../../../support/call-options.ts';
import { clientOwner, DEPLOYMENT, keyOf } from '../../../support/owners.ts';
import { processId } from '../../../support/unico-client.ts';
import { overrideStore } from '../../../support/stores.ts';

const INPUT: JourneyCreation = { kind: 'journey', flow: 'id', callbackUri: '/' };
const PROCESS = emptyProcess(processId(ID), 'IDCLOUD');

/** Creations over a store and a client that record their steps; `problems` is what the client's validation finds. */
function start(problems: UserError[] = [], contracts: ProcessSource[] = ['IDCLOUD']) {
  const steps: string[] = [];
  const memory = new MemoryStore();
  const store = overrideStore(memory, {
    get(key) {
      steps.push('look up');
      return memory.get(key);
    },
    set(...entry) {
      steps.push('store');
      return memory.set(...entry);
    },
    add(...entry) {
      steps.push('claim');
      return memory.add(...entry);
    },
  });
  const creations = new IdempotentCreations({
    promises: NO_PROMISES,
    store,
    contracts,
    encryptor: new Encryptor([randomDataKey()], 'steps'),
    unico: {
      validateCreation() {
        steps.push('validate');
        return problems;
      },
      async createProcess() {
        steps.push('send');
        return PROCESS;
      },
    },
  });
  const idempotencyKey = keyOf('k');
  const create = (owner: Owner = DEPLOYMENT): Promise<CreationResult> =>
    creations.create({ owner, idempotencyKey, input: INPUT }, callOptionsOf());
  return { create, steps };
}

describe('IdempotentCreations.create', () => {
  test('a creation looks up its key, validates, claims the key, sends and stores the outcome, in this order', async () => {
    const { create, steps } = start();
    expect(await create()).toMatchObject({ kind: 'created', process: PROCESS });
    expect(steps).toEqual(['look up', 'validate', 'claim', 'send', 'store']);
  });

  test('a key with an owner is looked up under its former name too before it is claimed, and is written only under the new one', async () => {
    const { create, steps } = start();
    await create(clientOwner('orders'));
    expect(steps).toEqual(['look up', 'look up', 'validate', 'claim', 'send', 'store']);
    expect(await create(clientOwner('billing'))).toMatchObject({ kind: 'created' });
    expect(await create()).toMatchObject({ kind: 'created' });
  });

  test('a replay only looks up its key: an input that is no longer valid is replayed too', async () => {
    const problems: UserError[] = [];
    const { create, steps } = start(problems);
    await create();
    problems.push(userError('SDK_TOKEN_EXPIRED', 'expired'));
    steps.length = 0;
    expect(await create()).toEqual({ kind: 'replayed', id: PROCESS.id, source: 'IDCLOUD', process: null });
    expect(steps).toEqual(['look up']);
  });

  test('an input that fails validation claims no key and sends nothing', async () => {
    const problem = userError('FLOW_INVALID', 'no such flow');
    const { create, steps } = start([problem]);
    expect(await create()).toEqual({ kind: 'input-problems', problems: [problem] });
    expect(steps).toEqual(['look up', 'validate']);
  });

  test('a creation in a contract that is not in use is refused as TENANT_NOT_CONFIGURED and not sent', async () => {
    const { create, steps } = start([], ['PROCESSES_V1']);
    expect(await create()).toMatchObject({
      kind: 'input-problems',
      problems: [{ code: 'TENANT_NOT_CONFIGURED', message: expect.stringContaining('IDCLOUD') }],
    });
    expect(steps).not.toContain('send');
  });
});

test('a creation whose claim meets a record that no look-up finds, as in a damaged store, ends with its time', async () => {
  const memory = new MemoryStore();
  let claims = 0;
  const store = overrideStore(memory, {
    get: async () => null,
    add(...entry) {
      claims += 1;
      if (claims > 100) throw new Error('claimed without end');
      return memory.add(...entry);
    },
  });
  const creations = new IdempotentCreations({
    promises: NO_PROMISES,
    store,
    contracts: ['IDCLOUD'],
    encryptor: new Encryptor([randomDataKey()], 'damaged'),
    unico: { validateCreation: () => [], createProcess: async () => PROCESS },
  });
  const creation = { owner: DEPLOYMENT, idempotencyKey: keyOf('k'), input: INPUT };
  expect(await creations.create(creation, callOptionsOf())).toMatchObject({ kind: 'created' });
  const result = await creations.create(creation, callOptionsOf(AbortSignal.timeout(200)));
  expect(result).toMatchObject({ kind: 'key-problem', problem: { code: 'IDEMPOTENCY_KEY_IN_FLIGHT' } });
});
