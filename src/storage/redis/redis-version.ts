import { StoreIncompatible } from '../store.ts';
import { withTimeout, type RedisClient } from './redis-client.ts';
import { PREFIX } from './redis-names.ts';

/**
 * The version of the format of keys and values. A change of the format needs a new version, and a decision about older
 * entries.
 *
 * Version 2: this release names the records of idempotency keys by their owners, and notices lost data. All
 * entries of version 1 stay valid, but a replica of the former release would not see the new records, and would create
 * a second time: so it is refused from now on.
 */
const VERSION = 2;
/** The version whose entries stay valid. */
const FORMER_VERSION = 1;

const VERSION_KEY = `${PREFIX}version`;

/** How long a replica of the former version is counted after its last heartbeat, in milliseconds. */
export const FORMER_REPLICA_TTL_MS = 30_000;

/** KEYS: the version. ARGV: this version, the former one. Returns the version that Redis has now. */
const CLAIM_VERSION = `
local version = redis.call('GET', KEYS[1])
if version and version ~= ARGV[2] then return version end
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]`;

/** KEYS: the replicas of a tenant. ARGV: the time to live of a replica. Returns how many are running. */
const COUNT_REPLICAS = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
return redis.call('ZCOUNT', KEYS[1], now - tonumber(ARGV[1]), '+inf')`;

/** Whether Redis has the former version, and replicas of it have been running within the last 30 seconds. */
export async function formerReplicasRun(redis: RedisClient): Promise<boolean> {
  if (String(await withTimeout(redis.get(VERSION_KEY))) !== String(FORMER_VERSION)) return false;
  for await (const keys of redis.scanIterator({ MATCH: `${PREFIX}quota:*:replicas`, COUNT: 10_000 })) {
    for (const key of keys) {
      const count = await redis.eval(COUNT_REPLICAS, {
        keys: [key],
        arguments: [String(FORMER_REPLICA_TTL_MS)],
      });
      if (Number(count) > 0) return true;
    }
  }
  return false;
}

/**
 * Writes the version to Redis, or compares it. Throws `StoreIncompatible` where Redis has keys of another version than
 * this and the former one.
 */
export async function claimVersion(redis: RedisClient): Promise<void> {
  const claim = { keys: [VERSION_KEY], arguments: [VERSION, FORMER_VERSION].map(String) };
  const reply = await withTimeout(redis.eval(CLAIM_VERSION, claim));
  const version = Number(String(reply));
  if (version === VERSION) return;
  throw new StoreIncompatible(
    `STORE_URL: this Redis was written by another version (format ${version}, expected ${VERSION}): run that version, or set STORE_URL to another database`,
  );
}

/** The refusal of a Redis that replicas of the former version are using. */
export function formerReplicas(): StoreIncompatible {
  return new StoreIncompatible(
    'STORE_URL: replicas of the former release are using this Redis: stop all of them before this release starts (Recreate, not a rolling update)',
  );
}
