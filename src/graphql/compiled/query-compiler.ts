import type { ApolloServerPlugin } from '@apollo/server';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { Scopes } from '../../domain/caller.ts';
import type { Context } from '../context.ts';
import { isPermitted, readNonPersonalQuery, type NonPersonalQuery } from './non-personal-query.ts';

/** Variables as they came with the operation. */
export type Variables = Readonly<Record<string, unknown>>;

/** Runs a compiled query. `null` where GraphQL itself has to look at it, as if nothing had been asked yet. */
export type Run = (context: Context, variables: Variables) => Promise<ExecutionResult | null>;

/** Queries that were asked before, made into functions. */
export type QueryCompiler = {
  /** What runs a query for a caller with these scopes; `null` where it has to be executed the usual way. */
  find(text: string, operationName: string | null, scopes: Scopes): Run | null;
  /** Told of each document that was found valid, before it is executed. */
  observe(text: string, document: DocumentNode): void;
};

/** Where every query is executed the usual way. */
export const NO_COMPILER: QueryCompiler = { find: () => null, observe() {} };

type Entry = { query: NonPersonalQuery; run: Run; permitted: Map<Scopes, boolean> };

/**
 * The most fields of a query that is compiled, with its fragments written out: compiling takes some 50 microseconds for each,
 * and nobody else is answered meanwhile. Pages have some dozens.
 */
const MAX_FIELDS = 250;

/** How many fields are kept compiled, all queries together: some 8 KB each, so 40 MB. */
const MAX_KEPT_FIELDS = 5_000;

function toRun(query: CompiledQuery['query']): Run {
  return async (context, variables) => {
    const result: ExecutionResult = await query(undefined, context, variables);
    // Variables that do not fit: nothing was executed, and GraphQL says best what is wrong.
    if (!('data' in result)) return null;
    // Counted roughly here; whether it is really too much is for the exact count to say.
    return context.responseBudget.left < 0 ? null : result;
  };
}

/** Whether a query that was executed the usual way so many times is worth compiling, perhaps again: 2, 4, 8, 16 and so on. */
function isWorthIt(times: number): boolean {
  return times > 1 && Number.isInteger(Math.log2(times));
}

/**
 * Compiles open queries against a schema without guards, when they are asked for the second time: the same document then comes
 * out of the document store, and whoever writes a new query each time has none compiled. Were there more than there is room for, each
 * would be compiled ever more seldom.
 */
export function createQueryCompiler(schema: GraphQLSchema): QueryCompiler {
  const entries = new LRUCache<string, Entry>({
    maxSize: MAX_KEPT_FIELDS,
    sizeCalculation: ({ query }) => query.fields,
  });
  const executed = new WeakMap<DocumentNode, number>();

  function compile(document: DocumentNode): Omit<Entry, 'permitted'> | null {
    const query = readNonPersonalQuery(document, schema);
    if (query === null || query.fields > MAX_FIELDS) return null;
    const compiled = compileQuery(schema, document, query.operationName ?? undefined, {
      // Enums and GraphQL's own scalars: the domain has no other values, the compiler of TypeScript holds to that.
      disableLeafSerialization: true,
    });
    return isCompiledQuery(compiled) ? { query, run: toRun(compiled.query) } : null;
  }

  return {
    find(text, operationName, scopes) {
      const entry = entries.get(text);
      if (entry === undefined) return null;
      if (operationName !== null && operationName !== entry.query.operationName) return null;
      let open = entry.permitted.get(scopes);
      if (open === undefined) entry.permitted.set(scopes, (open = isPermitted(entry.query, scopes)));
      return open ? entry.run : null;
    },
    observe(text, document) {
      const times = (executed.get(document) ?? 0) + 1;
      executed.set(document, times);
      if (!isWorthIt(times) || entries.has(text)) return;
      const compiled = compile(document);
      if (compiled !== null) entries.set(text, { ...compiled, permitted: new Map() });
    },
  };
}

/** Learns what was asked and found valid. */
export function compileAfterValidation(queryCompiler: QueryCompiler): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ source, document }) => queryCompiler.observe(source, document),
    }),
  };
}
