/** For whom a call to Unico waits, and how long. What shares a call may lengthen it, so it is read when it is needed. */
export type CallOptions = {
  /** Ends the call when nobody waits for it any more. */
  readonly signal: AbortSignal;
  /** When the operation's time is over, in milliseconds since the epoch. */
  readonly deadline: number;
  /** Writes go ahead of reads. */
  readonly priority: 'write' | 'read';
  /** How many calls the same operation has asked for before this one: who has had less goes first. */
  readonly sequence: number;
};

/** Waits for work that is shared with others: who waits may leave, with `failure`, and the work goes on. */
export function raceAbort<T>(work: Promise<T>, signal: AbortSignal, failure: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(failure());
    const stay = (): void => signal.removeEventListener('abort', leave);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    work.finally(stay).then(resolve, reject);
  });
}
