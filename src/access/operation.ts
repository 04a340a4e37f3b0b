import type { Patience } from '../domain/patience.ts';

/** One operation of a caller, to whose calls Unico's quota and time are shared out. */
export type Operation = {
  /** For one more read: it ends when the time is over, or the caller has left. */
  read(): Patience;
  /** For one more write: it ends when the time is over; a caller that leaves does not stop it. */
  write(): Patience;
};

/** Begins an operation that may take `timeMs` milliseconds; `left` ends when its caller goes away. */
export function beginOperation(timeMs: number, left: AbortSignal): Operation {
  const until = Date.now() + timeMs;
  const deadline = AbortSignal.timeout(timeMs);
  const deadlineOrLeft = AbortSignal.any([deadline, left]);
  let rank = 0;
  return {
    read: () => ({ signal: deadlineOrLeft, until, lane: 'read', rank: rank++ }),
    write: () => ({ signal: deadline, until, lane: 'write', rank: rank++ }),
  };
}
