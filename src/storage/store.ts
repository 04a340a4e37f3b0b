/** How a value is written. */
export type WriteOptions = {
  /** Time to live in milliseconds, above 0. */
  ttlMs: number;
  /** The default is `normal`. */
  durability?: Durability;
};

/**
 * A key-value store for data that outlives a request and, except in memory, a restart. Keys and values come from
 * `Encryptor`, so that they reveal nothing of an entry. Every method that returns a promise, except `close`, rejects
 * with `StoreUnavailable`.
 */
export type Store = {
  /** The value of a key; `null` where there is none or it has expired. */
  get(key: string): Promise<Uint8Array | null>;
  /** The values of many keys, in their order: one round trip for all of them. */
  getMany(keys: readonly string[]): Promise<(Uint8Array | null)[]>;
  /** Writes the value under all keys, and replaces existing values. */
  set(keys: readonly string[], value: Uint8Array, options: WriteOptions): Promise<void>;
  /**
   * Writes the value under all keys, unless one of them has a value: then it writes nothing and returns that value.
   * Atomic: of several callers that add the same key at the same time, one wins. Rejects with `StoreLost` where it is
   * `durable` and the store has lost data. Where it rejects otherwise, it is unknown whether the value was written.
   */
  add(keys: readonly string[], value: Uint8Array, options: WriteOptions): Promise<Uint8Array | null>;
  /** Removes the values of the keys; with `onlyIf`, only those that equal it. */
  remove(keys: readonly string[], onlyIf?: Uint8Array): Promise<void>;
  /** Whether other replicas use the same store. */
  readonly shared: boolean;
  /** What is wrong with the store at the moment, without addresses and keys; `null` while it works. */
  health(): string | null;
  /** Releases the file or the connection. */
  close(): Promise<void>;
};

/**
 * What a write survives: `durable` a power failure of the machine, `normal` the end of the process, however it ends.
 * What Redis survives is decided by its own settings; a loss of `durable` writes is noticed.
 */
export type Durability = 'normal' | 'durable';

/** The longest time to live of data that must not be lost: the idempotency keys of creations. */
export const MAX_TTL_MS = 30 * 24 * 60 * 60 * 1000;

/** The store failed, or did not respond in time. The message names the operation, and neither address nor key. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** What is wrong with a store that lost data while the program was running. */
export const LOST =
  'the store has lost data: no process is created until an operator starts with --accept-store-loss';

/**
 * The store lost data while it was in use, so that it may not know the keys of earlier creations. Nothing is claimed in
 * it until an operator accepts the loss.
 */
export class StoreLost extends StoreUnavailable {
  constructor() {
    super(LOST);
  }
}

/**
 * The store cannot be used as it is: it belongs to another program, another version or another data key, or its address
 * or key file is unusable. The message tells the operator what to do.
 */
export class StoreIncompatible extends Error {
  override readonly name = 'StoreIncompatible';
}
