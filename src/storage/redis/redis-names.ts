/** The prefix of every key, so that the store can share a Redis with other programs and be found in it. */
export const PREFIX = 'identity-subgraph:';
