import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { currentIdentity, identityOf, type FileIdentity } from './file-identity.ts';
import { errorCode, IN_MEMORY, openForReading, openForWriting, pragma } from './sqlite-file.ts';
import {
  SqliteWriter,
  type EntryTimes,
  type WriteReply,
  type WriteRequest,
  type Writer,
} from './sqlite-writer.ts';
import { StoreClock } from './store-clock.ts';
import { WriteThread, type WorkerInput } from './write-thread.ts';
import { LOST, StoreLost, StoreUnavailable, type Store, type WriteOptions } from '../store.ts';

/** By default, in milliseconds: see `tickMs`. */
const TICK_MS = 1_000;
/** How many ticks pass between two rounds of maintenance: the clock is stored, and expired entries are removed. */
const MAINTENANCE_TICKS = 10;

/** The memory of a store in memory, in bytes. A full one refuses writes: it evicts nothing. */
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

const KEEPS_ERASED =
  'erased data is still in the write-ahead log of SQLite: another process is reading the file, or the disk is full';

/** How a store is opened. */
export type SqliteStoreOptions = {
  /** Whether the operator accepts that the store lost data. */
  acceptsLoss?: boolean;
  /** The memory of a store in memory, in bytes. */
  maxBytes?: number;
  /** How often the path of the file is checked, and a file that could not be written is tried again, in milliseconds. */
  tickMs?: number;
  /** Carries out the writes to a file; another one than `WriteThread` for tests. */
  createWriter?: (input: WorkerInput) => Writer;
};

/** The connections of a store. `identity` is `null` for a store in memory. */
type Connections = {
  reader: DatabaseSync;
  writer: Writer;
  identity: FileIdentity | null;
};

function stateOf(database: DatabaseSync, name: string): number {
  const value = database.prepare('SELECT value FROM state WHERE name = ?').get(name)?.['value'];
  return typeof value === 'number' ? value : 0;
}

/** In memory there is nothing to wait for, so one connection does everything, on this thread. */
function openInMemory(maxBytes: number): Connections {
  const database = openForWriting(IN_MEMORY);
  database.exec(`PRAGMA max_page_count = ${Math.floor(maxBytes / pragma(database, 'page_size'))}`);
  const writer = new SqliteWriter(database);
  return {
    reader: database,
    writer: {
      async write(request) {
        const [reply] = writer.writeAll([request]);
        if (reply === undefined) throw new StoreUnavailable('SQLite write failed');
        return reply;
      },
      async close() {},
    },
    identity: null,
  };
}

function openFile(file: string, { acceptsLoss = false, createWriter }: SqliteStoreOptions): Connections {
  // Creates or migrates the file before the start is over, so that it is refused by a message.
  const database = openForWriting(file);
  try {
    if (acceptsLoss) database.prepare("DELETE FROM state WHERE name = 'lost'").run();
    const reader = openForReading(file);
    const identity = identityOf(file);
    const input = { file, identity };
    return { reader, writer: createWriter?.(input) ?? new WriteThread(input), identity };
  } finally {
    database.close();
  }
}

/**
 * A store in one SQLite file, which is created where it is missing, or in memory (`:memory:`). A write survives a kill
 * of the process and, where it is `durable`, a power failure of the machine. Writes run in a thread of their own; reads
 * run in place, on a connection that never waits for a lock. The constructor throws `StoreIncompatible` where the file
 * cannot be used.
 */
export class SqliteStore implements Store {
  readonly shared: boolean = false;
  readonly #file: string;
  readonly #reader: DatabaseSync;
  readonly #writer: Writer;
  readonly #identity: FileIdentity | null;
  readonly #select: StatementSync;
  readonly #clock: StoreClock;
  readonly #timer: NodeJS.Timeout;
  /** Ticks until the next maintenance. */
  #ticks = MAINTENANCE_TICKS;
  #isTicking = false;
  #isLost: boolean;
  /** Whether the mark of the loss is stored, so that a restart finds it. */
  #isMarked: boolean;
  /** Why writes are rejected at once, until a write of the next tick succeeds; `null` while they are tried. */
  #blocked: string | null = null;
  /** The last failure of a write and of a read, until one succeeds: a full disk can still be read. */
  #writeFault: string | null = null;
  #readFault: string | null = null;
  #keepsErased = false;

