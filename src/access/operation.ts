import type { Patience } from '../domain/patience.ts';

/** One operation of a caller, to whose calls Unico's quota and time are shared out. */
export type Operation = {
  /** For one more read: it ends when the time is over, or the caller has left. */
  read(): Patience;
  /** For one more write: it ends when the time is over; a caller that leaves does not stop it. */
  write(): Patience;
};

/**
 * Begins an operation that may take `timeMs` milliseconds; `signalOfLeaving` makes the signal that ends when its caller goes
 * away. Signals are made when the first call needs them: most operations are answered with what is at hand.
 */
export function beginOperation(timeMs: number, signalOfLeaving: () => AbortSignal): Operation {
  const until = Date.now() + timeMs;
  let rank = 0;
  let deadline: AbortSignal | null = null;
  let deadlineOrLeft: AbortSignal | null = null;
  const forWrites = (): AbortSignal => (deadline ??= AbortSignal.timeout(Math.max(0, until - Date.now())));
  const forReads = (): AbortSignal => (deadlineOrLeft ??= AbortSignal.any([forWrites(), signalOfLeaving()]));
  return {
    read: () => ({ signal: forReads(), until, lane: 'read', rank: rank++ }),
    write: () => ({ signal: forWrites(), until, lane: 'write', rank: rank++ }),
  };
}
