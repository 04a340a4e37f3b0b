import type { ClientId } from '../../domain/caller.ts';
import type { Claim, Lane } from '../../domain/call-options.ts';
import { kindOf, type RequestKind } from './connections.ts';
import { nextLine, type Line } from './next-line.ts';
import type { RecentUsage } from './recent-usage.ts';
import type { Reservations } from './reservations.ts';

/** What waits in the queue: the claims of its callers, which are replaced when callers join or leave. */
export type Queued = { readonly callOptions: { readonly claims: readonly Claim[] } };

/** The place of one claim of an item. `arrivedAt` is earlier where a place was reserved. */
type Place<Item> = {
  readonly item: Item;
  readonly claim: Claim;
  readonly arrivedAt: number;
  readonly rank: number;
};

/** Within a client: the next contract for a process that was begun, then reservations, then the others. */
function rankOf(claim: Claim, isReserved: boolean): number {
  if (claim.isBegun) return 0;
  return isReserved ? 1 : 2;
}

/** Within a rank: the operation with the fewest calls, and then first come. */
function isAfter(one: Place<unknown>, other: Place<unknown>): boolean {
  if (one.rank !== other.rank) return one.rank > other.rank;
  if (one.claim.sequence !== other.claim.sequence) return one.claim.sequence > other.claim.sequence;
  return one.arrivedAt > other.arrivedAt;
}

/** The places of one client in one lane, in their order, from `next` on. */
class PlacesOfClient<Item> implements Line {
  readonly lane: Lane;
  readonly client: ClientId | null;
  readonly places: Place<Item>[] = [];
  next = 0;

  constructor({ lane, client }: Claim) {
    this.lane = lane;
    this.client = client;
  }

  get first(): Place<Item> | undefined {
    return this.places[this.next];
  }

  get arrivedAt(): number {
    return this.first?.arrivedAt ?? Infinity;
  }

  add(place: Place<Item>): void {
    let [low, high] = [0, this.places.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.places[middle];
      if (other !== undefined && isAfter(other, place)) high = middle;
      else low = middle + 1;
    }
    if (low === this.places.length) this.places.push(place);
    else this.places.splice(low, 0, place);
  }

  remove(place: Place<Item>): void {
    const at = this.places.indexOf(place);
    if (at === 0) this.places.shift();
    else if (at > 0) this.places.splice(at, 1);
  }
}

/** The turn of a line: its first item that is not too late. Returns when it is sent; `late` where all are too late. */
function planTurn<Item>(
  line: PlacesOfClient<Item>,
  planned: Set<Item>,
  send: (item: Item) => number | 'late' | 'end',
): number | 'late' | 'end' {
  for (let place = line.first; place !== undefined; place = line.first) {
    line.next += 1;
    if (planned.has(place.item)) continue;
    planned.add(place.item);
    const sentAt = send(place.item);
    if (sentAt !== 'late') return sentAt;
  }
  return 'late';
}

/**
 * The requests that wait for Unico: each has a place in the line of every client and lane that claims it, and is sent
 * in the best of them.
 */
export class FairQueue<Item extends Queued> {
  readonly #reservations: Reservations;
  /** The lines that are not empty. */
  #lines: PlacesOfClient<Item>[] = [];
  /** The claims of each item when its places were last brought up to date, and those places. */
  readonly #items = new Map<Item, { claims: readonly Claim[]; places: Place<Item>[] }>();
  /** All claims of an item are of one kind, because callers share reads only. */
  readonly #waiting: Record<RequestKind, number> = { token: 0, mutation: 0, read: 0 };

  constructor(reservations: Reservations) {
    this.#reservations = reservations;
  }

  /** How many items wait. */
  get size(): number {
    return this.#items.size;
  }

  /** How many items of each kind wait. */
  get waiting(): Readonly<Record<RequestKind, number>> {
    return this.#waiting;
  }

