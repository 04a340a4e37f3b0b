import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import type { ProcessSource } from '../../domain/process.ts';
import { StoreUnavailable } from '../../storage/store.ts';
import type { UnicoClient } from '../../upstream/unico/client.ts';
import type { ProcessCache } from './process-cache.ts';

/** Nothing is kept of it any more; `source` is the contract that held it, where that was known. */
export type Erased = { source: ProcessSource | null };

/** Removes what is kept of a process. */
export type ProcessEraser = {
  /** Removes it all; `null` where the store can not be reached, so that nobody knows whether it is gone. */
  erase(id: ProcessId): Promise<Erased | null>;
  /** Whether Unico still answers for it; what it answers is not kept. Throws `UpstreamFailure`. */
  existsUpstream(
    id: ProcessId,
    source: ProcessSource | null,
    callOptions: () => CallOptions,
  ): Promise<boolean>;
};

/** `contracts` are those in use, in the order in which an id of unknown source is asked about. */
export function createProcessEraser(
  unico: Pick<UnicoClient, 'getProcess'>,
  cache: ProcessCache,
  contracts: readonly ProcessSource[],
): ProcessEraser {
  return {
    async erase(id) {
      const known = await cache.lookup(id);
      // Whoever is reading it just now is answered, and nothing of that answer is kept.
      await cache.invalidate(id, null);
      try {
        await cache.erase(id);
      } catch (error) {
        if (error instanceof StoreUnavailable) return null;
        throw error;
      }
      return { source: known !== null && 'source' in known ? known.source : null };
    },

    async existsUpstream(id, source, callOptions) {
      if (source !== null && !contracts.includes(source)) {
        throw new UpstreamFailure('unauthorized', `the contract that held it (${source}) is not in use here`);
      }
      for (const contract of source === null ? contracts : [source]) {
        if ((await unico.getProcess(contract, id, callOptions())) !== null) return true;
      }
      return false;
    },
  };
}
