import { rmSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Durability } from '../store.ts';
import { identityOf, type FileIdentity } from './file-identity.ts';
import { BUSY, errorCode, openForWriting, pragma } from './sqlite-file.ts';
import type { ClockState } from './store-clock.ts';

/** A write. Times are those of `StoreClock`, in milliseconds. */
export type WriteRequest =
  | { kind: 'set'; keys: readonly string[]; value: Uint8Array; times: EntryTimes; durability: Durability }
  | { kind: 'add'; keys: readonly string[]; value: Uint8Array; times: EntryTimes; durability: Durability }
  /** `onlyIf` is `null` for a removal without a condition, which is permanent. */
  | { kind: 'remove'; keys: readonly string[]; onlyIf: Uint8Array | null }
  /** Stores the clock, removes a batch of expired entries, and empties the write-ahead log where that is still due. */
  | { kind: 'maintain'; clock: ClockState }
  /** Marks the open file as one that lost data. */
  | { kind: 'mark-lost' }
  /** Marks what is now at the path of the open file, whose identity is given, as a store that replaced one in use. */
  | { kind: 'mark-replaced'; file: string; identity: FileIdentity };

/** When an entry is written, and when it expires. */
export type EntryTimes = { now: number; expiresAt: number };

/** The result of a write. */
export type WriteReply =
  | {
      kind: 'done';
      /** The value that prevented an `add`. */
      existing: Uint8Array | null;
      /** Whether removed bytes are still in the write-ahead log: another process is reading the file, or the disk is full. */
      keepsErased: boolean;
    }
  /** `isBusy`: another process is writing, and other writes would wait for it too. */
  | { kind: 'failed'; code: string; isBusy: boolean };

/** Carries out writes. Rejects with `StoreUnavailable` where it is unknown whether the write was carried out. */
export type Writer = {
  write(request: WriteRequest): Promise<WriteReply>;
  close(): Promise<void>;
};

/** How many entries and pages a batch removes: it takes some milliseconds, in which no other write is carried out. */
const MAX_SWEPT_ENTRIES = 1_000;
const MAX_FREED_PAGES = 500;

type Statements = Record<'select' | 'insert' | 'remove' | 'sweep' | 'setState', StatementSync>;

function prepare(database: DatabaseSync): Statements {
  return {
    select: database.prepare('SELECT value FROM entries WHERE name = ? AND expires_at > ?'),
    insert: database.prepare(
      'INSERT INTO entries (name, value, expires_at) VALUES (?, ?, ?) ' +
        'ON CONFLICT (name) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at',
    ),
    remove: database.prepare('DELETE FROM entries WHERE name = ?1 AND (?2 IS NULL OR value = ?2)'),
    sweep: database.prepare(
      'DELETE FROM entries WHERE name IN (SELECT name FROM entries WHERE expires_at <= ? LIMIT ?)',
    ),
    setState: database.prepare('INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)'),
  };
}

function failure(error: unknown): WriteReply & { kind: 'failed' } {
  const code = errorCode(error);
  return { kind: 'failed', code, isBusy: (Number(code) & 0xff) === BUSY };
}

/** Whether a removal has to be permanent: neither a power failure nor the write-ahead log may bring the value back. */
function isErasure(request: WriteRequest): boolean {
  return request.kind === 'remove' && request.onlyIf === null;
}

function isDurable(request: WriteRequest): boolean {
  return isErasure(request) || ('durability' in request && request.durability === 'durable');
}

/** Whether a write empties the write-ahead log: it may wait for the reader of another process, so others do not. */
function emptiesLog(request: WriteRequest): boolean {
  return isErasure(request) || request.kind === 'maintain' || request.kind === 'mark-lost';
}

