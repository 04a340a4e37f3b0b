import type { Patience } from '../domain/call-options.ts';

/** One operation of a caller, to whose calls Unico's quota and time are shared out. */
export type Operation = {
  /** For one more read: it ends when the time is over, or the caller has left. */
  read(): Patience;
  /** For one more write: it ends when the time is over; a caller that leaves does not stop it. */
  write(): Patience;
};

/**
 * Begins an operation that may take `timeMs` milliseconds; `signalOfReads` makes a signal that ends after the milliseconds that
 * it is given, or when the caller goes away. Signals are made when the first call needs them: most operations are answered with
 * what is at hand.
 */
export function beginOperation(timeMs: number, signalOfReads: (ms: number) => AbortSignal): Operation {
  const until = Date.now() + timeMs;
  const left = (): number => Math.max(0, until - Date.now());
  let rank = 0;
  let deadline: AbortSignal | null = null;
  let deadlineOrLeft: AbortSignal | null = null;
  const forWrites = (): AbortSignal => (deadline ??= AbortSignal.timeout(left()));
  const forReads = (): AbortSignal => (deadlineOrLeft ??= signalOfReads(left()));
  return {
    read: () => ({ signal: forReads(), until, lane: 'read', rank: rank++ }),
    write: () => ({ signal: forWrites(), until, lane: 'write', rank: rank++ }),
  };
}
