import type { ApolloServerPlugin } from '@apollo/server';
import type { Metrics } from '../observability/metrics.ts';
import type { Context } from './context.ts';

/** Counts each operation that Apollo Server executes, and its errors. */
export function metricsPlugin(metrics: Metrics): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => {
      const started = performance.now();
      return {
        willSendResponse: async ({ operation, response, contextValue }) => {
          const type = operation?.operation ?? 'none';
          const ms = performance.now() - started;
          if (contextValue.budget.hasCallerLeft) return metrics.countCanceled(type, ms);
          const errors = response.body.kind === 'single' ? (response.body.singleResult.errors ?? []) : [];
          metrics.countOperation({ type, errors, ms, hasUserErrors: contextValue.hasUserErrors });
        },
      };
    },
  };
}
