import type { CallOptions } from '../../domain/call-options.ts';

/** Somebody in a line. `place` and `arrival` are the line's own: nobody else sets them. */
export type QueueItem = {
  readonly callOptions: CallOptions;
  /** The lower, the sooner; as it was when it was last looked at. */
  priority: number;
  /** How many came before. */
  sequence: number;
};

/**
 * Those who wait for their turn, in its order: writes first; then who has had least; then who came first. They are kept
 * in order, so that a turn costs no more where thousands wait.
 */
export type PriorityQueue<One extends QueueItem> = {
  /** How many wait. */
  readonly length: number;
  enqueue(one: One): void;
  /** Lets somebody out, wherever in the line; nothing happens where that one is not in it any more. */
  remove(one: One): void;
  /** Lets the first ones out, as many as there are up to `most`. */
  dequeue(most: number): One[];
  /**
   * Lets out everybody who may not stay, asked from first to last with the position that each then has. Who may stay is
   * not asked again before its position gets worse, or until `doubt`.
   */
  rejectWhere(mayStay: (one: One, position: number) => boolean): void;
  /** Has everybody asked again by the next `sift`. */
  recheck(): void;
};

/** More than any rank: all reads come after all writes. */
const FIRST_READ_PRIORITY = 2 ** 32;

function priorityOf({ priority, sequence }: CallOptions): number {
  return priority === 'write' ? sequence : FIRST_READ_PRIORITY + sequence;
}

/** There is no better rank than none: who has it keeps its place. */
function isBest(place: number): boolean {
  return place === 0 || place === FIRST_READ_PRIORITY;
}

/** Makes a line in which nobody waits. */
export function createPriorityQueue<One extends QueueItem>(): PriorityQueue<One> {
  const queue: One[] = [];
  let arrivals = 0;
  /** How many of the first may stay where they are. */
  let staying = 0;

  /** How many go before the one of this place and arrival. */
  function before(place: number, arrival: number): number {
    let [low, high] = [0, queue.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const one = queue[middle];
      const isBefore =
        one !== undefined && (one.priority < place || (one.priority === place && one.sequence < arrival));
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function insert(one: One): void {
    one.priority = priorityOf(one.callOptions);
    const at = before(one.priority, one.sequence);
    if (at === queue.length) queue.push(one);
    else queue.splice(at, 0, one);
    staying = Math.min(staying, at);
  }

  function remove(at: number): void {
    queue.splice(at, 1);
    if (at < staying) staying -= 1;
  }

  /**
   * Moves forward whose rank has become better since: nobody tells, so all are looked at who have one to lose. Most have
   * none: the first call of an operation is often its only one.
   */
  function advance(): void {
    let at = 0;
    while (at < queue.length) {
      const one = queue[at];
      if (one === undefined) return;
      if (isBest(one.priority)) {
        at = before(one.priority + 1, 0);
        continue;
      }
      if (priorityOf(one.callOptions) < one.priority) {
        remove(at);
        insert(one);
      }
      at += 1;
    }
  }

  return {
    get length() {
      return queue.length;
    },
    enqueue(one) {
      one.sequence = arrivals;
      arrivals += 1;
      insert(one);
    },
    remove(one) {
      const at = before(one.priority, one.sequence);
      if (queue[at] === one) remove(at);
    },
    dequeue(most) {
      advance();
      const first: One[] = [];
      while (first.length < most) {
        // Not `splice`, which moves all the others.
        const one = queue.shift();
        if (one === undefined) break;
        first.push(one);
      }
      staying = Math.max(0, staying - first.length);
      return first;
    },
    rejectWhere(mayStay) {
      advance();
      for (const one of queue.slice(staying)) {
        if (mayStay(one, staying)) queue[staying++] = one;
      }
      queue.length = staying;
    },
    recheck() {
      staying = 0;
    },
  };
}
