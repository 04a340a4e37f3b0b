import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import type { Patience } from '../../domain/call-options.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import type { ProcessSource } from '../../domain/process.ts';
import { StoreUnavailable } from '../../storage/store.ts';
import type { Unico } from '../../upstream/unico/client.ts';
import { getProcess } from '../../upstream/unico/get-process.ts';
import type { KeptProcesses } from './process-cache.ts';
import type { ProcessReader } from './process-reader.ts';

/** Nothing is kept of it any more; `source` is the contract that held it, where that was known. */
export type Forgotten = { source: ProcessSource | null };

/** Removes what is kept of a process. */
export type ProcessForgetter = {
  /** Removes it all; `null` where the store can not be reached, so that nobody knows whether it is gone. */
  forget(id: ProcessId): Promise<Forgotten | null>;
  /** Whether Unico still answers for it; what it answers is not kept. Throws `UpstreamFailure`. */
  heldByUnico(id: ProcessId, source: ProcessSource | null, patience: () => Patience): Promise<boolean>;
};

/** `contracts` are those in use, in the order in which an id of unknown source is asked about. */
export function createProcessForgetter(
  unico: Pick<Unico, 'idcloud' | 'processesV1'>,
  kept: KeptProcesses,
  reader: Pick<ProcessReader, 'changed'>,
  contracts: readonly ProcessSource[],
): ProcessForgetter {
  return {
    async forget(id) {
      const known = await kept.known(id);
      // Whoever is reading it just now is answered, and nothing of that answer is kept.
      await reader.changed(id, null);
      try {
        await kept.forget(id);
      } catch (error) {
        if (error instanceof StoreUnavailable) return null;
        throw error;
      }
      return { source: known !== null && 'source' in known ? known.source : null };
    },

    async heldByUnico(id, source, patience) {
      if (source !== null && !contracts.includes(source)) {
        throw new UpstreamFailure('unauthorized', `the contract that held it (${source}) is not in use here`);
      }
      for (const contract of source === null ? contracts : [source]) {
        if ((await getProcess(unico, contract, id, patience())) !== null) return true;
      }
      return false;
    },
  };
}
