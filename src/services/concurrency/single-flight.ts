import { noAnswerInTime } from '../../domain/upstream-failure.ts';
import { unlessAborted, type Patience } from '../../domain/call-options.ts';

/**
 * Begins the work. `isOpen` says whether it may still be joined: what comes of it then holds for those to come. `linger` lets it be
 * joined until something more is done, for which those who wait need not wait.
 */
export type Start<Value> = (
  patience: Patience,
  isOpen: () => boolean,
  linger: (until: Promise<unknown>) => void,
) => Promise<Value>;

/** Work that is shared by all who want it while it is under way. */
export type Flights<Value> = {
  /**
   * Joins the work under a key, or starts it. A caller whose signal ends leaves with an `UpstreamFailure`; the work is
   * ended when the last one has left. It is done with the patience of all who wait: until the latest of their
   * deadlines, at the best of their places.
   */
  join(key: string, patience: Patience, start: Start<Value>): Promise<Value>;
  /** Whether there is work under a key that may be joined. */
  isUnderWay(key: string): boolean;
  /** Lets nobody join any more: what is under way was asked before something changed. */
  close(key: string): void;
};

type Flight<Value> = {
  value: Promise<Value>;
  waiting: number;
  landed: boolean;
  ended: AbortController;
  patience: { -readonly [member in keyof Patience]: Patience[member] };
};

/** Makes a place for work of one kind. */
export function createFlights<Value>(): Flights<Value> {
  // Not a Map: a table that it has outgrown knows the one that followed, so one that has grown old holds all flights since.
  const flights: Record<string, Flight<Value> | undefined> = Object.create(null);

  function begin(key: string, patience: Patience, start: Start<Value>): Flight<Value> {
    const ended = new AbortController();
    const shared = { ...patience, signal: ended.signal };
    const isOpen = (): boolean => flights[key]?.ended === ended;
    const more: Promise<unknown>[] = [];
    const value = start(shared, isOpen, (until) => void more.push(until));
    const flight: Flight<Value> = { value, waiting: 0, landed: false, ended, patience: shared };
    flights[key] = flight;
    const land = async (): Promise<void> => {
      flight.landed = true;
      await Promise.allSettled(more);
      if (flights[key] === flight) delete flights[key];
    };
    // Both ways, so that a failure that nobody waits for any more is not an unhandled one.
    value.then(land, land);
    return flight;
  }

  return {
    async join(key, patience, start) {
      const flight = flights[key] ?? begin(key, patience, start);
      const { patience: shared } = flight;
      shared.until = Math.max(shared.until, patience.until);
      shared.rank = Math.min(shared.rank, patience.rank);
      flight.waiting += 1;
      try {
        return await unlessAborted(flight.value, patience.signal, noAnswerInTime);
      } finally {
        flight.waiting -= 1;
        if (flight.waiting === 0 && !flight.landed) {
          // Nobody may join what is being ended.
          if (flights[key] === flight) delete flights[key];
          // For the reason that the last one had: its time was over, or it went away.
          flight.ended.abort(patience.signal.reason);
        }
      }
    },
    isUnderWay: (key) => flights[key] !== undefined,
    close: (key) => void delete flights[key],
  };
}
