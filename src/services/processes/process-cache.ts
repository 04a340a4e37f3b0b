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

/** What is cached of an id. Instants are in milliseconds since the epoch. */
export type CacheEntry =
  /** A contract holds the process; the summary, where there is one, is valid until `until`. */
  | { source: ProcessSource; summary: Process | null; until: number }
  /** What the contracts answered that did not know the id, each for itself. */
  | { absences: Absences };

/** A contract did not know an id, `count` times in a row; no call asks it again before `until`. */
export type Absence = { until: number; count: number };
type Absences = Partial<Record<ProcessSource, Absence>>;

/**
 * How long a final summary is cached: it never changes, a week covers the usual dashboards, and a later read costs one
 * call.
 */
const SUMMARY_TTL_MS = 7 * 24 * 60 * 60 * 1000;
/** How long the personal parts of a final process are cached: as long as an analyst usually looks at a case. */
const PERSONAL_TTL_MS = 10 * 60 * 1000;
/** The least time between two fetches of a process that is not final: polling uses up the quota (upstream.md §2). */
const PENDING_TTL_MS = 2_000;
/**
 * How long it is cached that a contract does not know an id: longer than the 40 seconds that a page of 200 unknown ids
 * takes (400 calls, ten a second), so that the page completes when it is requested again. It doubles with each further
 * 404, and stays short because a process may appear at Unico later.
 */
const FIRST_ABSENCE_TTL_MS = 60_000;
const MAX_ABSENCE_TTL_MS = 10 * 60 * 1000;
/** How long after the last 404 their number is remembered: six times the longest absence. */
const ABSENCE_COUNT_TTL_MS = 60 * 60 * 1000;

/** How many entries a replica has in memory, some 3 KB each, and after which time it reads the store again. */
const MAX_IN_MEMORY = 10_000;
const MAX_MEMORY_AGE_MS = 60_000;

/**
 * The resolution of the clock by which entries in memory expire: with the default of one millisecond `lru-cache` sets a
 * timer for nearly every request. The `until` of an entry is compared exactly.
 */
const CLOCK_RESOLUTION_MS = 100;

/** The least time that a cached signed URL must still be valid for, in milliseconds: the client has to use it. */
const URL_MARGIN_MS = 30_000;

/** The kind of an entry also stands for its shape: a new shape needs a new kind, and older entries are then ignored. */
export const SUMMARY_KIND = 'process.5';
export const PERSONAL_KIND = 'personal.3';
const ERASED_KIND = 'forgotten.1';
/**
 * Kinds of earlier versions: never read, but an erasure removes them, because such a version may still run or run
 * again.
 */
const RETIRED_KINDS = ['process.1', 'process.2', 'process.3', 'process.4', 'personal.1', 'personal.2'];
/** The kinds that an erasure removes. */
const KINDS_TO_ERASE = [SUMMARY_KIND, PERSONAL_KIND, ...RETIRED_KINDS];

/**
 * How long an erasure is stored. Another replica may have fetched the process before it, and stores the process within
 * the maximum time of an operation (REQUEST_TIMEOUT_MS, at most two minutes).
 */
const ERASURE_TTL_MS = 120_000;
/** How far the clocks of replicas may differ. */
const MAX_CLOCK_SKEW_MS = 1_000;

function ttlOf(process: Process): number {
  return isFinal(process) ? SUMMARY_TTL_MS : PENDING_TTL_MS;
}

function entryOf(process: Process): CacheEntry {
  return { source: process.source, summary: summaryOf(process), until: Date.now() + ttlOf(process) };
}

/** How long a contract is not asked again after so many 404s in a row, in milliseconds. */
function absenceTtlOf(count: number): number {
  return Math.min(FIRST_ABSENCE_TTL_MS * 2 ** (count - 1), MAX_ABSENCE_TTL_MS);
}

/** Whether a contract is still known not to hold a process. An absence that lasts too long is of another clock. */
function isAbsent(absence: Absence | undefined): boolean {
  if (absence === undefined) return false;
  const leftMs = absence.until - Date.now();
  return leftMs > 0 && leftMs <= absenceTtlOf(absence.count);
}

