import { randomUUID } from 'node:crypto';
import { createPermits, WINDOW_MS, type RateWindow } from '../rate-window.ts';
import type { RedisConnection } from './redis-connection.ts';
import { StoreUnavailable } from '../store.ts';

/** A replica that has asked for no token for so long does not count as one. */
const REPLICA_SEEN_MS = 30_000;

/** Nobody asks for a longer pause than a minute. */
const MAX_PAUSE_MS = 61_000;

/** How often a replica says that it is there, whether it takes tokens or not. */
const BEAT_MS = 10_000;

/** After an outage each replica keeps to its share for so long: until all have noticed that Redis is back, and a second more. */
const CAUTION_MS = 3_000;

/**
 * KEYS: when tokens were taken (newest first), until when there is a pause, which replicas take part.
 * ARGV: how many are wanted, how many there are, how long one is away, this replica, how long a replica is remembered,
 * how long a pause can be.
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
local paused = math.max(tonumber(redis.call('GET', KEYS[2]) or '0') - now, 0)
-- A clock that went back has left marks of the future: they would stop everybody until it is there again.
if tonumber(redis.call('LINDEX', KEYS[1], 0) or '0') > now then redis.call('DEL', KEYS[1]) end
if paused > tonumber(ARGV[6]) then
  redis.call('DEL', KEYS[2])
  paused = 0
end
local taken, wait = 0, paused
while taken < most do
  local longest = tonumber(redis.call('LINDEX', KEYS[1], size - 1) or '0')
  if paused > 0 or longest + away > now then
    wait = math.max(wait, longest + away - now)
    break
  end
  redis.call('LPUSH', KEYS[1], string.format('%.0f', now))
  redis.call('LTRIM', KEYS[1], 0, size - 1)
  taken = taken + 1
end
if taken > 0 then redis.call('PEXPIRE', KEYS[1], away) end
return {taken, wait, replicas}`;

/** KEYS: until when there is a pause. ARGV: how long it is to be. */
const PAUSE = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local till = now + tonumber(ARGV[1])
if till > tonumber(redis.call('GET', KEYS[1]) or '0') then
  redis.call('SET', KEYS[1], string.format('%.0f', till), 'PX', ARGV[1])
end
return true`;

/** KEYS: when tokens were taken. ARGV: how long ago one was that is used only now, how many there are, how long one is away. */
const USED_LATE = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local nearest
for _, taken in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  local distance = math.abs(tonumber(taken) - (now - tonumber(ARGV[1])))
  if not nearest or distance < nearest[1] then nearest = {distance, taken} end
end
if nearest then redis.call('LREM', KEYS[1], -1, nearest[2]) end
redis.call('LPUSH', KEYS[1], string.format('%.0f', now))
redis.call('LTRIM', KEYS[1], 0, tonumber(ARGV[2]) - 1)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return true`;

/**
 * A bucket that all replicas take from. While Redis can not be asked, and for a moment after, each replica keeps to an
 * equal share, as far as their number was known last: together they stay within the quota, unless there are more
 * replicas than tokens. A replica that has never seen the others takes one.
 */
export function createRedisRateWindow(
  connection: RedisConnection,
  key: string,
  perSecond: number,
): RateWindow {
  const replica = randomUUID();
  const keys = [`${key}:taken`, `${key}:paused`, `${key}:replicas`];
  const own = createPermits();
  let replicas: number | null = null;
  let failedAt = -Infinity;

  async function takeShared(most: number): Promise<{ taken: number; waitMs: number }> {
    const numbers = [most, perSecond, WINDOW_MS, replica, REPLICA_SEEN_MS, MAX_PAUSE_MS].map(String);
    const answer = await connection.run((redis) => redis.eval(TAKE, { keys, arguments: numbers }));
    const [taken = 0, waitMs = 0, seen = 1] = Array.isArray(answer) ? answer.map(Number) : [];
    replicas = seen;
    return { taken, waitMs };
  }
  const beat = (): void => void takeShared(0).catch(() => {});
  connection.clearOnClose(setInterval(beat, BEAT_MS).unref());
  beat();

  async function tell(script: string, its: string[], numbers: number[]): Promise<void> {
    try {
      await connection.run((redis) => redis.eval(script, { keys: its, arguments: numbers.map(String) }));
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }

  function isCautious(): boolean {
    // A connection that was made anew may lead to a Redis that has forgotten what was taken.
    return performance.now() < Math.max(failedAt, connection.reconnectedAt()) + CAUTION_MS;
  }

  return {
    async tryAcquire(most) {
      const pausedMs = own.pausedMs();
      if (pausedMs > 0) return { taken: 0, waitMs: pausedMs };
      const share = Math.max(1, Math.floor(perSecond / (replicas ?? perSecond)));
      const cautious = isCautious();
      const allowed = own.tryAcquire(most, cautious ? share : perSecond);
      try {
        const shared = await takeShared(allowed.taken);
        own.release(allowed.taken - shared.taken);
        return { taken: shared.taken, waitMs: Math.max(shared.waitMs, allowed.waitMs) };
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        failedAt = performance.now();
        if (cautious) return allowed;
        own.release(allowed.taken);
        // What the others have taken just before is not known here, so nobody takes any until it is back.
        if (replicas !== 1) own.pause(WINDOW_MS);
        return own.tryAcquire(most, share);
      }
    },
    async pause(ms) {
      own.pause(ms);
      // Where Redis can not be told, the others learn of it by their own 429.
      await tell(PAUSE, keys.slice(1, 2), [Math.ceil(ms)]);
    },
    async recordLateUse(ms) {
      own.recordLateUse(ms);
      await tell(USED_LATE, keys.slice(0, 1), [Math.round(ms), perSecond, WINDOW_MS]);
    },
  };
}
