import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, RESP_TYPES } from 'redis';
import { StoreIncompatible, StoreUnavailable } from '../store.ts';

/** Before every key, so that the store can share a Redis with others, and be found in it. */
export const PREFIX = 'identity-subgraph:';
/** What the keys and values of this version look like. Whoever changes that raises it and says here what becomes of older ones. */
const VERSION = 1;

/** A command takes well below a millisecond; what takes this long would cost the operation more than it is worth. */
const COMMAND_TIMEOUT_MS = 250;
/** How often a Redis that failed is tried again. */
const PROBE_MS = 1_000;
/** How long the start waits for a connection before it goes on without: as long as a failover usually takes to notice. */
const START_MS = 2_000;
/** The longest wait between attempts to connect again. */
const RECONNECT_MS = 1_000;
/** Pings keep a connection talking, and one that is silent for longer than two of them is given up. */
const PING_MS = 4_000;
const SILENCE_MS = 10_000;

const UNREACHABLE = 'Redis can not be reached';
const SLOW = 'Redis does not answer in time';
const REFUSING = 'Redis refuses commands';

function createRedisClient(url: string) {
  try {
    return createClient({
      url,
      // What can not be asked now has no use later: the operation has gone on without.
      disableOfflineQueue: true,
      // Each command is given up in time below. The client's own timeouts live for five seconds each, whatever comes of the command.
      commandOptions: { timeout: 0 },
      pingInterval: PING_MS,
      socket: {
        connectTimeout: START_MS,
        socketTimeout: SILENCE_MS,
        reconnectStrategy: (retries) => Math.min(50 * 2 ** Math.min(retries, 10), RECONNECT_MS),
      },
    }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  } catch {
    // The client's own words may quote the address.
    throw new StoreIncompatible(
      'STORE_URL: expected redis://[user:password@]host[:port][/number], got something else',
    );
  }
}
type RedisClient = ReturnType<typeof createRedisClient>;

/** A connection that is made again whenever it breaks. */
export type RedisConnection = {
  /** Sends a command and waits for it, but not for long. Throws `StoreUnavailable`, at once where there is no use in trying. */
  run<T>(command: (redis: RedisClient) => Promise<T>): Promise<T>;
  /** What is wrong just now; `null` while all is well. */
  health(): string | null;
  /** When the connection was last made anew, by the clock of `performance`; `-Infinity` while it is the first. */
  reconnectedAt(): number;
  /** A timer that ends with the connection. */
  clearOnClose(timer: NodeJS.Timeout): void;
  close(): void;
};

/** Says our version in Redis, or reads it. Throws `StoreRefused` where keys of another version are there. */
async function checkVersion(redis: RedisClient): Promise<void> {
  const there = await redis.set(`${PREFIX}version`, String(VERSION), { NX: true, GET: true });
  const version = there === null ? VERSION : Number(String(there));
  if (version === VERSION) return;
  throw new StoreIncompatible(
    `STORE_URL: this Redis was written by another version (${version}; this one knows ${VERSION}): run that version, or name another database`,
  );
}

/** What is wrong with how Redis makes room: one that drops keys when it is full forgets which creations were made. */
async function evictionTrouble(redis: RedisClient): Promise<string | null> {
  const info = String(await redis.info('memory'));
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? 'noeviction';
  const bounded = !/^maxmemory:0\b/m.test(info);
  return bounded && policy !== 'noeviction'
    ? `Redis drops keys when it is full (${policy}; expected noeviction)`
    : null;
}

/**
 * Throws `StoreUnavailable` where the work takes too long, and whatever the work throws. (A timer and nothing else: to call off a
 * promise of one makes an error with its stack, which took longer than the command.)
 */
function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new StoreUnavailable(SLOW)), COMMAND_TIMEOUT_MS);
    work.finally(() => clearTimeout(late)).then(resolve, reject);
  });
}

/**
 * Connects, and goes on trying for as long as it lives; a Redis that can not be reached at the start is no reason not to
 * start. Nothing is sent to one whose keys are of another version: found at the start, that throws `StoreRefused`.
 */
export async function connectRedis(url: string): Promise<RedisConnection> {
  const redis = createRedisClient(url);
  /** Whether this connection was found fit for use. */
  let usable = false;
  /** Why it is not, or what does not work though it is. */
  let wrong: string | null = UNREACHABLE;
  let evicts: string | null = null;
  let probing: NodeJS.Timeout | undefined;
  let closed = false;
  let made = false;
  let madeAnewAt = -Infinity;
  const timers: NodeJS.Timeout[] = [];

  function probeSoon(): void {
    clearTimeout(probing);
    if (!closed) probing = setTimeout(() => void probe(), PROBE_MS).unref();
  }

  /** Has the server close the connection; the client makes another one then. */
  async function connectAnew(): Promise<void> {
    try {
      await redis.sendCommand(['QUIT']);
    } catch {
      // It is closed.
    }
  }

  function fail(error: unknown): StoreUnavailable {
    const late = error instanceof StoreUnavailable;
    wrong = late ? SLOW : REFUSING;
    // Who waits in vain for one command need not for the next; one that was refused says nothing of others.
    if (late) usable = false;
    // A server that has become a replica of another: the address leads to that one by now.
    if (error instanceof Error && error.message.startsWith('READONLY')) void connectAnew();
    probeSoon();
    // The words of Redis stay out: they may name keys or the address.
    return late ? error : new StoreUnavailable('Redis failed or the connection to it broke');
  }

  /** Looks whether this is our Redis and can be written. Throws `StoreRefused` where it is another version's. */
  async function look(): Promise<void> {
    try {
      await inTime(checkVersion(redis));
      usable = true;
      wrong = null;
    } catch (error) {
      usable = false;
      if (!(error instanceof StoreIncompatible)) return void fail(error);
      wrong = 'Redis has keys of another version';
      probeSoon();
      throw error;
    }
    // Not everybody may ask for it; then it is as docs/operating.md says, or nobody knows.
    evicts = await inTime(evictionTrouble(redis)).catch(() => null);
  }
  const probe = (): Promise<void> => look().catch(() => {});

  // Every failure is told by the command that met it, and by `trouble`; without a listener the process would end.
  redis.on('error', () => {
    usable = false;
    wrong = UNREACHABLE;
  });
  redis.on('ready', () => {
    if (made) madeAnewAt = performance.now();
    made = true;
    void probe();
  });
  await Promise.race([redis.connect().catch(() => {}), sleep(START_MS, undefined, { ref: false })]);
  if (redis.isReady) {
    await look().catch((refusal: unknown) => {
      closed = true;
      redis.destroy();
      throw refusal;
    });
  }

  return {
    async run(command) {
      if (!redis.isReady || !usable) throw new StoreUnavailable(wrong ?? UNREACHABLE);
      try {
        return await inTime(command(redis));
      } catch (error) {
        throw fail(error);
      }
    },
    health: () => (redis.isReady ? (wrong ?? evicts) : UNREACHABLE),
    reconnectedAt: () => madeAnewAt,
    clearOnClose: (timer) => void timers.push(timer),
    close() {
      closed = true;
      for (const timer of timers) clearInterval(timer);
      clearTimeout(probing);
      redis.destroy();
    },
  };
}
