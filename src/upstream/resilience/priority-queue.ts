import type { Patience } from '../../domain/call-options.ts';

/** Somebody in a line. `place` and `arrival` are the line's own: nobody else sets them. */
export type InLine = {
  readonly patience: Patience;
  /** The lower, the sooner; as it was when it was last looked at. */
  place: number;
  /** How many came before. */
  arrival: number;
};

/**
 * Those who wait for their turn, in its order: writes first; then who has had least; then who came first. They are kept
 * in order, so that a turn costs no more where thousands wait.
 */
export type Line<One extends InLine> = {
  /** How many wait. */
  readonly length: number;
  join(one: One): void;
  /** Lets somebody out, wherever in the line; nothing happens where that one is not in it any more. */
  leave(one: One): void;
  /** Lets the first ones out, as many as there are up to `most`. */
  take(most: number): One[];
  /**
   * Lets out everybody who may not stay, asked from first to last with the position that each then has. Who may stay is
   * not asked again before its position gets worse, or until `doubt`.
   */
  sift(mayStay: (one: One, position: number) => boolean): void;
  /** Has everybody asked again by the next `sift`. */
  doubt(): void;
};

/** More than any rank: all reads come after all writes. */
const FIRST_READ = 2 ** 32;

function placeOf({ lane, rank }: Patience): number {
  return lane === 'write' ? rank : FIRST_READ + rank;
}

/** There is no better rank than none: who has it keeps its place. */
function isBest(place: number): boolean {
  return place === 0 || place === FIRST_READ;
}

/** Makes a line in which nobody waits. */
export function createLine<One extends InLine>(): Line<One> {
  const line: One[] = [];
  let arrivals = 0;
  /** How many of the first may stay where they are. */
  let staying = 0;

  /** How many go before the one of this place and arrival. */
  function before(place: number, arrival: number): number {
    let [low, high] = [0, line.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const one = line[middle];
      const isBefore =
        one !== undefined && (one.place < place || (one.place === place && one.arrival < arrival));
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function insert(one: One): void {
    one.place = placeOf(one.patience);
    const at = before(one.place, one.arrival);
    if (at === line.length) line.push(one);
    else line.splice(at, 0, one);
    staying = Math.min(staying, at);
  }

  function remove(at: number): void {
    line.splice(at, 1);
    if (at < staying) staying -= 1;
  }

  /**
   * Moves forward whose rank has become better since: nobody tells, so all are looked at who have one to lose. Most have
   * none: the first call of an operation is often its only one.
   */
  function advance(): void {
    let at = 0;
    while (at < line.length) {
      const one = line[at];
      if (one === undefined) return;
      if (isBest(one.place)) {
        at = before(one.place + 1, 0);
        continue;
      }
      if (placeOf(one.patience) < one.place) {
        remove(at);
        insert(one);
      }
      at += 1;
    }
  }

  return {
    get length() {
      return line.length;
    },
    join(one) {
      one.arrival = arrivals;
      arrivals += 1;
      insert(one);
    },
    leave(one) {
      const at = before(one.place, one.arrival);
      if (line[at] === one) remove(at);
    },
    take(most) {
      advance();
      const first: One[] = [];
      while (first.length < most) {
        // Not `splice`, which moves all the others.
        const one = line.shift();
        if (one === undefined) break;
        first.push(one);
      }
      staying = Math.max(0, staying - first.length);
      return first;
    },
    sift(mayStay) {
      advance();
      for (const one of line.slice(staying)) {
        if (mayStay(one, staying)) line[staying++] = one;
      }
      line.length = staying;
    },
    doubt() {
      staying = 0;
    },
  };
}
