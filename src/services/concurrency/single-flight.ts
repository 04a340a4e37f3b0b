import { noResponseInTime } from '../../domain/upstream-failure.ts';
import { raceAbort, type CallOptions } from '../../domain/call-options.ts';

/**
 * Begins the work. `isOpen` says whether it may still be joined: what comes of it then holds for those to come. `linger` lets it be
 * joined until something more is done, for which those who wait need not wait.
 */
export type Work<Value> = (
  callOptions: CallOptions,
  isCurrent: () => boolean,
  holdOpen: (until: Promise<unknown>) => void,
) => Promise<Value>;

/** Work that is shared by all who want it while it is under way. */
export type SingleFlight<Value> = {
  /**
   * Joins the work under a key, or starts it. A caller whose signal ends leaves with an `UpstreamFailure`; the work is
   * abort when the last one has left. It is done with the patience of all who wait: until the latest of their
   * deadlines, at the best of their places.
   */
  run(key: string, callOptions: CallOptions, work: Work<Value>): Promise<Value>;
  /** Whether there is work under a key that may be joined. */
  isInFlight(key: string): boolean;
  /** Lets nobody join any held: what is under way was asked before something changed. */
  detach(key: string): void;
};

type Flight<Value> = {
  value: Promise<Value>;
  waiters: number;
  settled: boolean;
  abort: AbortController;
  callOptions: { -readonly [member in keyof CallOptions]: CallOptions[member] };
};

/** Makes a place for work of one kind. */
export function createSingleFlight<Value>(): SingleFlight<Value> {
  // Not a Map: a table that it has outgrown knows the one that followed, so one that has grown old holds all flights since.
  const singleFlight: Record<string, Flight<Value> | undefined> = Object.create(null);

  function begin(key: string, callOptions: CallOptions, work: Work<Value>): Flight<Value> {
    const abort = new AbortController();
    const shared = { ...callOptions, signal: abort.signal };
    const isCurrent = (): boolean => singleFlight[key]?.abort === abort;
    const held: Promise<unknown>[] = [];
    const value = work(shared, isCurrent, (until) => void held.push(until));
    const flight: Flight<Value> = { value, waiters: 0, settled: false, abort, callOptions: shared };
    singleFlight[key] = flight;
    const settle = async (): Promise<void> => {
      flight.settled = true;
      await Promise.allSettled(held);
      if (singleFlight[key] === flight) delete singleFlight[key];
    };
    // Both ways, so that a failure that nobody waits for any more is not an unhandled one.
    value.then(settle, settle);
    return flight;
  }

  return {
    async run(key, callOptions, work) {
      const flight = singleFlight[key] ?? begin(key, callOptions, work);
      const { callOptions: shared } = flight;
      shared.deadline = Math.max(shared.deadline, callOptions.deadline);
      shared.sequence = Math.min(shared.sequence, callOptions.sequence);
      flight.waiters += 1;
      try {
        return await raceAbort(flight.value, callOptions.signal, noResponseInTime);
      } finally {
        flight.waiters -= 1;
        if (flight.waiters === 0 && !flight.settled) {
          // Nobody may join what is being abort.
          if (singleFlight[key] === flight) delete singleFlight[key];
          // For the reason that the last one had: its time was over, or it went away.
          flight.abort.abort(callOptions.signal.reason);
        }
      }
    },
    isInFlight: (key) => singleFlight[key] !== undefined,
    detach: (key) => void delete singleFlight[key],
  };
}
