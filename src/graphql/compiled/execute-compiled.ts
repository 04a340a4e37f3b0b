import type { GraphQLError, ExecutionResult, GraphQLFormattedError } from 'graphql';
import type { Caller } from '../../domain/caller.ts';
import { isJsonObject } from '../../lib/json-object.ts';
import type { CompiledOperation, QueryCompiler } from './query-compiler.ts';
import type { FormatError } from '../errors/format-error.ts';
import { MAX_PLAIN_BODY_BYTES } from '../limits/limits.ts';

/** The parsed JSON body of a request, its size, and the caller that sent it. */
export type OperationRequest = { body: unknown; bodyBytes: number; caller: Caller };

/**
 * Whether Apollo Server ignores the extensions of a request, such as the name of a client's library: all but those of a
 * persisted query.
 */
function isIgnored(extensions: unknown): boolean {
  if (extensions === undefined || extensions === null) return true;
  return isJsonObject(extensions) && !('persistedQuery' in extensions);
}

/**
 * Finds the compiled query that can execute a request without Apollo Server. Returns `null` for every request that
 * Apollo Server has to check, such as a malformed one.
 */
export function findCompiled(
  { body, bodyBytes, caller }: OperationRequest,
  queryCompiler: QueryCompiler,
): CompiledOperation | null {
  if (!isJsonObject(body) || bodyBytes > MAX_PLAIN_BODY_BYTES) return null;
  // Apollo Server ignores all other properties.
  const { query, variables = null, operationName = null, extensions } = body;
  if (typeof query !== 'string' || (operationName !== null && typeof operationName !== 'string')) return null;
  if ((variables !== null && !isJsonObject(variables)) || !isIgnored(extensions)) return null;
  return queryCompiler.find({
    text: query,
    operationName,
    variables: variables ?? {},
    scopes: caller.scopes,
  });
}

/** Adds the code that Apollo Server gives to an error without one, before it formats the error. */
function addDefaultCode(error: GraphQLError): GraphQLFormattedError {
  const code = error.extensions?.['code'] ?? 'INTERNAL_SERVER_ERROR';
  return { ...error.toJSON(), extensions: { ...error.extensions, code } };
}

/** Writes a result as Apollo Server does. Returns the text of the response, and the formatted errors in it. */
export function formatResult(
  { data, errors }: ExecutionResult,
  formatError: FormatError,
): { text: string; errors: readonly GraphQLFormattedError[] } {
  const formatted = errors?.map((error) => formatError(addDefaultCode(error), error));
  return { text: `${JSON.stringify({ errors: formatted, data })}\n`, errors: formatted ?? [] };
}
