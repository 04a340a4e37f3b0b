import type { ClientId } from './caller.ts';
import type { ProcessId } from './process-id.ts';

/**
 * What a call to Unico is for: the scheduler serves the lanes in this order, and each of them at least once a second
 * (`upstream/resilience/lanes.ts`). `token`: an access token, which all calls need; `mutation`; `interactive`: the
 * first call of an operation; `page`: its other calls.
 */
export type Lane = 'token' | 'mutation' | 'interactive' | 'page';

/** The place of one caller in the queue for Unico. */
export type Claim = {
  readonly lane: Lane;
  /** The client that the call counts for; all callers without a client are one. */
  readonly client: ClientId | null;
  /** How many calls the same operation made before. */
  readonly sequence: number;
  /** The process that is read or changed; `null` for other calls. A place is reserved for it when there is no slot. */
  readonly processId: ProcessId | null;
  /** Another contract was asked for the process and does not know it: this call leads to the answer. */
  readonly isBegun: boolean;
};

/**
 * Deadline, cancellation and place of a call to Unico. Callers that share a call may change its deadline and claims
 * while it runs, so read the properties at the time of use.
 */
export type CallOptions = {
  /** Aborts when no caller waits for the call any more. */
  readonly signal: AbortSignal;
  /**
   * When the operation's time ends, in milliseconds by the clock of `performance`, which no change of the date moves.
   */
  readonly deadline: number;
  /** One claim, or those of all callers that share the call: the best one counts. Replaced when they change. */
  readonly claims: readonly Claim[];
};

/** The options for asking the next contract for the same process, which keep the place of the call before. */
export function asBegun(callOptions: CallOptions): CallOptions {
  return { ...callOptions, claims: callOptions.claims.map((claim) => ({ ...claim, isBegun: true })) };
}

/**
 * What the next call takes, in milliseconds: its client's next turn, a second later, and a response (upstream.md §2).
 */
const NEXT_CALL_MS = 1_500;

/** The options of a call after which another one may be needed: it starts early enough for both, or not at all. */
export function leavingTimeForNext(callOptions: CallOptions): CallOptions {
  const leftMs = callOptions.deadline - performance.now();
  return { ...callOptions, deadline: callOptions.deadline - Math.min(NEXT_CALL_MS, leftMs / 2) };
}

/** Whether a call that is claimed by `held` gains nothing from the claim `other`. */
export function outranks(held: Claim, other: Claim): boolean {
  return (
    held.lane === other.lane &&
    held.client === other.client &&
    held.sequence <= other.sequence &&
    (held.isBegun || !other.isBegun)
  );
}

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
