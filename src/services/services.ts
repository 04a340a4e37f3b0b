import type { ProcessSource } from '../domain/process.ts';
import { createLenientStore } from '../storage/fallback-store.ts';
import { createMemoryStore } from '../storage/memory-store.ts';
import type { Store } from '../storage/store.ts';
import type { Vault } from '../storage/encryption/encryptor.ts';
import type { Unico } from '../upstream/unico/client.ts';
import { createCreations, type Created } from './creations/idempotent-creations.ts';
import { createKeptProcesses } from './processes/process-cache.ts';
import { createLeases } from './concurrency/leases.ts';
import { createProcessAsker } from './processes/process-fetcher.ts';
import { createProcessForgetter, type ProcessForgetter } from './processes/process-eraser.ts';
import { createProcessReader, type ProcessReader, type ReadFrom } from './processes/process-reader.ts';
import { createProcessWriter, type ProcessWriter } from './processes/process-writer.ts';
import { createReusableDocumentsReader, type ReusableDocumentsReader } from './reusable-documents.ts';

/** Everything that the graph may ask of Unico. One for the whole server. */
export type Access = {
  /** The contracts in use, in the order in which they are asked. */
  contracts: readonly ProcessSource[];
  reader: ProcessReader;
  writer: ProcessWriter;
  forgetter: ProcessForgetter;
  reusableDocuments: ReusableDocumentsReader;
};

/** What a replica remembers for the time when its store is away: some ten thousand processes. */
const FALLBACK_BYTES = 32 * 1024 * 1024;

/** Told what reads and creations came to, for metrics. */
export type AccessObserver = {
  read(from: ReadFrom): void;
  created(kind: Created['kind'] | 'failed'): void;
  /** What came of a creation could not be written down: its key is of unknown outcome. */
  outcomeLost(): void;
};

/**
 * Joins what reads, writes and looks up; `contracts` are those in use, in the order in which they are asked. What only
 * saves calls goes on without the store when it fails; what guards money does not.
 */
export function createAccess(
  unico: Unico,
  store: Store,
  vault: Vault,
  contracts: readonly ProcessSource[],
  observer: AccessObserver = { read() {}, created() {}, outcomeLost() {} },
): Access {
  const lenient = createLenientStore(store, createMemoryStore(FALLBACK_BYTES));
  const kept = createKeptProcesses(lenient, vault, store);
  const leases = store.shared ? createLeases(lenient, vault) : null;
  const reader = createProcessReader(createProcessAsker(unico, kept, leases), kept, contracts, observer.read);
  return {
    contracts,
    reader,
    writer: createProcessWriter(
      unico,
      kept,
      reader,
      createCreations(store, vault, observer.outcomeLost),
      contracts,
      observer.created,
    ),
    forgetter: createProcessForgetter(unico, kept, reader, contracts),
    reusableDocuments: createReusableDocumentsReader(unico),
  };
}
