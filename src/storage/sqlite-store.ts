import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import {
  StoreIncompatible,
  StoreUnavailable,
  type Durability,
  type Store,
  type WriteOptions,
} from './store.ts';

/** Marks a file as one of this program (PRAGMA application_id): "UNIC". */
const APPLICATION_ID = 0x554e4943;

/** The statements that bring a file of version n to version n + 1, from an empty file on. */
const MIGRATIONS = [
  `CREATE TABLE entries (name TEXT PRIMARY KEY, value BLOB NOT NULL, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE INDEX entries_by_expiry ON entries (expires_at);`,
];

/** How often expired entries are removed, and how soon the next batch follows where more are left. */
const SWEEP_INTERVAL_MS = 10_000;
const NEXT_BATCH_MS = 100;
/** How many entries and pages a batch removes: it takes some milliseconds, in which no request is processed. */
const MAX_SWEPT_ENTRIES = 1_000;
const MAX_FREED_PAGES = 500;

/** How long a write waits for the write of another process. Writes of this program take less than a millisecond. */
const BUSY_TIMEOUT_MS = 250;

/** A kind of access to the file. */
type Access = 'read' | 'write';

/** What identifies a file: the version of its format, its application id, and its number of schema changes. */
type FileHeader = { version: number; applicationId: number; schemaVersion: number };

function pragma(database: DatabaseSync, name: string): number {
  const value = database.prepare(`PRAGMA ${name}`).get()?.[name];
  return typeof value === 'number' ? value : 0;
}

function readPragmas(database: DatabaseSync): FileHeader {
  return {
    version: pragma(database, 'user_version'),
    applicationId: pragma(database, 'application_id'),
    schemaVersion: pragma(database, 'schema_version'),
  };
}

/** Reads the header within one transaction: another process may be creating the file. */
function readHeader(database: DatabaseSync): FileHeader {
  if (database.isTransaction) return readPragmas(database);
  database.exec('BEGIN');
  try {
    return readPragmas(database);
  } finally {
    database.exec('COMMIT');
  }
}

/** The version of a file, 0 for an empty one. Throws `StoreIncompatible` for another program or a newer version. */
function fileVersion(database: DatabaseSync, file: string): number {
  const { version, applicationId, schemaVersion } = readHeader(database);
  const isEmpty = applicationId === 0 && version === 0 && schemaVersion === 0;
  if (applicationId !== APPLICATION_ID && !isEmpty) {
    throw new StoreIncompatible(
      `STORE_URL: ${file} is a database of another program: set STORE_URL to another file`,
    );
  }
  if (version > MIGRATIONS.length) {
    throw new StoreIncompatible(
      `STORE_URL: ${file} was written by a newer version (format ${version}, expected at most ${MIGRATIONS.length}): run that version, or set STORE_URL to another file`,
    );
  }
  return version;
}

/** Brings a file to the current version. Of two processes at the same time, the second one has nothing to do. */
function migrate(database: DatabaseSync, file: string): void {
  database.exec('BEGIN IMMEDIATE');
  for (const statements of MIGRATIONS.slice(fileVersion(database, file))) database.exec(statements);
  database.exec(
    `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}; COMMIT`,
  );
}

function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'no code';
  return 'errcode' in error ? String(error.errcode) : 'code' in error ? String(error.code) : 'no code';
}

function openDatabase(file: string): DatabaseSync {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    // The first step, so that a file of another program is never changed.
    const version = fileVersion(database, file);
    // Readable by its owner only: the values are encrypted, but the file reveals how many there are and when they came.
    chmodSync(file, 0o600);
    // Must be set before the first table is created. Pages of removed entries return to the file system.
    database.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;');
    // Overwrites removed values, so that free pages do not contain them.
    database.exec('PRAGMA secure_delete = ON;');
    if (version < MIGRATIONS.length) migrate(database, file);
    return database;
  } catch (error) {
    if (error instanceof StoreIncompatible) throw error;
    throw new StoreIncompatible(
      `STORE_URL: expected a SQLite file that can be written, and cannot open ${file} as one (${errorCode(error)})`,
    );
  }
}

type Statements = {
  select: StatementSync;
  insert: StatementSync;
  remove: StatementSync;
  sweep: StatementSync;
};

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
  };
}

