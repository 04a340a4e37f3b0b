import { setImmediate as nextEventLoopTick, setTimeout as sleep } from 'node:timers/promises';
import { hasCallerLeft, type CallOptions } from '../../domain/call-options.ts';
import { maxLevel, type FetchLevel } from '../../domain/fetch-level.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import { PROCESS_SOURCES, type Process, type ProcessSource } from '../../domain/process.ts';
import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import type { UnicoClient } from '../../upstream/unico/client.ts';
import type { Leases } from '../concurrency/leases.ts';
import { SingleFlight, type FlightControl } from '../concurrency/single-flight.ts';
import { cachedResult, type ProcessCache } from './process-cache.ts';
import type { ProcessCompleter } from './process-completer.ts';

/** What a process fetcher needs. */
export type ProcessFetcherOptions = {
  unico: Pick<UnicoClient, 'getProcess'>;
  cache: ProcessCache;
  completer: Pick<ProcessCompleter, 'completeRead'>;
  /** The leases of replicas that share a store; `null` for a single replica. */
  leases: Leases | null;
};

/** A process in one contract, and the level up to which it is needed. */
export type FetchRequest = { source: ProcessSource; id: ProcessId; level: FetchLevel };

/** How often to look for the result of another replica, in milliseconds; a read takes some 260 (upstream.md §2). */
const POLL_INTERVAL_MS = 20;

/** The key of a flight whose result another replica may provide. */
const sharedKey = (source: ProcessSource, id: ProcessId): string => `${source} ${id}`;
/** The key of a flight whose result only Unico can provide. */
const freshKey = (source: ProcessSource, id: ProcessId): string => `${source} ${id} fresh`;

/** Fetches processes from Unico, once for all callers at the same time, and caches the results. */
export class ProcessFetcher {
  readonly #unico: ProcessFetcherOptions['unico'];
  readonly #cache: ProcessCache;
  readonly #completer: ProcessFetcherOptions['completer'];
  readonly #leases: Leases | null;
  readonly #singleFlight = new SingleFlight<Process | null>();
  readonly #caching = new Set<Promise<void>>();

  /** Registers with the cache: a process that is invalidated there is detached from its fetches in flight. */
  constructor({ unico, cache, completer, leases }: ProcessFetcherOptions) {
    this.#unico = unico;
    this.#cache = cache;
    this.#completer = completer;
    this.#leases = leases;
    cache.onInvalidate((id) => this.#detach(id));
  }

  /** Fetches a process of one contract; `null` when the contract does not know the id. Throws `UpstreamFailure`. */
  fetch(request: FetchRequest, callOptions: CallOptions): Promise<Process | null> {
    const { source, id, level } = request;
    const leases = this.#leases;
    const fresh = freshKey(source, id);
    // Another replica cannot provide an SDK token, which is never cached. Callers that need less join a fresh fetch in
    // flight.
    const needsUnico = leases !== null && (level === 'sdk-token' || this.#singleFlight.isInFlight(fresh));
    const key = needsUnico ? fresh : sharedKey(source, id);
    return this.#singleFlight.run(key, callOptions, (flight) =>
      leases === null || needsUnico
        ? this.#fetchAndCache(request, flight)
        : this.#fetchOrAwaitReplica(leases, request, flight),
    );
  }

  /** Resolves when every fetched process is cached. */
  async flush(): Promise<void> {
    await Promise.allSettled(this.#caching);
  }

  /** Detaches fetches in flight: new callers start a fresh one, and the result is not cached. */
  #detach(id: ProcessId): void {
    for (const source of PROCESS_SOURCES) {
      this.#singleFlight.detach(sharedKey(source, id));
      this.#singleFlight.detach(freshKey(source, id));
    }
  }

  async #fetchAndCache({ source, id }: FetchRequest, flight: FlightControl): Promise<Process | null> {
    const fetchedAt = Date.now();
    const reported = await this.#unico.getProcess(source, id, flight.callOptions);
    const process = reported === null ? null : await this.#completer.completeRead(reported);
    if (!flight.isCurrent()) return process;
    if (process === null) await this.#cache.putNotFound(id, source);
    else flight.holdOpen(this.#cacheAfterResponse(process, fetchedAt, flight));
    return process;
  }

  /** Caches a process after its callers have it, because encryption takes longer than the rest of the work on it. */
  #cacheAfterResponse(process: Process, fetchedAt: number, flight: FlightControl): Promise<void> {
    this.#cache.putInMemory(process);
    const put = async (): Promise<void> => {
      await nextEventLoopTick();
      if (flight.isCurrent()) await this.#cache.put(process, fetchedAt);
    };
    const done = put();
    this.#caching.add(done);
    const settle = (): void => void this.#caching.delete(done);
    done.then(settle, settle);
    return done;
  }

  /** Fetches, unless another replica is fetching the process: then waits for its result in the shared store. */
  async #fetchOrAwaitReplica(
    leases: Leases,
    request: FetchRequest,
    flight: FlightControl,
  ): Promise<Process | null> {
    const { source, id, level } = request;
    while (!flight.callOptions.signal.aborted) {
      const release = await leases.acquire(`${source} ${id}`);
      const caching: Promise<unknown>[] = [];
      try {
        // Another replica may have cached it meanwhile, also between this replica's look-up and its lease.
        const result = cachedResult(await this.#cache.lookup(id), source);
        if (result === 'absent') return null;
        const cached = result === null ? null : await this.#cache.getFull(id, maxLevel(level, 'personal'));
        if (cached !== null) return cached;
        if (release !== null) {
          const holdOpen = (until: Promise<unknown>): void => void caching.push(until);
          return await this.#fetchAndCache(request, { ...flight, holdOpen });
        }
      } finally {
        // Other replicas read the store as soon as the lease is free, so the result has to be stored before.
        const released = Promise.allSettled(caching).then(() => release?.());
        if (caching.length > 0) flight.holdOpen(released);
        else await released;
      }
      await sleep(POLL_INTERVAL_MS);
    }
    throw new UpstreamFailure('unavailable', 'another replica got no response in time', {
      mayHaveHappened: false,
      callerLeft: hasCallerLeft(flight.callOptions.signal),
    });
  }
}
