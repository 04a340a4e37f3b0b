import type { CallOptions } from '../domain/call-options.ts';

/** One operation of a caller, to whose calls Unico's quota and time are shared out. */
export type OperationBudget = {
  /** For one more read: it ends when the time is over, or the caller has left. */
  forRead(): CallOptions;
  /** For one more write: it ends when the time is over; a caller that leaves does not stop it. */
  forWrite(): CallOptions;
};

/**
 * Begins an operation that may take `timeMs` milliseconds; `signalOfReads` makes a signal that ends after the milliseconds that
 * it is given, or when the caller goes away. Signals are made when the first call needs them: most operations are answered with
 * what is at hand.
 */
export function createOperationBudget(
  timeMs: number,
  signalOfReads: (ms: number) => AbortSignal,
): OperationBudget {
  const deadline = Date.now() + timeMs;
  const left = (): number => Math.max(0, deadline - Date.now());
  let sequence = 0;
  let writeSignal: AbortSignal | null = null;
  let readSignal: AbortSignal | null = null;
  const forWrites = (): AbortSignal => (writeSignal ??= AbortSignal.timeout(left()));
  const forReads = (): AbortSignal => (readSignal ??= signalOfReads(left()));
  return {
    forRead: () => ({ signal: forReads(), deadline, priority: 'read', sequence: sequence++ }),
    forWrite: () => ({ signal: forWrites(), deadline, priority: 'write', sequence: sequence++ }),
  };
}
