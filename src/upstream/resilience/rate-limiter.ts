import type { ClientId } from '../../domain/caller.ts';
import type { UpstreamFailure } from '../../domain/upstream-failure.ts';
import type { CallOptions, Claim } from '../../domain/call-options.ts';
import { WINDOW_MS, type RateWindow } from '../../storage/rate-window.ts';
import { Connections, kindOf, MAX_CONCURRENT } from './connections.ts';
import { FairQueue } from './fair-queue.ts';
import { outOfTime, quotaExhausted, type NotSentError } from './not-sent.ts';
import { RecentUsage } from './recent-usage.ts';
import { Reservations } from './reservations.ts';

/** Reports what happens to requests, for metrics and logs. */
export type RateLimiterObserver = {
  /** A request got its slot after this time. */
  waited(seconds: number): void;
  /** The quota left no slot in time for a request of this client. */
  refused(client: ClientId | null): void;
};

/** A request that waits for its slot. `enqueuedAt` is by the clock of `performance`. */
type WaitingRequest = {
  callOptions: CallOptions;
  needsMs: number;
  enqueuedAt: number;
  /** `onEnd` has to be called when the request has ended. */
  admit(onEnd: () => void): void;
  reject(failure: UpstreamFailure): void;
};

/**
 * How many requests of one client wait in a lane at most: two operations of a thousand processes each. At ten a second
 * that is many times what can be sent in time, and each one that waits takes time of all others.
 */
export const MAX_WAITING = 2_000;

/** How long a place is reserved beyond the time after which the client is to come back, in milliseconds. */
const RESERVED_BEYOND_MS = 5_000;

/** How many calls a reserved place may take: a process of unknown source is asked for in two contracts. */
const CALLS_OF_RESERVED = 2;

/**
 * How many times as long as a check of all requests took it is until the next one: thousands that wait cost a tenth of a
 * core.
 */
const CHECK_PAUSE = 9;

/** Until when a request is not too late for a slot. */
function latestStartOf({ callOptions, needsMs }: WaitingRequest): number {
  return callOptions.deadline - needsMs;
}

/** The clients of these places, each once. */
function clientsOf(places: readonly { claim: Claim }[]): Set<ClientId | null> {
  return new Set(places.map(({ claim }) => claim.client));
}

/**
 * Sends requests to Unico as fast as the tenant's quota and our connections allow, in an order that is fair to all
 * clients (`next-line.ts`). With several replicas each one orders its own requests.
 */
export class RateLimiter {
  readonly #rateWindow: RateWindow;
  readonly #perSecond: number;
  readonly #observer: Partial<RateLimiterObserver>;
  readonly #reservations = new Reservations();
  readonly #queue = new FairQueue<WaitingRequest>(this.#reservations);
  readonly #usage = new RecentUsage(MAX_CONCURRENT / 2);
  readonly #connections = new Connections();
  #isDispatching = false;
  /** When the rate window has the next permit, by its last report and by the clock of `performance`. */
  #nextPermitAt = 0;
  /**
   * Until this time, by the clock of `performance`, no queued request is too late for an immediate slot: deadlines only
   * get later.
   */
  #nextExpiry = Infinity;
  /** Whether requests may be too late for their slot since the last plan: others came, or there are fewer permits. */
  #needsPlan = false;
  /** When all requests may be checked again, by the clock of `performance`. */
  #nextCheckAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #dispatchSoon: NodeJS.Timeout | undefined;

  /** `perSecond` is the size of the rate window: it determines how long a position in the queue takes. */
  constructor(rateWindow: RateWindow, perSecond: number, observer: Partial<RateLimiterObserver> = {}) {
    this.#rateWindow = rateWindow;
    this.#perSecond = perSecond;
    this.#observer = observer;
  }

