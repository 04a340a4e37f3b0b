import type { ProcessSource } from '../domain/process.ts';
import { createFallbackStore } from '../storage/fallback-store.ts';
import { createMemoryStore } from '../storage/memory-store.ts';
import type { Store } from '../storage/store.ts';
import type { Encryptor } from '../storage/encryption/encryptor.ts';
import type { UnicoClient } from '../upstream/unico/client.ts';
import { createIdempotentCreations, type CreationResult } from './creations/idempotent-creations.ts';
import { ProcessCache } from './processes/process-cache.ts';
import { createLeases } from './concurrency/leases.ts';
import { createProcessFetcher } from './processes/process-fetcher.ts';
import { createProcessEraser, type ProcessEraser } from './processes/process-eraser.ts';
import { ProcessReader, type ReadSource } from './processes/process-reader.ts';
import { createProcessWriter, type ProcessWriter } from './processes/process-writer.ts';
import { createReusableDocumentsReader, type ReusableDocumentsReader } from './reusable-documents.ts';

/** Everything that the graph may ask of Unico. One for the whole server. */
export type Services = {
  /** The contracts in use, in the order in which they are asked. */
  contracts: readonly ProcessSource[];
  processReader: ProcessReader;
  processWriter: ProcessWriter;
  processEraser: ProcessEraser;
  reusableDocuments: ReusableDocumentsReader;
};

/** What a replica remembers for the time when its store is away: some ten thousand processes. */
const FALLBACK_BYTES = 32 * 1024 * 1024;

/** Told what reads and creations came to, for metrics. */
export type ServicesObserver = {
  readFrom(from: ReadSource): void;
  creationEnded(kind: CreationResult['kind'] | 'failed'): void;
  /** What came of a creation could not be written down: its key is of unknown outcome. */
  outcomeLost(): void;
};

/**
 * Joins what reads, writes and looks up; `contracts` are those in use, in the order in which they are asked. What only
 * saves calls goes on without the store when it fails; what guards money does not.
 */
export function createServices(
  unico: UnicoClient,
  store: Store,
  encryptor: Encryptor,
  contracts: readonly ProcessSource[],
  observer: ServicesObserver = { readFrom() {}, creationEnded() {}, outcomeLost() {} },
): Services {
  const withFallback = createFallbackStore(store, createMemoryStore(FALLBACK_BYTES));
  const cache = new ProcessCache(withFallback, encryptor, store);
  const leases = store.shared ? createLeases(withFallback, encryptor) : null;
  const processReader = new ProcessReader({
    fetcher: createProcessFetcher(unico, cache, leases),
    cache,
    contracts,
    observe: (from) => observer.readFrom(from),
  });
  return {
    contracts,
    processReader,
    processWriter: createProcessWriter(
      unico,
      cache,
      createIdempotentCreations(store, encryptor, observer.outcomeLost),
      contracts,
      observer.creationEnded,
    ),
    processEraser: createProcessEraser(unico, cache, contracts),
    reusableDocuments: createReusableDocumentsReader(unico),
  };
}