/** The writing connection to a database. All of its methods wait for the disk, and for the locks of other processes. */
export class SqliteWriter {
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  /** Whether removed bytes may be in the write-ahead log: also those of the process that had the file before. */
  #keepsErased = true;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#statements = prepare(database);
    this.#emptyLog();
  }

  /** Carries out writes that came at about the same time: in one transaction, which waits for the disk once. */
  writeAll(requests: readonly WriteRequest[]): WriteReply[] {
    try {
      return this.#transaction(requests);
    } catch (error) {
      const failed = failure(error);
      if (requests.length === 1 || failed.isBusy) return requests.map(() => failed);
      // One of them failed, such as one for which the disk has no room. It does not take the others with it.
      return requests.flatMap((request) => this.writeAll([request]));
    }
  }

  /** Closes the connection. */
  close(): void {
    this.#database.close();
  }

  /** Carries out all writes or none, isolated from other processes. */
  #transaction(requests: readonly WriteRequest[]): WriteReply[] {
    const [first] = requests;
    // Not within a transaction, because it empties the log first.
    if (first?.kind === 'mark-replaced' && requests.length === 1) return [this.#markReplaced(first)];
    // FULL waits for the disk at the end of each transaction, NORMAL only now and then. Both survive the end of the
    // process.
    this.#database.exec(`PRAGMA synchronous = ${requests.some(isDurable) ? 'FULL' : 'NORMAL'}`);
    this.#database.exec('BEGIN IMMEDIATE');
    let existing: (Uint8Array | null)[];
    try {
      existing = requests.map((request) => this.#carryOut(request));
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
    if (requests.some(isErasure)) this.#keepsErased = true;
    if (this.#keepsErased && requests.some(emptiesLog)) this.#emptyLog();
    return existing.map((value) => ({ kind: 'done', existing: value, keepsErased: this.#keepsErased }));
  }

  #carryOut(request: WriteRequest): Uint8Array | null {
    switch (request.kind) {
      case 'set':
        this.#insert(request);
        return null;
      case 'add':
        return this.#find(request) ?? this.#insert(request);
      case 'remove':
        for (const key of request.keys) this.#statements.remove.run(key, request.onlyIf);
        return null;
      case 'maintain':
        this.#maintain(request.clock);
        return null;
      case 'mark-lost':
        this.#statements.setState.run('lost', 1);
        // The log may be without a path: what it holds has to reach the database.
        this.#keepsErased = true;
        return null;
      case 'mark-replaced':
        throw new Error('not within a transaction');
    }
  }

  #insert({ keys, value, times }: { keys: readonly string[]; value: Uint8Array; times: EntryTimes }): null {
    for (const key of keys) this.#statements.insert.run(key, value, times.expiresAt);
    return null;
  }

  #find({ keys, times }: { keys: readonly string[]; times: EntryTimes }): Uint8Array | null {
    for (const key of keys) {
      const value = this.#statements.select.get(key, times.now)?.['value'];
      if (value instanceof Uint8Array) return value;
    }
    return null;
  }

  #maintain({ clock, timeOfDay }: ClockState): void {
    this.#statements.setState.run('clock', clock);
    this.#statements.setState.run('time of day', timeOfDay);
    this.#statements.sweep.run(clock, MAX_SWEPT_ENTRIES);
    if (pragma(this.#database, 'freelist_count') > 0)
      this.#database.exec(`PRAGMA incremental_vacuum(${MAX_FREED_PAGES})`);
  }

  #markReplaced({ file, identity }: { file: string; identity: FileIdentity }): WriteReply {
    this.#emptyLog();
    markReplacedFile(file, identity);
    return { kind: 'done', existing: null, keepsErased: this.#keepsErased };
  }

  /**
   * Moves everything from the write-ahead log to the database. A reader of another process may prevent that, or a disk
   * without room for it: no reason to report a write as failed that was carried out before.
   */
  #emptyLog(): void {
    try {
      const result = this.#database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
      this.#keepsErased = result?.['busy'] === 1;
    } catch {
      this.#keepsErased = true;
    }
  }
}

/**
 * Marks the file at a path as one that replaced a store in use, whose identity is given. Creates it where it is
 * missing. The log of that store is removed if it was left there: SQLite would apply it to the new file, and destroy
 * both.
 */
export function markReplacedFile(file: string, identity: FileIdentity): void {
  if (identity.log !== null && identityOf(file).log === identity.log) {
    for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
  }
  const database = openForWriting(file);
  try {
    database.prepare("INSERT OR REPLACE INTO state (name, value) VALUES ('lost', 1)").run();
  } finally {
    database.close();
  }
}
