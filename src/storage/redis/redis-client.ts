import { createClient, RESP_TYPES } from 'redis';
import { StoreIncompatible, StoreUnavailable } from '../store.ts';

/**
 * The time of a command, which usually takes well below a millisecond. After this time an operation is better off
 * without its result.
 */
const COMMAND_TIMEOUT_MS = 250;
/** How long the start waits for a connection, in milliseconds: about as long as it takes to detect a failover. */
export const CONNECT_TIMEOUT_MS = 2_000;
/** The longest delay between attempts to reconnect. */
const MAX_RECONNECT_DELAY_MS = 1_000;
/** Pings keep the connection active. It is closed when it is silent for longer than two intervals. */
const PING_INTERVAL_MS = 4_000;
const SOCKET_TIMEOUT_MS = 10_000;

/** What is wrong with a Redis whose time is over. */
export const TIMED_OUT = 'Redis does not answer in time';

/** A client that is not connected yet. Throws `StoreIncompatible` where `url` is not the address of a Redis. */
export function createRedisClient(url: string) {
  try {
    return createClient({
      url,
      // A command that cannot be sent now is not sent later, when its operation has continued without it.
      disableOfflineQueue: true,
      // `RedisConnection` limits each command. The timers of the client live for five seconds each, even when the
      // command ends sooner.
      commandOptions: { timeout: 0 },
      pingInterval: PING_INTERVAL_MS,
      socket: {
        connectTimeout: CONNECT_TIMEOUT_MS,
        socketTimeout: SOCKET_TIMEOUT_MS,
        reconnectStrategy: (retries) => Math.min(50 * 2 ** Math.min(retries, 10), MAX_RECONNECT_DELAY_MS),
      },
    }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  } catch {
    // The client's own message is left out: it may quote the address.
    throw new StoreIncompatible(
      'STORE_URL: expected redis://[user:password@]host[:port][/number], got something else',
    );
  }
}

/** The client of Redis, whose values are bytes. */
export type RedisClient = ReturnType<typeof createRedisClient>;

/**
 * The result of a command. Throws `StoreUnavailable` where it takes too long, and the error of the command. (A plain
 * timer: the abort of a promise timer creates an error with a stack trace, which takes longer than the command.)
 */
export function withTimeout<T>(command: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new StoreUnavailable(TIMED_OUT)), COMMAND_TIMEOUT_MS);
    command.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}
