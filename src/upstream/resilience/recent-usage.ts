import type { ClientId } from '../../domain/caller.ts';
import type { Lane } from '../../domain/call-options.ts';
import type { Line, Usage } from './next-line.ts';

/** A count that halves again and again: what was counted long ago no longer matters. */
type Count = { readonly value: number; readonly at: number };

const ZERO: Count = { value: 0, at: 0 };

/** Counts below this are forgotten when there are more clients than `MAX_QUIET_CLIENTS`. */
const NEGLIGIBLE = 0.01;
const MAX_QUIET_CLIENTS = 1_000;

function decayed({ value, at }: Count, now: number, halfLifeMs: number): number {
  return value * 2 ** ((at - now) / halfLifeMs);
}

/** How many requests each client has sent lately, as counts that decay. */
class DecayingCounts {
  readonly #halfLifeMs: number;
  readonly #counts: Map<ClientId | null, Count>;
  #total: Count;

  constructor(halfLifeMs: number, counts: Iterable<[ClientId | null, Count]> = [], total = ZERO) {
    this.#halfLifeMs = halfLifeMs;
    this.#counts = new Map(counts);
    this.#total = total;
  }

  of(client: ClientId | null, now: number): number {
    return decayed(this.#counts.get(client) ?? ZERO, now, this.#halfLifeMs);
  }

  total(now: number): number {
    return decayed(this.#total, now, this.#halfLifeMs);
  }

  add(client: ClientId | null, now: number): void {
    if (this.#counts.size > MAX_QUIET_CLIENTS) this.#forgetQuiet(now);
    this.#counts.set(client, { value: this.of(client, now) + 1, at: now });
    this.#total = { value: this.total(now) + 1, at: now };
  }

  copy(): DecayingCounts {
    return new DecayingCounts(this.#halfLifeMs, this.#counts, this.#total);
  }

  #forgetQuiet(now: number): void {
    for (const [client, count] of this.#counts) {
      if (decayed(count, now, this.#halfLifeMs) < NEGLIGIBLE) this.#counts.delete(client);
    }
  }
}

/**
 * For the share of a client: after a second a tenth is left. For the order of clients: requests of the last ten seconds
 * or so matter, which is longer than any of them waits.
 */
const SHARE_HALF_LIFE_MS = 300;
const ORDER_HALF_LIFE_MS = 5_000;

/** What was sent lately, by lane and client. */
export class RecentUsage implements Usage {
  readonly #maxInFlight: number;
  readonly #inFlight = new Map<ClientId | null, number>();
  #share = new DecayingCounts(SHARE_HALF_LIFE_MS);
  #order = new DecayingCounts(ORDER_HALF_LIFE_MS);
  #lastOfLane = new Map<Lane, number>();

  /** `maxInFlight` is how many requests one client may have in flight while others wait. */
  constructor(maxInFlight: number) {
    this.#maxInFlight = maxInFlight;
  }

  hasMoreThanHalf(client: ClientId | null, now: number): boolean {
    if ((this.#inFlight.get(client) ?? 0) >= this.#maxInFlight) return true;
    return this.#share.of(client, now) > this.#share.total(now) / 2;
  }

  recentOf(client: ClientId | null, now: number): number {
    return this.#order.of(client, now);
  }

  lastOf(lane: Lane): number {
    return this.#lastOfLane.get(lane) ?? -Infinity;
  }

  /** Records that the first request of a line is sent. Access tokens count for no client. */
  record({ lane, client }: Pick<Line, 'lane' | 'client'>, now: number): void {
    if (lane === 'token') return;
    this.#share.add(client, now);
    this.#order.add(client, now);
    this.#lastOfLane.set(lane, now);
  }

  /** Counts a request in flight. Returns a function to call when it has ended. */
  begin({ lane, client }: Pick<Line, 'lane' | 'client'>): () => void {
    if (lane === 'token') return () => {};
    this.#inFlight.set(client, (this.#inFlight.get(client) ?? 0) + 1);
    return () => {
      const left = (this.#inFlight.get(client) ?? 0) - 1;
      if (left > 0) this.#inFlight.set(client, left);
      else this.#inFlight.delete(client);
    };
  }

  /** A copy to plan ahead with: it does not know how long the requests in flight will take. */
  copy(): RecentUsage {
    const copy = new RecentUsage(this.#maxInFlight);
    copy.#share = this.#share.copy();
    copy.#order = this.#order.copy();
    copy.#lastOfLane = new Map(this.#lastOfLane);
    return copy;
  }
}
