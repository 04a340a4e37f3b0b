import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { Services } from '../services/services.ts';
import { createOperationBudget } from '../services/operation-budget.ts';
import { Loaders } from '../graphql/loaders/loaders.ts';
import type { AuditLog } from '../observability/audit-log.ts';
import { findCompiled, formatResult, type CompiledOperation } from '../graphql/compiled/execute-compiled.ts';
import type { QueryCompiler } from '../graphql/compiled/query-compiler.ts';
import type { Context } from '../graphql/context.ts';
import type { FormatError } from '../graphql/errors/format-error.ts';
import { admitRequest, rejectRequest, type AdmittedRequest, type RequestGate } from './admit-request.ts';
import { MAX_RESPONSE_FIELDS, SEND_TIMEOUT_MS } from '../graphql/limits/limits.ts';
import type { CountOperation } from '../observability/metrics.ts';
import { RequestRejected } from './request-rejected.ts';

/** What answers an operation. */
export type GraphqlEndpointOptions = {
  apollo: ApolloServer<Context>;
  /** Queries that are answered without it. */
  queryCompiler: QueryCompiler;
  services: Services;
  gate: RequestGate;
  audit: AuditLog;
  formatError: FormatError;
  /** Told of each operation that Apollo Server did not see. */
  countOperation: CountOperation;
  requestTimeoutMs: number;
};

function headersOf(request: IncomingMessage): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

/**
 * Ends when the time is over, or when the caller goes away before it has its answer. (One signal for both: ten thousand that wait
 * have one each, and one made of two others takes three times the memory.)
 */
function signalOfReads(response: ServerResponse, ms: number): AbortSignal {
  const ended = new AbortController();
  const runOut = (): void =>
    ended.abort(new DOMException('the time of the operation is over', 'TimeoutError'));
  const timer = setTimeout(runOut, ms).unref();
  const close = (): void => {
    clearTimeout(timer);
    if (!response.writableEnded) ended.abort();
  };
  if (response.closed) close();
  else response.once('close', close);
  return ended.signal;
}

/** An answer that nobody reads is held in memory until then. (Node's own `timeout` begins anew with each byte.) */
function endUnread(response: ServerResponse): void {
  // Most are with the operating system by now, all of them.
  if (response.socket === null || response.socket.writableLength === 0) return;
  const unread = setTimeout(() => response.destroy(), SEND_TIMEOUT_MS).unref();
  response.once('close', () => clearTimeout(unread));
}

function send(response: ServerResponse, status: number, headers: readonly string[], text: string): void {
  const bytes = Buffer.byteLength(text);
  // Identity data is nobody's to cache on the way.
  response.writeHead(status, [...headers, 'cache-control', 'no-store', 'content-length', String(bytes)]);
  // What is ASCII throughout is the same in both, and written faster in this one.
  response.end(text, bytes === text.length ? 'latin1' : 'utf8');
  endUnread(response);
}

/**
 * Answers GraphQL over HTTP: a thin door in front of Apollo Server. Open queries that were asked before are compiled, and answered
 * without it; what they do not do, it does.
 */
export function createGraphqlEndpoint(answering: GraphqlEndpointOptions) {
  const { apollo, queryCompiler, services, gate, audit, formatError, countOperation, requestTimeoutMs } =
    answering;

  function createContext({ caller, bodyBytes }: AdmittedRequest, response: ServerResponse): Context {
    const budget = createOperationBudget(requestTimeoutMs, (ms) => signalOfReads(response, ms));
    return {
      services,
      budget,
      loaders: new Loaders(services, budget),
      caller,
      audit,
      processCount: { processes: 0 },
      responseBudget: { left: MAX_RESPONSE_FIELDS },
      bodyBytes,
    };
  }

  /** Says whether it has answered. */
  async function answerCompiled(
    { run, variables }: CompiledOperation,
    admitted: AdmittedRequest,
    response: ServerResponse,
  ): Promise<boolean> {
    const started = performance.now();
    const result = await run(createContext(admitted, response), variables);
    if (result === null) return false;
    const { text, errors } = formatResult(result, formatError);
    countOperation('query', errors, performance.now() - started);
    send(response, 200, ['content-type', admitted.contentType], text);
    return true;
  }

  async function answerByApollo(
    request: IncomingMessage,
    response: ServerResponse,
    admitted: AdmittedRequest,
  ): Promise<void> {
    const headers = headersOf(request);
    headers.set('accept', admitted.accept);
    const [, search = ''] = /^[^?]*(\?.*)?$/s.exec(request.url ?? '') ?? [];
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: request.method ?? 'GET', headers, search, body: admitted.body },
      context: async () => createContext(admitted, response),
    });
    if (answer.body.kind !== 'complete') throw new Error('unreachable: answers are never sent in parts');
    answer.headers.delete('content-length');
    send(response, answer.status ?? 200, [...answer.headers].flat(), answer.body.string);
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let admitted: AdmittedRequest;
    try {
      admitted = await admitRequest(request, gate);
    } catch (error) {
      if (error instanceof RequestRejected) return rejectRequest(request, response, gate, error);
      throw error;
    }
    // Traces are Apollo Server's business: a router asks for them by this header.
    const traced = request.headers['apollo-federation-include-trace'] !== undefined;
    const compiled = traced ? null : findCompiled(admitted, queryCompiler);
    if (compiled !== null && (await answerCompiled(compiled, admitted, response))) return;
    await answerByApollo(request, response, admitted);
  };
}
