import type { ClientId } from '../domain/caller.ts';
import { BoundedLabels } from './bounded-labels.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

/** How often refusals are logged, in milliseconds. */
export const SUMMARY_INTERVAL_MS = 10_000;

/** How many clients a line names: those with the most refusals. */
const NAMED_IN_A_LINE = 5;

/** How many clients have a series of their own in the metric. */
const MAX_LABELS = 20;

/** How many clients are counted apart in one interval: tokens name them, so that there are few. */
const MAX_CLIENTS = 1_000;

/** The name of calls without a client: those of tokens without a client claim, and of requests without a token. */
const NO_CLIENT = 'none';
const OTHERS = 'other';

/** What a rate limit watch needs. */
export type RateLimitWatchOptions = {
  metrics: Pick<Metrics, 'countRateLimited'>;
  logger: Logger;
  /** How a client is written: its pseudonym, where its id looks personal. */
  nameOf: (client: ClientId) => string;
};

/**
 * Counts the calls that the quota refused by their clients, and logs a line with the clients that had the most of them,
 * at most one in ten seconds. (A line for each refusal would be a flood.)
 */
export class RateLimitWatch {
  readonly #metrics: RateLimitWatchOptions['metrics'];
  readonly #logger: Logger;
  readonly #nameOf: (client: ClientId) => string;
  readonly #labels = new BoundedLabels(MAX_LABELS);
  readonly #counts = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor({ metrics, logger, nameOf }: RateLimitWatchOptions) {
    this.#metrics = metrics;
    this.#logger = logger;
    this.#nameOf = nameOf;
  }

  /** Counts a refused call of a client. */
  readonly refused = (client: ClientId | null): void => {
    const label = client === null ? NO_CLIENT : this.#labels.labelOf(client, () => this.#nameOf(client));
    this.#metrics.countRateLimited(label);
    const known = client ?? NO_CLIENT;
    const key = this.#counts.has(known) || this.#counts.size < MAX_CLIENTS ? known : OTHERS;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    this.#timer ??= setTimeout(() => this.flush(), SUMMARY_INTERVAL_MS).unref();
  };

  /** Logs what was counted since the last line. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#counts.size === 0) return;
    const counts = [...this.#counts].toSorted(([, one], [, other]) => other - one);
    this.#counts.clear();
    const count = counts.reduce((sum, [, times]) => sum + times, 0);
    const clients = counts.slice(0, NAMED_IN_A_LINE).map(([key, times]) => `${this.#written(key)}: ${times}`);
    this.#logger.warn({ event: 'rate-limited', count, clients }, 'the quota refused calls to Unico');
  }

  #written(key: string): string {
    return key === NO_CLIENT || key === OTHERS ? key : this.#nameOf(key as ClientId);
  }
}
