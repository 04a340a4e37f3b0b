import type { RedisClient } from './redis-client.ts';

/** What INFO tells about evictions. */
export type Eviction = {
  /** What is wrong with the eviction policy, or `null`: a Redis that evicts keys loses idempotency keys. */
  fault: string | null;
  /** How many keys Redis has evicted since its start. */
  evicted: number;
};

/** Reads the eviction policy, and how many keys were evicted. */
export async function readEviction(redis: RedisClient): Promise<Eviction> {
  const info = (await Promise.all([redis.info('memory'), redis.info('stats')])).join('\n');
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? 'noeviction';
  const hasLimit = !/^maxmemory:0\b/m.test(info);
  return {
    fault:
      hasLimit && policy !== 'noeviction'
        ? `Redis evicts keys when it is full (maxmemory-policy is ${policy}, expected noeviction)`
        : null,
    evicted: Number(/^evicted_keys:(\d+)/m.exec(info)?.[1] ?? 0),
  };
}
