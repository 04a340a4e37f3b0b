import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { randomDataKey } from '../../src/store/data-key.ts';
import { checkDataKey } from '../../src/store/key-check.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { StoreRefused, StoreUnavailable } from '../../src/store/store.ts';
import { createVault } from '../../src/store/vault.ts';

const [first, second] = [randomDataKey(), randomDataKey()];

test('a store takes the first data key that comes, and the same one ever after', async () => {
  const store = createMemoryStore();
  for (let start = 0; start < 3; start += 1) {
    await expect(checkDataKey(store, createVault([first], 'scope'), 'scope')).resolves.toBeUndefined();
  }
});

test('another data key is refused, and the message says what to set and no key', async () => {
  const store = createMemoryStore();
  await checkDataKey(store, createVault([first], 'scope'), 'scope');
  const refusal = checkDataKey(store, createVault([second], 'scope'), 'scope');
  await expect(refusal).rejects.toThrow(StoreRefused);
  await expect(refusal).rejects.toThrow(/^DATA_KEY: .*<new>,<old>/);
  await expect(refusal).rejects.not.toThrow(second.toString('base64'));
});

test('a data key is changed by naming both, and the old one can be left out afterwards', async () => {
  const store = createMemoryStore();
  for (const keys of [[first], [first, second], [second, first], [second]] as const) {
    await checkDataKey(store, createVault([...keys], 'scope'), 'scope');
  }
  await expect(checkDataKey(store, createVault([first], 'scope'), 'scope')).rejects.toThrow(StoreRefused);
});

test('two tenants in one store have a key each', async () => {
  const store = createMemoryStore();
  await checkDataKey(store, createVault([first], 'one'), 'one');
  await expect(checkDataKey(store, createVault([second], 'other'), 'other')).resolves.toBeUndefined();
});

test('a store that can not be asked stops no start', async () => {
  const gone = {
    ...createMemoryStore(),
    add: async () => {
      throw new StoreUnavailable('gone');
    },
  };
  await expect(checkDataKey(gone, createVault([first], randomUUID()), 'scope')).resolves.toBeUndefined();
});
