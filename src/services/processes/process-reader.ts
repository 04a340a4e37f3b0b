import { asBegun, leavingTimeForNext, type CallOptions } from '../../domain/call-options.ts';
import { covers, type FetchLevel } from '../../domain/fetch-level.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import { withoutParts, type Process, type ProcessKey, type ProcessSource } from '../../domain/process.ts';
import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import type { OperationBudget } from '../operation-budget.ts';
import { cachedResult, type CacheEntry, type ProcessCache } from './process-cache.ts';
import type { ProcessFetcher } from './process-fetcher.ts';

/** Where a process was read from: the cache, Unico, or nowhere, because no contract knows the id. */
export type ReadSource = 'kept' | 'unico' | 'nowhere';

/** A process to read up to a level, and what is cached of it. */
export type ReadRequest = { key: ProcessKey; level: FetchLevel; entry: CacheEntry | null };

/** What a process reader needs. */
export type ProcessReaderOptions = {
  fetcher: ProcessFetcher;
  cache: Pick<ProcessCache, 'peek' | 'lookup' | 'lookupMany' | 'getFull'>;
  /** The contracts in use, in the order in which a process of unknown source is looked for. */
  contracts: readonly ProcessSource[];
  /** Called once for each read, for metrics, with where the process was read from. */
  observe?: (from: ReadSource) => void;
};

/** The summary that is cached of a process in one contract; `null` where there is none. */
function cachedSummary(entry: CacheEntry | null, source: ProcessSource): Process | null {
  const result = cachedResult(entry, source);
  return result === 'absent' ? null : result;
}

/** Reads processes of both contracts, and calls Unico only for what is not cached. */
export class ProcessReader {
  readonly #fetcher: ProcessFetcher;
  readonly #cache: ProcessReaderOptions['cache'];
  readonly #contracts: readonly ProcessSource[];
  readonly #observe: (from: ReadSource) => void;

  constructor({ fetcher, cache, contracts, observe = () => {} }: ProcessReaderOptions) {
    this.#fetcher = fetcher;
    this.#cache = cache;
    this.#contracts = contracts;
    this.#observe = observe;
  }

  /**
   * The result of `read`, where it is in memory and covers the level; `null` otherwise. Synchronous, because a page of
   * known processes would otherwise await some hundreds of promises.
   */
  peek({ id, source }: ProcessKey, level: FetchLevel): Process | null {
    if (!covers('summary', level)) return null;
    const process = this.#cache.peek(id);
    if (process === null || !this.#contracts.includes(process.source)) return null;
    if (source !== null && source !== process.source) return null;
    this.#observe('kept');
    return process;
  }

  /** The contract that holds a process; `null` where that is not known without a call to Unico. */
  async lookupSource(key: ProcessKey): Promise<ProcessSource | null> {
    return this.#sourceOf(key, null) ?? this.#sourceOf(key, await this.#cache.lookup(key.id));
  }

  /** What is cached of these processes, for `read`; an id of which nothing is cached is missing. */
  lookup(ids: readonly ProcessId[]): Promise<Map<ProcessId, CacheEntry>> {
    return this.#cache.lookupMany(ids);
  }

  /**
   * The process up to a level; `null` where no contract knows it. While Unico fails, a process whose summary is cached
   * has the failure in place of its missing parts. Throws `UpstreamFailure` where its summary is not cached.
   */
  async read(request: ReadRequest, budget: Pick<OperationBudget, 'forRead'>): Promise<Process | null> {
    const { key, level, entry } = request;
    const source = this.#sourceOf(key, entry);
    const summary = source === null ? null : cachedSummary(entry, source);
    const cached = await this.#getCached(summary, level);
    if (cached !== null) {
      this.#observe('kept');
      return cached;
    }
    try {
      const sources = source === null ? this.#contracts : [source];
      const fetched = await this.#fetchFrom(sources, request, budget);
      this.#observe(fetched === null ? 'nowhere' : 'unico');
      // A final verdict stays valid, also when Unico no longer knows the process.
      return fetched ?? summary;
    } catch (error) {
      if (summary === null || !(error instanceof UpstreamFailure)) throw error;
      this.#observe('kept');
      return this.#getPartial(summary, error);
    }
  }

  /** Resolves when everything that was read is stored. */
  async flush(): Promise<void> {
    await this.#fetcher.flush();
  }

  #sourceOf({ source }: ProcessKey, entry: CacheEntry | null): ProcessSource | null {
    const only = this.#contracts.length === 1 ? this.#contracts[0] : undefined;
    return source ?? only ?? (entry !== null && 'source' in entry ? entry.source : null);
  }

  /** What is cached of a process whose summary is known; `null` where that does not cover the level. */
  async #getCached(summary: Process | null, level: FetchLevel): Promise<Process | null> {
    if (summary === null || covers('summary', level)) return summary;
    return level === 'sdk-token' ? null : this.#cache.getFull(summary.id, level);
  }

  /** Reads from one contract after the other. What other callers cached meanwhile may save the call to the next. */
  async #fetchFrom(
    sources: readonly ProcessSource[],
    { key: { id }, level, entry: known }: ReadRequest,
    budget: Pick<OperationBudget, 'forRead'>,
  ): Promise<Process | null> {
    let entry = known;
    let callOptions: CallOptions | null = null;
    const isAbsent = (source: ProcessSource): boolean => cachedResult(entry, source) === 'absent';
    for (const [i, source] of sources.entries()) {
      if (isAbsent(source)) continue;
      const cached = await this.#getCached(cachedSummary(entry, source), level);
      if (cached !== null) return cached;
      callOptions = callOptions === null ? budget.forRead(id, sources.some(isAbsent)) : asBegun(callOptions);
      const isLast = sources.slice(i + 1).every(isAbsent);
      const process = await this.#fetcher.fetch(
        { source, id, level },
        isLast ? callOptions : leavingTimeForNext(callOptions),
      );
      if (process !== null) return process;
      entry = await this.#cache.lookup(id);
    }
    return null;
  }

  /** What is cached of a process that could not be fetched: in place of the missing parts is the failure. */
  async #getPartial(summary: Process, failure: UpstreamFailure): Promise<Process> {
    for (const [available, missing] of [
      ['signed-urls', 'sdk-token'],
      ['personal', 'signed-urls'],
    ] as const) {
      const process = await this.#cache.getFull(summary.id, available);
      if (process !== null) return withoutParts(process, missing, failure);
    }
    return withoutParts(summary, 'personal', failure);
  }
}
