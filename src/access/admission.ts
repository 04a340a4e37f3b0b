import { UpstreamFailure } from '../domain/failure.ts';
import type { Patience } from '../domain/patience.ts';
import { TOKEN_AWAY_MS, type Bucket } from '../store/bucket.ts';
import { CONNECTIONS } from '../unico/http.ts';

/** Lets requests to Unico go one by one, as its quota and our connections allow. */
export type Admission = {
  /**
   * Waits for the turn of a request; what it resolves to is to be called when the request is over. `needsMs` is the
   * time that the answer will take: where that much is not left any more, the request would be paid for in vain. Throws
   * an `UpstreamFailure` (`rate-limited`, with when to come back) as soon as the turn can not come in time.
   */
  enter(patience: Patience, needsMs: number): Promise<() => void>;
  /** Lets nobody go for so long: Unico has said so. */
  pause(ms: number): Promise<void>;
  /** A request that was let go so many milliseconds ago leaves only now: its token comes back a second from now. */
  leftLate(ms: number): Promise<void>;
};

/** Told how long requests waited, in seconds. */
export type AdmissionObserver = (seconds: number) => void;

type Waiting = {
  patience: Patience;
  needsMs: number;
  since: number;
  /** Whether it waits no more: it was told so, or its caller has left. */
  settled: boolean;
  go(): void;
  refuse(failure: UpstreamFailure): void;
};

/** More would wait inside the pool, where nobody can tell whether they were sent. */
export const MOST_IN_FLIGHT = CONNECTIONS;

/** Writes first; then who has had least; then who came first. */
function byTurn(one: Waiting, other: Waiting): number {
  const write = Number(other.patience.lane === 'write') - Number(one.patience.lane === 'write');
  return write || one.patience.rank - other.patience.rank || one.since - other.since;
}

/** A request that did not get its turn: nothing was sent, and it says nothing of Unico. */
export class NotAdmitted extends UpstreamFailure {}

function tooLate(waitMs: number): NotAdmitted {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new NotAdmitted(
    'rate-limited',
    "the tenant's quota is used up for longer than there is time to wait",
    {
      retryAfterSeconds,
      mayHaveHappened: false,
    },
  );
}

function over(): NotAdmitted {
  return new NotAdmitted('unavailable', 'too little of the time of the operation is left for an answer', {
    mayHaveHappened: false,
  });
}

/** `perSecond` is the size of the bucket: from it follows how long a place in the queue will take. */
export function createAdmission(
  bucket: Bucket,
  perSecond: number,
  observe: AdmissionObserver = () => {},
): Admission {
  let waiting: Waiting[] = [];
  let inFlight = 0;
  let letting = false;
  /** When the bucket has the next token, as far as it has said, by the clock of `performance`. */
  let nextAt = 0;
  let timer: NodeJS.Timeout | undefined;

  const msToNext = (): number => Math.max(0, nextAt - performance.now());

  const leave = (): void => {
    inFlight -= 1;
    void letGo();
  };

  function admit(one: Waiting): void {
    one.settled = true;
    inFlight += 1;
    observe((performance.now() - one.since) / 1000);
    one.go();
  }

  /** Puts everybody in order who still waits. */
  function order(): void {
    waiting = waiting.filter(({ settled }) => !settled).toSorted(byTurn);
  }

  function refuse(one: Waiting, failure: NotAdmitted): void {
    one.settled = true;
    one.refuse(failure);
  }

  /** Puts everybody in order who still waits, and sends away who can not have a turn in time. */
  function refuseLate(): void {
    order();
    const now = Date.now();
    const ahead = msToNext();
    const inTime: Waiting[] = [];
    for (const one of waiting) {
      // Where there are tokens, who is next goes at once.
      const waitMs = ahead === 0 ? 0 : ahead + Math.floor(inTime.length / perSecond) * TOKEN_AWAY_MS;
      if (now + waitMs + one.needsMs <= one.patience.until) inTime.push(one);
      else refuse(one, waitMs === 0 ? over() : tooLate(waitMs));
    }
    waiting = inTime;
  }

  /** Lets go as many as may; where some have to wait for a token, comes back when there is one. */
  async function letGo(): Promise<void> {
    if (letting) return;
    letting = true;
    clearTimeout(timer);
    try {
      refuseLate();
      while (waiting.length > 0 && inFlight < MOST_IN_FLIGHT && msToNext() === 0) {
        const { taken, waitMs } = await bucket.take(Math.min(waiting.length, MOST_IN_FLIGHT - inFlight));
        // Who came or left while the bucket was asked is in its place, or not in one, too.
        order();
        for (const one of waiting.splice(0, taken)) admit(one);
        nextAt = Math.max(nextAt, performance.now() + waitMs);
      }
      refuseLate();
      // Timers may come a little early; then it is looked again.
      if (waiting.length > 0 && inFlight < MOST_IN_FLIGHT) {
        timer = setTimeout(() => void letGo(), Math.max(1, Math.ceil(msToNext())));
      }
    } finally {
      letting = false;
    }
  }

  return {
    async enter(patience, needsMs) {
      if (patience.signal.aborted) throw over();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const since = performance.now();
      const one: Waiting = { patience, needsMs, since, settled: false, go: resolve, refuse: reject };
      const gone = (): void => {
        one.settled = true;
        reject(over());
      };
      patience.signal.addEventListener('abort', gone, { once: true });
      waiting.push(one);
      void letGo();
      try {
        await promise;
      } finally {
        patience.signal.removeEventListener('abort', gone);
      }
      return leave;
    },
    async pause(ms) {
      nextAt = Math.max(nextAt, performance.now() + ms);
      refuseLate();
      await bucket.pause(ms);
    },
    leftLate: (ms) => bucket.usedLate(ms),
  };
}