  /** How many clients wait. */
  get clients(): number {
    return new Set(this.#lines.map(({ client }) => client)).size;
  }

  /** How many items wait in the line of a claim. */
  lengthOf(claim: Claim): number {
    return this.#lineOf(claim)?.places.length ?? 0;
  }

  /** All items, in no order that matters. */
  items(): Iterable<Item> {
    return this.#items.keys();
  }

  /** Adds an item. Times are by the clock of `performance`. */
  add(item: Item, now: number): void {
    this.#items.set(item, { claims: [], places: [] });
    this.#update(item, now);
  }

  /** Removes an item from any place; does nothing when it is not in the queue. */
  remove(item: Item): void {
    const places = this.#items.get(item)?.places ?? [];
    for (const place of places) this.#leave(place);
    this.#items.delete(item);
    this.#count(places, -1);
  }

  /** Brings the places of items up to date whose callers have joined or left. */
  update(now: number): void {
    for (const [item, { claims }] of this.#items) {
      if (claims !== item.callOptions.claims) this.#update(item, now);
    }
  }

  /** When each claim of an item came, also of a request that was refused before. */
  arrivalsOf(item: Item): readonly { claim: Claim; arrivedAt: number }[] {
    return this.#items.get(item)?.places ?? [];
  }

  /**
   * Removes and returns the item that is sent next, with the claim that it is sent for: of the lanes that `isOpen` only.
   * `null` where none waits there.
   */
  take(
    usage: RecentUsage,
    now: number,
    isOpen: (lane: Lane) => boolean = () => true,
  ): { item: Item; claim: Claim } | null {
    const open = this.#lines.filter(({ lane }) => isOpen(lane));
    const place = nextLine(open, usage, now)?.first;
    if (place === undefined) return null;
    const { item } = place;
    if (this.#items.get(item)?.claims !== item.callOptions.claims) {
      // A caller has joined or left since the last update: another place may be the best now.
      this.#update(item, now);
      return this.take(usage, now, isOpen);
    }
    this.remove(item);
    return place;
  }

  /**
   * Calls `send` with each item in the order in which they would be sent. It returns when the item is sent, `late` when
   * that is too late, so that the item takes no slot, or `end` when it would be too late for all items. `usage` changes
   * on the way.
   */
  plan(usage: RecentUsage, now: number, send: (item: Item) => number | 'late' | 'end'): void {
    const lines = [...this.#lines];
    for (const line of lines) line.next = 0;
    const planned = new Set<Item>();
    let time = now;
    for (let line = nextLine(lines, usage, time); line !== undefined; line = nextLine(lines, usage, time)) {
      const sentAt = planTurn(line, planned, send);
      if (sentAt === 'end') break;
      if (line.first === undefined) lines.splice(lines.indexOf(line), 1);
      if (sentAt === 'late') continue;
      usage.record(line, sentAt);
      time = sentAt;
    }
    for (const line of this.#lines) line.next = 0;
  }

  #update(item: Item, now: number): void {
    const { claims } = item.callOptions;
    const before = this.#items.get(item)?.places ?? [];
    const places: Place<Item>[] = [];
    for (const place of before) {
      if (claims.includes(place.claim)) places.push(place);
      else this.#leave(place);
    }
    for (const claim of claims) {
      if (!before.some((place) => place.claim === claim)) places.push(this.#enter(item, claim, now));
    }
    this.#items.set(item, { claims, places });
    this.#count(before, -1);
    this.#count(places, 1);
  }

  /** Counts an item with these places as waiting, or no longer. Without a place nothing waits for it. */
  #count([place]: readonly Place<Item>[], by: 1 | -1): void {
    if (place !== undefined) this.#waiting[kindOf(place.claim.lane)] += by;
  }

  #enter(item: Item, claim: Claim, now: number): Place<Item> {
    const reservedAt = this.#reservations.arrivalOf(claim, now);
    const place = { item, claim, arrivedAt: reservedAt ?? now, rank: rankOf(claim, reservedAt !== null) };
    let line = this.#lineOf(claim);
    if (line === undefined) this.#lines.push((line = new PlacesOfClient(claim)));
    line.add(place);
    return place;
  }

  #leave(place: Place<Item>): void {
    const line = this.#lineOf(place.claim);
    line?.remove(place);
    if (line?.places.length === 0) this.#lines.splice(this.#lines.indexOf(line), 1);
  }

  #lineOf({ lane, client }: Claim): PlacesOfClient<Item> | undefined {
    return this.#lines.find((line) => line.lane === lane && line.client === client);
  }
}
