/*
 * The most that one caller may request of a server that other callers use too. Each limit is far above what the query
 * plan of a router or the page of a dashboard needs, and far below what other callers would notice. The limit of
 * processes is in `process-count.ts`, those of HTTP are in `server/http-limits.ts`; docs/security.md lists all of them.
 */

/**
 * The largest body of an operation that sends no images, in bytes. A thousand representations, or the longest query
 * that the tokens allow, take half of it.
 */
export const MAX_PLAIN_BODY_BYTES = 256 * 1024;

/**
 * The most tokens of a document. All fields of the schema, three processes deep, are 400. Thousands of fragments that
 * spread each other would exhaust the stack of any visitor.
 */
export const MAX_TOKENS = 4_000;

/** The most lines of a query's text: as many as its tokens, so that each token may be on a line of its own. */
export const MAX_LINES = MAX_TOKENS;

/**
 * The longest text in the inputs of an operation that is neither an image nor a file, in UTF-16 code units, and the
 * longest name in a query. What a field itself allows is less (4,096 characters in a creation) and has an error of its
 * own; this limit is checked before anything copies, compares or quotes the text, which takes up to forty times its
 * size.
 */
export const MAX_TEXT_LENGTH = 64 * 1024;

/** The most escapes in a query's text: each of them is an object of its own while the text is read. */
export const MAX_ESCAPES = 50_000;

/**
 * The most items of a list in the inputs of an operation. Above the limits that lists have of their own (1,000
 * representations, 200 ids or references), so that a list that is a little too long gets the error that names its
 * limit.
 */
export const MAX_LIST_ITEMS = 2_000;

/** The most properties of an object in the inputs of an operation: an input type has some ten. */
export const MAX_PROPERTIES = 100;

/**
 * The longest name of a property, and text, that the schema has no place for, in UTF-16 code units: GraphQL quotes
 * them, and compares them with what the schema has.
 */
export const MAX_UNKNOWN_LENGTH = 200;

/**
 * The deepest nesting of lists and objects in the inputs of an operation: the reference of a creation is four levels
 * deep.
 */
export const MAX_INPUT_DEPTH = 12;

/** The most fields of an operation with all fragments expanded. The complete introspection query has 230. */
export const MAX_FIELDS = 2_000;

/**
 * The deepest nesting of fields. The reasons of a verdict behind an entity are five levels deep; each
 * `reference { process }` adds two and calls of its own, and no client needs more than a few. graphql-js bounds
 * introspection itself.
 */
export const MAX_DEPTH = 12;

/** The most aliases of a document. A page has a few processes under aliases, and gateways rename colliding fields. */
export const MAX_ALIASES = 50;

/** The most directives of a document: `@skip` and `@include`, of which a page has a few. */
export const MAX_DIRECTIVES = 50;

/** The most root fields of a query: each may be a list of 200 ids. */
export const MAX_QUERY_ROOTS = 20;

/** The most root fields of a mutation: they run one after the other within the time of one operation. */
export const MAX_MUTATION_ROOTS = 5;

/** The most fields of a query's response: a page of 200 processes with all fields of all their documents. */
export const MAX_RESPONSE_FIELDS = 100_000;

/** How many fields an error counts as: it takes about as much time and memory. */
export const ERROR_COST = 50;

/** The most errors that are reported for one operation: enough to correct it. */
export const MAX_REPORTED_ERRORS = 5;
