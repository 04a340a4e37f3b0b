/**
 * The largest body of an operation, in bytes: six images of 800 KB are 6.6 MB in base64, and the query goes with them.
 * A selfie and a handful of reference images fit; a seventh does not.
 */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

/**
 * The longest body that is read and dropped after it was found too large, so that the client gets to read why: three
 * times the limit. What is larger still is cut off.
 */
export const MAX_DROPPED_BYTES = 3 * MAX_BODY_BYTES;

/**
 * The most tokens of an operation. A router's plans have some hundred; thousands of fragments that lead to each other
 * would exhaust the stack of whoever follows them.
 */
export const MAX_TOKENS = 10_000;

/**
 * The most representations of one `_entities`. A router asks for all entities of a list at once, so a page of some
 * hundred has to pass; each costs a little time that nobody else gets, a hundred thousand cost seconds.
 */
export const MAX_REPRESENTATIONS = 1_000;

/** How long a client may take for its headers and for its whole request, in milliseconds. */
export const HEADERS_TIMEOUT_MS = 10_000;
export const RECEIVE_TIMEOUT_MS = 30_000;

/** Above the 60 seconds after which usual load balancers drop an idle connection, so that they do it and not we. */
export const KEEP_ALIVE_TIMEOUT_MS = 65_000;
