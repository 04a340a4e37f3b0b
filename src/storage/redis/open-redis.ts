import type { RateWindow } from '../rate-window.ts';
import type { Store } from '../store.ts';
import { RedisConnection, type RedisOptions } from './redis-connection.ts';
import { RedisRateWindow } from './redis-rate-window.ts';
import { RedisStore } from './redis-store.ts';

/** A store and rate windows in one Redis, over one connection. */
export type Redis = {
  /** Closing it closes the connection. */
  store: Store;
  /** The rate window of that name, which all replicas share. `perSecond`: the most calls in any one second. */
  createRateWindow(name: string, perSecond: number): RateWindow;
};

/**
 * Connects to Redis. `url` as `redis://[user:password@]host[:port][/number]`. Throws `StoreIncompatible`.
 */
export async function openRedis(url: string, options: RedisOptions = {}): Promise<Redis> {
  const connection = await RedisConnection.connect(url, options);
  return {
    store: new RedisStore(connection),
    createRateWindow: (name, perSecond) => new RedisRateWindow(connection, name, perSecond),
  };
}
