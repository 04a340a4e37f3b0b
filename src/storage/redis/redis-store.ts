import type { Store, WriteOptions } from '../store.ts';
import type { RedisConnection } from './redis-connection.ts';
import { PREFIX } from './redis-names.ts';

/**
 * KEYS: storage keys. ARGV: value, time to live in milliseconds. Returns the value of the first key that has one, or
 * writes all.
 */
const ADD = `
for _, key in ipairs(KEYS) do
  local existing = redis.call('GET', key)
  if existing then return existing end
end
for _, key in ipairs(KEYS) do redis.call('SET', key, ARGV[1], 'PX', ARGV[2]) end
return false`;

/** The same, and a write of all keys, behind the keys and parameters of a beat (`RedisConnection.runDurably`). */
const ADD_DURABLY = `
for at = 3, #KEYS do
  local existing = redis.call('GET', KEYS[at])
  if existing then return {lost, existing} end
end
for at = 3, #KEYS do redis.call('SET', KEYS[at], ARGV[4], 'PX', ARGV[5]) end
return {lost}`;
const SET_DURABLY = `
for at = 3, #KEYS do redis.call('SET', KEYS[at], ARGV[4], 'PX', ARGV[5]) end
return {lost}`;

/** KEYS: storage keys. ARGV: the value to remove. */
const REMOVE_IF = `
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then redis.call('DEL', key) end
end
return true`;

function redisKeys(keys: readonly string[]): string[] {
  return keys.map((key) => PREFIX + key);
}

function toBuffer(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/** Redis takes whole milliseconds, at least one. */
function wholeMs(ttlMs: number): number {
  return Math.max(1, Math.ceil(ttlMs));
}

function parametersOf(value: Uint8Array, { ttlMs }: WriteOptions): Buffer[] {
  return [toBuffer(value), Buffer.from(String(wholeMs(ttlMs)))];
}

/**
 * A store in Redis (7.0 or newer) or Valkey, shared by all replicas that use the same one. While Redis is unreachable,
 * every method rejects at once.
 */
export class RedisStore implements Store {
  readonly shared: boolean = true;
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async get(key: string): Promise<Uint8Array | null> {
    return this.#connection.run((redis) => redis.get(PREFIX + key));
  }

  async getMany(keys: readonly string[]): Promise<(Uint8Array | null)[]> {
    return keys.length === 0 ? [] : this.#connection.run((redis) => redis.mGet(redisKeys(keys)));
  }

  async set(keys: readonly string[], value: Uint8Array, options: WriteOptions): Promise<void> {
    if (options.durability === 'durable') {
      const write = { keys: redisKeys(keys), parameters: parametersOf(value, options), isClaim: false };
      return void (await this.#connection.runDurably(SET_DURABLY, write));
    }
    const expiration = { type: 'PX', value: wholeMs(options.ttlMs) } as const;
    await this.#connection.run((redis) =>
      Promise.all(redisKeys(keys).map((key) => redis.set(key, toBuffer(value), { expiration }))),
    );
  }

  async add(keys: readonly string[], value: Uint8Array, options: WriteOptions): Promise<Uint8Array | null> {
    const write = { keys: redisKeys(keys), parameters: parametersOf(value, options), isClaim: true };
    const existing = await (options.durability === 'durable'
      ? this.#connection.runDurably(ADD_DURABLY, write)
      : this.#connection.run((redis) => redis.eval(ADD, { keys: write.keys, arguments: write.parameters })));
    return existing instanceof Uint8Array ? existing : null;
  }

  async remove(keys: readonly string[], onlyIf?: Uint8Array): Promise<void> {
    await this.#connection.run<unknown>((redis) =>
      onlyIf === undefined
        ? redis.del(redisKeys(keys))
        : redis.eval(REMOVE_IF, { keys: redisKeys(keys), arguments: [toBuffer(onlyIf)] }),
    );
  }

  health(): string | null {
    return this.#connection.health();
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}
