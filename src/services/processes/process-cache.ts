import { LRUCache } from 'lru-cache';
import { covers, type FetchLevel } from '../../domain/fetch-level.ts';
import { signedUrlsLiveUntil, summaryOf, withoutParts } from '../../domain/process-projection.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import { isFinal, type Process, type ProcessSource } from '../../domain/process.ts';
import { createEncryptedCollection, type EncryptedCollection } from '../../storage/encrypted-collection.ts';
import type { Store } from '../../storage/store.ts';
import type { Encryptor } from '../../storage/encryption/encryptor.ts';

/** What is known of an id without asking Unico. Instants are in milliseconds since the epoch. */
export type CacheEntry =
  /** A contract holds it; the projection holds until `until`, where there is one. */
  | { source: ProcessSource; summary: Process | null; until: number }
  /** These contracts did not know it, and need not be asked again until `until`. */
  | { notFoundIn: ProcessSource[]; until: number };

/** A verdict never changes, but it need not be kept for ever: a week of dashboards, and what is forgotten costs a call. */
const PROJECTION_LIFE_MS = 7 * 24 * 60 * 60 * 1000;
/** Personal data: as long as somebody looks at a case, and no longer. */
const PERSONAL_LIFE_MS = 10 * 60 * 1000;
/** A process that is not finished is asked about at most this often: polling is what burns the quota (upstream.md §2). */
const PENDING_LIFE_MS = 2_000;
/** Long enough for a page that asks again at once, short enough for a process that another system is just creating. */
const ABSENCE_LIFE_MS = 10_000;

/** How many projections a replica has at hand, some 3 KB each, and for how long before it looks into the store again. */
const AT_HAND = 10_000;
const AT_HAND_MS = 60_000;

/**
 * How old the time may be by which what is at hand is given up: with the usual millisecond the cache sets a timer for nearly
 * every request. What an entry says itself of how long it holds is looked at exactly.
 */
const CLOCK_RESOLUTION_MS = 100;

/** An address is given out only while there is time left to use it. */
const URL_MARGIN_MS = 30_000;

function lifeOf(process: Process): number {
  return isFinal(process.state) ? PROJECTION_LIFE_MS : PENDING_LIFE_MS;
}

function entryOf(process: Process): CacheEntry {
  return {
    source: process.source,
    summary: summaryOf(process),
    until: Date.now() + lifeOf(process),
  };
}

/** What is known, as the answer to a question to one contract; `null` where it answers nothing. */
export function cachedResult(known: CacheEntry | null, source: ProcessSource): Process | 'absent' | null {
  if (known === null) return null;
  // Which contract holds a process never changes, whatever else does.
  if ('source' in known && known.source !== source) return 'absent';
  const left = known.until - Date.now();
  if (left <= 0) return null;
  // More than it can ever have had: a clock went back, and it is as old as nobody knows.
  if ('source' in known)
    return known.summary !== null && left <= lifeOf(known.summary) ? known.summary : null;
  return known.notFoundIn.includes(source) ? 'absent' : null;
}

/** Processes that were read or created, as stored and as long as they may be kept. */
export type ProcessCache = {
  /** The projection of a process, where it is at hand and holds: at once, without a look into the store. */
  peek(id: ProcessId): Process | null;
  /** Has the projection of a process at hand, before it is kept. */
  putInMemory(process: Process): void;
  /** What is known of an id, at hand or in the store. */
  lookup(id: ProcessId): Promise<CacheEntry | null>;
  /** The whole process, but its token, where it is kept and good enough for the need. */
  getFull(id: ProcessId, level: FetchLevel): Promise<Process | null>;
  /** `askedAt` is when Unico was asked, in milliseconds since the epoch: what was forgotten since is not kept. */
  put(process: Process, askedAt?: number): Promise<void>;
  putNotFound(id: ProcessId, source: ProcessSource): Promise<void>;
  /** Remembers only which contract holds it, where that is known: what else was kept is not true any more. */
  invalidate(id: ProcessId, source: ProcessSource | null): Promise<void>;
  /**
   * Removes from the store what `outdate` removed, for sure: it does not go on without the store as all the others do. What any
   * replica has been asking meanwhile is not kept. Throws `StoreUnavailable`.
   */
  erase(id: ProcessId): Promise<void>;
};

const PROJECTIONS = 'process.3';
const PERSONAL = 'personal.2';
const FORGOTTEN = 'forgotten.1';

/**
 * How long it is known that a process was forgotten: what another replica had asked before comes back within the longest time
 * that an operation can have (REQUEST_TIMEOUT_MS, two minutes at most).
 */
const FORGOTTEN_MS = 120_000;
/** How stored the clocks of replicas may be apart. */
const CLOCKS_APART_MS = 1_000;

