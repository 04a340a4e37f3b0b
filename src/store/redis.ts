import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, RESP_TYPES } from 'redis';
import { createLocalBucket } from './bucket.ts';
import { createRedisBucket } from './redis-bucket.ts';
import { StoreRefused, StoreUnavailable, type Store } from './store.ts';

/** Before every key, so that the store can share a Redis with others, and be found in it. */
const PREFIX = 'identity-subgraph:';
/** What the keys and values of this version look like. Whoever changes that raises it and says here what becomes of older ones. */
const VERSION = 1;

/** A command takes well below a millisecond; what takes this long would cost the operation more than it is worth. */
const COMMAND_TIMEOUT_MS = 250;
/** How often a Redis that did not answer in time is tried again; meanwhile no step of any operation waits for it. */
const PROBE_MS = 1_000;
/** How long the start waits for a connection before it goes on without: as long as a failover usually takes to notice. */
const START_MS = 2_000;
/** The longest wait between attempts to connect again. */
const RECONNECT_MS = 1_000;
/** Pings keep a connection talking, and one that is silent for longer than two of them is given up. */
const PING_MS = 4_000;
const SILENCE_MS = 10_000;

/** KEYS: names. ARGV: value, life in milliseconds. Answers what stands under one of them, or writes under all. */
const ADD = `
for _, key in ipairs(KEYS) do
  local there = redis.call('GET', key)
  if there then return there end
end
for _, key in ipairs(KEYS) do redis.call('SET', key, ARGV[1], 'PX', ARGV[2]) end
return false`;

/** KEYS: names. ARGV: what has to stand there. */
const REMOVE_IF = `
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then redis.call('DEL', key) end
end
return true`;

function createConnection(url: string) {
  return createClient({
    url,
    // What can not be asked now has no use later: the operation has gone on without.
    disableOfflineQueue: true,
    pingInterval: PING_MS,
    socket: {
      connectTimeout: START_MS,
      socketTimeout: SILENCE_MS,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** Math.min(retries, 10), RECONNECT_MS),
    },
  }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
}
/** The connection, as the parts of this store see it. */
export type RedisConnection = ReturnType<typeof createConnection>;

/** Waits for a command no longer than `COMMAND_TIMEOUT_MS`. Throws `StoreUnavailable`. */
export type RedisCommands = <T>(command: (redis: RedisConnection) => Promise<T>) => Promise<T>;

/** Redis says its version of our keys, or takes ours. Throws `StoreRefused` where another version has written them. */
async function checkVersion(redis: RedisConnection): Promise<void> {
  const there = await redis.set(`${PREFIX}version`, String(VERSION), { NX: true, GET: true });
  const version = there === null ? VERSION : Number(String(there));
  if (version === VERSION) return;
  throw new StoreRefused(
    `STORE_URL: this Redis was written by another version (${version}; this one knows ${VERSION}): run that version, or name another database`,
  );
}

/** What is wrong with how Redis makes room: one that drops keys when it is full forgets which creations were made. */
async function evictionTrouble(redis: RedisConnection): Promise<string | null> {
  const info = String(await redis.info('memory'));
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? 'noeviction';
  const bounded = !/^maxmemory:0\b/m.test(info);
  return bounded && policy !== 'noeviction'
    ? `Redis drops keys when it is full (${policy}; expected noeviction)`
    : null;
}

function keysOf(names: readonly string[]): string[] {
  return names.map((name) => PREFIX + name);
}

function bytesOf(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/** Redis takes whole milliseconds, and at least one. */
function wholeMs(lifeMs: number): number {
  return Math.max(1, Math.ceil(lifeMs));
}

/**
 * A store in Redis (7.0 or newer) or Valkey, shared by all replicas that name the same one. It connects again by itself
 * for as long as it lives; meanwhile every method fails at once. Throws `StoreRefused` where its keys are of another
 * version; a Redis that can not be reached at the start is no reason not to start.
 */
export async function createRedisStore(url: string): Promise<Store> {
  const redis = createConnection(url);
  let refused: StoreRefused | null = null;
  let slow = false;
  let evicts: string | null = null;
  let probing: NodeJS.Timeout | undefined;
  // Every failure is told by the command that met it, and by `trouble`; without a listener the process would end.
  redis.on('error', () => {});

  const commands: RedisCommands = async (command) => {
    if (!redis.isReady || refused !== null) throw new StoreUnavailable('Redis can not be reached');
    if (slow) throw new StoreUnavailable('Redis does not answer in time');
    return inTime(command);
  };

  async function inTime<T>(command: (connection: RedisConnection) => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        if (!slow) probeSoon();
        slow = true;
        reject(new StoreUnavailable('Redis did not answer in time'));
      }, COMMAND_TIMEOUT_MS);
    });
    try {
      return await Promise.race([command(redis), late]);
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      // The words of Redis stay out: they may name keys or the address.
      throw new StoreUnavailable('Redis failed or the connection to it broke');
    } finally {
      clearTimeout(timer);
    }
  }

  /** Looks whether Redis answers again, until it does. */
  function probeSoon(): void {
    probing = setTimeout(() => {
      inTime((connection) => connection.ping()).then(
        () => (slow = false),
        () => probeSoon(),
      );
    }, PROBE_MS).unref();
  }

  redis.on('ready', () => {
    checkVersion(redis).catch((error: unknown) => {
      if (error instanceof StoreRefused) refused = error;
    });
    evictionTrouble(redis).then(
      (trouble) => (evicts = trouble),
      // Not everybody may ask; then it is as docs/operating.md says, or nobody knows.
      () => {},
    );
  });
  // What does not stand by then is tried again by the client, and told by `trouble`.
  await Promise.race([redis.connect().catch(() => {}), sleep(START_MS, undefined, { ref: false })]);
  if (redis.isReady) {
    await checkVersion(redis).catch((error: unknown) => {
      if (!(error instanceof StoreRefused)) return;
      redis.destroy();
      throw error;
    });
  }

  return {
    shared: true,
    get: (name) => commands((connection) => connection.get(PREFIX + name)),
    async set(names, value, lifeMs) {
      const expiration = { type: 'PX', value: wholeMs(lifeMs) } as const;
      await commands((connection) =>
        Promise.all(keysOf(names).map((key) => connection.set(key, bytesOf(value), { expiration }))),
      );
    },
    async add(names, value, lifeMs) {
      const there = await commands((connection) =>
        connection.eval(ADD, { keys: keysOf(names), arguments: [bytesOf(value), String(wholeMs(lifeMs))] }),
      );
      return there instanceof Uint8Array ? there : null;
    },
    async remove(names, onlyIf) {
      await commands<unknown>((connection) =>
        onlyIf === undefined
          ? connection.del(keysOf(names))
          : connection.eval(REMOVE_IF, { keys: keysOf(names), arguments: [bytesOf(onlyIf)] }),
      );
    },
    bucket: (name, perSecond) =>
      createRedisBucket(commands, `${PREFIX}${name}`, perSecond, (share) => createLocalBucket(share)),
    trouble() {
      if (refused !== null) return 'Redis has keys of another version';
      if (!redis.isReady) return 'Redis can not be reached';
      return slow ? 'Redis does not answer in time' : evicts;
    },
    async close() {
      clearTimeout(probing);
      redis.destroy();
    },
  };
}
