import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import type { Patience } from '../../domain/call-options.ts';
import { TOKEN_AWAY_MS, type Bucket } from '../../storage/rate-window.ts';
import { CONNECTIONS } from '../http/http-client.ts';
import { createLine, type InLine } from './priority-queue.ts';

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

type Waiting = InLine & {
  needsMs: number;
  since: number;
  go(): void;
  refuse(failure: UpstreamFailure): void;
};

/** More would wait inside the pool, where nobody can tell whether they were sent. */
export const MOST_IN_FLIGHT = CONNECTIONS;

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
  const line = createLine<Waiting>();
  let inFlight = 0;
  let letting = false;
  /** When the bucket has the next token, as far as it has said, by the clock of `performance`. */
  let nextAt = 0;
  /** Until then nobody in the line is too late for a turn at once: deadlines only ever get later. */
  let lateAfter = Infinity;
  let timer: NodeJS.Timeout | undefined;

  const msToNext = (): number => Math.max(0, nextAt - performance.now());

  /** There is no token before then, by the clock of `performance`. */
  function noneBefore(at: number): void {
    if (at <= nextAt) return;
    nextAt = at;
    line.doubt();
  }

  const leave = (): void => {
    inFlight -= 1;
    void letGo();
  };

  function admit(one: Waiting): void {
    inFlight += 1;
    observe((performance.now() - one.since) / 1000);
    one.go();
  }

  /** Sends away who can not have a turn in time. */
  function refuseLate(): void {
    const now = Date.now();
    const ahead = msToNext();
    if (ahead === 0) {
      // Where there are tokens, who is next goes at once: places mean nothing, and nobody is late before the first is.
      if (now <= lateAfter) return;
      lateAfter = Infinity;
      line.doubt();
    }
    line.sift((one, position) => {
      const waitMs = ahead === 0 ? 0 : ahead + Math.floor(position / perSecond) * TOKEN_AWAY_MS;
      const latest = one.patience.until - one.needsMs;
      const inTime = now + waitMs <= latest;
      if (inTime) lateAfter = Math.min(lateAfter, latest);
      else one.refuse(waitMs === 0 ? over() : tooLate(waitMs));
      return inTime;
    });
  }

  /** Lets go as many as may; where some have to wait for a token, comes back when there is one. */
  async function letGo(): Promise<void> {
    if (letting) return;
    letting = true;
    clearTimeout(timer);
    try {
      refuseLate();
      while (line.length > 0 && inFlight < MOST_IN_FLIGHT && msToNext() === 0) {
        const { taken, waitMs } = await bucket.take(Math.min(line.length, MOST_IN_FLIGHT - inFlight));
        for (const one of line.take(taken)) admit(one);
        noneBefore(performance.now() + waitMs);
      }
      refuseLate();
      // Timers may come a little early; then it is looked again.
      if (line.length > 0 && inFlight < MOST_IN_FLIGHT) {
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
      const one: Waiting = { patience, place: 0, arrival: 0, needsMs, since, go: resolve, refuse: reject };
      const gone = (): void => {
        line.leave(one);
        reject(over());
      };
      patience.signal.addEventListener('abort', gone, { once: true });
      line.join(one);
      lateAfter = Math.min(lateAfter, patience.until - needsMs);
      void letGo();
      try {
        await promise;
      } finally {
        patience.signal.removeEventListener('abort', gone);
      }
      return leave;
    },
    async pause(ms) {
      noneBefore(performance.now() + ms);
      refuseLate();
      await bucket.pause(ms);
    },
    leftLate: (ms) => bucket.usedLate(ms),
  };
}
