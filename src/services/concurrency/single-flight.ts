import { noResponseInTime } from '../../domain/upstream-failure.ts';
import { outranks, raceAbort, type CallOptions, type Claim } from '../../domain/call-options.ts';

/** What the work of a flight may read and do of it. */
export type FlightControl = {
  /**
   * The options of all callers together. Deadline and claims change while callers join and leave: read them at the time
   * of use.
   */
  readonly callOptions: CallOptions;
  /** Whether new callers may still join the flight: its result is then valid for later callers too. */
  readonly isCurrent: () => boolean;
  /** Keeps the flight joinable until `until` settles, although its callers already have the result. */
  readonly holdOpen: (until: Promise<unknown>) => void;
};

/** Starts the work of a flight, and resolves with its value. */
export type Work<Value> = (flight: FlightControl) => Promise<Value>;

/** Work in flight, and the callers that still wait for it. */
type Flight<Value> = {
  value: Promise<Value>;
  waiters: Set<CallOptions>;
  settled: boolean;
  /** Whether claims of callers that have left are about to be withdrawn. */
  withdrawing: boolean;
  abort: AbortController;
  callOptions: { -readonly [Property in keyof CallOptions]: CallOptions[Property] };
};

/** Adds the claims that no other one outranks: a thousand callers of one client need one claim. */
function withClaims(claims: readonly Claim[], more: readonly Claim[]): readonly Claim[] {
  const added = more.filter((claim) => !claims.some((held) => outranks(held, claim)));
  return added.length === 0 ? claims : [...claims, ...added];
}

/**
 * Single flight: shares work between all callers that need it while it is in flight. One instance for each kind of
 * work.
 */
export class SingleFlight<Value> {
  // Not a Map: a hash table that a Map has outgrown refers to its successor, so a table in the old generation keeps
  // every flight since then alive (docs/decisions/0029).
  readonly #flights: Record<string, Flight<Value> | undefined> = Object.create(null);

  /**
   * Joins the flight under a key, or starts one with `work`. A caller whose signal aborts leaves with an
   * `UpstreamFailure`; the work is aborted when the last caller has left. The work has the latest deadline of all its
   * callers, and the claims of those that wait.
   */
  async run(key: string, callOptions: CallOptions, work: Work<Value>): Promise<Value> {
    const flight = this.#flights[key] ?? this.#start(key, callOptions, work);
    const { callOptions: shared } = flight;
    shared.deadline = Math.max(shared.deadline, callOptions.deadline);
    shared.claims = withClaims(shared.claims, callOptions.claims);
    flight.waiters.add(callOptions);
    try {
      return await raceAbort(flight.value, callOptions.signal, noResponseInTime);
    } finally {
      flight.waiters.delete(callOptions);
      if (flight.waiters.size > 0) this.#withdraw(flight, callOptions.claims);
      else if (!flight.settled) {
        // No caller may join work that is being aborted.
        this.#remove(key, flight);
        // The reason of the last caller: its deadline ended, or it disconnected.
        flight.abort.abort(callOptions.signal.reason);
      }
    }
  }

  /** Whether there is a flight under a key that callers may join. */
  isInFlight(key: string): boolean {
    return this.#flights[key] !== undefined;
  }

  /** Detaches the flight under a key: its callers get its result, and the next caller starts a new one. */
  detach(key: string): void {
    delete this.#flights[key];
  }

  #start(key: string, callOptions: CallOptions, work: Work<Value>): Flight<Value> {
    const abort = new AbortController();
    const shared = { ...callOptions, signal: abort.signal };
    const heldOpen: Promise<unknown>[] = [];
    const value = work({
      callOptions: shared,
      isCurrent: () => this.#flights[key]?.abort === abort,
      holdOpen: (until) => void heldOpen.push(until),
    });
    const flight: Flight<Value> = {
      value,
      waiters: new Set(),
      settled: false,
      withdrawing: false,
      abort,
      callOptions: shared,
    };
    this.#flights[key] = flight;
    const settle = async (): Promise<void> => {
      flight.settled = true;
      await Promise.allSettled(heldOpen);
      this.#remove(key, flight);
    };
    // On success and on failure, so that a failure after the last caller has left is not an unhandled rejection.
    value.then(settle, settle);
    return flight;
  }

  /**
   * A caller that leaves takes its claims along: the others wait in their own places. Once for all that leave in a turn of
   * the event loop, because it looks at all that stay: thousands of callers may leave together.
   */
  #withdraw(flight: Flight<Value>, claims: readonly Claim[]): void {
    const { settled, withdrawing, callOptions } = flight;
    if (settled || withdrawing || !claims.some((claim) => callOptions.claims.includes(claim))) return;
    flight.withdrawing = true;
    setImmediate(() => {
      flight.withdrawing = false;
      if (flight.settled || flight.waiters.size === 0) return;
      let left: readonly Claim[] = [];
      for (const waiter of flight.waiters) left = withClaims(left, waiter.claims);
      flight.callOptions.claims = left;
    });
  }

  /** Removes a flight, unless a newer one has its key. */
  #remove(key: string, flight: Flight<Value>): void {
    if (this.#flights[key] === flight) delete this.#flights[key];
  }
}
