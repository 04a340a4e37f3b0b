import type { ClientId } from '../../domain/caller.ts';
import type { Lane } from '../../domain/call-options.ts';
import type { Line, Usage } from './next-line.ts';

/** After so many half-lives, the counts of before are a millionth of a new one: they are forgotten. */
const REBASE_AFTER = 20;
const NEGLIGIBLE = 2 ** -REBASE_AFTER;

/**
 * How many requests each client has sent lately, as counts that halve again and again. What is new weighs more instead
 * of what is old weighing less: so counts can be compared as they are, and nothing is computed when they are read.
 */
class DecayingCounts {
  readonly #halfLifeMs: number;
  readonly #weights = new Map<ClientId | null, number>();
  #total = 0;
  /** When a request weighs 1, by the clock of `performance`. */
  #base = 0;

  constructor(halfLifeMs: number) {
    this.#halfLifeMs = halfLifeMs;
  }

  get total(): number {
    return this.#total;
  }

  of(client: ClientId | null): number {
    return this.#weights.get(client) ?? 0;
  }

  add(client: ClientId | null, now: number): void {
    if (now - this.#base > REBASE_AFTER * this.#halfLifeMs) this.#rebase(now);
    const weight = 2 ** ((now - this.#base) / this.#halfLifeMs);
    this.#weights.set(client, this.of(client) + weight);
    this.#total += weight;
  }

  copy(): DecayingCounts {
    const copy = new DecayingCounts(this.#halfLifeMs);
    for (const [client, weight] of this.#weights) copy.#weights.set(client, weight);
    copy.#total = this.#total;
    copy.#base = this.#base;
    return copy;
  }

  /** Lets a request of now weigh 1. */
  #rebase(now: number): void {
    const factor = 2 ** ((this.#base - now) / this.#halfLifeMs);
    this.#base = now;
    this.#total = 0;
    for (const [client, before] of this.#weights) {
      const weight = before * factor;
      if (weight < NEGLIGIBLE) this.#weights.delete(client);
      else this.#weights.set(client, weight);
      if (weight >= NEGLIGIBLE) this.#total += weight;
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

  hasMoreThanHalf(client: ClientId | null): boolean {
    if ((this.#inFlight.get(client) ?? 0) >= this.#maxInFlight) return true;
    return this.#share.of(client) > this.#share.total / 2;
  }

  recentOf(client: ClientId | null): number {
    return this.#order.of(client);
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
