import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError, OperationTypeNode } from 'graphql';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { REJECTION_REASONS, type RejectionReason } from '../server/request-rejected.ts';
import type { Context } from '../graphql/context.ts';

/** Seconds, from a kept answer to the whole default operation. */
const BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8];

/** The hosts of Unico, as labels. */
const HOSTS = ['idcloud', 'api', 'identity'] as const;
type UnicoHostName = (typeof HOSTS)[number];

/** Counts an operation, by its type and its errors. */
export type CountOperation = (
  type: `${OperationTypeNode}` | 'none',
  errors: readonly GraphQLFormattedError[],
  ms: number,
) => void;

/** What Prometheus reads at `/metrics`. Labels are of closed sets: no id, no name of an operation, no person. */
export type Metrics = {
  registry: Registry;
  /** Counts operations and their errors. */
  plugin: ApolloServerPlugin<Context>;
  countOperation: CountOperation;
  /** Counts a process read, by where its answer came from. */
  countRead: (from: string) => void;
  /** Counts a creation, by what it came to. */
  countCreation: (kind: string) => void;
  /** Counts how long a request waited for its turn, in seconds. */
  observeQueueWait: (seconds: number) => void;
  countRetry: (host: string) => void;
  /** Counts a request that was not let in. */
  countRejected: (reason: RejectionReason) => void;
  /** Says whether a host is left alone. */
  setCircuit: (host: UnicoHostName, open: boolean) => void;
  /** Says whether the store fails. */
  setStoreFailing: (fails: boolean) => void;
  /** Counts a call to Unico; `status` is `null` where no answer came. */
  observeUpstream: (call: { name: string; status: number | null; seconds: number }) => void;
};

/** Makes a registry of its own, so that two servers in one process do not count together. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const operations = new Histogram({
    name: 'graphql_server_request_duration_seconds',
    help: 'Time of GraphQL operations, by type and outcome',
    labelNames: ['operation_type', 'outcome'],
    buckets: BUCKETS,
    registers,
  });
  const errors = new Counter({
    name: 'graphql_server_errors_total',
    help: 'Entries of errors answered, by code',
    labelNames: ['code'],
    registers,
  });
  const upstream = new Histogram({
    name: 'upstream_request_duration_seconds',
    help: 'Time of calls to Unico, by endpoint and class of status (none: no answer)',
    labelNames: ['endpoint', 'status_class'],
    buckets: BUCKETS,
    registers,
  });

  // Counted by hand, and handed over when somebody looks: a page reads two hundred processes in less than a millisecond.
  const readsFrom = new Map<string, number>();
  const reads = new Counter({
    name: 'process_reads_total',
    help: 'Processes read, by where the answer came from: kept, unico, nowhere (no contract knows the id)',
    labelNames: ['from'],
    registers: [],
    collect() {
      this.reset();
      for (const [from, count] of readsFrom) this.inc({ from }, count);
    },
  });
  registry.registerMetric(reads);
  const creations = new Counter({
    name: 'process_creations_total',
    help: 'Calls of createProcess, by what they came to: created, replayed, key-problem, input-problems, failed',
    labelNames: ['outcome'],
    registers,
  });
  const queue = new Histogram({
    name: 'upstream_limiter_queue_seconds',
    help: 'How long requests to Unico waited for their turn in the quota',
    buckets: BUCKETS,
    registers,
  });
  const retries = new Counter({
    name: 'upstream_retries_total',
    help: 'Reads that were repeated, by host',
    labelNames: ['host'],
    registers,
  });
  const refused = new Counter({
    name: 'requests_refused_total',
    help: `Requests not let in, by reason: ${REJECTION_REASONS.join(', ')}`,
    labelNames: ['reason'],
    registers,
  });
  for (const reason of REJECTION_REASONS) refused.inc({ reason }, 0);
  const circuits = new Gauge({
    name: 'upstream_breaker_open',
    help: 'Whether a host of Unico is left alone because it failed too often (1) or not (0)',
    labelNames: ['host'],
    registers,
  });
  // There from the start, so that an alarm can be set before anything has gone wrong.
  for (const host of HOSTS) circuits.set({ host }, 0);
  const store = new Gauge({
    name: 'store_trouble',
    help: 'Whether what is kept can not be read or written (1) or can (0)',
    registers,
  });

  const countOperation: CountOperation = (type, failures, ms) => {
    for (const { extensions } of failures) errors.inc({ code: String(extensions?.['code']) });
    const outcome = failures.length === 0 ? 'success' : 'error';
    operations.observe({ operation_type: type, outcome }, ms / 1000);
  };

  return {
    registry,
    countOperation,
    setStoreFailing: (fails) => store.set(fails ? 1 : 0),
    countRead: (from) => readsFrom.set(from, (readsFrom.get(from) ?? 0) + 1),
    countCreation: (outcome) => creations.inc({ outcome }),
    observeQueueWait: (seconds) => queue.observe(seconds),
    countRejected: (reason) => refused.inc({ reason }),
    countRetry: (host) => retries.inc({ host }),
    setCircuit: (host, open) => circuits.set({ host }, open ? 1 : 0),
    observeUpstream: ({ name, status, seconds }) => {
      upstream.observe(
        { endpoint: name, status_class: status === null ? 'none' : `${Math.floor(status / 100)}xx` },
        seconds,
      );
    },
    plugin: {
      requestDidStart: async () => {
        const started = performance.now();
        return {
          willSendResponse: async ({ operation, response }) => {
            const failures = response.body.kind === 'single' ? (response.body.singleResult.errors ?? []) : [];
            countOperation(operation?.operation ?? 'none', failures, performance.now() - started);
          },
        };
      },
    },
  };
}
