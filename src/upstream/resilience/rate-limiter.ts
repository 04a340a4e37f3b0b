import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import { WINDOW_MS, type RateWindow } from '../../storage/rate-window.ts';
import { MAX_CONNECTIONS } from '../http/http-client.ts';
import { createPriorityQueue, type QueueItem } from './priority-queue.ts';

/** Lets requests to Unico go one by one, as its quota and our connections allow. */
export type RateLimiter = {
  /**
   * Waits for the turn of a request; what it resolves to is to be called when the request is over. `needsMs` is the
   * time that the answer will take: where that much is not left any more, the request would be paid for in vain. Throws
   * an `UpstreamFailure` (`rate-limited`, with when to come back) as soon as the turn can not come in time.
   */
  acquire(callOptions: CallOptions, needsMs: number): Promise<() => void>;
  /** Lets nobody go for so long: Unico has said so. */
  pause(ms: number): Promise<void>;
  /** A request that was let go so many milliseconds ago leaves only now: its token comes back a second from now. */
  reportLateSend(ms: number): Promise<void>;
};

/** Told how long requests waited, in seconds. */
export type QueueWaitObserver = (seconds: number) => void;

type WaitingRequest = QueueItem & {
  needsMs: number;
  enqueuedAt: number;
  admit(): void;
  reject(failure: UpstreamFailure): void;
};

/** More would wait inside the pool, where nobody can tell whether they were sent. */
export const MAX_CONCURRENT = MAX_CONNECTIONS;

/** A request that did not get its turn: nothing was sent, and it says nothing of Unico. */
export class NotSentError extends UpstreamFailure {}

function quotaExhausted(waitMs: number): NotSentError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new NotSentError(
    'rate-limited',
    "the tenant's quota is used up for longer than there is time to wait",
    {
      retryAfterSeconds,
      mayHaveHappened: false,
    },
  );
}

function outOfTime(): NotSentError {
  return new NotSentError('unavailable', 'too little of the time of the operation is left for an answer', {
    mayHaveHappened: false,
  });
}

/** `perSecond` is the size of the bucket: from it follows how long a place in the queue will take. */
export function createRateLimiter(
  rateWindow: RateWindow,
  perSecond: number,
  observe: QueueWaitObserver = () => {},
): RateLimiter {
  const queue = createPriorityQueue<WaitingRequest>();
  let inFlight = 0;
  let dispatching = false;
  /** When the bucket has the next token, as far as it has said, by the clock of `performance`. */
  let nextAt = 0;
  /** Until then nobody in the line is too late for a turn at once: deadlines only ever get later. */
  let nextExpiry = Infinity;
  let timer: NodeJS.Timeout | undefined;

  const msToNext = (): number => Math.max(0, nextAt - performance.now());

  /** There is no token before then, by the clock of `performance`. */
  function closeUntil(at: number): void {
    if (at <= nextAt) return;
    nextAt = at;
    queue.recheck();
  }

  const leave = (): void => {
    inFlight -= 1;
    void dispatch();
  };

  function admit(one: WaitingRequest): void {
    inFlight += 1;
    observe((performance.now() - one.enqueuedAt) / 1000);
    one.admit();
  }

  /** Sends away who can not have a turn in time. */
  function rejectExpired(): void {
    const now = Date.now();
    const ahead = msToNext();
    if (ahead === 0) {
      // Where there are tokens, who is next goes at once: places mean nothing, and nobody is late before the first is.
      if (now <= nextExpiry) return;
      nextExpiry = Infinity;
      queue.recheck();
    }
    queue.rejectWhere((one, position) => {
      const waitMs = ahead === 0 ? 0 : ahead + Math.floor(position / perSecond) * WINDOW_MS;
      const latest = one.callOptions.deadline - one.needsMs;
      const inTime = now + waitMs <= latest;
      if (inTime) nextExpiry = Math.min(nextExpiry, latest);
      else one.reject(waitMs === 0 ? outOfTime() : quotaExhausted(waitMs));
      return inTime;
    });
  }

  /** Lets go as many as may; where some have to wait for a token, comes back when there is one. */
  async function dispatch(): Promise<void> {
    if (dispatching) return;
    dispatching = true;
    clearTimeout(timer);
    try {
      rejectExpired();
      while (queue.length > 0 && inFlight < MAX_CONCURRENT && msToNext() === 0) {
        const { taken, waitMs } = await rateWindow.tryAcquire(
          Math.min(queue.length, MAX_CONCURRENT - inFlight),
        );
        for (const one of queue.dequeue(taken)) admit(one);
        closeUntil(performance.now() + waitMs);
      }
      rejectExpired();
      // Timers may come a little early; then it is looked again.
      if (queue.length > 0 && inFlight < MAX_CONCURRENT) {
        timer = setTimeout(() => void dispatch(), Math.max(1, Math.ceil(msToNext())));
      }
    } finally {
      dispatching = false;
    }
  }

  return {
    async acquire(callOptions, needsMs) {
      if (callOptions.signal.aborted) throw outOfTime();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const enqueuedAt = performance.now();
      const one: WaitingRequest = {
        callOptions,
        priority: 0,
        sequence: 0,
        needsMs,
        enqueuedAt,
        admit: resolve,
        reject,
      };
      const gone = (): void => {
        queue.remove(one);
        reject(outOfTime());
      };
      callOptions.signal.addEventListener('abort', gone, { once: true });
      queue.enqueue(one);
      nextExpiry = Math.min(nextExpiry, callOptions.deadline - needsMs);
      void dispatch();
      try {
        await promise;
      } finally {
        callOptions.signal.removeEventListener('abort', gone);
      }
      return leave;
    },
    async pause(ms) {
      closeUntil(performance.now() + ms);
      rejectExpired();
      await rateWindow.pause(ms);
    },
    reportLateSend: (ms) => rateWindow.recordLateUse(ms),
  };
}
