import { expect, test } from 'vitest';
import { batchByKey } from '../../../../src/graphql/loaders/batch-by-key.ts';

test('the values of a batch are in the order of the keys, however long each takes', async () => {
  const { promise: slow, resolve } = Promise.withResolvers<string>();
  const batch = batchByKey((key: string) => (key === 'slow' ? slow : Promise.resolve(`value of ${key}`)));
  const values = batch(['slow', 'a', 'b']);
  resolve('at last');
  expect(await values).toEqual(['at last', 'value of a', 'value of b']);
});

test('a key that fails gets its own error, and the other keys their values', async () => {
  const failure = new Error('for b alone');
  const batch = batchByKey(async (key: string) => {
    if (key === 'b') throw failure;
    return key;
  });
  expect(await batch(['a', 'b', 'c'])).toEqual(['a', failure, 'c']);
});

test('a key that fails synchronously, or without an Error, does not affect the other keys', async () => {
  const batch = batchByKey((key: string): Promise<string> => {
    if (key === 'at once') throw new Error('at once');
    // A library that rejects with something that is no error is what this is about.
    // oxlint-disable-next-line promise/no-promise-in-callback, prefer-promise-reject-errors
    return key === 'nothing' ? Promise.reject('text') : Promise.resolve(key);
  });
  expect(await batch(['at once', 'nothing', 'a'])).toEqual([new Error('at once'), expect.any(Error), 'a']);
});
