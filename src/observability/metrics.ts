import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { BoundedLabels } from './bounded-labels.ts';
import { UNICO_HOSTS, type UnicoHost } from '../domain/unico-host.ts';

/** Upper bounds of the histograms, in seconds: from a response from the cache to the default time of an operation. */
const BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8];

/** How many of Unico's codes for a rejected credential are counted apart: it documents some twenty. */
const MAX_CREDENTIAL_CODES = 50;

/** The part of a GraphQL error that is counted: `extensions.code`. */
type CountedError = { readonly extensions?: { readonly [name: string]: unknown } };

/**
 * An operation that has ended: its type (`none` where it has none, such as after a syntax error), the errors of its
 * response, how long it took in milliseconds, and whether its mutation returned user errors.
 */
type EndedOperation = {
  type: string;
  errors: readonly CountedError[];
  ms: number;
  hasUserErrors?: boolean;
};

/**
 * One attempt of a call to Unico. `name` is the endpoint's template; `status` is `null` where no response came, and
 * `canceled` where the caller left before it came.
 */
export type UpstreamAttempt = { name: string; status: number | 'canceled' | null; seconds: number };

function statusClassOf(status: UpstreamAttempt['status']): string {
  if (status === null) return 'none';
  // A rejected credential is ours to correct, unlike every other 4xx.
  if (status === 'canceled' || status === 401 || status === 403) return String(status);
  return `${Math.floor(status / 100)}xx`;
}

