import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import { createApolloServer } from '../graphql/apollo-server.ts';
import { QueryCompiler } from '../graphql/compiled/query-compiler.ts';
import { createErrorFormatter } from '../graphql/errors/format-error.ts';
import type { AuditLog } from '../observability/audit-log.ts';
import type { FailureLog } from '../observability/failure-log.ts';
import { describeFault, type Logger } from '../observability/logger.ts';
import type { MutationLog } from '../observability/mutation-log.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Services } from '../services/services.ts';
import type { AdmissionOptions } from './admit-request.ts';
import { answerClientErrors } from './client-errors.ts';
import { negotiateEncoding, NOT_ENCODED } from './content-negotiation.ts';
import { GracefulShutdown } from './graceful-shutdown.ts';
import { GraphqlEndpoint } from './graphql-endpoint.ts';
import { answerHalfClosedClients } from './half-closed-clients.ts';
import { sendLiveness, sendReadiness, type HealthSource } from './health.ts';
import {
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_TIMEOUT_MS,
  RECEIVE_TIMEOUT_MS,
  SLOW_CLIENT_CHECK_INTERVAL_MS,
} from './http-limits.ts';
import { discardBody } from './json-body.ts';
import { sendJson } from './json-response.ts';
import { sendText } from './text-response.ts';

/** What the server needs. */
export type ServerOptions = AdmissionOptions & {
  host: string;
  /** 0 selects any free port. */
  port: number;
  /** In production, introspection and all schema details in errors are off. */
  production: boolean;
  /** The time of a whole operation, in milliseconds. */
  requestTimeoutMs: number;
  services: Services;
  /** The schema that Apollo Server executes. */
  schema: GraphQLSchema;
  /** The same schema without checks of scopes, for compiled queries; `null`: no query is compiled. */
  unguardedSchema: GraphQLSchema | null;
  /** The longest URL and headers of a request together, in bytes. */
  maxHeaderBytes: number;
  health: HealthSource;
  audit: AuditLog;
  failureLog: FailureLog;
  mutationLog: MutationLog;
  metrics: Metrics;
  logger: Logger;
};

/** A server that listens. */
export type RunningServer = {
  /** Where it listens, such as `http://127.0.0.1:4001`. */
  url: string;
  /** Refuses new requests, finishes those in flight, then closes. */
  stop(): Promise<void>;
};

/** How long the stop waits beyond the time of an operation, in milliseconds: to write the last responses. */
const DRAIN_MARGIN_MS = 1_000;

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

async function sendMetrics(response: ServerResponse, { metrics, compresses }: ServerOptions): Promise<void> {
  const encoding = negotiateEncoding(response.req.headers['accept-encoding'], compresses) ?? NOT_ENCODED;
  const headers = ['content-type', metrics.contentType];
  await sendText(response, { status: 200, headers, text: await metrics.render(), encoding });
}

/** The scheme and authority of a target in absolute form. */
const ORIGIN = /^https?:\/\/[^/?#]*/i;

/**
 * The path of a request's target, which may be in absolute form (RFC 9112, 3.2.2): without a slash at its end, because
 * clients add one.
 */
function pathOf(target: string): string {
  const originForm = target.startsWith('/') ? target : target.replace(ORIGIN, '');
  const [path = ''] = originForm.split('?', 1);
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

/** Routes a request by its path. */
function createRoutes(endpoint: GraphqlEndpoint, options: ServerOptions): Handler {
  return async (request, response) => {
    const path = pathOf(request.url ?? '');
    if (path === '/graphql') return endpoint.handle(request, response);
    await discardBody(request);
    switch (path) {
      case '/livez':
        return sendLiveness(response);
      case '/readyz':
        return sendReadiness(response, options.health);
      case '/metrics':
        return sendMetrics(response, options);
      default:
        sendJson(response, 404, { error: 'expected /graphql, /livez, /readyz or /metrics' });
    }
  };
}

/** The response when everything else has failed: a fault of ours outside of an operation. */
const LAST_RESORT = {
  errors: [{ message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
} as const;

function createHttpServer(handle: Handler, { maxHeaderBytes, metrics, logger }: ServerOptions): Server {
  const options = {
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: RECEIVE_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    connectionsCheckingInterval: SLOW_CLIENT_CHECK_INTERVAL_MS,
  };
  const server = createServer(options, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      // It is no fault when a client goes away while its body is read.
      if (!request.destroyed || request.complete) {
        logger.error(describeFault(error), 'fault');
        metrics.countError(LAST_RESORT.errors[0].extensions.code);
      }
      if (!response.headersSent) sendJson(response, 500, LAST_RESORT);
      else response.destroy();
    });
  });
  answerHalfClosedClients(server);
  answerClientErrors(server, { maxHeaderBytes, countRejected: (reason) => metrics.countRejected(reason) });
  return server;
}

/** Listens on host and port. Returns the URL. Throws where the port is taken or the host is unknown. */
async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`;
}

/** Starts the server. Resolves when it listens, and throws where it cannot listen. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { schema, unguardedSchema, production, failureLog, logger } = options;
  const formatError = createErrorFormatter(schema, production, {
    fault: (fault) => logger.error(describeFault(fault), 'fault'),
    failure: (failure) => failureLog.report(failure),
  });
  const queryCompiler = unguardedSchema === null ? null : new QueryCompiler(unguardedSchema);
  const apollo = createApolloServer({ ...options, queryCompiler, formatError });
  const endpoint = new GraphqlEndpoint({ ...options, apollo, queryCompiler, formatError });
  const httpServer = createHttpServer(createRoutes(endpoint, options), options);
  const shutdown = new GracefulShutdown(httpServer);
  await apollo.start();
  const url = await listen(httpServer, options.host, options.port);
  return {
    url,
    async stop() {
      await shutdown.stop(options.requestTimeoutMs + DRAIN_MARGIN_MS);
      await apollo.stop();
    },
  };
}
