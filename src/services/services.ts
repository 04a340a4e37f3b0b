import type { ProcessSource } from '../domain/process.ts';
import type { Encryptor } from '../storage/encryption/encryptor.ts';
import { FallbackStore } from '../storage/fallback-store.ts';
import { MemoryStore } from '../storage/memory-store.ts';
import type { Store } from '../storage/store.ts';
import type { UnicoClient } from '../upstream/unico/client.ts';
import { createIdempotentCreations, type CreationResult } from './creations/idempotent-creations.ts';
import { ProcessCache } from './processes/process-cache.ts';
import { createLeases } from './concurrency/leases.ts';
import { createProcessFetcher } from './processes/process-fetcher.ts';
import { createProcessEraser, type ProcessEraser } from './processes/process-eraser.ts';
import { ProcessReader, type ReadSource } from './processes/process-reader.ts';
import { createProcessWriter, type ProcessWriter } from './processes/process-writer.ts';
import { createReusableDocumentsReader, type ReusableDocumentsReader } from './reusable-documents.ts';

/** The use cases of the graph. One record for the whole server. */
export type Services = {
  /** The contracts in use, in the order in which a process of unknown source is looked for. */
  contracts: readonly ProcessSource[];
  processReader: ProcessReader;
  processWriter: ProcessWriter;
  processEraser: ProcessEraser;
  reusableDocuments: ReusableDocuments;
};

/** Counts reads and creations, for metrics. */
export type ServicesObserver = {
  /** Called with where each read was answered from. */
  readFrom(from: ReadSource): void;
  /** Called with the result of each creation; `failed` when it threw. */
  creationEnded(kind: CreationResult['kind'] | 'failed'): void;
  /** Called when the outcome of a creation could not be stored: the outcome of its key is unknown from then on. */
  outcomeLost(): void;
};

/** What the services need. */
export type ServicesOptions = {
  unico: UnicoClient;
  /** Throws `StoreUnavailable` when it fails. */
  store: Store;
  encryptor: Encryptor;
  /** The contracts in use, in the order in which a process of unknown source is looked for. */
  contracts: readonly ProcessSource[];
  observer?: ServicesObserver;
};

/** The memory for entries while the store is unavailable, in bytes: some ten thousand processes. */
const FALLBACK_BYTES = 32 * 1024 * 1024;

const NO_OBSERVER: ServicesObserver = { readFrom() {}, creationEnded() {}, outcomeLost() {} };

/**
 * Composes the services. While the store is unavailable, everything that only saves upstream calls continues without it; creations,
 * which cost money, and erasure do not.
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
    processReader: createProcessReader(fetcher, cache, contracts, (from) => observer.readFrom(from)),
    processWriter: new ProcessWriter({
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
