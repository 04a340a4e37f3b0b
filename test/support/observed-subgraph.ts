import { onTestFinished } from 'vitest';
import { FailureLog } from '../../src/observability/failure-log.ts';
import { Metrics } from '../../src/observability/metrics.ts';
import { UpstreamMonitor } from '../../src/observability/upstream-monitor.ts';
import { REJECTION_REASONS } from '../../src/server/request-rejected.ts';
import { startLog, type LogLine } from './log.ts';
import { startSubgraphOver, type OverOptions } from './subgraph-over.ts';
import type { Subgraph } from './subgraph.ts';
import type { Reply, SeenRequest, Upstream } from './upstream.ts';

/** A subgraph over an upstream, with what it logs and counts. */
export type ObservedSubgraph = {
  upstream: Upstream;
  subgraph: Subgraph;
  /** All lines of the log so far. */
  lines(): LogLine[];
  /** The value of a series at `/metrics`, such as `graphql_server_errors_total{code="FORBIDDEN"}`; 0 where it is absent. */
  counted(series: string): Promise<number>;
  /** Posts an operation, whose caller leaves when `leaving` aborts. */
  post(body: object, leaving?: AbortController): Promise<Response | 'left'>;
};

/** Starts it for one test. */
export async function startObservedSubgraph(
  answer: (request: SeenRequest) => Reply | Promise<Reply>,
  { unico, ...options }: OverOptions = {},
): Promise<ObservedSubgraph> {
  const { logger, lines } = startLog('debug');
  const metrics = new Metrics({ rejectionReasons: REJECTION_REASONS });
  const failureLog = new FailureLog(logger, metrics.countCredentialRefused);
  const observer = new UpstreamMonitor(metrics, logger, failureLog);
  const { upstream, subgraph } = await startSubgraphOver(answer, {
    ...options,
    unico: { ...unico, observer },
    logger,
    metrics,
    failureLog,
  });
  return {
    upstream,
    subgraph,
    lines,
    async counted(series) {
      const text = await (await fetch(`${subgraph.url}/metrics`)).text();
      const line = text.split('\n').find((each) => each.startsWith(`${series} `));
      return Number(line?.slice(series.length + 1) ?? 0);
    },
    async post(body, leaving = new AbortController()) {
      onTestFinished(() => leaving.abort());
      return fetch(`${subgraph.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: leaving.signal,
      }).catch((error: unknown) => {
        if (leaving.signal.aborted) return 'left' as const;
        throw error;
      });
    },
  };
}
