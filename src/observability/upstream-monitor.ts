import type { UnicoHost } from '../domain/unico-host.ts';
import type { UpstreamFailure } from '../domain/upstream-failure.ts';
import type { FailureLog } from './failure-log.ts';
import type { Logger } from './logger.ts';
import type { Metrics, UpstreamAttempt } from './metrics.ts';

/** The circuit of a call to a host opened or closed. `call` is the endpoint's template. */
type CircuitChange = { host: UnicoHost; call: string; open: boolean };

/** Counts and logs retries, circuit changes and attempts: the observer of the client of Unico. */
export class UpstreamMonitor {
  readonly #metrics: Metrics;
  readonly #logger: Logger;
  /** How many circuits of each host are open. */
  readonly #openCircuits: Record<UnicoHost, number> = { idcloud: 0, api: 0, identity: 0 };
  readonly #failureLog: Pick<FailureLog, 'report'>;

  constructor(metrics: Metrics, logger: Logger, failureLog: Pick<FailureLog, 'report'>) {
    this.#metrics = metrics;
    this.#logger = logger;
    this.#failureLog = failureLog;
  }

  readonly retried = (host: UnicoHost): void => this.#metrics.countRetry(host);

  readonly circuit = ({ host, call, open }: CircuitChange): void => {
    this.#openCircuits[host] += open ? 1 : -1;
    this.#metrics.setCircuit(host, this.#openCircuits[host] > 0);
    const message = open ? 'the circuit opened: no requests for a moment' : 'the circuit closed';
    this.#logger.warn({ event: 'circuit', host, call, open }, message);
  };

  readonly renewalFailed = (failure: UpstreamFailure): void => this.#failureLog.report(failure);

  readonly attempt = (attempt: UpstreamAttempt): void => {
    this.#metrics.observeUpstream(attempt);
    const { name, status, seconds } = attempt;
    // A caller that leaves is no failure of Unico.
    if (status === 'canceled') return;
    // 404 (no such process) and 410 (a process that ended in an error) are usable responses.
    const isUsable = status !== null && (status < 400 || status === 404 || status === 410);
    if (!isUsable) {
      this.#logger.warn({ event: 'upstream', call: name, status, seconds }, 'no usable response');
    }
  };
}
