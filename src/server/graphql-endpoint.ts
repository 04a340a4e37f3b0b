import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap, type ApolloServer } from '@apollo/server';
import { findCompiled, formatResult } from '../graphql/compiled/execute-compiled.ts';
import {
  runCompiled,
  type CompiledOperation,
  type QueryCompiler,
} from '../graphql/compiled/query-compiler.ts';
import type { Context } from '../graphql/context.ts';
import type { FormatError } from '../graphql/errors/format-error.ts';
import { MAX_RESPONSE_FIELDS } from '../graphql/limits/limits.ts';
import { Loaders } from '../graphql/loaders/loaders.ts';
import type { AuditLog } from '../observability/audit-log.ts';
import type { FailureLog } from '../observability/failure-log.ts';
import type { MutationLog } from '../observability/mutation-log.ts';
import type { Metrics } from '../observability/metrics.ts';
import { OperationBudget } from '../services/operation-budget.ts';
import type { Services } from '../services/services.ts';
import {
  admitRequest,
  sendRejection,
  type Admission,
  type AdmissionOptions,
  type AdmittedRequest,
} from './admit-request.ts';
import { MAX_BODIES_BYTES } from './http-limits.ts';
import { LargeBodies } from './large-bodies.ts';
import { RequestRejected } from './request-rejected.ts';
import { sendText } from './text-response.ts';

/** What the endpoint needs. */
export type GraphqlEndpointOptions = AdmissionOptions & {
  apollo: ApolloServer<Context>;
  /** Finds the queries that are executed without Apollo Server; `null`: Apollo Server executes all. */
  queryCompiler: QueryCompiler | null;
  services: Services;
  audit: AuditLog;
  failureLog: FailureLog;
  mutationLog: MutationLog;
  formatError: FormatError;
  metrics: Metrics;
  /** The time of a whole operation, in milliseconds. */
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
 * Creates a signal that aborts after `ms` milliseconds, or when the client closes the connection before it has the
 * response. (One signal for both: each of ten thousand waiting operations has one, and `AbortSignal.any` takes three
 * times the memory.)
 */
function createReadSignal(response: ServerResponse, ms: number): AbortSignal {
  const controller = new AbortController();
  const expire = (): void => controller.abort(new DOMException('the operation timed out', 'TimeoutError'));
  const timer = setTimeout(expire, ms).unref();
  const close = (): void => {
    clearTimeout(timer);
    if (!response.writableEnded) controller.abort();
  };
  if (response.closed) close();
  else response.once('close', close);
  return controller.signal;
}

/**
 * GraphQL over HTTP. Non-personal queries that were validated before are compiled and executed without Apollo Server;
 * Apollo Server executes everything else.
 */
export class GraphqlEndpoint {
  readonly #options: GraphqlEndpointOptions;
  readonly #admission: Admission;

  constructor(options: GraphqlEndpointOptions) {
    this.#options = options;
    const { gate, compresses } = options;
    this.#admission = { gate, compresses, largeBodies: new LargeBodies(MAX_BODIES_BYTES) };
  }

  /** Sends the response to a request for `/graphql`. Throws only faults, and where the client disconnects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { metrics, queryCompiler } = this.#options;
    let admitted: AdmittedRequest;
    try {
      admitted = await admitRequest(request, response, this.#admission);
    } catch (error) {
      if (!(error instanceof RequestRejected)) throw error;
      metrics.countRejected(error.reason);
      return sendRejection(request, response, error);
    }
    // Only Apollo Server writes traces, which a router requests by this header.
    const traced = request.headers['apollo-federation-include-trace'] !== undefined;
    const compiled = traced || queryCompiler === null ? null : findCompiled(admitted, queryCompiler);
    if (compiled !== null && (await this.#runCompiled(compiled, admitted, response))) return;
    await this.#runApollo(request, response, admitted);
  }

  #createContext({ caller, bodyBytes }: AdmittedRequest, response: ServerResponse): Context {
    const { services, audit, failureLog, mutationLog, requestTimeoutMs } = this.#options;
    const budget = new OperationBudget(
      requestTimeoutMs,
      (ms) => createReadSignal(response, ms),
      caller.client,
    );
    return {
      services,
      budget,
      loaders: new Loaders(services, budget),
      caller,
      audit,
      failureLog,
      mutationLog,
      hasUserErrors: false,
      processCount: { total: 0 },
      responseBudget: { left: MAX_RESPONSE_FIELDS },
      bodyBytes,
    };
  }

  /** Runs a compiled query and sends the response. `false`: nothing was sent, and Apollo Server has to execute it. */
  async #runCompiled(
    compiled: CompiledOperation,
    admitted: AdmittedRequest,
    response: ServerResponse,
  ): Promise<boolean> {
    const { formatError, metrics } = this.#options;
    const started = performance.now();
    const context = this.#createContext(admitted, response);
    const result = await runCompiled(compiled, context);
    if (result === null) return false;
    const { text, errors } = formatResult(result, formatError);
    const ms = performance.now() - started;
    if (context.budget.hasCallerLeft) metrics.countCanceled('query', ms);
    else metrics.countOperation({ type: 'query', errors, ms });
    const { contentType, encoding } = admitted;
    const headers = ['content-type', contentType];
    const compressing = sendText(response, { status: 200, headers, text, encoding });
    if (compressing !== undefined) await compressing;
    return true;
  }

  async #runApollo(
    request: IncomingMessage,
    response: ServerResponse,
    admitted: AdmittedRequest,
  ): Promise<void> {
    const headers = headersOf(request);
    headers.set('accept', admitted.accept);
    const { method = 'GET', url = '' } = request;
    const queryAt = url.indexOf('?');
    const search = queryAt === -1 ? '' : url.slice(queryAt);
    const result = await this.#options.apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method, headers, search, body: admitted.body },
      context: async () => this.#createContext(admitted, response),
    });
    if (result.body.kind !== 'complete') {
      throw new Error('unreachable: no operation has an incremental response');
    }
    result.headers.delete('content-length');
    const { status = 200, headers: responseHeaders, body } = result;
    const { encoding } = admitted;
    await sendText(response, { status, headers: [...responseHeaders].flat(), text: body.string, encoding });
  }
}
