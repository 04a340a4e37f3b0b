import type { CallOptions, Claim } from '../../src/domain/call-options.ts';

/** The claim of the first read of an operation, without a client. */
export function claimOf(more: Partial<Claim> = {}): Claim {
  return { lane: 'interactive', client: null, sequence: 0, processId: null, isBegun: false, ...more };
}

/** Options of a read with a minute of time, which is cancelled when `signal` aborts: never, by default. */
export function callOptionsOf(
  signal = new AbortController().signal,
  more: Partial<CallOptions> = {},
): CallOptions {
  return {
    signal,
    deadline: performance.now() + 60_000,
    claims: [claimOf()],
    ...more,
  };
}
