import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace';
import type { GraphQLSchema } from 'graphql';
import type { Metrics } from '../observability/metrics.ts';
import { compileAfterValidation, type QueryCompiler } from './compiled/query-compiler.ts';
import type { Context } from './context.ts';
import { createDocumentCache } from './document-cache.ts';
import type { FormatError } from './errors/format-error.ts';
import { bodySizeLimit } from './limits/body-size.ts';
import { inputSizeLimit } from './limits/input-size.ts';
import { documentLimits } from './limits/document-limits.ts';
import { MAX_REPORTED_ERRORS, MAX_TOKENS } from './limits/limits.ts';
import { responseBudget } from './limits/response-budget.ts';
import { metricsPlugin } from './metrics-plugin.ts';

/** What Apollo Server needs. */
export type ApolloServerOptions = {
  schema: GraphQLSchema;
  /** In production, introspection and all schema details in errors are off. */
  production: boolean;
  /** Compiles the queries that Apollo Server has validated. */
  queryCompiler: QueryCompiler | null;
  formatError: FormatError;
  metrics: Metrics;
};

const ignore = (): void => {};
/** Apollo Server's own messages may quote values, so none is logged; `formatError` reports faults and failures. */
const SILENT_LOGGER = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Configures Apollo Server, without an HTTP server of its own. The caller starts and stops it. */
export function createApolloServer({
  schema,
  production,
  queryCompiler,
  formatError,
  metrics,
}: ApolloServerOptions): ApolloServer<Context> {
  return new ApolloServer<Context>({
    schema,
    introspection: !production,
    hideSchemaDetailsFromClientErrors: production,
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    // The defaults, written out because they are security settings.
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    documentStore: createDocumentCache(),
    // main.ts listens to the signals and stops everything in order.
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MAX_TOKENS },
    validationRules: [documentLimits],
    validationOptions: { maxErrors: MAX_REPORTED_ERRORS },
    executionOptions: { maxCoercionErrors: MAX_REPORTED_ERRORS },
    logger: SILENT_LOGGER,
    formatError,
    plugins: [
      // Before the metrics, which count the final response.
      responseBudget,
      metricsPlugin(metrics),
      bodySizeLimit,
      inputSizeLimit,
      ...(queryCompiler === null ? [] : [compileAfterValidation(queryCompiler)]),
      // A router requests traces by a header; the messages of errors stay out of them.
      ApolloServerPluginInlineTrace({ includeErrors: { masked: true } }),
      // docs/decisions/0006-no-landing-page.md
      ApolloServerPluginLandingPageDisabled(),
      // The router reports usage, and every response has `cache-control: no-store`.
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
}
