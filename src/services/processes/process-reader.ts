import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import { covers, type FetchLevel } from '../../domain/fetch-level.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import type { Process, ProcessKey, ProcessSource } from '../../domain/process.ts';
import { withoutParts } from '../../domain/process-projection.ts';
import { cachedResult, type ProcessCache, type CacheEntry } from './process-cache.ts';
import type { ProcessFetcher } from './process-fetcher.ts';

/** Reads processes of both contracts, and asks Unico only for what is not known yet. */
export type ProcessReader = {
  /**
   * What `read` would answer, where it is at hand and enough: at once, because a page of known processes would otherwise wait
   * some hundreds of times for nothing. `null` says nothing: then it has to be read.
   */
  peek(key: ProcessKey, level: FetchLevel): Process | null;
  /** The process as far as it is needed, `null` where no contract knows it. Throws `UpstreamFailure`. */
  read(key: ProcessKey, level: FetchLevel, callOptions: CallOptions): Promise<Process | null>;
  /** The contract that holds a process, where that is known without asking. */
  lookupSource(key: ProcessKey): Promise<ProcessSource | null>;
  /** To be told when a process was changed, or may be: what was known and asked before holds no longer. */
  invalidate(id: ProcessId, source: ProcessSource | null): Promise<void>;
  /** Resolves when all that was read is kept. */
  flush(): Promise<void>;
};

/** Where an answer came from: what was kept, Unico, or nowhere, because no contract knows the id. */
export type ReadSource = 'kept' | 'unico' | 'nowhere';

/**
 * `contracts` are those in use, in the order in which an id of unknown source is asked about; the others are never
 * asked.
 */
export function createProcessReader(
  fetcher: ProcessFetcher,
  cache: ProcessCache,
  contracts: readonly ProcessSource[],
  observe: (from: ReadSource) => void = () => {},
): ProcessReader {
  /** Asks one contract after the other; what came to be known while one was asked need not be asked of the next. */
  async function find(
    sources: readonly ProcessSource[],
    id: ProcessId,
    known: CacheEntry | null,
    level: FetchLevel,
    callOptions: CallOptions,
  ): Promise<Process | null> {
    let latest = known;
    for (const source of sources) {
      const answer = cachedResult(latest, source);
      if (answer === 'absent') continue;
      const process =
        (await enoughOf(answer, level)) ?? (await fetcher.fetch(source, id, level, callOptions));
      if (process !== null) return process;
      latest = await cache.lookup(id);
    }
    return null;
  }

  function sourceIn(known: CacheEntry | null, { source }: ProcessKey): ProcessSource | null {
    const only = contracts.length === 1 ? contracts[0] : undefined;
    return source ?? only ?? (known !== null && 'source' in known ? known.source : null);
  }

  /** What is kept of a process whose projection is known, where that is enough. */
  async function enoughOf(projection: Process | null, level: FetchLevel): Promise<Process | null> {
    if (projection === null || covers('summary', level)) return projection;
    return level === 'sdk-token' ? null : cache.getFull(projection.id, level);
  }

  /** As much as is cached of a process that could not be fetched: the other parts are the failure. */
  async function withoutUnico(summary: Process, failure: UpstreamFailure): Promise<Process> {
    for (const [available, missing] of [
      ['signed-urls', 'sdk-token'],
      ['personal', 'signed-urls'],
    ] as const) {
      const process = await cache.getFull(summary.id, available);
      if (process !== null) return withoutParts(process, missing, failure);
    }
    return withoutParts(summary, 'personal', failure);
  }

  return {
    peek({ id, source }, level) {
      if (!covers('summary', level)) return null;
      const process = cache.peek(id);
      if (process === null || !contracts.includes(process.source)) return null;
      if (source !== null && source !== process.source) return null;
      observe('kept');
      return process;
    },

    async lookupSource(key) {
      const unasked = sourceIn(null, key);
      return unasked ?? sourceIn(await cache.lookup(key.id), key);
    },

    async read(key, level, callOptions) {
      const { id } = key;
      const known = await cache.lookup(id);
      const source = sourceIn(known, key);
      const answer = source === null ? null : cachedResult(known, source);
      const projection = answer === 'absent' ? null : answer;
      const process = await enoughOf(projection, level);
      if (process !== null) {
        observe('kept');
        return process;
      }
      try {
        const asked = await find(source === null ? contracts : [source], id, known, level, callOptions);
        observe(asked === null ? 'nowhere' : 'unico');
        // A verdict that was made stays, also when Unico has deleted what it was made of.
        return asked ?? projection;
      } catch (error) {
        if (projection === null || !(error instanceof UpstreamFailure)) throw error;
        observe('kept');
        return withoutUnico(projection, error);
      }
    },

    async invalidate(id, source) {
      fetcher.detach(id);
      await cache.invalidate(id, source);
    },

    flush: () => fetcher.flush(),
  };
}