/**
 * In which order to ask Unico for the processes of a list, the lowest number first: those that one contract is known
 * not to hold, for which one more call leads to an answer; those that were never asked for; and those that were, so
 * that a page that is requested again gets on.
 */
export function askingOrder(entry: CacheEntry | null): number {
  if (entry === null) return 1;
  return 'absences' in entry && Object.values(entry.absences).some(isAbsent) ? 0 : 2;
}

/**
 * What an entry says about an id in one contract: the summary, `absent` where the contract does not hold the process,
 * or `null` where the entry says nothing.
 */
export function cachedResult(entry: CacheEntry | null, source: ProcessSource): Process | 'absent' | null {
  if (entry === null) return null;
  // The contract that holds a process never changes.
  if ('source' in entry && entry.source !== source) return 'absent';
  if ('absences' in entry) return isAbsent(entry.absences[source]) ? 'absent' : null;
  const leftMs = entry.until - Date.now();
  // With a longer time to live than an entry can have, the clock was set back, and the age of the entry is unknown.
  const isValid = entry.summary !== null && leftMs > 0 && leftMs <= ttlOf(entry.summary);
  return isValid ? entry.summary : null;
}

/** Called when everything cached of a process becomes invalid. */
export type InvalidationListener = (id: ProcessId) => void;

/**
 * Caches processes that were read or created: summaries for days, personal parts for minutes, and the most used
 * summaries in memory. The SDK token is never cached.
 */
