import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { Services } from '../services/services.ts';
import type { AuditLog } from '../observability/audit-log.ts';
import { responseBudget } from '../graphql/limits/response-budget.ts';
import { bodySizeLimit } from '../graphql/limits/body-size.ts';
import { compileAfterValidation, QueryCompiler } from '../graphql/compiled/query-compiler.ts';
import type { Context } from '../graphql/context.ts';
import { createDocumentCache } from '../graphql/document-cache.ts';
import { createGracefulShutdown } from './graceful-shutdown.ts';
import { createErrorFormatter, type FormatError } from '../graphql/errors/format-error.ts';
import { createGraphqlEndpoint } from './graphql-endpoint.ts';
import { answerLivez, answerReadyz, type NotReady } from './health.ts';
import type { RequestGate } from './admit-request.ts';
import { documentLimits } from '../graphql/limits/document-limits.ts';
import {
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_TIMEOUT_MS,
  SLOW_CLIENT_CHECK_INTERVAL_MS,
  MAX_REPORTED_ERRORS,
  MAX_TOKENS,
  RECEIVE_TIMEOUT_MS,
} from '../graphql/limits/limits.ts';
import { createFailureLog, createLogger, describeFault } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { sendJson } from './json-response.ts';

export type ServerOptions = {
  host: string;
  /** 0 takes any free port. */
  port: number;
  production: boolean;
  /** The time of a whole operation, in milliseconds. */
  requestTimeoutMs: number;
  services: Services;
  /** What is executed. */
  schema: GraphQLSchema;
  /** The same without its guards, for queries that need none; `null`: no query is compiled. */
  unguardedSchema: GraphQLSchema | null;
  /** Who is let in. */
  gate: RequestGate;
  audit: AuditLog;
  metrics: Metrics;
  logger: Logger;
  notReady: NotReady;
  /** What does not work just now though requests are answered; `null` when all does. */
  degraded: () => string | null;
};

/** A server that listens. */
export type RunningServer = {
  /** Where it listens, such as `http://127.0.0.1:4001`. */
  url: string;
  /** Takes no new requests, finishes those in flight, then closes. */
  stop(): Promise<void>;
};

/** How long operations in flight may still take after the last request: their own time, and a moment to be written. */
const DRAIN_MARGIN_MS = 1_000;

function createApollo(
  options: ServerOptions,
  queryCompiler: QueryCompiler | null,
  formatError: FormatError,
): ApolloServer<Context> {
  const { production, metrics, schema } = options;
  return new ApolloServer<Context>({
    schema,
    introspection: !production,
    hideSchemaDetailsFromClientErrors: production,
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    // These are the defaults; what shuts a door is said aloud.
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    documentStore: createDocumentCache(),
    // main.ts listens to the signals and stops everything in order.
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MAX_TOKENS },
    validationRules: [documentLimits],
    validationOptions: { maxErrors: MAX_REPORTED_ERRORS },
    executionOptions: { maxCoercionErrors: MAX_REPORTED_ERRORS },
    // Its own messages may quote a fault; what is worth knowing is told by the observer below.
    logger: createLogger('silent'),
    formatError,
    plugins: [
      // Before the metrics, which count what is answered in the end.
      responseBudget,
      metrics.plugin,
      bodySizeLimit,
      ...(queryCompiler === null ? [] : [compileAfterValidation(queryCompiler)]),
      // A router asks for traces by a header; the messages of errors stay out of them.
      ApolloServerPluginInlineTrace({ includeErrors: { masked: true } }),
      // docs/decisions/0006-no-landing-page.md
      ApolloServerPluginLandingPageDisabled(),
      // The router reports usage, and `cache-control: no-store` stands on every answer.
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
}

/** Starts the server; resolves when it listens. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { schema, unguardedSchema, production, logger, metrics, notReady, degraded, host, port } = options;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [pathname] = (request.url ?? '').split('?', 1);
    switch (pathname) {
      case '/graphql':
        return handleGraphql(request, response);
      case '/livez':
        return answerLivez(response);
      case '/readyz':
        return answerReadyz(response, notReady, degraded);
      case '/metrics':
        response.setHeader('content-type', metrics.registry.contentType);
        response.end(await metrics.registry.metrics());
        return;
      default:
        sendJson(response, 404, { error: 'expected /graphql, /livez, /readyz or /metrics' });
    }
  }

  const httpServer = createHttpServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: RECEIVE_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: SLOW_CLIENT_CHECK_INTERVAL_MS,
    },
    (request, response) => {
      answer(request, response).catch((error: unknown) => {
        // A client that went away while its body was read is no fault.
        if (!request.destroyed || request.complete) logger.error(describeFault(error), 'fault');
        if (!response.headersSent)
          sendJson(response, 500, { errors: [{ message: 'Internal server error' }] });
        else response.destroy();
      });
    },
  );
  const formatError = createErrorFormatter(schema, production, {
    fault: (fault) => logger.error(describeFault(fault), 'fault'),
    failure: createFailureLog(logger),
  });
  const queryCompiler = unguardedSchema === null ? null : new QueryCompiler(unguardedSchema);
  const apollo = createApollo(options, queryCompiler, formatError);
  const { countOperation } = metrics;
  const handleGraphql = createGraphqlEndpoint({
    ...options,
    apollo,
    queryCompiler,
    formatError,
    countOperation,
  });
  const drain = createGracefulShutdown(httpServer);
  await apollo.start();
  await new Promise<void>((resolve, reject) => {
    httpServer.once('error', reject);
    httpServer.listen(port, host, resolve);
  });
  const address = httpServer.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    async stop() {
      await drain(options.requestTimeoutMs + DRAIN_MARGIN_MS);
      await apollo.stop();
    },
  };
}
