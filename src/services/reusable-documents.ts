import type { CallOptions } from '../domain/call-options.ts';
import type { ReusableDocument, ReusableDocumentsKey } from '../domain/reusable-document.ts';
import type { UnicoClient } from '../upstream/unico/client.ts';
import { SingleFlight } from './concurrency/single-flight.ts';

/**
 * Looks up the documents of a person that may be reused (upstream.md §S4). Callers of the same key at the same time
 * share one call. Nothing is cached: a document that was just captured has to be in the next response, and the list is
 * personal data.
 */
export class ReusableDocuments {
  readonly #unico: Pick<UnicoClient, 'findReusableDocuments'>;
  readonly #singleFlight = new SingleFlight<ReusableDocument[]>();

  constructor(unico: Pick<UnicoClient, 'findReusableDocuments'>) {
    this.#unico = unico;
  }

  /** The documents under a key; empty when there are none. Throws `UpstreamFailure`. */
  find(key: ReusableDocumentsKey, callOptions: CallOptions): Promise<ReusableDocument[]> {
    return this.#singleFlight.run(`${key.type} ${key.code}`, callOptions, (flight) =>
      this.#unico.findReusableDocuments(key, flight.callOptions),
    );
  }
}
