/**
 * A DataLoader batch for an upstream that answers one key at a time: all keys are asked side by side, and each gets
 * its own answer or its own error, in the order asked. One key that fails never hurts another.
 */
export function batchByKey<Key, Value>(
  ask: (key: Key) => Promise<Value>,
): (keys: readonly Key[]) => Promise<(Value | Error)[]> {
  return async (keys) => {
    const answers = await Promise.allSettled(keys.map(async (key) => ask(key)));
    return answers.map((answer) => {
      if (answer.status === 'fulfilled') return answer.value;
      return answer.reason instanceof Error ? answer.reason : new Error('a loader failed without an error');
    });
  };
}
