import { randomUUID } from 'node:crypto';
import { Permits, WINDOW_MS, type Grant, type RateWindow } from '../rate-window.ts';
import { StoreUnavailable } from '../store.ts';
import type { RedisConnection } from './redis-connection.ts';
import { PREFIX } from './redis-names.ts';

/** How long after its last heartbeat or permit a replica is still counted, in milliseconds. */
const REPLICA_TTL_MS = 30_000;

/** The longest pause, in milliseconds: callers pause for at most a minute. A longer one is an error of a clock. */
const MAX_PAUSE_MS = 61_000;

/** How often a replica announces itself, in milliseconds, whether it takes permits or not. */
const HEARTBEAT_MS = 10_000;

/**
 * How long after an outage each replica is still limited to its share, in milliseconds: until all replicas know that
 * Redis works again, and a second more.
 */
const RECOVERY_MS = 3_000;

/**
 * KEYS: when permits were taken (newest first), the end of the pause, the replicas. ARGV: how many permits are wanted,
 * the quota, the window, the id of this replica, the time to live of a replica, the longest pause. Returns how many
 * were taken, the time until the next one, and the number of replicas. All replicas use the clock of Redis. Times in
 * milliseconds.
 */
const TRY_ACQUIRE = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local max, quota, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZADD', KEYS[3], now, ARGV[4])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - tonumber(ARGV[5]))
redis.call('PEXPIRE', KEYS[3], ARGV[5])
local replicas = redis.call('ZCARD', KEYS[3])
local paused = math.max(tonumber(redis.call('GET', KEYS[2]) or '0') - now, 0)
-- A clock that went back has left times in the future: without this, no replica would get permits until then.
if tonumber(redis.call('LINDEX', KEYS[1], 0) or '0') > now then redis.call('DEL', KEYS[1]) end
if paused > tonumber(ARGV[6]) then
  redis.call('DEL', KEYS[2])
  paused = 0
end
local taken, wait = 0, paused
while taken < max do
  local oldest = tonumber(redis.call('LINDEX', KEYS[1], quota - 1) or '0')
  if paused > 0 or oldest + window > now then
    wait = math.max(wait, oldest + window - now)
    break
  end
  redis.call('LPUSH', KEYS[1], string.format('%.0f', now))
  redis.call('LTRIM', KEYS[1], 0, quota - 1)
  taken = taken + 1
end
if taken > 0 then redis.call('PEXPIRE', KEYS[1], window) end
return {taken, wait, replicas}`;

/** KEYS: the end of the pause. ARGV: the length of the new pause in milliseconds. */
const PAUSE = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local till = now + tonumber(ARGV[1])
if till > tonumber(redis.call('GET', KEYS[1]) or '0') then
  redis.call('SET', KEYS[1], string.format('%.0f', till), 'PX', ARGV[1])
end
return true`;

/** KEYS: when permits were taken. ARGV: how long ago the permit that is used now was taken, the quota, the window. */
const RECORD_LATE_USE = `
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
 * A rate window that all replicas share. While Redis is unavailable, and for a moment after, each replica is limited to
 * an equal share of the quota, by the last known number of replicas: together they stay within the quota, unless there
 * are more replicas than permits. A replica that has never seen the others takes one permit at a time.
 */
export class RedisRateWindow implements RateWindow {
  readonly #connection: RedisConnection;
  readonly #perSecond: number;
  readonly #replicaId = randomUUID();
  readonly #takenKey: string;
  readonly #pausedKey: string;
  readonly #replicasKey: string;
  /** The permits that this replica has taken, for the time when Redis is unavailable. */
  readonly #own = new Permits();
  /** The number of replicas; `null` until the first reply of Redis. */
  #replicas: number | null = null;
  #failedAt = -Infinity;

  /** `name` identifies the quota in Redis; `perSecond` is the maximum number of calls in any one second. */
  constructor(connection: RedisConnection, name: string, perSecond: number) {
    this.#connection = connection;
    this.#perSecond = perSecond;
    this.#takenKey = `${PREFIX}${name}:taken`;
    this.#pausedKey = `${PREFIX}${name}:paused`;
    this.#replicasKey = `${PREFIX}${name}:replicas`;
    connection.clearOnClose(setInterval(() => void this.#announce(), HEARTBEAT_MS).unref());
    void this.#announce();
  }

  async tryAcquire(max: number): Promise<Grant> {
    const pausedMs = this.#own.pausedMs();
    if (pausedMs > 0) return { taken: 0, waitMs: pausedMs };
    const share = Math.max(1, Math.floor(this.#perSecond / (this.#replicas ?? this.#perSecond)));
    const isRecovering = this.#isRecovering();
    const own = this.#own.tryAcquire(max, isRecovering ? share : this.#perSecond);
    try {
      const shared = await this.#tryAcquireShared(own.taken);
      this.#own.release(own.taken - shared.taken);
      return { taken: shared.taken, waitMs: Math.max(shared.waitMs, own.waitMs) };
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.#failedAt = performance.now();
      if (isRecovering) return own;
      this.#own.release(own.taken);
      // It is unknown how many permits the other replicas have just taken, so this one waits until those have returned.
      if (this.#replicas !== 1) this.#own.pause(WINDOW_MS);
      return this.#own.tryAcquire(max, share);
    }
  }

  async pause(ms: number): Promise<void> {
    this.#own.pause(ms);
    // While Redis is unavailable, the other replicas get a 429 of their own.
    await this.#tryRun(PAUSE, this.#pausedKey, [Math.ceil(ms)]);
  }

  async recordLateUse(ms: number): Promise<void> {
    this.#own.recordLateUse(ms);
    await this.#tryRun(RECORD_LATE_USE, this.#takenKey, [Math.round(ms), this.#perSecond, WINDOW_MS]);
  }

  async #tryAcquireShared(max: number): Promise<Grant> {
    const keys = [this.#takenKey, this.#pausedKey, this.#replicasKey];
    const parameters = [max, this.#perSecond, WINDOW_MS, this.#replicaId, REPLICA_TTL_MS, MAX_PAUSE_MS];
    const reply = await this.#connection.run((redis) =>
      redis.eval(TRY_ACQUIRE, { keys, arguments: parameters.map(String) }),
    );
    const [taken = 0, waitMs = 0, replicas = 1] = Array.isArray(reply) ? reply.map(Number) : [];
    this.#replicas = replicas;
    return { taken, waitMs };
  }

  /** Tells Redis that this replica shares the quota. */
  async #announce(): Promise<void> {
    try {
      await this.#tryAcquireShared(0);
    } catch {
      // The next heartbeat announces it.
    }
  }

  /** Runs a script on one key; does nothing while Redis is unavailable. */
  async #tryRun(script: string, key: string, parameters: number[]): Promise<void> {
    try {
      await this.#connection.run((redis) =>
        redis.eval(script, { keys: [key], arguments: parameters.map(String) }),
      );
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }

  #isRecovering(): boolean {
    // After a reconnect, Redis may have lost which permits were taken.
    return performance.now() < Math.max(this.#failedAt, this.#connection.reconnectedAt) + RECOVERY_MS;
  }
}
