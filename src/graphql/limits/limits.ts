/*
 * What one caller may ask of a server that others use too. Each is far above what a router's plan or a page of a
 * dashboard needs, and far below what would be felt by the others. Those of processes are in `limits/process-count.ts`, those of
 * HTTP in `server/http-limits.ts`. docs/security.md lists all.
 */

/**
 * The largest body of an operation that sends no images, in bytes: a thousand representations, or the longest query that
 * the tokens allow, are half of it.
 */
export const MAX_PLAIN_BODY_BYTES = 256 * 1024;

/**
 * The most tokens of an operation. Every field of the schema, three processes deep, is 400; thousands of fragments that
 * lead to each other would exhaust the stack of whoever follows them.
 */
export const MAX_TOKENS = 4_000;

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
