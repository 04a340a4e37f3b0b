import type { CallOptions } from '../../domain/call-options.ts';

/** An item of a `PriorityQueue`. Only the queue writes `priority` and `sequence`. */
export type QueueItem = {
  readonly callOptions: CallOptions;
  /** A lower number is served sooner. It is as of the last time that the queue read the call options. */
  priority: number;
  /** How many items were enqueued before. */
  sequence: number;
};

/** Larger than any sequence of call options, so that all reads come after all writes. */
const FIRST_READ_PRIORITY = 2 ** 32;

function priorityOf({ priority, sequence }: CallOptions): number {
  return priority === 'write' ? sequence : FIRST_READ_PRIORITY + sequence;
}

/** Whether the priority cannot improve any more: the first call of an operation has the best one. */
function isBest(priority: number): boolean {
  return priority === 0 || priority === FIRST_READ_PRIORITY;
}

/**
 * Priority queue: writes before reads, then the operation with the fewest calls, then first in, first out. The items
 * are stored in order, so that a dequeue costs no more when thousands wait.
 */
export class PriorityQueue<Item extends QueueItem> {
  readonly #items: Item[] = [];
  #enqueued = 0;
  /** How many of the first items `rejectWhere` has accepted at their position. */
  #accepted = 0;

  /** How many items wait. */
  get length(): number {
    return this.#items.length;
  }

  /** Adds an item, and sets its `priority` and `sequence`. */
  enqueue(item: Item): void {
    item.sequence = this.#enqueued;
    this.#enqueued += 1;
    this.#insert(item);
  }

  /** Removes an item from any position; does nothing when the item is not in the queue. */
  remove(item: Item): void {
    const at = this.#indexFor(item.priority, item.sequence);
    if (this.#items[at] === item) this.#removeAt(at);
  }

  /** Removes and returns the first items, at most `limit`. */
  dequeue(limit: number): Item[] {
    this.#advanceImproved();
    const first: Item[] = [];
    while (first.length < limit) {
      // Not `splice`, which moves all the other items.
      const item = this.#items.shift();
      if (item === undefined) break;
      first.push(item);
    }
    this.#accepted = Math.max(0, this.#accepted - first.length);
    return first;
  }

  /**
   * Removes every item for which `isAccepted` returns `false`. It is called from first to last, with the position that
   * the item then has. An accepted item is not checked again before its position gets worse, or until `recheck`.
   */
  rejectWhere(isAccepted: (item: Item, position: number) => boolean): void {
    this.#advanceImproved();
    for (const item of this.#items.slice(this.#accepted)) {
      if (isAccepted(item, this.#accepted)) this.#items[this.#accepted++] = item;
    }
    this.#items.length = this.#accepted;
  }

  /** Lets the next `rejectWhere` check every item again. */
  recheck(): void {
    this.#accepted = 0;
  }

  /** How many items go before this priority and sequence: the index where it belongs. */
  #indexFor(priority: number, sequence: number): number {
    let [low, high] = [0, this.#items.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = this.#items[middle];
      const isBefore =
        item !== undefined &&
        (item.priority < priority || (item.priority === priority && item.sequence < sequence));
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insert(item: Item): void {
    item.priority = priorityOf(item.callOptions);
    const at = this.#indexFor(item.priority, item.sequence);
    if (at === this.#items.length) this.#items.push(item);
    else this.#items.splice(at, 0, item);
    this.#accepted = Math.min(this.#accepted, at);
  }

  #removeAt(at: number): void {
    this.#items.splice(at, 1);
    if (at < this.#accepted) this.#accepted -= 1;
  }

  /**
   * Moves items forward whose priority has improved. Nothing reports an improvement, so every item that can improve is
   * compared. Most cannot, because the first call of an operation is often its only one.
   */
  #advanceImproved(): void {
    let at = 0;
    while (at < this.#items.length) {
      const item = this.#items[at];
      if (item === undefined) return;
      if (isBest(item.priority)) {
        at = this.#indexFor(item.priority + 1, 0);
        continue;
      }
      if (priorityOf(item.callOptions) < item.priority) {
        this.#removeAt(at);
        this.#insert(item);
      }
      at += 1;
    }
  }
}
