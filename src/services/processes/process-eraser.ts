import { asBegun, type CallOptions } from '../../domain/call-options.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import type { ProcessSource } from '../../domain/process.ts';
import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import { StoreUnavailable } from '../../storage/store.ts';
import type { UnicoClient } from '../../upstream/unico/client.ts';
import type { OperationBudget } from '../operation-budget.ts';
import type { ProcessCache } from './process-cache.ts';

/** Nothing is stored of the process any more; `source` is its contract, when that was known. */
export type Erasure = { source: ProcessSource | null };

/** What a process eraser needs. */
export type ProcessEraserOptions = {
  unico: Pick<UnicoClient, 'getProcess'>;
  cache: Pick<ProcessCache, 'lookup' | 'invalidate' | 'erase'>;
  /** The contracts in use, in the order in which a process of unknown source is looked for. */
  contracts: readonly ProcessSource[];
};

/** Erases what this service stores of a process. */
export class ProcessEraser {
  readonly #unico: ProcessEraserOptions['unico'];
  readonly #cache: ProcessEraserOptions['cache'];
  readonly #contracts: readonly ProcessSource[];

  constructor({ unico, cache, contracts }: ProcessEraserOptions) {
    this.#unico = unico;
    this.#cache = cache;
    this.#contracts = contracts;
  }

  /** Erases everything stored of a process; `null` when the store is unavailable, and it is unknown what is left. */
  async erase(id: ProcessId): Promise<Erasure | null> {
    const entry = await this.#cache.lookup(id);
    // Callers of reads in flight get their results, which are not cached.
    await this.#cache.invalidate(id, null);
    try {
      await this.#cache.erase(id);
    } catch (error) {
      if (error instanceof StoreUnavailable) return null;
      throw error;
    }
    return { source: entry !== null && 'source' in entry ? entry.source : null };
  }

  /**
   * Whether Unico still has the process. Its response is not cached. There is one call, or one for each contract when
   * `source` is `null`. Throws `UpstreamFailure`.
   */
  async existsUpstream(
    id: ProcessId,
    source: ProcessSource | null,
    budget: Pick<OperationBudget, 'forRead'>,
  ): Promise<boolean> {
    if (source !== null && !this.#contracts.includes(source)) {
      const message = `this deployment does not use the contract of the process (${source})`;
      throw new UpstreamFailure('unauthorized', message);
    }
    let callOptions: CallOptions | null = null;
    for (const contract of source === null ? this.#contracts : [source]) {
      callOptions = callOptions === null ? budget.forRead(id) : asBegun(callOptions);
      if ((await this.#unico.getProcess(contract, id, callOptions)) !== null) return true;
    }
    return false;
  }
}
