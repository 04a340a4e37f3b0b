import type { CallOptions } from '../../src/domain/call-options.ts';

/** Options of a read with a minute of time, which is cancelled when `signal` aborts: never, by default. */
export function callOptionsOf(
  signal = new AbortController().signal,
  more: Partial<CallOptions> = {},
): CallOptions {
  return {
    signal,
    deadline: performance.now() + 60_000,
    priority: 'read',
    sequence: 0,
    client: null,
    ...more,
  };
}
