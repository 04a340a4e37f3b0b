import type { ClientId } from '../domain/caller.ts';
import type { IdempotencyKey } from '../domain/idempotency-key.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

/** A creation of which it is unknown whether Unico has carried it out and billed it. */
export type LostCreation = {
  idempotencyKey: IdempotencyKey;
  /** The caller's own reference, by which Unico's portal finds the process; `null` where the creation has none. */
  clientReference: string | null;
  client: ClientId | null;
};

/** What a mutation log needs. */
export type MutationLogOptions = {
  metrics: Pick<Metrics, 'countCreation' | 'countUserError'>;
  logger: Logger;
  /** The pseudonym of a text that is a `label`. */
  pseudonym: (label: 'idempotency-key' | 'client-reference', text: string) => string;
  /** How a client is written: its pseudonym, where its id looks personal. */
  nameOf: (client: ClientId) => string;
};

/** Counts how mutations ended, and logs each creation that may be billed and lost. */
export class MutationLog {
  readonly #options: MutationLogOptions;

  constructor(options: MutationLogOptions) {
    this.#options = options;
  }

  /** Counts a creation: `created`, `replayed`, or the code of its error. */
  creationEnded(outcome: string): void {
    this.#options.metrics.countCreation(outcome);
  }

  /** Counts a user error of a mutation. */
  userError(mutation: string, code: string): void {
    this.#options.metrics.countUserError(mutation, code);
  }

  /** Logs a creation with an unknown outcome, each time that a caller gets OUTCOME_UNKNOWN for it. */
  outcomeUnknown({ idempotencyKey, clientReference, client }: LostCreation): void {
    const { logger, pseudonym, nameOf } = this.#options;
    logger.error(
      {
        event: 'outcome-unknown',
        key: pseudonym('idempotency-key', idempotencyKey),
        reference: clientReference === null ? null : pseudonym('client-reference', clientReference),
        client: client === null ? null : nameOf(client),
      },
      'a creation may have been carried out and billed, and its outcome is unknown',
    );
  }
}
