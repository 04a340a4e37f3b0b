import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreIncompatible } from '../store.ts';

/** SQLite's own name for a database in the memory of this process. */
export const IN_MEMORY = ':memory:';

/** Marks a file as one of this program (PRAGMA application_id): "UNIC". */
const APPLICATION_ID = 0x554e4943;

/**
 * The statements that bring a file of version n to version n + 1, from an empty file on. The number of statements is
 * the version of a file; a release refuses a file of a later version than its own.
 *
 * Version 2: the store has a clock of its own (`StoreClock`), which begins at the time of day, so that the expiries of
 * version 1 stay valid, and a mark of lost data. Another reason for the version: this release names the records of
 * idempotency keys by their owners. A replica of the former release on the same file would not see those records, and
 * would create a second time.
 */
const MIGRATIONS = [
  `CREATE TABLE entries (name TEXT PRIMARY KEY, value BLOB NOT NULL, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE INDEX entries_by_expiry ON entries (expires_at);`,
  `CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   INSERT INTO state (name, value)
   SELECT name, CAST(unixepoch('subsec') * 1000 AS INTEGER) FROM (SELECT 'clock' AS name UNION SELECT 'time of day');`,
];

/** SQLITE_BUSY: another process holds a lock. Extended codes have it in their last byte. */
export const BUSY = 5;

/** How long a write waits for the write of another process. Writes of this program take less than a millisecond. */
const BUSY_TIMEOUT_MS = 250;

/** How often a file is opened that another process is creating, and the pause between, in milliseconds. */
const BUSY_ATTEMPTS = 5;
const BUSY_PAUSE_MS = 20;

/** What identifies a file: the version of its format, its application id, and its number of schema changes. */
type FileHeader = { version: number; applicationId: number; schemaVersion: number };

/** The number that a pragma has. */
export function pragma(database: DatabaseSync, name: string): number {
  const value = database.prepare(`PRAGMA ${name}`).get()?.[name];
  return typeof value === 'number' ? value : 0;
}

/** The code of an error of SQLite or Node. Their messages may name the file. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'no code';
  return 'errcode' in error ? String(error.errcode) : 'code' in error ? String(error.code) : 'no code';
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

function connect(file: string): DatabaseSync {
  return new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
}

/**
 * Migrates a file of an earlier version. Refuses to while another process has the file open, which may be the former
 * release: two versions must not run on one file.
 */
function upgrade(file: string): void {
  const database = connect(file);
  try {
    // In this mode a transaction begins only if no other connection is open, whether it writes or not.
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    migrate(database, file);
  } catch (error) {
    if (errorCode(error) !== String(BUSY)) throw error;
    throw new StoreIncompatible(
      `STORE_URL: ${file} is of an earlier version, and another process has it open: stop that process first, such as a replica of the former release`,
    );
  } finally {
    database.close();
  }
}

/** The version of a file, before anything is changed: it may belong to another program. */
function versionOf(file: string): number {
  const database = connect(file);
  try {
    return fileVersion(database, file);
  } finally {
    database.close();
  }
}

/** Sets a database up, and creates its tables where it is empty. */
function setUp(database: DatabaseSync, file: string): void {
  // Must be set before the first table is created. Pages of removed entries return to the file system.
  database.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;');
  // Overwrites removed values, so that free pages do not contain them.
  database.exec('PRAGMA secure_delete = ON;');
  if (fileVersion(database, file) === 0) migrate(database, file);
}

function openDatabase(file: string): DatabaseSync {
  const version = versionOf(file);
  if (version > 0 && version < MIGRATIONS.length) upgrade(file);
  // Readable by its owner only: the values are encrypted, but the file reveals how many there are and when they came.
  if (file !== IN_MEMORY) chmodSync(file, 0o600);
  const database = connect(file);
  try {
    setUp(database, file);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Calls `open` again where another process is creating or closing the file: SQLite does not wait for that itself. */
function whileBusy<T>(open: () => T): T {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return open();
    } catch (error) {
      if (errorCode(error) !== String(BUSY) || attempt === BUSY_ATTEMPTS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_PAUSE_MS);
    }
  }
}

/**
 * Opens a file for reading and writing, and creates or migrates it. Throws `StoreIncompatible` where it cannot be
 * used.
 */
export function openForWriting(file: string): DatabaseSync {
  try {
    if (file !== IN_MEMORY) mkdirSync(dirname(file), { recursive: true });
    return whileBusy(() => openDatabase(file));
  } catch (error) {
    if (error instanceof StoreIncompatible) throw error;
    throw new StoreIncompatible(
      `STORE_URL: expected a SQLite file that can be written, and cannot open ${file} as one (${errorCode(error)})`,
    );
  }
}

/**
 * Opens a file that exists for reading. After its first read it never waits for a lock: it runs on the thread that
 * answers requests.
 */
export function openForReading(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  // Opens the write-ahead log. As long as this connection is open, the log keeps its path.
  pragma(database, 'user_version');
  database.exec('PRAGMA busy_timeout = 0');
  return database;
}