/**
 * Keeps processes in `store`, which throws nothing (`createLenientStore`), and the most used projections at hand; `strict` is
 * the same store, and says when it fails.
 */
export function createProcessCache(store: Store, encryptor: Encryptor, strict: Store = store): ProcessCache {
  const collection = createEncryptedCollection<CacheEntry>(store, encryptor, PROJECTIONS);
  const personal = createEncryptedCollection<Process>(store, encryptor, PERSONAL);
  const forgotten = createEncryptedCollection<{ at: number }>(store, encryptor, FORGOTTEN);
  const strictForgotten = createEncryptedCollection<{ at: number }>(strict, encryptor, FORGOTTEN);
  const lenientShelves = [collection, personal];
  const strictShelves = [PROJECTIONS, PERSONAL].map((kind) =>
    createEncryptedCollection(strict, encryptor, kind),
  );
  const memory = new LRUCache<ProcessId, CacheEntry>({
    max: AT_HAND,
    ttl: AT_HAND_MS - CLOCK_RESOLUTION_MS,
    ttlResolution: CLOCK_RESOLUTION_MS,
  });

  /**
   * What was looked up in the store lately. Only what is looked up again is had at hand: whoever goes through a million processes
   * once would fill memory with what nobody asks for a second time.
   */
  const lookedUpOnce = new LRUCache<ProcessId, true>({ max: AT_HAND });

  async function removeFrom(
    shelves: readonly Pick<EncryptedCollection<never>, 'remove'>[],
    id: ProcessId,
  ): Promise<void> {
    memory.delete(id);
    await Promise.all(shelves.map((each) => each.remove(id)));
  }

  async function put(id: ProcessId, entry: CacheEntry, lifeMs: number): Promise<void> {
    memory.set(id, entry, { ttl: Math.min(lifeMs, AT_HAND_MS - CLOCK_RESOLUTION_MS) });
    await collection.set(id, entry, lifeMs);
  }

  function peek(id: ProcessId): Process | null {
    const entry = memory.get(id);
    if (entry === undefined || !('source' in entry)) return null;
    const answer = cachedResult(entry, entry.source);
    return answer === 'absent' ? null : answer;
  }

  async function lookup(id: ProcessId): Promise<CacheEntry | null> {
    const inMemory = memory.get(id);
    // What holds no longer may have been renewed by another replica.
    // That it is absent is looked up each time: another replica may know of more contracts by now, and each costs a call.
    if (inMemory !== undefined && 'source' in inMemory && inMemory.until > Date.now()) return inMemory;
    const stored = await collection.get(id);
    if (stored === null) return null;
    if (lookedUpOnce.has(id)) memory.set(id, stored);
    else lookedUpOnce.set(id, true);
    return stored;
  }

  return {
    peek,
    lookup,

    async getFull(id, level) {
      const process = await personal.get(id);
      if (process === null) return null;
      const addressesLive = signedUrlsLiveUntil(process) > Date.now() + URL_MARGIN_MS;
      return covers('personal', level) || (level === 'signed-urls' && addressesLive) ? process : null;
    },

    putInMemory(process) {
      memory.set(process.id, entryOf(process));
    },

    async put(process, askedAt = Date.now()) {
      const { id } = process;
      const final = isFinal(process.state);
      await Promise.all([
        // The contract that holds a process is known for longer than what state it is in.
        put(id, entryOf(process), PROJECTION_LIFE_MS),
        personal.set(
          id,
          withoutParts(process, 'sdk-token', null),
          final ? PERSONAL_LIFE_MS : PENDING_LIFE_MS,
        ),
      ]);
      // Looked at afterwards: whoever forgets it writes the mark first, so one of the two sees what the other did.
      const mark = await forgotten.get(id);
      if (mark !== null && askedAt <= mark.at + CLOCKS_APART_MS) await removeFrom(lenientShelves, id);
    },

    async putNotFound(id, source) {
      const before = await lookup(id);
      if (before !== null && 'source' in before) return;
      const now = Date.now();
      const others = before !== null && before.until > now ? before : null;
      const notFoundIn = [...new Set([...(others?.notFoundIn ?? []), source])];
      // One time for all of them, so the earliest: none is remembered for longer than it may be.
      const until = Math.min(others?.until ?? Infinity, now + ABSENCE_LIFE_MS);
      await put(id, { notFoundIn, until }, ABSENCE_LIFE_MS);
    },

    async invalidate(id, source) {
      memory.delete(id);
      await personal.remove(id);
      await (source === null
        ? collection.remove(id)
        : put(id, { source, summary: null, until: 0 }, PROJECTION_LIFE_MS));
    },

    async erase(id) {
      await strictForgotten.set(id, { at: Date.now() }, FORGOTTEN_MS);
      await removeFrom(strictShelves, id);
    },
  };
}