  /** `file`: a path, or `:memory:`. */
  constructor(file: string, options: SqliteStoreOptions = {}) {
    const isInMemory = file === IN_MEMORY;
    const { reader, writer, identity } = isInMemory
      ? openInMemory(options.maxBytes ?? DEFAULT_MAX_BYTES)
      : openFile(file, options);
    this.#file = file;
    this.#reader = reader;
    this.#writer = writer;
    this.#identity = identity;
    this.#select = reader.prepare('SELECT value FROM entries WHERE name = ? AND expires_at > ?');
    this.#clock = new StoreClock({
      clock: stateOf(reader, 'clock'),
      timeOfDay: stateOf(reader, 'time of day'),
    });
    this.#isLost = stateOf(reader, 'lost') !== 0;
    this.#isMarked = this.#isLost;
    this.#timer = setInterval(() => void this.#tick(), options.tickMs ?? TICK_MS).unref();
  }

  async get(key: string): Promise<Uint8Array | null> {
    return this.#find(key);
  }

  async getMany(keys: readonly string[]): Promise<(Uint8Array | null)[]> {
    return keys.map((key) => this.#find(key));
  }

  async set(keys: readonly string[], value: Uint8Array, options: WriteOptions): Promise<void> {
    const { durability = 'normal' } = options;
    await this.#write({ kind: 'set', keys, value: owned(value), times: this.#timesOf(options), durability });
  }

  async add(keys: readonly string[], value: Uint8Array, options: WriteOptions): Promise<Uint8Array | null> {
    const { durability = 'normal' } = options;
    if (this.#isLost && durability === 'durable') throw new StoreLost();
    return this.#write({ kind: 'add', keys, value: owned(value), times: this.#timesOf(options), durability });
  }

  async remove(keys: readonly string[], onlyIf?: Uint8Array): Promise<void> {
    await this.#write({ kind: 'remove', keys, onlyIf: onlyIf === undefined ? null : owned(onlyIf) });
  }

  health(): string | null {
    if (this.#isLost) return LOST;
    return this.#writeFault ?? this.#readFault ?? (this.#keepsErased ? KEEPS_ERASED : null);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    // The next start could not tell a store that was lost in this moment from a new one.
    await this.#watchFile().catch(() => {});
    // First, so that the connection that writes is the last one: it empties and removes the write-ahead log.
    if (this.#reader.isOpen) this.#reader.close();
    await this.#writer.close();
  }

  #find(key: string): Uint8Array | null {
    try {
      const value = this.#select.get(key, this.#clock.now())?.['value'];
      this.#readFault = null;
      return value instanceof Uint8Array ? value : null;
    } catch (error) {
      this.#readFault = `SQLite read failed (${errorCode(error)})`;
      throw new StoreUnavailable(this.#readFault);
    }
  }

  #timesOf({ ttlMs }: WriteOptions): EntryTimes {
    const now = this.#clock.now();
    return { now, expiresAt: now + Math.ceil(ttlMs) };
  }

  async #write(request: WriteRequest): Promise<Uint8Array | null> {
    if (this.#blocked !== null) throw new StoreUnavailable(this.#blocked);
    return this.#tryWrite(request);
  }

  /** Reports a failure by its error code only: the messages of SQLite may name the file. */
  async #tryWrite(request: WriteRequest): Promise<Uint8Array | null> {
    const reply = await this.#writer.write(request).catch((error: StoreUnavailable) => {
      this.#blocked = this.#writeFault = error.message;
      throw error;
    });
    return this.#resultOf(reply);
  }

  #resultOf(reply: WriteReply): Uint8Array | null {
    if (reply.kind === 'failed') {
      this.#writeFault = `SQLite write failed (${reply.code})`;
      // Each write would wait for the lock. Other failures say nothing about other writes.
      if (reply.isBusy) this.#blocked = this.#writeFault;
      throw new StoreUnavailable(this.#writeFault);
    }
    this.#writeFault = this.#blocked = null;
    this.#keepsErased = reply.keepsErased;
    return reply.existing;
  }

  async #tick(): Promise<void> {
    if (this.#isTicking) return;
    this.#isTicking = true;
    try {
      await this.#watchFile();
      this.#ticks -= 1;
      if (this.#ticks <= 0 || this.#blocked !== null || this.#keepsErased) await this.#maintain();
    } catch {
      // `health` reports it, and the next tick tries again.
    } finally {
      this.#isTicking = false;
    }
  }

  async #maintain(): Promise<void> {
    await this.#tryWrite({ kind: 'maintain', clock: this.#clock.state() });
    this.#ticks = MAINTENANCE_TICKS;
  }

  /**
   * Notices that the file was deleted or replaced, and marks what is at its path now, so that a restart notices too.
   */
  async #watchFile(): Promise<void> {
    const [file, identity] = [this.#file, this.#identity];
    if (identity === null || this.#isMarked) return;
    const { database, log } = await currentIdentity(file);
    const isReplaced = database !== identity.database;
    if (!isReplaced && log === identity.log) return;
    this.#isLost = true;
    await this.#tryWrite(isReplaced ? { kind: 'mark-replaced', file, identity } : { kind: 'mark-lost' });
    this.#isMarked = true;
  }
}

/** A copy of just these bytes: a thread would be sent the whole of a buffer that they are a view of. */
function owned(value: Uint8Array): Uint8Array {
  return value.byteLength === value.buffer.byteLength ? value : new Uint8Array(value);
}
