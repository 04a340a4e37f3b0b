import type { GraphQLError, ExecutionResult, GraphQLFormattedError } from 'graphql';
import type { QueryCompiler, Run, Variables } from './query-compiler.ts';
import type { FormatError } from '../errors/format-error.ts';
import type { AdmittedRequest } from '../../server/admit-request.ts';
import { MAX_PLAIN_BODY_BYTES } from '../limits/limits.ts';

/** The members that a body has where it asks for nothing but an operation. */
const OPERATION_PROPERTIES: ReadonlySet<string> = new Set(['query', 'variables', 'operationName']);

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A query that is compiled, and what it is to be run with. */
export type CompiledOperation = { run: Run; variables: Variables };

/** Finds what answers a body without Apollo Server; `null` for all that it has to look at, such as what is malformed. */
export function findCompiled(
  { body, bodyBytes, caller }: AdmittedRequest,
  queryCompiler: QueryCompiler,
): CompiledOperation | null {
  if (!isRecord(body) || bodyBytes > MAX_PLAIN_BODY_BYTES) return null;
  for (const member of Object.keys(body)) if (!OPERATION_PROPERTIES.has(member)) return null;
  const { query, variables, operationName = null } = body;
  if (typeof query !== 'string' || (operationName !== null && typeof operationName !== 'string')) return null;
  if (variables !== undefined && variables !== null && !isRecord(variables)) return null;
  const run = queryCompiler.find(query, operationName, caller.scopes);
  return run && { run, variables: variables ?? {} };
}

/** What Apollo Server makes of an error before it is formatted. */
function addDefaultCode(error: GraphQLError): GraphQLFormattedError {
  const code = error.extensions?.['code'] ?? 'INTERNAL_SERVER_ERROR';
  return { ...error.toJSON(), extensions: { ...error.extensions, code } };
}

/** The body of an answer, as Apollo Server writes it, and the errors in it. */
export function formatResult(
  { data, errors }: ExecutionResult,
  formatError: FormatError,
): { text: string; errors: readonly GraphQLFormattedError[] } {
  const formatted = errors?.map((error) => formatError(addDefaultCode(error), error));
  return { text: `${JSON.stringify({ errors: formatted, data })}\n`, errors: formatted ?? [] };
}
