import { connectRedis, PREFIX } from './redis-connection.ts';
import { createRedisRateWindow } from './redis-rate-window.ts';
import type { Store } from '../store.ts';

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
 * A store in Redis (7.0 or newer) or Valkey, shared by all replicas that name the same one; while it can not be reached,
 * every method fails at once. Throws `StoreRefused` where its keys are of another version.
 */
export async function createRedisStore(url: string): Promise<Store> {
  const connection = await connectRedis(url);
  return {
    shared: true,
    get: (name) => connection.run((redis) => redis.get(PREFIX + name)),
    async set(names, value, lifeMs) {
      const expiration = { type: 'PX', value: wholeMs(lifeMs) } as const;
      await connection.run((redis) =>
        Promise.all(keysOf(names).map((key) => redis.set(key, bytesOf(value), { expiration }))),
      );
    },
    async add(names, value, lifeMs) {
      const there = await connection.run((redis) =>
        redis.eval(ADD, { keys: keysOf(names), arguments: [bytesOf(value), String(wholeMs(lifeMs))] }),
      );
      return there instanceof Uint8Array ? there : null;
    },
    async remove(names, onlyIf) {
      await connection.run<unknown>((redis) =>
        onlyIf === undefined
          ? redis.del(keysOf(names))
          : redis.eval(REMOVE_IF, { keys: keysOf(names), arguments: [bytesOf(onlyIf)] }),
      );
    },
    rateWindow: (name, perSecond) => createRedisRateWindow(connection, PREFIX + name, perSecond),
    health: () => connection.health(),
    close: async () => connection.close(),
  };
}
