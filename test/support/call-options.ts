import type { CallOptions } from '../../src/domain/call-options.ts';

/** For somebody who waits until `signal` ends, which is never unless it is given. */
export function callOptionsOf(
  signal = new AbortController().signal,
  more: Partial<CallOptions> = {},
): CallOptions {
  return { signal, deadline: Date.now() + 60_000, priority: 'read', sequence: 0, ...more };
}
