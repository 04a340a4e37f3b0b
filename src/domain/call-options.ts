import type { ClientId } from './caller.ts';

/**
 * Deadline, cancellation and priority of a call to Unico. Callers that share a call may change its deadline and
 * sequence while it runs, so read the properties at the time of use.
 */
export type CallOptions = {
  /** Aborts when no caller waits for the call any more. */
  readonly signal: AbortSignal;
  /** When the operation's time ends, in milliseconds by the clock of `performance`, which no change of the date moves. */
  readonly deadline: number;
  /** Writes are sent before reads. */
  readonly priority: 'write' | 'read';
  /** How many calls the same operation made before this one: the operation with the fewest calls is served first. */
  readonly sequence: number;
  /** The client that the call counts for. */
  readonly client: ClientId | null;
};

/** Whether the caller left before its time ran out: then the reason of its signal is not a `TimeoutError`. */
export function hasCallerLeft({ aborted, reason }: AbortSignal): boolean {
  return aborted && !(reason instanceof Error && reason.name === 'TimeoutError');
}

/**
 * Waits for shared work: settles like `work`, or rejects with `failure(signal)` as soon as `signal` aborts. The work
 * itself continues.
 */
export function raceAbort<T>(
  work: Promise<T>,
  signal: AbortSignal,
  failure: (signal: AbortSignal) => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(failure(signal));
    const removeListener = (): void => signal.removeEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    work.finally(removeListener).then(resolve, reject);
  });
}