export class ProcessCache {
  readonly #entries: EncryptedCollection<CacheEntry>;
  readonly #personal: EncryptedCollection<Process>;
  readonly #erased: EncryptedCollection<{ at: number }>;
  readonly #strictErased: EncryptedCollection<{ at: number }>;
  readonly #strictStore: Store;
  readonly #encryptor: Encryptor;
  readonly #memory = new LRUCache<ProcessId, CacheEntry>({
    max: MAX_IN_MEMORY,
    ttl: MAX_MEMORY_AGE_MS - CLOCK_RESOLUTION_MS,
    ttlResolution: CLOCK_RESOLUTION_MS,
  });
  /**
   * Ids that were read from the store recently. Only an entry that is read a second time goes into memory: otherwise a
   * caller that reads a million processes once would evict the entries that others read often.
   */
  readonly #readOnce = new LRUCache<ProcessId, true>({ max: MAX_IN_MEMORY });
  readonly #listeners: InvalidationListener[] = [];

  /** `store` never rejects (`FallbackStore`); `strictStore` is the same store, and rejects with `StoreUnavailable`. */
  constructor(store: Store, encryptor: Encryptor, strictStore: Store = store) {
    this.#entries = new EncryptedCollection(store, encryptor, { kind: SUMMARY_KIND });
    this.#personal = new EncryptedCollection(store, encryptor, { kind: PERSONAL_KIND });
    this.#erased = new EncryptedCollection(store, encryptor, { kind: ERASED_KIND });
    this.#strictErased = new EncryptedCollection(strictStore, encryptor, { kind: ERASED_KIND });
    this.#strictStore = strictStore;
    this.#encryptor = encryptor;
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

  /** The entry of an id, from memory or from the store; `null` where there is none. */
  async lookup(id: ProcessId): Promise<CacheEntry | null> {
    return (await this.lookupMany([id])).get(id) ?? null;
  }

  /** The entries of these ids, from memory or from the store; an id without one is missing. */
  async lookupMany(ids: readonly ProcessId[]): Promise<Map<ProcessId, CacheEntry>> {
    const entries = new Map<ProcessId, CacheEntry>();
    for (const id of ids) {
      const inMemory = this.#memory.get(id);
      // Another replica may have renewed an entry that is no longer valid here. An entry that says "not found" is always
      // read from the store: another replica may know of more contracts by now, and each unknown one costs a call.
      if (inMemory !== undefined && 'source' in inMemory && inMemory.until > Date.now())
        entries.set(id, inMemory);
    }
    const missing = ids.filter((id) => !entries.has(id));
    const stored = missing.length === 0 ? new Map() : await this.#entries.getMany(missing);
    for (const id of missing) {
      const entry = stored.get(id);
      if (entry === undefined) continue;
      entries.set(id, entry);
      if (this.#readOnce.has(id)) this.#memory.set(id, entry);
      else this.#readOnce.set(id, true);
    }
    return entries;
  }

  /** The process with its parts except the SDK token; `null` where it is not cached or does not cover the level. */
  async getFull(id: ProcessId, level: FetchLevel): Promise<Process | null> {
    const process = await this.#personal.get(id);
    if (process === null) return null;
    const urlsLive = signedUrlsLiveUntil(process) > Date.now() + URL_MARGIN_MS;
    return covers('personal', level) || (level === 'signed-urls' && urlsLive) ? process : null;
  }

  /**
   * Stores a process. `fetchedAt` is when Unico was called, in milliseconds since the epoch: a process that was erased
   * since then is not stored.
   */
  async put(process: Process, fetchedAt: number = Date.now()): Promise<void> {
    const { id } = process;
    const personalTtlMs = isFinal(process) ? PERSONAL_TTL_MS : PENDING_TTL_MS;
    await Promise.all([
      // The contract that holds a process stays known for longer than its state.
      this.#putEntry(id, entryOf(process), SUMMARY_TTL_MS),
      this.#personal.set(id, withoutParts(process, 'sdk-token', null), personalTtlMs),
    ]);
    // Read after the write: an erasure is written before it removes anything, so one of the two sees the other.
    const erasure = await this.#erased.get(id);
    if (erasure !== null && fetchedAt <= erasure.at + MAX_CLOCK_SKEW_MS) {
      this.#memory.delete(id);
      await Promise.all([this.#entries.remove(id), this.#personal.remove(id)]);
    }
  }

  /** Caches for a minute that a contract does not know an id, and longer with each further time. */
  async putNotFound(id: ProcessId, source: ProcessSource): Promise<void> {
    const before = await this.lookup(id);
    if (before !== null && 'source' in before) return;
    const count = (before?.absences[source]?.count ?? 0) + 1;
    const absence = { until: Date.now() + absenceTtlOf(count), count };
    await this.#putEntry(id, { absences: { ...before?.absences, [source]: absence } }, ABSENCE_COUNT_TTL_MS);
  }

  /** Registers a listener that `invalidate` calls before it removes anything. */
  onInvalidate(listener: InvalidationListener): void {
    this.#listeners.push(listener);
  }

  /**
   * Removes what is cached of a process that was, or may have been, changed. Where `source` is not `null`, it stays
   * cached which contract holds the process.
   */
  async invalidate(id: ProcessId, source: ProcessSource | null): Promise<void> {
    for (const listener of this.#listeners) listener(id);
    this.#memory.delete(id);
    await this.#personal.remove(id);
    await (source === null
      ? this.#entries.remove(id)
      : this.#putEntry(id, { source, summary: null, until: 0 }, SUMMARY_TTL_MS));
  }

  /**
   * Removes everything that is stored of a process. What any replica fetched before is not stored afterwards. Unlike
   * the other methods, it does not continue without the store: throws `StoreUnavailable`.
   */
  async erase(id: ProcessId): Promise<void> {
    await this.#strictErased.set(id, { at: Date.now() }, ERASURE_TTL_MS);
    this.#memory.delete(id);
    const keys = KINDS_TO_ERASE.flatMap((kind) => this.#encryptor.storageKeys({ kind, id }));
    // At once: in a SQLite file each removal waits for the disk twice.
    await this.#strictStore.remove(keys);
  }

  async #putEntry(id: ProcessId, entry: CacheEntry, ttlMs: number): Promise<void> {
    this.#memory.set(id, entry, { ttl: Math.min(ttlMs, MAX_MEMORY_AGE_MS - CLOCK_RESOLUTION_MS) });
    await this.#entries.set(id, entry, ttlMs);
  }
}
