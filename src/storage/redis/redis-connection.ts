import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, RESP_TYPES } from 'redis';
import { StoreIncompatible, StoreUnavailable } from '../store.ts';

/** The prefix of every key, so that the store can share a Redis with other programs and be found in it. */
export const PREFIX = 'identity-subgraph:';
/**
 * The version of the format of keys and values. A change of the format needs a new version, and a decision about older
 * entries.
 */
const VERSION = 1;

/**
 * The time of a command, which usually takes well below a millisecond. After this time an operation is better off
 * without its result.
 */
const COMMAND_TIMEOUT_MS = 250;
/** How often a Redis that failed is checked again, in milliseconds. */
const PROBE_INTERVAL_MS = 1_000;
/** How long the start waits for a connection, in milliseconds: about as long as it takes to detect a failover. */
const CONNECT_TIMEOUT_MS = 2_000;
/** The longest delay between attempts to reconnect. */
const MAX_RECONNECT_DELAY_MS = 1_000;
/** Pings keep the connection active. It is closed when it is silent for longer than two intervals. */
const PING_INTERVAL_MS = 4_000;
const SOCKET_TIMEOUT_MS = 10_000;

const UNREACHABLE = 'Redis is unreachable';
const TIMED_OUT = 'Redis does not answer in time';
const REJECTS_COMMANDS = 'Redis rejects commands';
const OTHER_VERSION = 'Redis has keys of another version';

