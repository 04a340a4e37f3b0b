/*
 * How much, and for how long, one client may use a server that others use too. The limits of operations are in
 * `graphql/limits/limits.ts`; docs/security.md lists all.
 */

/**
 * The largest body of an operation, in bytes: six images of 800 KB are 6.6 MB in base64, and the query goes with them.
 * A selfie and a handful of reference images fit; a seventh image does not.
 */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

/**
 * The memory of all large bodies of one client together, in bytes: sixteen of the largest, or 128 creations with a selfie of
 * 1 MB, several times what the quota sends in the time of an operation. Others wait to be read.
 */
export const MAX_BODIES_BYTES = 16 * MAX_BODY_BYTES;

/**
 * The longest body that is read and discarded after it was found too large, in bytes, so that the client gets to read
 * why: three times the limit. The connection of a longer one is cut off.
 */
export const MAX_DISCARDED_BYTES = 3 * MAX_BODY_BYTES;

/**
 * The most bytes `{`, `[` and `,` of a body: about as many as it has values. Parsed, a value takes up to fifty times
 * its bytes: two million empty texts in a body of 6 MB exhaust the memory of a small container. A thousand
 * representations have 4,000, and so has the longest query.
 */
export const MAX_STRUCTURAL_BYTES = 50_000;

/** The longest time in which a client sends its headers, in milliseconds. */
export const HEADERS_TIMEOUT_MS = 10_000;
/** The longest time in which a client sends its whole request, in milliseconds. */
export const RECEIVE_TIMEOUT_MS = 30_000;

/** The longest time in which a client reads its response, in milliseconds: until then the response takes memory. */
export const SEND_TIMEOUT_MS = 30_000;

/**
 * The interval in which Node looks for clients that exceed the times above, in milliseconds. Node's own interval of
 * half a minute would double the longer of them.
 */
export const SLOW_CLIENT_CHECK_INTERVAL_MS = 2_000;

/**
 * How long an idle connection stays open, in milliseconds. Above the 60 seconds after which usual load balancers drop
 * an idle connection, so that the load balancer drops it and not this server.
 */
export const KEEP_ALIVE_TIMEOUT_MS = 65_000;
