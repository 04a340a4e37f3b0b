import type { ApolloServerPlugin } from '@apollo/server';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { Scopes } from '../../domain/caller.ts';
import type { Context } from '../context.ts';
import { isPermitted, readNonPersonalQuery, type NonPersonalQuery } from './non-personal-query.ts';

/** The variables of an operation, before GraphQL has checked them. */
export type Variables = Readonly<Record<string, unknown>>;

/** Runs a compiled query. `null`: nothing was executed, and Apollo Server has to execute the operation. */
export type Run = (context: Context, variables: Variables) => Promise<ExecutionResult | null>;

/** A cached query. Whether a caller may read it is cached by the caller's scopes. */
type Entry = { query: NonPersonalQuery; run: Run; permitted: Map<Scopes, boolean> };

/**
 * The most fields of a query that is compiled, with its fragments expanded: compiling takes some 50 microseconds per
 * field, and no other request is processed meanwhile. The query of a page has some dozens.
 */
const MAX_FIELDS = 250;

/** The most fields of all compiled queries together: some 8 KB each, so 40 MB. */
const MAX_COMPILED_FIELDS = 5_000;

function toRun(query: CompiledQuery['query']): Run {
  return async (context, variables) => {
    const result: ExecutionResult = await query(undefined, context, variables);
    // Variables of wrong types: nothing was executed, and Apollo Server reports what is wrong.
    if (!('data' in result)) return null;
    // Compiled execution charges an upper bound; plain execution counts exactly whether the response is too large.
    return context.responseBudget.left < 0 ? null : result;
  };
}

/** Whether a document is worth compiling (again) after its nth plain execution: the 2nd, 4th, 8th and so on. */
function isWorthCompiling(executions: number): boolean {
  return executions > 1 && Number.isInteger(Math.log2(executions));
}

/**
 * Compiles non-personal queries against a schema without access checks. A document is compiled when it is executed for
 * the second time: it then comes from the document cache, so a client that writes a new query each time has none
 * compiled. When there are more queries than fit into the cache, each one is compiled ever more rarely.
 */
export class QueryCompiler {
  readonly #schema: GraphQLSchema;
  readonly #entries = new LRUCache<string, Entry>({
    maxSize: MAX_COMPILED_FIELDS,
    sizeCalculation: ({ query }) => query.fields,
  });
  readonly #executions = new WeakMap<DocumentNode, number>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** The compiled query for a caller with these scopes; `null` when Apollo Server has to execute the operation. */
  find(text: string, operationName: string | null, scopes: Scopes): Run | null {
    const entry = this.#entries.get(text);
    if (entry === undefined) return null;
    if (operationName !== null && operationName !== entry.query.operationName) return null;
    let permitted = entry.permitted.get(scopes);
    if (permitted === undefined) {
      permitted = isPermitted(entry.query, scopes);
      entry.permitted.set(scopes, permitted);
    }
    return permitted ? entry.run : null;
  }

  /** Counts an execution of a valid document, and compiles it when that is worth it. */
  observe(text: string, document: DocumentNode): void {
    const executions = (this.#executions.get(document) ?? 0) + 1;
    this.#executions.set(document, executions);
    if (!isWorthCompiling(executions) || this.#entries.has(text)) return;
    const entry = this.#compile(document);
    if (entry !== null) this.#entries.set(text, entry);
  }

  #compile(document: DocumentNode): Entry | null {
    const query = readNonPersonalQuery(document, this.#schema);
    if (query === null || query.fields > MAX_FIELDS) return null;
    const compiled = compileQuery(this.#schema, document, query.operationName ?? undefined, {
      // Enums and GraphQL's own scalars: the types of the domain allow no other values.
      disableLeafSerialization: true,
    });
    return isCompiledQuery(compiled) ? { query, run: toRun(compiled.query), permitted: new Map() } : null;
  }
}

/** Passes each document that Apollo Server has validated to the compiler. */
export function compileAfterValidation(compiler: QueryCompiler): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ source, document }) => compiler.observe(source, document),
    }),
  };
}
