/*
 * What one caller may ask of a server that others use too. Each is far above what a router's plan or a page of a
 * dashboard needs, and far below what would be felt by the others. Those of processes are in `resolvers/count-processes.ts`; docs/security.md lists all.
 */

/**
 * The largest body of an operation, in bytes: six images of 800 KB are 6.6 MB in base64, and the query goes with them.
 * A selfie and a handful of reference images fit; a seventh does not.
 */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

/**
 * The largest body of an operation that sends no images, in bytes: a thousand representations, or the longest query that
 * the tokens allow, are half of it.
 */
export const MAX_PLAIN_BODY_BYTES = 256 * 1024;

/**
 * The longest body that is read and dropped after it was found too large, so that the client gets to read why: three
 * times the limit. What is larger still is cut off.
 */
export const MAX_DROPPED_BYTES = 3 * MAX_BODY_BYTES;

/**
 * The most tokens of an operation. Every field of the schema, three processes deep, is 400; thousands of fragments that
 * lead to each other would exhaust the stack of whoever follows them.
 */
export const MAX_TOKENS = 4_000;

/** The most lines of a query's text. As many as it may have tokens: a line of its own for each. */
export const MAX_LINES = MAX_TOKENS;

/** The most fields that an operation has when all its fragments are written out. The whole introspection has 230. */
export const MAX_FIELDS = 2_000;

/**
 * How deep fields may be nested. A verdict's reasons behind an entity are five deep; each `reference { process }` adds two
 * and costs calls of its own, and nobody looks further back than some of them. Introspection is bounded by graphql-js itself.
 */
export const MAX_DEPTH = 12;

/** The most aliases. A page asks for a few processes under names of its own, and gateways rename what collides. */
export const MAX_ALIASES = 50;

/** The most directives: `@skip` and `@include`, which hardly any page has more than a few of. */
export const MAX_DIRECTIVES = 50;

/** The most fields of a query's root: each may be a list of 200 ids. */
export const MAX_QUERY_ROOTS = 20;

/** The most fields of a mutation's root, which are carried out one after the other within the time of one operation. */
export const MAX_MUTATION_ROOTS = 5;

/** The most fields that a query is answered with: a page of 200 processes with every field of all their documents. */
export const MAX_RESPONSE_FIELDS = 100_000;

/** How many fields an error counts for: it costs so many times what a value does. */
export const ERROR_COST = 50;

/** How many mistakes of one operation are told: enough to mend it, and none is paid for with a page of messages. */
export const MAX_REPORTED_ERRORS = 5;

/** How long a client may take for its headers and for its whole request, in milliseconds. */
export const HEADERS_TIMEOUT_MS = 10_000;
export const RECEIVE_TIMEOUT_MS = 30_000;

/** How long a client may take to read its answer, in milliseconds: until then it is held in memory. */
export const SEND_TIMEOUT_MS = 30_000;

/** How often it is looked who takes too long, in milliseconds: Node's own half a minute would double the longer time. */
export const SLOW_CLIENT_CHECK_INTERVAL_MS = 2_000;

/** Above the 60 seconds after which usual load balancers drop an idle connection, so that they do it and not we. */
export const KEEP_ALIVE_TIMEOUT_MS = 65_000;
