import type { ClientId } from '../../domain/caller.ts';
import type { Lane } from '../../domain/call-options.ts';
import { LANES } from './lanes.ts';

/** The requests of one client that wait in one lane. `arrivedAt` is when the first of them came. */
export type Line = { readonly lane: Lane; readonly client: ClientId | null; readonly arrivedAt: number };

/** What was sent lately. Times are by the clock of `performance`. */
export type Usage = {
  /** Whether a client has more than its share, so that it waits while others do. */
  hasMoreThanHalf(client: ClientId | null): boolean;
  /** How much a client has sent lately: a number to compare with that of other clients. */
  recentOf(client: ClientId | null): number;
  /** When a lane was served last; `-Infinity` for never. */
  lastOf(lane: Lane): number;
};

/** Since when a lane has had less than its floor; `Infinity` where it has not. */
function dueSince(lane: Exclude<Lane, 'token'>, usage: Usage, now: number): number {
  const lastAt = usage.lastOf(lane);
  return now - lastAt >= 1_000 / LANES[lane].floorPerSecond ? lastAt : Infinity;
}

/**
 * Whether a line is served before another one. Access tokens come first; then the clients that do not have more than
 * half; then the lanes that have had less than their floor, the one that has waited longest first; then the lanes in
 * their order; within a lane the client with the fewest recent requests; and then first come.
 */
function isBefore(one: Line, other: Line, { usage, now }: { usage: Usage; now: number }): boolean {
  if (one.lane === 'token' || other.lane === 'token') return other.lane !== 'token';
  const hasMore = usage.hasMoreThanHalf(one.client);
  if (hasMore !== usage.hasMoreThanHalf(other.client)) return !hasMore;
  if (one.lane !== other.lane) {
    const [due, otherDue] = [dueSince(one.lane, usage, now), dueSince(other.lane, usage, now)];
    return due === otherDue ? LANES[one.lane].order < LANES[other.lane].order : due < otherDue;
  }
  const [recent, otherRecent] = [usage.recentOf(one.client), usage.recentOf(other.client)];
  return recent === otherRecent ? one.arrivedAt < other.arrivedAt : recent < otherRecent;
}

/** The line whose first request is sent next; `undefined` when none waits. */
export function nextLine<Waiting extends Line>(
  lines: readonly Waiting[],
  usage: Usage,
  now: number,
): Waiting | undefined {
  let [next] = lines;
  const at = { usage, now };
  for (const line of lines) if (next !== undefined && isBefore(line, next, at)) next = line;
  return next;
}
