import type { ProcessSource } from '../domain/process.ts';
import type { ReusableDocument, ReusableDocumentsKey } from '../domain/reusable-document.ts';
import type { Store } from '../store/store.ts';
import type { Unico } from '../unico/unico.ts';
import { createProcessReader, type ProcessReader } from './process-reader.ts';
import { createProcessWriter, type ProcessWriter } from './process-writer.ts';

/** Everything that the graph may ask of Unico. One for the whole server. */
export type Access = {
  /** The contracts in use, in the order in which they are asked. */
  contracts: readonly ProcessSource[];
  reader: ProcessReader;
  writer: ProcessWriter;
  /** Documents that may be reused, empty where there is none. Throws `UpstreamFailure`. */
  reusableDocuments(key: ReusableDocumentsKey, signal: AbortSignal): Promise<ReusableDocument[]>;
};

/** Joins what reads, writes and looks up; `contracts` are those in use, in the order in which they are asked. */
export function createAccess(unico: Unico, store: Store, contracts: readonly ProcessSource[]): Access {
  return {
    contracts,
    reader: createProcessReader(unico, store, contracts),
    writer: createProcessWriter(unico, store, contracts),
    reusableDocuments: (key, signal) => unico.documentsV1.findReusable(key, signal),
  };
}
