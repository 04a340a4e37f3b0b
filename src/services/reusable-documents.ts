import type { Patience } from '../domain/call-options.ts';
import type { ReusableDocument, ReusableDocumentsKey } from '../domain/reusable-document.ts';
import type { Unico } from '../upstream/unico/client.ts';
import { createFlights } from './concurrency/single-flight.ts';

/** Looks up documents that may be reused, empty where there is none. Throws `UpstreamFailure`. */
export type ReusableDocumentsReader = (
  key: ReusableDocumentsKey,
  patience: Patience,
) => Promise<ReusableDocument[]>;

/**
 * Who asks for the same at the same time shares one call. Nothing is kept: a document that was just captured has to be
 * in the next answer, and the list is personal.
 */
export function createReusableDocumentsReader(unico: Pick<Unico, 'documentsV1'>): ReusableDocumentsReader {
  const flights = createFlights<ReusableDocument[]>();
  return (key, patience) =>
    flights.join(`${key.type} ${key.code}`, patience, (shared) =>
      unico.documentsV1.findReusable(key, shared),
    );
}
