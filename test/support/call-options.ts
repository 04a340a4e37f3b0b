import type { Patience } from '../../src/domain/call-options.ts';

/** For somebody who waits until `signal` ends, which is never unless it is given. */
export function patienceOf(signal = new AbortController().signal, more: Partial<Patience> = {}): Patience {
  return { signal, until: Date.now() + 60_000, lane: 'read', rank: 0, ...more };
}
