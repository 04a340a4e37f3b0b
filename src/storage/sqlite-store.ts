import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createLocalRateWindow } from './rate-window.ts';
import { StoreIncompatible, StoreUnavailable, type Durability, type Store } from './store.ts';

/** Says that a file is one of ours, and not another program's (PRAGMA application_id): "UNIC". */
const APPLICATION_ID = 0x554e4943;

/** What makes a file of version n one of version n + 1, from an empty file on. */
const MIGRATIONS = [
  `CREATE TABLE entries (name TEXT PRIMARY KEY, value BLOB NOT NULL, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE INDEX entries_by_expiry ON entries (expires_at);`,
];

/** How often what is over is looked for, and how soon again where there was more of it than goes at a time. */
const SWEEP_MS = 10_000;
const SWEEP_AGAIN_MS = 100;
/** How many entries are removed, and pages given back, at a time: so many take some milliseconds. */
const SWEPT_AT_ONCE = 1_000;
const FREED_AT_ONCE = 500;

/** How long a write waits for one of another process, in milliseconds; all of ours take less than one. */
const BUSY_MS = 250;

function pragma(database: DatabaseSync, name: string): number {
  const value = database.prepare(`PRAGMA ${name}`).get()?.[name];
  return typeof value === 'number' ? value : 0;
}

/** Whose a file is, and what it has. Within one transaction: another process may just be making it. */
function readHead(database: DatabaseSync): { version: number; owner: number; schema: number } {
  return {
    version: pragma(database, 'user_version'),
    owner: pragma(database, 'application_id'),
    schema: pragma(database, 'schema_version'),
  };
}

function readHeadAtOnce(database: DatabaseSync): ReturnType<typeof readHead> {
  if (database.isTransaction) return readHead(database);
  database.exec('BEGIN');
  try {
    return readHead(database);
  } finally {
    database.exec('COMMIT');
  }
}

/** The version of a file, 0 for an empty one. Throws `StoreRefused` for one that is not ours, and one of a newer version. */
function versionOf(database: DatabaseSync, file: string): number {
  const { version, owner, schema } = readHeadAtOnce(database);
  const empty = owner === 0 && version === 0 && schema === 0;
  if (owner !== APPLICATION_ID && !empty) {
    throw new StoreIncompatible(`STORE_URL: ${file} is a database of another program: name another file`);
  }
  if (version > MIGRATIONS.length) {
    throw new StoreIncompatible(
      `STORE_URL: ${file} was written by a newer version (${version}; this one knows ${MIGRATIONS.length}): run that version, or name another file`,
    );
  }
  return version;
}

/** Brings a file to this version. Another process may be at the same: whoever is second finds it done. */
function migrate(database: DatabaseSync, file: string): void {
  database.exec('BEGIN IMMEDIATE');
  for (const statements of MIGRATIONS.slice(versionOf(database, file))) database.exec(statements);
  database.exec(
    `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}; COMMIT`,
  );
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no code';
  return 'errcode' in error ? String(error.errcode) : 'code' in error ? String(error.code) : 'no code';
}

function open(file: string): DatabaseSync {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const database = new DatabaseSync(file, { timeout: BUSY_MS });
    // Nothing of another program's file is changed, so this comes first.
    const version = versionOf(database, file);
    // Only its owner may read it: it is sealed, and still tells how much there is and when it came.
    chmodSync(file, 0o600);
    // Has to be said before the first table is made; gives pages of what is removed back to the file system.
    database.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;');
    // What is removed is written over, and does not wait in free pages for somebody to find it.
    database.exec('PRAGMA secure_delete = ON;');
    if (version < MIGRATIONS.length) migrate(database, file);
    return database;
  } catch (error) {
    if (error instanceof StoreIncompatible) throw error;
    throw new StoreIncompatible(
      `STORE_URL: expected a SQLite file that can be written, and ${file} can not be opened as one (${codeOf(error)})`,
    );
  }
}

