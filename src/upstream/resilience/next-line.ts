import type { ClientId } from '../../domain/caller.ts';
import type { Lane } from '../../domain/call-options.ts';
import { LANES } from './lanes.ts';

/** The requests of one client that wait in one lane. `arrivedAt` is when the first of them came. */
export type Line = { readonly lane: Lane; readonly client: ClientId | null; readonly arrivedAt: number };

/** What was sent lately. Times are by the clock of `performance`. */
export type Usage = {
  /** Whether a client has more than its share, so that it waits while others do. */
  hasMoreThanHalf(client: ClientId | null, now: number): boolean;
  /** How many requests of a client were sent lately. */
  recentOf(client: ClientId | null, now: number): number;
  /** When a lane was served last; `-Infinity` for never. */
  lastOf(lane: Lane): number;
};

/**
 * The place of a line in the order of all lines: a line goes before another one when its first different number is
 * lower. Access tokens come first; then the clients that do not have more than half; then the lanes that have had less
 * than their floor, the one that has waited longest first; then the lanes in their order; within a lane the client with
 * the fewest recent requests; and then first come.
 */
function placeOf({ lane, client, arrivedAt }: Line, usage: Usage, now: number): readonly number[] {
  if (lane === 'token') return [0];
  const { order, floorPerSecond } = LANES[lane];
  const lastAt = usage.lastOf(lane);
  const isDue = now - lastAt >= 1_000 / floorPerSecond;
  return [
    1,
    usage.hasMoreThanHalf(client, now) ? 1 : 0,
    isDue ? lastAt : Infinity,
    order,
    usage.recentOf(client, now),
    arrivedAt,
  ];
}

function isBefore(one: readonly number[], other: readonly number[]): boolean {
  for (const [i, number] of one.entries()) {
    const difference = number - (other[i] ?? 0);
    // Two times `Infinity` have no difference.
    if (difference < 0) return true;
    if (difference > 0) return false;
  }
  return false;
}

/** The line whose first request is sent next; `null` when none waits. */
export function nextLine<Waiting extends Line>(
  lines: readonly Waiting[],
  usage: Usage,
  now: number,
): Waiting | null {
  let [next] = lines;
  if (next === undefined) return null;
  let place = placeOf(next, usage, now);
  for (const line of lines.slice(1)) {
    const other = placeOf(line, usage, now);
    if (isBefore(other, place)) [next, place] = [line, other];
  }
  return next;
}
