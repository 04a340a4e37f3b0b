import type { CallOptions } from '../domain/call-options.ts';
import type { ReusableDocument, ReusableDocumentsKey } from '../domain/reusable-document.ts';
import type { UnicoClient } from '../upstream/unico/client.ts';
import { createSingleFlight } from './concurrency/single-flight.ts';

/** Looks up documents that may be reused, empty where there is none. Throws `UpstreamFailure`. */
export type ReusableDocumentsReader = (
  key: ReusableDocumentsKey,
  callOptions: CallOptions,
) => Promise<ReusableDocument[]>;

/**
 * Who asks for the same at the same time shares one call. Nothing is kept: a document that was just captured has to be
 * in the next answer, and the list is personal.
 */
export function createReusableDocumentsReader(
  unico: Pick<UnicoClient, 'findReusableDocuments'>,
): ReusableDocumentsReader {
  const singleFlight = createSingleFlight<ReusableDocument[]>();
  return (key, callOptions) =>
    singleFlight.run(`${key.type} ${key.code}`, callOptions, (shared) =>
      unico.findReusableDocuments(key, shared),
    );
}
