import { setImmediate as afterThisTurn, setTimeout as sleep } from 'node:timers/promises';
import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import { maxLevel, type FetchLevel } from '../../domain/fetch-level.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import { PROCESS_SOURCES, type Process, type ProcessSource } from '../../domain/process.ts';
import type { UnicoClient } from '../../upstream/unico/client.ts';
import { createSingleFlight, type Work } from '../concurrency/single-flight.ts';
import { cachedResult, type ProcessCache } from './process-cache.ts';
import type { Leases } from '../concurrency/leases.ts';

/** Asks a contract about a process, once for all who want to know at the same time, and keeps what it answers. */
export type ProcessFetcher = {
  /** `null` where the contract does not know the process. Throws `UpstreamFailure`. */
  fetch(
    source: ProcessSource,
    id: ProcessId,
    level: FetchLevel,
    callOptions: CallOptions,
  ): Promise<Process | null>;
  /** Resolves when all that was answered is kept, as far as it may be. */
  flush(): Promise<void>;
};

/** How often a replica looks whether another one has found what both are asked for; a read takes some 260 ms (upstream.md §2). */
const POLL_INTERVAL_MS = 20;

/** Names of work under way: what may come from another replica, and what only Unico can answer. */
const sharedKey = (source: ProcessSource, id: ProcessId): string => `${source} ${id}`;
const freshKey = (source: ProcessSource, id: ProcessId): string => `${source} ${id} anew`;

type Ask = (
  source: ProcessSource,
  id: ProcessId,
  level: FetchLevel,
  ...start: Parameters<Work<void>>
) => Promise<Process | null>;

/** `leases` are those of replicas that share what is kept; `null` where there is one replica alone. */
export function createProcessFetcher(
  unico: Pick<UnicoClient, 'getProcess'>,
  cache: ProcessCache,
  leases: Leases | null,
): ProcessFetcher {
  const singleFlight = createSingleFlight<Process | null>();
  const keeping = new Set<Promise<void>>();

  /** Keeps what was answered once the answer is on its way: sealing it takes longer than all else that is done with it. */
  function cacheAfterResponse(process: Process, askedAt: number, isCurrent: () => boolean): Promise<void> {
    cache.putInMemory(process);
    const keep = async (): Promise<void> => {
      await afterThisTurn();
      if (isCurrent()) await cache.put(process, askedAt);
    };
    const done = keep();
    keeping.add(done);
    const over = (): void => void keeping.delete(done);
    done.then(over, over);
    return done;
  }

  const fetchAndCache: Ask = async (source, id, _need, callOptions, isCurrent, holdOpen) => {
    const askedAt = Date.now();
    const process = await unico.getProcess(source, id, callOptions);
    if (!isCurrent()) return process;
    if (process === null) await cache.putNotFound(id, source);
    else holdOpen(cacheAfterResponse(process, askedAt, isCurrent));
    return process;
  };

  /** Asks, unless another replica is asking: then its answer is waited for. */
  const fetchOrAwaitReplica =
    (among: Leases): Ask =>
    async (source, id, level, callOptions, isCurrent, holdOpen) => {
      while (!callOptions.signal.aborted) {
        const giveBack = await among.acquire(`${source} ${id}`);
        const lasting: Promise<unknown>[] = [];
        try {
          // Another replica may have found it, also between looking and taking the lease.
          const known = cachedResult(await cache.lookup(id), source);
          if (known === 'absent') return null;
          const found = known === null ? null : await cache.getFull(id, maxLevel(level, 'personal'));
          if (found !== null) return found;
          if (giveBack !== null)
            return await fetchAndCache(
              source,
              id,
              level,
              callOptions,
              isCurrent,
              (until) => void lasting.push(until),
            );
        } finally {
          // Others look for what is kept as soon as nobody asks any more.
          const givenBack = Promise.allSettled(lasting).then(() => giveBack?.());
          if (lasting.length > 0) holdOpen(givenBack);
          else await givenBack;
        }
        await sleep(POLL_INTERVAL_MS);
      }
      throw new UpstreamFailure('unavailable', 'another replica got no answer in time', {
        mayHaveHappened: false,
      });
    };

  // A fetch in flight when its process is invalidated is detached: new callers start a fresh one, and its result is not cached.
  cache.onInvalidate((id) => {
    for (const source of PROCESS_SOURCES) {
      singleFlight.detach(sharedKey(source, id));
      singleFlight.detach(freshKey(source, id));
    }
  });

  return {
    fetch(source, id, level, callOptions) {
      const [shared, fresh] = [sharedKey(source, id), freshKey(source, id)];
      // What is not kept can not be had from another replica; who needs less joins where that is being asked for.
      const alone = leases !== null && (level === 'sdk-token' || singleFlight.isInFlight(fresh));
      const asking = leases === null || alone ? fetchAndCache : fetchOrAwaitReplica(leases);
      return singleFlight.run(alone ? fresh : shared, callOptions, (theirs, isCurrent, holdOpen) =>
        asking(source, id, level, theirs, isCurrent, holdOpen),
      );
    },
    async flush() {
      await Promise.allSettled(keeping);
    },
  };
}