/**
 * A store in one file. What was written is there after the process was killed, and, where it is `lasting`, after the
 * machine lost its power too. Throws `StoreRefused` where the file is not one of ours or of a newer version.
 */
export function createSqliteStore(file: string): Store {
  const database = open(file);
  const selected = database.prepare('SELECT value FROM entries WHERE name = ? AND expires_at > ?');
  const written = database.prepare(
    'INSERT INTO entries (name, value, expires_at) VALUES (?, ?, ?) ' +
      'ON CONFLICT (name) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at',
  );
  const removed = database.prepare('DELETE FROM entries WHERE name = ?1 AND (?2 IS NULL OR value = ?2)');
  const swept = database.prepare(
    'DELETE FROM entries WHERE name IN (SELECT name FROM entries WHERE expires_at <= ? LIMIT ?)',
  );
  /** What failed last and has not worked since, reading and writing apart: a full disk can still be read. */
  const trouble = new Map<'read' | 'write', string>();

  /** What SQLite has against it is told by its code: its messages may name the file. */
  function attempt<T>(what: 'read' | 'write', work: () => T): T {
    try {
      const result = work();
      trouble.delete(what);
      return result;
    } catch (error) {
      const told = `SQLite ${what} failed (${codeOf(error)})`;
      trouble.set(what, told);
      throw new StoreUnavailable(told);
    }
  }

  /** All of it or nothing, and nobody in between. */
  function transaction<T>(durability: Durability, work: () => T): T {
    // FULL waits for the disk at the end of each transaction, NORMAL only now and then; both outlive the process.
    database.exec(`PRAGMA synchronous = ${durability === 'lasting' ? 'FULL' : 'NORMAL'}`);
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  function find(name: string): Uint8Array | null {
    const value = selected.get(name, Date.now())?.['value'];
    return value instanceof Uint8Array ? value : null;
  }

  function write(names: readonly string[], value: Uint8Array, lifeMs: number): void {
    for (const name of names) written.run(name, value, Date.now() + Math.ceil(lifeMs));
  }

  /** Removes some of what is over, gives some of its room back, and says whether there is more of either. */
  function sweepSome(): boolean {
    const { changes } = swept.run(Date.now(), SWEPT_AT_ONCE);
    if (pragma(database, 'freelist_count') > 0) database.exec(`PRAGMA incremental_vacuum(${FREED_AT_ONCE})`);
    return changes === SWEPT_AT_ONCE || pragma(database, 'freelist_count') > 0;
  }

  function sweep(): void {
    let more = false;
    try {
      more = attempt('write', sweepSome);
    } catch {
      // It is told by `trouble`, and tried again.
    }
    sweeping = setTimeout(sweep, more ? SWEEP_AGAIN_MS : SWEEP_MS).unref();
  }
  let sweeping = setTimeout(sweep, SWEEP_MS).unref();

  return {
    shared: false,
    get: async (name) => attempt('read', () => find(name)),
    set: async (names, value, lifeMs, durability = 'usual') =>
      attempt('write', () => transaction(durability, () => write(names, value, lifeMs))),
    add: async (names, value, lifeMs, durability = 'usual') =>
      attempt('write', () =>
        transaction(durability, () => {
          for (const name of names) {
            const there = find(name);
            if (there !== null) return there;
          }
          write(names, value, lifeMs);
          return null;
        }),
      ),
    remove: async (names, onlyIf) =>
      attempt('write', () => {
        // Removed for good: neither a power cut nor the log of changes brings it back.
        const forGood = onlyIf === undefined;
        transaction(forGood ? 'lasting' : 'usual', () => {
          for (const name of names) removed.run(name, onlyIf ?? null);
        });
        if (forGood) database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      }),
    rateWindow: (_, perSecond) => createLocalRateWindow(perSecond),
    health: () => trouble.get('write') ?? trouble.get('read') ?? null,
    async close() {
      clearTimeout(sweeping);
      if (database.isOpen) database.close();
    },
  };
}
