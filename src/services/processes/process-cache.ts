import { LRUCache } from 'lru-cache';
import { covers, type FetchLevel } from '../../domain/fetch-level.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import {
  signedUrlsLiveUntil,
  summaryOf,
  withoutParts,
  isFinal,
  type Process,
  type ProcessSource,
} from '../../domain/process.ts';
import { EncryptedCollection } from '../../storage/encrypted-collection.ts';
import type { Encryptor } from '../../storage/encryption/encryptor.ts';
import type { Store } from '../../storage/store.ts';

/** What is known of an id without a call to Unico. Instants are in milliseconds since the epoch. */
export type CacheEntry =
  /** A contract holds the process; the summary, where there is one, is valid until `until`. */
  | { source: ProcessSource; summary: Process | null; until: number }
  /** These contracts did not know the id, and need not be asked again until `until`. */
  | { notFoundIn: ProcessSource[]; until: number };

/** A final verdict never changes; a week covers the usual dashboards, and a later read costs one call. */
const SUMMARY_LIFE_MS = 7 * 24 * 60 * 60 * 1000;
/** Personal data is cached only for as long as someone usually looks at a case. */
const PERSONAL_LIFE_MS = 10 * 60 * 1000;
/** A process that is not finished is fetched at most this often: polling is what uses up the quota (upstream.md §2). */
const PENDING_LIFE_MS = 2_000;
/** Long enough for a page that is reloaded at once, short enough for a process that another system is just creating. */
const NOT_FOUND_LIFE_MS = 10_000;

/** How many entries a replica has in memory, some 3 KB each, and for how long before it reads the store again. */
const MAX_IN_MEMORY = 10_000;
const MAX_MEMORY_AGE_MS = 60_000;

/**
 * The resolution of the clock by which entries in memory expire: with the default of one millisecond `lru-cache` sets a timer
 * for nearly every request. The `until` of an entry is compared exactly.
 */
const CLOCK_RESOLUTION_MS = 100;

/** A signed URL is answered only while there is time left to use it. */
const URL_MARGIN_MS = 30_000;

/** The kind of a record also names its shape: a new shape needs a new kind, and older records are then ignored. */
const SUMMARY_KIND = 'process.3';
const PERSONAL_KIND = 'personal.2';
const ERASED_KIND = 'forgotten.1';
/** Kinds of earlier versions: never read, but an erasure removes them, because such a version may still run or run again. */
const RETIRED_KINDS = ['process.1', 'process.2', 'personal.1'];

/**
 * How long an erasure is remembered. Another replica may have fetched the process before; it stores what it fetched within the
 * maximum time of an operation (REQUEST_TIMEOUT_MS, at most two minutes).
 */
const ERASURE_LIFE_MS = 120_000;
/** How far the clocks of replicas may differ. */
const MAX_CLOCK_SKEW_MS = 1_000;

function lifeOf(process: Process): number {
  return isFinal(process.state) ? SUMMARY_LIFE_MS : PENDING_LIFE_MS;
}

function entryOf(process: Process): CacheEntry {
  return { source: process.source, summary: summaryOf(process), until: Date.now() + lifeOf(process) };
}

/**
 * What an entry says about an id in one contract: the summary, `absent` where the contract does not hold the process, or `null`
 * where the entry does not answer it.
 */
export function cachedResult(entry: CacheEntry | null, source: ProcessSource): Process | 'absent' | null {
  if (entry === null) return null;
  // The contract that holds a process never changes, whatever else does.
  if ('source' in entry && entry.source !== source) return 'absent';
  const left = entry.until - Date.now();
  if (left <= 0) return null;
  // A longer life than an entry can have: the clock was set back, and the age of the entry is unknown.
  if ('source' in entry)
    return entry.summary !== null && left <= lifeOf(entry.summary) ? entry.summary : null;
  return entry.notFoundIn.includes(source) ? 'absent' : null;
}

/** Called when everything cached of a process becomes invalid. */
export type InvalidationListener = (id: ProcessId) => void;

/**
 * Caches processes that were read or created: summaries for days, personal parts for minutes, and the most used summaries in
 * memory. The SDK token is never cached.
 */
