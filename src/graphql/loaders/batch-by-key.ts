/**
 * A DataLoader batch function for an upstream that has no batches: `read` is called for all keys concurrently, and each
 * key gets its own value or its own error, in the order of the keys. A key that fails does not affect the others.
 */
export function batchByKey<Key, Value>(
  read: (key: Key) => Promise<Value>,
): (keys: readonly Key[]) => Promise<(Value | Error)[]> {
  return async (keys) => {
    const settled = await Promise.allSettled(keys.map(async (key) => read(key)));
    return settled.map((result) => {
      if (result.status === 'fulfilled') return result.value;
      return result.reason instanceof Error ? result.reason : new Error('a loader failed without an error');
    });
  };
}
