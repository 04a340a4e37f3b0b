import type { RateWindow } from './rate-window.ts';

/**
 * What outlives a request, and where it can a restart: bytes under names, each for a time. Names and bytes come from
 * `shelf.ts`, which gives away nothing of what they stand for. All methods throw `StoreUnavailable`.
 */
export type Store = {
  /** What stands under a name; `null` where nothing does, or its time is over. */
  get(name: string): Promise<Uint8Array | null>;
  /** Writes under all names, over what stands there, for `lifeMs` milliseconds. */
  set(names: readonly string[], value: Uint8Array, lifeMs: number, durability?: Durability): Promise<void>;
  /** Writes under all names, unless one of them is taken: then it answers what stands there, and writes nothing. */
  add(
    names: readonly string[],
    value: Uint8Array,
    lifeMs: number,
    durability?: Durability,
  ): Promise<Uint8Array | null>;
  /** Removes what stands under the names; with `onlyIf`, only where it is that. */
  remove(names: readonly string[], onlyIf?: Uint8Array): Promise<void>;
  /** The tenant's quota: shared with the other replicas where the store is. */
  rateWindow(name: string, perSecond: number): RateWindow;
  /** Whether other replicas use the same store. */
  shared: boolean;
  /** What is wrong with it just now, in a few words; `null` while it works. */
  health(): string | null;
  close(): Promise<void>;
};

/** `lasting` survives the machine's losing its power; `usual` the end of the process, however it ends. With Redis its own settings decide. */
export type Durability = 'usual' | 'lasting';

/** How long the longest is kept that must not be forgotten: the keys of creations. */
export const MAX_LIFE_MS = 30 * 24 * 60 * 60 * 1000;

/** The store did not do what it was asked to, or not in time. The message names what it was, and no address or name. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** A store that can not be used as it is: another program's, or another version's. The message says what to do. */
export class StoreIncompatible extends Error {
  override readonly name = 'StoreRefused';
}