/**
 * Counts what Prometheus reads at `/metrics`. Label values come from closed or bounded sets: no id of a process, no
 * name of an operation, no person. Each instance has its own registry, so that two servers in one process do not count
 * together.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #registers = [this.#registry];

  readonly #operations = new Histogram({
    name: 'graphql_server_request_duration_seconds',
    help: 'Duration of GraphQL operations, by type and outcome',
    labelNames: ['operation_type', 'outcome'],
    buckets: BUCKETS,
    registers: this.#registers,
  });

  readonly #errors = new Counter({
    name: 'graphql_server_errors_total',
    help: 'Entries of "errors" in responses, by code',
    labelNames: ['code'],
    registers: this.#registers,
  });

  readonly #upstreamAttempts = new Histogram({
    name: 'upstream_request_duration_seconds',
    help: 'Duration of calls to Unico, by endpoint and class of status (401 and 403: a rejected credential; none: no response; canceled: the caller left)',
    labelNames: ['endpoint', 'status_class'],
    buckets: BUCKETS,
    registers: this.#registers,
  });

  /** Plain numbers until Prometheus reads them: a page reads two hundred processes in less than a millisecond. */
  readonly #readsBySource = new Map<string, number>();

  readonly #creations = new Counter({
    name: 'process_creations_total',
    help: 'Calls of createProcess, by outcome: created, replayed, or the code of its error; and creations with outcome-lost',
    labelNames: ['outcome'],
    registers: this.#registers,
  });

  readonly #userErrors = new Counter({
    name: 'graphql_server_user_errors_total',
    help: 'User errors of mutations, by mutation and code',
    labelNames: ['mutation', 'code'],
    registers: this.#registers,
  });

  readonly #credentialsRefused = new Counter({
    name: 'upstream_credential_refused_total',
    help: "Failures because of a credential, by the environment variable to check and Unico's own code",
    labelNames: ['variable', 'code'],
    registers: this.#registers,
  });
  readonly #credentialCodes = new BoundedLabels(MAX_CREDENTIAL_CODES);

  readonly #rateLimited = new Counter({
    name: 'upstream_rate_limited_total',
    help: 'Calls to Unico that the quota refused, by client: the first twenty, and other (none: without a client)',
    labelNames: ['client'],
    registers: this.#registers,
  });

  readonly #droppedLines = new Counter({
    name: 'log_lines_dropped_total',
    help: 'Lines of the log that were dropped because its reader had stalled, or was gone',
    registers: this.#registers,
  });

  readonly #queueWait = new Histogram({
    name: 'upstream_limiter_queue_seconds',
    help: 'How long requests to Unico waited in the queue of the rate limiter',
    buckets: BUCKETS,
    registers: this.#registers,
  });

  readonly #retries = new Counter({
    name: 'upstream_retries_total',
    help: 'Retries of reads, by host',
    labelNames: ['host'],
    registers: this.#registers,
  });

  readonly #rejected: Counter<'reason'>;

  readonly #circuits = new Gauge({
    name: 'upstream_breaker_open',
    help: 'Whether a circuit breaker of a host of Unico is open because an endpoint failed too often (1) or none is (0)',
    labelNames: ['host'],
    registers: this.#registers,
  });

  readonly #storeFailing = new Gauge({
    name: 'store_trouble',
    help: 'Whether the store cannot be read or written (1) or can (0)',
    registers: this.#registers,
  });

  /** `rejectionReasons`: all reasons that `countRejected` may get. */
  constructor({ rejectionReasons }: { rejectionReasons: readonly string[] }) {
    collectDefaultMetrics({ register: this.#registry });
    this.#registry.registerMetric(this.#createReadCounter());
    this.#rejected = new Counter({
      name: 'requests_refused_total',
      help: `Requests rejected before GraphQL, by reason: ${rejectionReasons.join(', ')}`,
      labelNames: ['reason'],
      registers: this.#registers,
    });
    // Present from the start, so that an alarm can be set before anything has gone wrong.
    for (const reason of rejectionReasons) this.#rejected.inc({ reason }, 0);
    for (const outcome of ['OUTCOME_UNKNOWN', 'outcome-lost']) this.#creations.inc({ outcome }, 0);
    for (const host of UNICO_HOSTS) this.#circuits.set({ host }, 0);
  }

  #createReadCounter(): Counter<'from'> {
    const reads = this.#readsBySource;
    return new Counter({
      name: 'process_reads_total',
      help: 'Processes read, by source: kept (cached), unico, nowhere (no contract knows the id)',
      labelNames: ['from'],
      registers: [],
      collect() {
        this.reset();
        for (const [from, count] of reads) this.inc({ from }, count);
      },
    });
  }

  /** The media type of `render`. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics in the text format of Prometheus. */
  render(): Promise<string> {
    return this.#registry.metrics();
  }

  /** Counts an operation and its errors. Without errors, but with user errors, its outcome is `user-error`. */
  countOperation({ type, errors, ms, hasUserErrors = false }: EndedOperation): void {
    for (const { extensions } of errors) this.#errors.inc({ code: String(extensions?.['code']) });
    const withoutErrors = hasUserErrors ? 'user-error' : 'success';
    const outcome = errors.length === 0 ? withoutErrors : 'error';
    this.#operations.observe({ operation_type: type, outcome }, ms / 1000);
  }

  /** Counts an operation whose caller left before its response. Its errors say nothing about Unico. */
  countCanceled(type: string, ms: number): void {
    this.#operations.observe({ operation_type: type, outcome: 'canceled' }, ms / 1000);
  }

  /** Counts an error of a response that no operation has, by its code. */
  countError(code: string): void {
    this.#errors.inc({ code });
  }

  /** Counts a process that was read, by where it was read from. */
  readonly countRead = (from: string): void => {
    this.#readsBySource.set(from, (this.#readsBySource.get(from) ?? 0) + 1);
  };

  /** Counts a call of createProcess, by its outcome. */
  readonly countCreation = (outcome: string): void => {
    this.#creations.inc({ outcome });
  };

  /** Counts a user error of a mutation. */
  countUserError(mutation: string, code: string): void {
    this.#userErrors.inc({ mutation, code });
  }

  /** Counts a failure because of the credential of an environment variable; `code` is Unico's own. */
  readonly countCredentialRefused = (variable: string, code: string | null): void => {
    const label = code === null ? 'none' : this.#credentialCodes.labelOf(code);
    this.#credentialsRefused.inc({ variable, code: label });
  };

  /** Counts a call that the quota refused; `client` is one of a bounded set. */
  countRateLimited(client: string): void {
    this.#rateLimited.inc({ client });
  }

  /** Counts a line of the log that was dropped. */
  countDroppedLine(): void {
    this.#droppedLines.inc();
  }

  /** Records how long a request to Unico waited for the rate limiter. */
  readonly observeQueueWait = (seconds: number): void => {
    this.#queueWait.observe(seconds);
  };

  /** Counts a retry of a read. */
  countRetry(host: UnicoHost): void {
    this.#retries.inc({ host });
  }

  /** Counts a request that was rejected before GraphQL. */
  countRejected(reason: string): void {
    this.#rejected.inc({ reason });
  }

  /** Records whether a circuit of a host is open. */
  setCircuit(host: UnicoHost, open: boolean): void {
    this.#circuits.set({ host }, open ? 1 : 0);
  }

  /** Records whether the store fails. */
  setStoreFailing(failing: boolean): void {
    this.#storeFailing.set(failing ? 1 : 0);
  }

  /** Records one attempt of a call to Unico, and how long it took. */
  observeUpstream({ name, status, seconds }: UpstreamAttempt): void {
    this.#upstreamAttempts.observe({ endpoint: name, status_class: statusClassOf(status) }, seconds);
  }
}