/**
 * A store in one SQLite file, which is created where it is missing. A write survives a kill of the process and, where
 * it is `durable`, a power failure of the machine. The constructor throws `StoreIncompatible` where the file cannot be
 * used.
 */
export class SqliteStore implements Store {
  readonly shared: boolean = false;
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  /** The last failure of each kind of access that has not succeeded since: a full disk can still be read. */
  readonly #faults = new Map<Access, string>();
  #sweepTimer: NodeJS.Timeout;

  constructor(file: string) {
    this.#database = openDatabase(file);
    this.#statements = prepare(this.#database);
    this.#sweepTimer = this.#sweepIn(SWEEP_INTERVAL_MS);
  }

  async get(key: string): Promise<Uint8Array | null> {
    return this.#attempt('read', () => this.#find(key));
  }

  async set(keys: readonly string[], value: Uint8Array, options: WriteOptions): Promise<void> {
    this.#attempt('write', () =>
      this.#transaction(options.durability, () => this.#insert(keys, value, options.ttlMs)),
    );
  }

  async add(keys: readonly string[], value: Uint8Array, options: WriteOptions): Promise<Uint8Array | null> {
    return this.#attempt('write', () =>
      this.#transaction(options.durability, () => {
        for (const key of keys) {
          const existing = this.#find(key);
          if (existing !== null) return existing;
        }
        this.#insert(keys, value, options.ttlMs);
        return null;
      }),
    );
  }

  async remove(keys: readonly string[], onlyIf?: Uint8Array): Promise<void> {
    // An unconditional removal is permanent: neither a power failure nor the write-ahead log brings the value back.
    const isPermanent = onlyIf === undefined;
    this.#attempt('write', () => {
      this.#transaction(isPermanent ? 'durable' : 'normal', () => {
        for (const key of keys) this.#statements.remove.run(key, onlyIf ?? null);
      });
      if (isPermanent) this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    });
  }

  health(): string | null {
    return this.#faults.get('write') ?? this.#faults.get('read') ?? null;
  }

  async close(): Promise<void> {
    clearTimeout(this.#sweepTimer);
    if (this.#database.isOpen) this.#database.close();
  }

  /** Reports a failure by its error code only: the messages of SQLite may name the file. */
  #attempt<T>(access: Access, operation: () => T): T {
    try {
      const result = operation();
      this.#faults.delete(access);
      return result;
    } catch (error) {
      const fault = `SQLite ${access} failed (${errorCode(error)})`;
      this.#faults.set(access, fault);
      throw new StoreUnavailable(fault);
    }
  }

  /** Runs all of the work or none of it, isolated from other processes. */
  #transaction<T>(durability: Durability | undefined, work: () => T): T {
    // FULL waits for the disk at the end of each transaction, NORMAL only now and then. Both survive the end of the
    // process.
    this.#database.exec(`PRAGMA synchronous = ${durability === 'durable' ? 'FULL' : 'NORMAL'}`);
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #find(key: string): Uint8Array | null {
    const value = this.#statements.select.get(key, Date.now())?.['value'];
    return value instanceof Uint8Array ? value : null;
  }

  #insert(keys: readonly string[], value: Uint8Array, ttlMs: number): void {
    for (const key of keys) this.#statements.insert.run(key, value, Date.now() + Math.ceil(ttlMs));
  }

  #sweepIn(delayMs: number): NodeJS.Timeout {
    return setTimeout(() => this.#sweep(), delayMs).unref();
  }

  #sweep(): void {
    let hasMore = false;
    try {
      hasMore = this.#attempt('write', () => this.#sweepBatch());
    } catch {
      // `health` reports it, and the next sweep tries again.
    }
    this.#sweepTimer = this.#sweepIn(hasMore ? NEXT_BATCH_MS : SWEEP_INTERVAL_MS);
  }

  /** Removes a batch of expired entries and returns free pages to the file system. Returns whether more are left. */
  #sweepBatch(): boolean {
    const { changes } = this.#statements.sweep.run(Date.now(), MAX_SWEPT_ENTRIES);
    if (this.#freePages() > 0) this.#database.exec(`PRAGMA incremental_vacuum(${MAX_FREED_PAGES})`);
    return changes === MAX_SWEPT_ENTRIES || this.#freePages() > 0;
  }

  #freePages(): number {
    return pragma(this.#database, 'freelist_count');
  }
}