export class ProcessCache {
  readonly #entries: EncryptedCollection<CacheEntry>;
  readonly #personal: EncryptedCollection<Process>;
  readonly #erased: EncryptedCollection<{ at: number }>;
  readonly #strictErased: EncryptedCollection<{ at: number }>;
  readonly #strictCollections: readonly EncryptedCollection<never>[];
  readonly #memory = new LRUCache<ProcessId, CacheEntry>({
    max: MAX_IN_MEMORY,
    ttl: MAX_MEMORY_AGE_MS - CLOCK_RESOLUTION_MS,
    ttlResolution: CLOCK_RESOLUTION_MS,
  });
  /**
   * Ids that were read from the store lately. Only an entry that is read a second time goes into memory: a caller that
   * reads a million processes once would otherwise evict what others read often.
   */
  readonly #readOnce = new LRUCache<ProcessId, true>({ max: MAX_IN_MEMORY });
  readonly #listeners: InvalidationListener[] = [];

  /** `store` throws nothing (`createFallbackStore`); `strictStore` is the same store, and throws when it fails. */
  constructor(store: Store, encryptor: Encryptor, strictStore: Store = store) {
    this.#entries = new EncryptedCollection(store, encryptor, { kind: SUMMARY_KIND });
    this.#personal = new EncryptedCollection(store, encryptor, { kind: PERSONAL_KIND });
    this.#erased = new EncryptedCollection(store, encryptor, { kind: ERASED_KIND });
    this.#strictErased = new EncryptedCollection(strictStore, encryptor, { kind: ERASED_KIND });
    this.#strictCollections = [SUMMARY_KIND, PERSONAL_KIND, ...RETIRED_KINDS].map(
      (kind) => new EncryptedCollection(strictStore, encryptor, { kind }),
    );
  }

  /** The summary of a process, where it is in memory and valid: synchronous, without reading the store. */
  peek(id: ProcessId): Process | null {
    const entry = this.#memory.get(id);
    if (entry === undefined || !('source' in entry)) return null;
    const result = cachedResult(entry, entry.source);
    return result === 'absent' ? null : result;
  }

  /** Puts the summary of a process into memory, before `put` stores it. */
  putInMemory(process: Process): void {
    this.#memory.set(process.id, entryOf(process));
  }

  /** What is known of an id, in memory or in the store. */
  async lookup(id: ProcessId): Promise<CacheEntry | null> {
    const inMemory = this.#memory.get(id);
    // Another replica may have renewed an entry that is no longer valid here. An entry that says "not found" is always read
    // from the store: another replica may know of more contracts by now, and each unknown one costs a call.
    if (inMemory !== undefined && 'source' in inMemory && inMemory.until > Date.now()) return inMemory;
    const stored = await this.#entries.get(id);
    if (stored === null) return null;
    if (this.#readOnce.has(id)) this.#memory.set(id, stored);
    else this.#readOnce.set(id, true);
    return stored;
  }

  /** The process with its parts, but without its token; `null` where it is not cached or does not cover the level. */
  async getFull(id: ProcessId, level: FetchLevel): Promise<Process | null> {
    const process = await this.#personal.get(id);
    if (process === null) return null;
    const urlsLive = signedUrlsLiveUntil(process) > Date.now() + URL_MARGIN_MS;
    return covers('personal', level) || (level === 'signed-urls' && urlsLive) ? process : null;
  }

  /**
   * Stores a process. `fetchedAt` is when Unico was called, in milliseconds since the epoch: a process that was erased since
   * then is not stored.
   */
  async put(process: Process, fetchedAt: number = Date.now()): Promise<void> {
    const { id } = process;
    const personalLifeMs = isFinal(process.state) ? PERSONAL_LIFE_MS : PENDING_LIFE_MS;
    await Promise.all([
      // The contract that holds a process stays known for longer than its state.
      this.#putEntry(id, entryOf(process), SUMMARY_LIFE_MS),
      this.#personal.set(id, withoutParts(process, 'sdk-token', null), personalLifeMs),
    ]);
    // Read after the write: an erasure is written before it removes anything, so one of the two sees the other.
    const erasure = await this.#erased.get(id);
    if (erasure !== null && fetchedAt <= erasure.at + MAX_CLOCK_SKEW_MS)
      await this.#removeFrom([this.#entries, this.#personal], id);
  }

  /** Remembers for some seconds that a contract does not know an id. */
  async putNotFound(id: ProcessId, source: ProcessSource): Promise<void> {
    const before = await this.lookup(id);
    if (before !== null && 'source' in before) return;
    const now = Date.now();
    const others = before !== null && before.until > now ? before : null;
    const notFoundIn = [...new Set([...(others?.notFoundIn ?? []), source])];
    // One expiry for all contracts, so the earliest one: none may be remembered for longer than its own.
    const until = Math.min(others?.until ?? Infinity, now + NOT_FOUND_LIFE_MS);
    await this.#putEntry(id, { notFoundIn, until }, NOT_FOUND_LIFE_MS);
  }

  /** Registers a listener that `invalidate` calls before it removes anything. */
  onInvalidate(listener: InvalidationListener): void {
    this.#listeners.push(listener);
  }

  /**
   * Removes what is cached of a process, because the process was changed or may have been; remembers only the contract that
   * holds it, where `source` says so.
   */
  async invalidate(id: ProcessId, source: ProcessSource | null): Promise<void> {
    for (const listener of this.#listeners) listener(id);
    this.#memory.delete(id);
    await this.#personal.remove(id);
    await (source === null
      ? this.#entries.remove(id)
      : this.#putEntry(id, { source, summary: null, until: 0 }, SUMMARY_LIFE_MS));
  }

  /**
   * Removes everything stored of a process with certainty: unlike the other methods, it does not continue without the store.
   * What any replica fetched before is not stored afterwards. Throws `StoreUnavailable`.
   */
  async erase(id: ProcessId): Promise<void> {
    await this.#strictErased.set(id, { at: Date.now() }, ERASURE_LIFE_MS);
    await this.#removeFrom(this.#strictCollections, id);
  }

  async #putEntry(id: ProcessId, entry: CacheEntry, lifeMs: number): Promise<void> {
    this.#memory.set(id, entry, { ttl: Math.min(lifeMs, MAX_MEMORY_AGE_MS - CLOCK_RESOLUTION_MS) });
    await this.#entries.set(id, entry, lifeMs);
  }

  async #removeFrom(
    collections: readonly Pick<EncryptedCollection<never>, 'remove'>[],
    id: ProcessId,
  ): Promise<void> {
    this.#memory.delete(id);
    await Promise.all(collections.map((collection) => collection.remove(id)));
  }
}
