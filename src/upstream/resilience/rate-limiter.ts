import type { ClientId } from '../../domain/caller.ts';
import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import { hasCallerLeft, type CallOptions } from '../../domain/call-options.ts';
import { WINDOW_MS, type RateWindow } from '../../storage/rate-window.ts';
import { MAX_CONNECTIONS } from '../http/http-client.ts';
import { PriorityQueue, type QueueItem } from './priority-queue.ts';

/** Reports what happens to requests, for metrics and logs. */
export type RateLimiterObserver = {
  /** A request got its slot after this time. */
  waited(seconds: number): void;
  /** The quota left no slot in time for a request of this client. */
  refused(client: ClientId | null): void;
};

/** A request that waits for its slot. `enqueuedAt` is by the clock of `performance`. */
type WaitingRequest = QueueItem & {
  needsMs: number;
  enqueuedAt: number;
  admit(): void;
  reject(failure: UpstreamFailure): void;
};

/** How many requests run at a time. Whether more were sent would be unknown: they would wait in the connection pool. */
export const MAX_CONCURRENT = MAX_CONNECTIONS;

/** The request got no slot: nothing was sent, and the failure says nothing about Unico. */
export class NotSentError extends UpstreamFailure {}

function quotaExhausted(waitMs: number): NotSentError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  const message = "not sent: the wait for a free slot is longer than the operation's time";
  return new NotSentError('rate-limited', message, { retryAfterSeconds, mayHaveHappened: false });
}

function outOfTime({ signal }: CallOptions): NotSentError {
  const message = 'not sent: the operation has too little time left for a response';
  return new NotSentError('unavailable', message, {
    mayHaveHappened: false,
    callerLeft: hasCallerLeft(signal),
  });
}

/** Sends requests to Unico one by one, as fast as the tenant's quota and our connections allow. */
export class RateLimiter {
  readonly #rateWindow: RateWindow;
  readonly #perSecond: number;
  readonly #observer: Partial<RateLimiterObserver>;
  readonly #queue = new PriorityQueue<WaitingRequest>();
  #inFlight = 0;
  #isDispatching = false;
  /** When the rate window has the next permit, by its last report and by the clock of `performance`. */
  #nextPermitAt = 0;
  /**
   * Until this time, by the clock of `performance`, no queued request is too late for an immediate slot: deadlines only
   * get later.
   */
  #nextExpiry = Infinity;
  #timer: NodeJS.Timeout | undefined;

  /** `perSecond` is the size of the rate window: it determines how long a position in the queue takes. */
  constructor(rateWindow: RateWindow, perSecond: number, observer: Partial<RateLimiterObserver> = {}) {
    this.#rateWindow = rateWindow;
    this.#perSecond = perSecond;
    this.#observer = observer;
  }

  /**
   * Waits for a slot. Returns a function to call when the request has ended. `needsMs` is the time that the response
   * will take: with less time left, the permit would be wasted. Throws `NotSentError` as soon as no slot can come in
   * time: `rate-limited` with `retryAfterSeconds`, or `unavailable` when the operation has too little time left.
   */
  async acquire(callOptions: CallOptions, needsMs: number): Promise<() => void> {
    if (callOptions.signal.aborted) throw outOfTime(callOptions);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const request: WaitingRequest = {
      callOptions,
      priority: 0,
      sequence: 0,
      needsMs,
      enqueuedAt: performance.now(),
      admit: resolve,
      reject,
    };
    const onAbort = (): void => {
      this.#queue.remove(request);
      reject(outOfTime(callOptions));
    };
    callOptions.signal.addEventListener('abort', onAbort, { once: true });
    this.#queue.enqueue(request);
    this.#nextExpiry = Math.min(this.#nextExpiry, callOptions.deadline - needsMs);
    void this.#dispatch();
    try {
      await promise;
    } finally {
      callOptions.signal.removeEventListener('abort', onAbort);
    }
    return () => this.#release();
  }

  /** Sends nothing for `ms` milliseconds, after a 429 of Unico. */
  async pause(ms: number): Promise<void> {
    this.#closeUntil(performance.now() + ms);
    this.#rejectExpired();
    await this.#rateWindow.pause(ms);
  }

  /**
   * Reports that a request was written `ms` milliseconds after it got its slot: its permit returns a second from now.
   */
  reportLateSend(ms: number): Promise<void> {
    return this.#rateWindow.recordLateUse(ms);
  }

  #release(): void {
    this.#inFlight -= 1;
    void this.#dispatch();
  }

  #msToNextPermit(): number {
    return Math.max(0, this.#nextPermitAt - performance.now());
  }

  /** There is no permit before `at`, by the clock of `performance`. */
  #closeUntil(at: number): void {
    if (at <= this.#nextPermitAt) return;
    this.#nextPermitAt = at;
    this.#queue.recheck();
  }

  #admit(request: WaitingRequest): void {
    this.#inFlight += 1;
    this.#observer.waited?.((performance.now() - request.enqueuedAt) / 1000);
    request.admit();
  }

  /** Rejects the requests that cannot get a slot in time. */
  #rejectExpired(): void {
    const now = performance.now();
    const msToNext = this.#msToNextPermit();
    if (msToNext === 0) {
      // With permits left, the next requests are sent at once: their positions do not matter, and before `#nextExpiry`
      // none expires.
      if (now <= this.#nextExpiry) return;
      this.#nextExpiry = Infinity;
      this.#queue.recheck();
    }
    this.#queue.rejectWhere((request, position) => {
      const waitMs = msToNext === 0 ? 0 : msToNext + Math.floor(position / this.#perSecond) * WINDOW_MS;
      const latest = request.callOptions.deadline - request.needsMs;
      const isInTime = now + waitMs <= latest;
      if (isInTime) this.#nextExpiry = Math.min(this.#nextExpiry, latest);
      else if (waitMs === 0) request.reject(outOfTime(request.callOptions));
      else {
        this.#observer.refused?.(request.callOptions.client);
        request.reject(quotaExhausted(waitMs));
      }
      return isInTime;
    });
  }

  /** Admits as many requests as possible. When some have to wait for a permit, runs again when there is one. */
  async #dispatch(): Promise<void> {
    if (this.#isDispatching) return;
    this.#isDispatching = true;
    clearTimeout(this.#timer);
    try {
      this.#rejectExpired();
      while (this.#queue.length > 0 && this.#inFlight < MAX_CONCURRENT && this.#msToNextPermit() === 0) {
        const { taken, waitMs } = await this.#rateWindow.tryAcquire(
          Math.min(this.#queue.length, MAX_CONCURRENT - this.#inFlight),
        );
        for (const request of this.#queue.dequeue(taken)) this.#admit(request);
        this.#closeUntil(performance.now() + waitMs);
      }
      this.#rejectExpired();
      // A timer may fire a little early; then `#dispatch` sets it again.
      if (this.#queue.length > 0 && this.#inFlight < MAX_CONCURRENT) {
        const delayMs = Math.max(1, Math.ceil(this.#msToNextPermit()));
        this.#timer = setTimeout(() => void this.#dispatch(), delayMs);
      }
    } finally {
      this.#isDispatching = false;
    }
  }
}
