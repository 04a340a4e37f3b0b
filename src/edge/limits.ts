/**
 * The largest body of an operation, in bytes: six images of 800 KB are 6.6 MB in base64, and the query goes with them.
 * A selfie and a handful of reference images fit; a seventh does not.
 */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** How long a client may take for its headers and for its whole request, in milliseconds. */
export const HEADERS_TIMEOUT_MS = 10_000;
export const RECEIVE_TIMEOUT_MS = 30_000;

/** Above the 60 seconds after which usual load balancers drop an idle connection, so that they do it and not we. */
export const KEEP_ALIVE_TIMEOUT_MS = 65_000;