function createRedisClient(url: string) {
  try {
    return createClient({
      url,
      // A command that cannot be sent now is not sent later, when its operation has continued without it.
      disableOfflineQueue: true,
      // `withTimeout` limits each command. The timers of the client live for five seconds each, even when the command
      // ends sooner.
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
type RedisClient = ReturnType<typeof createRedisClient>;

/** Writes the version to Redis, or compares it. Throws `StoreIncompatible` where Redis has keys of another version. */
async function checkVersion(redis: RedisClient): Promise<void> {
  const existing = await redis.set(`${PREFIX}version`, String(VERSION), { NX: true, GET: true });
  const version = existing === null ? VERSION : Number(String(existing));
  if (version === VERSION) return;
  throw new StoreIncompatible(
    `STORE_URL: this Redis was written by another version (format ${version}, expected ${VERSION}): run that version, or set STORE_URL to another database`,
  );
}

/** What is wrong with the eviction policy, or `null`: a Redis that evicts keys loses idempotency keys. */
async function evictionFault(redis: RedisClient): Promise<string | null> {
  const info = String(await redis.info('memory'));
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? 'noeviction';
  const hasLimit = !/^maxmemory:0\b/m.test(info);
  return hasLimit && policy !== 'noeviction'
    ? `Redis evicts keys when it is full (maxmemory-policy is ${policy}, expected noeviction)`
    : null;
}

/**
 * The result of a command. Throws `StoreUnavailable` where it takes too long, and the error of the command. (A plain
 * timer: the abort of a promise timer creates an error with a stack trace, which takes longer than the command.)
 */
function withTimeout<T>(command: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new StoreUnavailable(TIMED_OUT)), COMMAND_TIMEOUT_MS);
    command.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}

/** A connection to Redis that reconnects when it breaks. It sends nothing to a Redis with keys of another version. */
export class RedisConnection {
  readonly #redis: RedisClient;
  /** Whether the current connection passed `#check`. */
  #isUsable = false;
  /** Why the connection is not usable, or the last fault of a usable one; `null` without a fault. */
  #fault: string | null = UNREACHABLE;
  #evictionFault: string | null = null;
  #probing: NodeJS.Timeout | undefined;
  #isClosed = false;
  #wasConnected = false;
  #reconnectedAt = -Infinity;
  readonly #timers: NodeJS.Timeout[] = [];

  private constructor(redis: RedisClient) {
    this.#redis = redis;
    // The command that fails and `health` report every failure. Without a listener the process would end.
    redis.on('error', () => {
      this.#isUsable = false;
      this.#fault = UNREACHABLE;
    });
    redis.on('ready', () => {
      if (this.#wasConnected) this.#reconnectedAt = performance.now();
      this.#wasConnected = true;
      void this.#probe();
    });
  }

  /**
   * Connects, and keeps trying until it is closed: a Redis that is unreachable at the start does not prevent the start.
   * Throws `StoreIncompatible` where `url` is not the address of a Redis, or Redis has keys of another version.
   */
  static async connect(url: string): Promise<RedisConnection> {
    const connection = new RedisConnection(createRedisClient(url));
    await connection.#connect();
    return connection;
  }

  /**
   * Sends a command and waits for its result. Throws `StoreUnavailable`: after a timeout, or at once while not usable.
   */
  async run<T>(command: (redis: RedisClient) => Promise<T>): Promise<T> {
    if (!this.#redis.isReady || !this.#isUsable) throw new StoreUnavailable(this.#fault ?? UNREACHABLE);
    try {
      return await withTimeout(command(this.#redis));
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /** What is wrong at the moment; `null` while everything works. */
  health(): string | null {
    return this.#redis.isReady ? (this.#fault ?? this.#evictionFault) : UNREACHABLE;
  }

  /** When the client last reconnected, by the clock of `performance`; `-Infinity` on the first connection. */
  get reconnectedAt(): number {
    return this.#reconnectedAt;
  }

  /** Stops an interval when the connection closes. */
  clearOnClose(interval: NodeJS.Timeout): void {
    this.#timers.push(interval);
  }

  /** Closes the connection; it does not reconnect. */
  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#probing);
    this.#redis.destroy();
  }

  async #connect(): Promise<void> {
    await Promise.race([
      this.#redis.connect().catch(() => {}),
      sleep(CONNECT_TIMEOUT_MS, undefined, { ref: false }),
    ]);
    if (!this.#redis.isReady) return;
    try {
      await this.#check();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Checks that Redis has keys of this version and can be written. Throws `StoreIncompatible` where it has others. */
  async #check(): Promise<void> {
    try {
      await withTimeout(checkVersion(this.#redis));
      this.#isUsable = true;
      this.#fault = null;
    } catch (error) {
      this.#isUsable = false;
      if (!(error instanceof StoreIncompatible)) return void this.#fail(error);
      this.#fault = OTHER_VERSION;
      this.#probeSoon();
      throw error;
    }
    // The Redis user may have no permission for INFO. Then the policy is assumed to be as docs/operating.md requires.
    this.#evictionFault = await withTimeout(evictionFault(this.#redis)).catch(() => null);
  }

  async #probe(): Promise<void> {
    try {
      await this.#check();
    } catch {
      // `health` reports it.
    }
  }

  #probeSoon(): void {
    clearTimeout(this.#probing);
    if (!this.#isClosed) this.#probing = setTimeout(() => void this.#probe(), PROBE_INTERVAL_MS).unref();
  }

  #fail(error: unknown): StoreUnavailable {
    const timedOut = error instanceof StoreUnavailable;
    this.#fault = timedOut ? TIMED_OUT : REJECTS_COMMANDS;
    // After a timeout the next commands fail at once. A rejected command says nothing about other commands.
    if (timedOut) this.#isUsable = false;
    // This server has become a replica. The address now leads to the new primary, over a new connection.
    if (error instanceof Error && error.message.startsWith('READONLY')) void this.#reconnect();
    this.#probeSoon();
    // The message of Redis stays out: it may name keys or the address.
    return timedOut ? error : new StoreUnavailable('Redis failed, or the connection to it broke');
  }

  /** Makes the server close the connection, so that the client opens a new one. */
  async #reconnect(): Promise<void> {
    try {
      await this.#redis.sendCommand(['QUIT']);
    } catch {
      // The connection is closed already.
    }
  }
}
