import { randomUUID } from 'node:crypto';
import { TOKEN_AWAY_MS, type Bucket } from './bucket.ts';
import type { RedisCommands } from './redis.ts';
import { StoreUnavailable } from './store.ts';

/** A replica that has taken no token for so long does not count as one. */
const REPLICA_SEEN_MS = 30_000;

/**
 * KEYS: when tokens were taken (newest first), until when there is a pause, which replicas take part.
 * ARGV: how many are wanted, how many there are, how long one is away, this replica, how long a replica is remembered.
 * Answers how many were taken, when to come again, and how many replicas there are. Redis's clock is everybody's.
 */
const TAKE = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local most, size, away = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZADD', KEYS[3], now, ARGV[4])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - tonumber(ARGV[5]))
redis.call('PEXPIRE', KEYS[3], ARGV[5])
local replicas = redis.call('ZCARD', KEYS[3])
local paused = tonumber(redis.call('GET', KEYS[2]) or '0')
if paused > now then return {0, paused - now, replicas} end
local taken = 0
while taken < most do
  local longest = redis.call('LINDEX', KEYS[1], size - 1)
  if longest and tonumber(longest) + away > now then
    return {taken, tonumber(longest) + away - now, replicas}
  end
  redis.call('LPUSH', KEYS[1], string.format('%.0f', now))
  redis.call('LTRIM', KEYS[1], 0, size - 1)
  taken = taken + 1
end
redis.call('PEXPIRE', KEYS[1], away)
return {taken, 0, replicas}`;

/** KEYS: until when there is a pause. ARGV: how long it is to be. */
const PAUSE = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local till = now + tonumber(ARGV[1])
if till > tonumber(redis.call('GET', KEYS[1]) or '0') then
  redis.call('SET', KEYS[1], string.format('%.0f', till), 'PX', ARGV[1])
end
return true`;

/**
 * A bucket that all replicas take from. While Redis can not be asked, each replica takes from one of its own, with an
 * equal share of the tokens as far as was known last: together they stay within the quota.
 */
export function createRedisBucket(
  commands: RedisCommands,
  key: string,
  perSecond: number,
  localBucket: (perSecond: number) => Bucket,
): Bucket {
  const replica = randomUUID();
  const keys = [`${key}:taken`, `${key}:paused`, `${key}:replicas`];
  let replicas = 1;
  let local: { bucket: Bucket; replicas: number } | null = null;

  function own(): Bucket {
    if (local?.replicas !== replicas) {
      local = { bucket: localBucket(Math.max(1, Math.floor(perSecond / replicas))), replicas };
    }
    return local.bucket;
  }

  return {
    async take(most) {
      try {
        const numbers = [most, perSecond, TOKEN_AWAY_MS, replica, REPLICA_SEEN_MS].map(String);
        const answer = await commands((redis) => redis.eval(TAKE, { keys, arguments: numbers }));
        const [taken = 0, waitMs = 0, seen = 1] = Array.isArray(answer) ? answer.map(Number) : [];
        replicas = seen;
        // So that the own bucket is not full when it is needed: these tokens have just been used.
        await own().take(taken);
        return { taken, waitMs };
      } catch (error) {
        if (error instanceof StoreUnavailable) return own().take(most);
        throw error;
      }
    },
    async pause(ms) {
      await own().pause(ms);
      try {
        const [, paused = ''] = keys;
        const length = String(Math.ceil(ms));
        await commands((redis) => redis.eval(PAUSE, { keys: [paused], arguments: [length] }));
      } catch (error) {
        // The others learn of it by their own 429.
        if (!(error instanceof StoreUnavailable)) throw error;
      }
    },
  };
}
