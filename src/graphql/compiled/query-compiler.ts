import type { ApolloServerPlugin } from '@apollo/server';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { Scopes } from '../../domain/caller.ts';
import type { Context } from '../context.ts';
import type { CoercedVariables } from '../selection/conditions.ts';
import { readConditionalQuery, variantOf, type ConditionalQuery } from './conditional-query.ts';
import { isPermitted, readNonPersonalQuery, type NonPersonalQuery } from './non-personal-query.ts';
import type { QueryInputs } from './query-inputs.ts';
import { simplifyQuery } from './simplify-query.ts';
import type { Variables } from './variable-coercion.ts';

/** A query to find: its text, and what decides whether and how it can be executed. */
export type QueryRequest = {
  text: string;
  operationName: string | null;
  variables: Variables;
  scopes: Scopes;
};

/** A compiled query with the inputs of one operation. */
export type CompiledOperation = { query: CompiledQuery['query']; inputs: Variables };

/** A query as it is compiled for some values of its conditions. Whether a caller may read it is cached by scopes. */
type Variant = {
  query: CompiledQuery['query'];
  inputs: QueryInputs;
  access: NonPersonalQuery;
  permitted: Map<Scopes, boolean>;
};

/** A query with the variants that are compiled, by `variantOf`. */
type Entry = { conditional: ConditionalQuery; variants: ReadonlyMap<string, Variant> };

/** A query that has been executed, and how often each of its variants was. */
type Observed = { conditional: ConditionalQuery; executions: Map<string, number> };

/**
 * The most fields of a query that is compiled, with its fragments expanded: compiling takes some 50 microseconds per
 * field, and no other request is processed meanwhile. The query of a page has some dozens.
 */
const MAX_FIELDS = 250;

/** The most fields of all compiled queries together: some 8 KB each, so 40 MB. */
const MAX_COMPILED_FIELDS = 5_000;

/** The most variants of a query that are compiled, the first ones: those of four conditions. */
const MAX_VARIANTS = 16;

/** Whether a query is worth compiling (again) after its nth plain execution: the 2nd, 4th, 8th and so on. */
function isWorthCompiling(executions: number): boolean {
  return executions > 1 && Number.isInteger(Math.log2(executions));
}

function sizeOf({ variants }: Entry): number {
  return [...variants.values()].reduce((sum, { access }) => sum + Math.max(1, access.fields), 0);
}

/**
 * Runs a compiled operation. `null`: Apollo Server has to execute it. An error without an original one is the compiler's
 * own, and plain execution words it in another way.
 */
export async function runCompiled(
  { query, inputs }: CompiledOperation,
  context: Context,
): Promise<ExecutionResult | null> {
  const result: ExecutionResult = await query(undefined, context, inputs);
  if (!('data' in result) || result.errors?.some(({ originalError }) => !originalError)) return null;
  // Compiled execution charges an upper bound; plain execution counts exactly whether the response is too large.
  return context.responseBudget.left < 0 ? null : result;
}

/**
 * Compiles non-personal queries against a schema without access checks. A query is compiled when it is executed for the
 * second time: it then comes from the document cache, so a client that writes a new query each time has none compiled.
 * When there are more queries than fit into the cache, each one is compiled ever more rarely. A query whose variables
 * leave fields out is compiled, and counted, for each variant.
 */
export class QueryCompiler {
  readonly #schema: GraphQLSchema;
  readonly #entries = new LRUCache<string, Entry>({ maxSize: MAX_COMPILED_FIELDS, sizeCalculation: sizeOf });
  readonly #observed = new WeakMap<DocumentNode, Observed | null>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** The compiled query for a request; `null` when Apollo Server has to execute the operation. */
  find({ text, operationName, variables, scopes }: QueryRequest): CompiledOperation | null {
    const entry = this.#entries.get(text);
    if (entry === undefined) return null;
    const { conditional, variants } = entry;
    if (operationName !== null && operationName !== conditional.operationName) return null;
    const coerced = conditional.variables.coerce(variables);
    if (coerced === null) return null;
    const name = variantOf(conditional, coerced);
    const variant = name === null ? undefined : variants.get(name);
    if (variant === undefined) return null;
    let permitted = variant.permitted.get(scopes);
    if (permitted === undefined) {
      permitted = isPermitted(variant.access, scopes);
      variant.permitted.set(scopes, permitted);
    }
    if (!permitted) return null;
    const inputs = variant.inputs.evaluate(coerced);
    return inputs === null ? null : { query: variant.query, inputs };
  }

  /** Counts an execution of a valid document with these variables, and compiles it when that is worth it. */
  observe(text: string, document: DocumentNode, variables: Variables): void {
    const observed = this.#observedOf(document);
    if (observed === null) return;
    const { conditional, executions } = observed;
    const coerced = conditional.variables.coerce(variables);
    const name = coerced === null ? null : variantOf(conditional, coerced);
    if (coerced === null || name === null) return;
    const times = (executions.get(name) ?? 0) + 1;
    if (times === 1 && executions.size === MAX_VARIANTS) return;
    executions.set(name, times);
    const before = this.#entries.get(text)?.variants;
    if (!isWorthCompiling(times) || before?.has(name)) return;
    const variant = this.#compile(conditional, coerced);
    if (variant === null) return;
    this.#entries.set(text, { conditional, variants: new Map([...(before ?? []), [name, variant]]) });
  }

  #observedOf(document: DocumentNode): Observed | null {
    let observed = this.#observed.get(document);
    if (observed === undefined) {
      const conditional = readConditionalQuery(document, this.#schema);
      observed = conditional && { conditional, executions: new Map() };
      this.#observed.set(document, observed);
    }
    return observed;
  }

  #compile(conditional: ConditionalQuery, variables: CoercedVariables): Variant | null {
    const { document, inputs } = simplifyQuery(conditional.document, this.#schema, variables);
    const access = readNonPersonalQuery(document, this.#schema);
    if (access === null || access.fields > MAX_FIELDS) return null;
    const compiled = compileQuery(this.#schema, document, conditional.operationName ?? undefined, {
      // Enums and GraphQL's own scalars: the types of the domain allow no other values.
      disableLeafSerialization: true,
    });
    return isCompiledQuery(compiled) ? { query: compiled.query, inputs, access, permitted: new Map() } : null;
  }
}

/** Passes each document that Apollo Server has validated to the compiler. */
export function compileAfterValidation(compiler: QueryCompiler): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ source, document, request: { variables } }) =>
        compiler.observe(source, document, variables ?? {}),
    }),
  };
}
