import { UpstreamFailure } from './upstream-failure.ts';

/**
 * A part of a process that is read and cached separately from its summary: its value, the failure because of which it
 * could not be read, or `null` where it was not read or Unico reports none.
 */
export type Part<Value> = Value | UpstreamFailure | null;

/** Whether a part has its value. */
export function isPresent<Value>(part: Part<Value>): part is Value {
  return part !== null && !(part instanceof UpstreamFailure);
}
