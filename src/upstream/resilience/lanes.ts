import type { Lane } from '../../domain/call-options.ts';

/** A lane of the queue for Unico. */
export type LaneRule = {
  /** Lanes with a lower number are served first. */
  order: number;
  /** How many requests a second the lane gets at least while it has work. */
  floorPerSecond: number;
};

/**
 * The lanes. Access tokens have none: no other request can be sent without one, so they go first and count for no
 * client.
 */
export const LANES: Record<Exclude<Lane, 'token'>, LaneRule> = {
  mutation: { order: 1, floorPerSecond: 1 },
  interactive: { order: 2, floorPerSecond: 1 },
  page: { order: 3, floorPerSecond: 1 },
};