  /**
   * Waits for a slot. Returns a function to call when the request has ended. `needsMs` is the time that the response
   * will take: with less time left, the permit would be wasted. Throws `NotSentError` as soon as no slot can come in
   * time: `rate-limited` with `retryAfterSeconds`, or `unavailable` when the operation has too little time left. The
   * place of a refused request stays reserved for a while: see `Reservations`.
   */
  async acquire(callOptions: CallOptions, needsMs: number): Promise<() => void> {
    if (callOptions.signal.aborted) throw outOfTime(callOptions);
    this.#refuseBeyondLine(callOptions, needsMs);
    const { promise, resolve, reject } = Promise.withResolvers<() => void>();
    const enqueuedAt = performance.now();
    const request: WaitingRequest = { callOptions, needsMs, enqueuedAt, admit: resolve, reject };
    const onAbort = (): void => {
      this.#queue.remove(request);
      reject(outOfTime(callOptions));
    };
    callOptions.signal.addEventListener('abort', onAbort, { once: true });
    this.#queue.add(request, enqueuedAt);
    this.#nextExpiry = Math.min(this.#nextExpiry, callOptions.deadline - needsMs);
    this.#needsPlan = true;
    if (this.#msToNextPermit() === 0 && this.#sendable() > 0) void this.#dispatch();
    // All requests that come until then are planned together.
    else this.#dispatchAtNextCheck();
    try {
      return await promise;
    } finally {
      callOptions.signal.removeEventListener('abort', onAbort);
    }
  }

  /** Sends nothing for `ms` milliseconds, after a 429 of Unico. */
  async pause(ms: number): Promise<void> {
    this.#closeUntil(performance.now() + ms);
    this.#refuseLate();
    await this.#rateWindow.pause(ms);
  }

  /**
   * Reports that a request was written `ms` milliseconds after it got its slot: its permit returns a second from now.
   */
  reportLateSend(ms: number): Promise<void> {
    return this.#rateWindow.recordLateUse(ms);
  }

  /** Throws where each line that the request would wait in is full. */
  #refuseBeyondLine({ claims, deadline }: CallOptions, needsMs: number): void {
    if (this.#queue.size < MAX_WAITING) return;
    if (claims.some((claim) => this.#queue.lengthOf(claim) < MAX_WAITING)) return;
    for (const { client } of claims) this.#observer.refused?.(client);
    // The line is longer than the time of any of its requests.
    throw quotaExhausted(deadline - needsMs - performance.now());
  }

  #msToNextPermit(): number {
    return Math.max(0, this.#nextPermitAt - performance.now());
  }

  /** There is no permit before `at`, by the clock of `performance`. */
  #closeUntil(at: number): void {
    if (at <= this.#nextPermitAt) return;
    this.#nextPermitAt = at;
    this.#needsPlan = true;
  }

  /** How many of the waiting requests have a connection. */
  #sendable(): number {
    return this.#connections.roomAmong(this.#queue.waiting);
  }

  /** Sends the next request. */
  #admitNext(): void {
    const now = performance.now();
    const next = this.#queue.take(this.#usage, now, (lane) => this.#connections.hasRoomFor(kindOf(lane)));
    if (next === null) return;
    const { item: request, claim } = next;
    this.#reservations.use(claim);
    this.#usage.record(claim, now);
    const endUse = this.#usage.begin(claim);
    const endConnection = this.#connections.begin(kindOf(claim.lane));
    this.#observer.waited?.((now - request.enqueuedAt) / 1000);
    request.admit(() => {
      endConnection();
      endUse();
      void this.#dispatch();
    });
  }

  #msToNextCheck(): number {
    return Math.max(0, this.#nextCheckAt - performance.now());
  }

  #dispatchAtNextCheck(): void {
    this.#dispatchSoon ??= setTimeout(() => {
      this.#dispatchSoon = undefined;
      void this.#dispatch();
    }, this.#msToNextCheck());
  }

  /** Refuses the requests that cannot get a slot in time. Looks at all requests, so it does not do so all the time. */
  #refuseLate(): void {
    if (this.#msToNextCheck() > 0) {
      if (this.#needsPlan && this.#queue.size > 0) this.#dispatchAtNextCheck();
      return;
    }
    const now = performance.now();
    this.#queue.update(now);
    if (this.#msToNextPermit() === 0) this.#refuseExpired(now);
    else if (this.#needsPlan) this.#refuseBeyondQuota(now);
    const endedAt = performance.now();
    this.#nextCheckAt = endedAt + CHECK_PAUSE * (endedAt - now);
  }

  /** With permits left, the next requests are sent at once: only those without time for a response are refused. */
  #refuseExpired(now: number): void {
    if (now <= this.#nextExpiry) return;
    this.#nextExpiry = Infinity;
    for (const request of this.#queue.items()) {
      const latest = latestStartOf(request);
      if (now <= latest) this.#nextExpiry = Math.min(this.#nextExpiry, latest);
      else this.#reject(request, outOfTime(request.callOptions));
    }
  }

  /**
   * Plans when each request is sent if no others come, and refuses those for which that is too late: those of the
   * clients that have the most requests.
   */
  #refuseBeyondQuota(now: number): void {
    this.#needsPlan = false;
    this.#nextExpiry = Infinity;
    this.#reservations.dropEnded(now);
    const inTime = new Set<WaitingRequest>();
    const late = new Map<WaitingRequest, number>();
    const last = this.#latestStart();
    const msToNext = this.#msToNextPermit();
    let waitMs = msToNext;
    this.#queue.plan(this.#usage.copy(), now + msToNext, (request) => {
      waitMs = msToNext + this.#windowsFor(inTime.size) * WINDOW_MS;
      if (now + waitMs > last) return 'end';
      const latest = latestStartOf(request);
      if (now + waitMs > latest) {
        late.set(request, waitMs);
        return 'late';
      }
      inTime.add(request);
      this.#nextExpiry = Math.min(this.#nextExpiry, latest);
      return now + waitMs;
    });
    const share = this.#perSecond / Math.max(1, this.#queue.clients);
    for (const request of this.#queue.items()) {
      if (!inTime.has(request)) {
        this.#refuse(request, { now, waitMs: late.get(request) ?? waitMs, share });
      }
    }
  }

  /** Until when some request is not too late for a slot. */
  #latestStart(): number {
    let last = -Infinity;
    for (const request of this.#queue.items()) last = Math.max(last, latestStartOf(request));
    return last;
  }

  /** How many windows pass before so many requests are sent, at this many a second. */
  #windowsFor(requests: number, perSecond = this.#perSecond): number {
    return Math.floor(requests / perSecond);
  }

  /**
   * Refuses a request for lack of a slot and reserves its place, for the time after which it is to come back. Single
   * reads come back one after the other, behind the places that the client has reserved before. An operation of many
   * processes comes back as a whole.
   */
  #refuse(
    request: WaitingRequest,
    { now, waitMs, share }: { now: number; waitMs: number; share: number },
  ): void {
    const places = this.#queue.arrivalsOf(request);
    const reserved = places.map(({ claim: { lane, client } }) =>
      lane === 'page' ? 0 : this.#reservations.countOf(client),
    );
    const callsAhead = Math.min(...reserved) * CALLS_OF_RESERVED;
    const failure = quotaExhausted(waitMs + this.#windowsFor(callsAhead, share) * WINDOW_MS);
    const until = now + (failure.retryAfterSeconds ?? 0) * 1_000 + RESERVED_BEYOND_MS;
    for (const { claim, arrivedAt } of places) this.#reservations.reserve(claim, { arrivedAt, until });
    for (const client of clientsOf(places)) this.#observer.refused?.(client);
    this.#reject(request, failure);
  }

  #reject(request: WaitingRequest, failure: NotSentError): void {
    this.#queue.remove(request);
    request.reject(failure);
  }

  /** Admits as many requests as possible. When some have to wait for a permit, runs again when there is one. */
  async #dispatch(): Promise<void> {
    if (this.#isDispatching) return;
    this.#isDispatching = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#dispatchSoon);
    this.#dispatchSoon = undefined;
    try {
      this.#refuseLate();
      for (
        let wanted = this.#sendable();
        wanted > 0 && this.#msToNextPermit() === 0;
        wanted = this.#sendable()
      ) {
        const { taken, waitMs } = await this.#rateWindow.tryAcquire(wanted);
        for (let permits = taken; permits > 0; permits -= 1) this.#admitNext();
        this.#closeUntil(performance.now() + waitMs);
      }
      this.#refuseLate();
      // A timer may fire a little early; then `#dispatch` sets it again.
      if (this.#sendable() > 0) {
        const delayMs = Math.max(1, Math.ceil(this.#msToNextPermit()));
        this.#timer = setTimeout(() => void this.#dispatch(), delayMs);
      }
    } finally {
      this.#isDispatching = false;
    }
  }
}
