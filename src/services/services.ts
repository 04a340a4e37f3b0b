import type { ProcessSource } from '../domain/process.ts';
import { VerdictPolicy, type PolicySettings } from '../domain/verdict/verdict.ts';
import type { Encryptor } from '../storage/encryption/encryptor.ts';
import { FallbackStore } from '../storage/fallback-store.ts';
import { MemoryStore } from '../storage/memory-store.ts';
import type { Store } from '../storage/store.ts';
import type { UnicoClient } from '../upstream/unico/client.ts';
import { Leases } from './concurrency/leases.ts';
import { IdempotentCreations } from './creations/idempotent-creations.ts';
import { RecordedPromises } from './creations/recorded-promises.ts';
import { ProcessCache } from './processes/process-cache.ts';
import { ProcessCompleter } from './processes/process-completer.ts';
import { ProcessEraser } from './processes/process-eraser.ts';
import { ProcessFetcher } from './processes/process-fetcher.ts';
import { ProcessReader, type ReadSource } from './processes/process-reader.ts';
import { ProcessWriter } from './processes/process-writer.ts';
import { ReusableDocuments } from './reusable-documents.ts';

/** The use cases of the graph, created once for the whole server. */
export type Services = {
  /** The contracts in use, in the order in which a process of unknown source is looked for. */
  contracts: readonly ProcessSource[];
  processReader: ProcessReader;
  processWriter: ProcessWriter;
  processEraser: ProcessEraser;
  reusableDocuments: ReusableDocuments;
  verdictPolicy: VerdictPolicy;
};

/** Counts reads and lost outcomes, for metrics. */
export type ServicesObserver = {
  /** Called for each read, with where the process was read from. */
  readFrom: (from: ReadSource) => void;
  /** Called when the outcome of a creation could not be stored: the outcome of its key is unknown from then on. */
  outcomeLost: () => void;
};

/** What the services need. */
export type ServicesOptions = {
  unico: UnicoClient;
  /** Throws `StoreUnavailable` when it fails. */
  store: Store;
  encryptor: Encryptor;
  /** The contracts in use, in the order in which a process of unknown source is looked for. */
  contracts: readonly ProcessSource[];
  policySettings: PolicySettings;
  observer?: ServicesObserver;
};

/** The memory for entries while the store is unavailable, in bytes: enough for some ten thousand processes. */
const FALLBACK_BYTES = 32 * 1024 * 1024;

const NO_OBSERVER: ServicesObserver = { readFrom() {}, outcomeLost() {} };

/**
 * Composes the services. While the store is unavailable, everything that only saves calls to Unico continues without
 * it. Creations, which cost money, and erasure do not.
 */
export function createServices(options: ServicesOptions): Services {
  const { unico, store, encryptor, contracts, policySettings, observer = NO_OBSERVER } = options;
  const storeWithFallback = new FallbackStore(store, new MemoryStore(FALLBACK_BYTES));
  const cache = new ProcessCache(storeWithFallback, encryptor, store);
  const leases = store.shared ? new Leases(storeWithFallback, encryptor) : null;
  const verdictPolicy = new VerdictPolicy(policySettings);
  const { capabilities } = policySettings;
  const promises = new RecordedPromises(store, encryptor, capabilities);
  const completer = new ProcessCompleter({ promises, cache, verdictPolicy });
  const fetcher = new ProcessFetcher({ unico, cache, completer, leases });
  const creations = new IdempotentCreations({
    unico,
    store,
    encryptor,
    promises,
    contracts,
    outcomeLost: observer.outcomeLost,
  });
  return {
    contracts,
    processReader: new ProcessReader({ fetcher, cache, contracts, observe: observer.readFrom }),
    processWriter: new ProcessWriter({
      unico,
      cache,
      completer,
      creations,
      contracts,
    }),
    processEraser: new ProcessEraser({ unico, cache, contracts }),
    reusableDocuments: new ReusableDocuments(unico),
    verdictPolicy,
  };
}
