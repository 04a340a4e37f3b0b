import { randomUUID } from 'node:crypto';
import { PREFIX } from './redis-names.ts';

/**
 * How long a counter lives without a beat, in milliseconds: a day. Shorter than the records of creations, so that a
 * clock of Redis that jumps ahead removes the counter first, and longer than an outage usually lasts.
 */
const TTL_MS = 24 * 60 * 60 * 1000;

/** Present while the loss of data is not accepted by an operator. It does not expire. */
export const LOST_MARK = `${PREFIX}lost`;

/**
 * The first part of a script. KEYS 1 and 2: the counter of this replica, the mark of a loss. ARGV 1 to 3: the number
 * that the counter must have reached, its new number, its time to live. Afterwards `lost` is 1 or 0.
 */
export const BEAT = `
local number = tonumber(redis.call('GET', KEYS[1]) or '-1')
if number < tonumber(ARGV[1]) then redis.call('SET', KEYS[2], '1') end
if number < tonumber(ARGV[2]) then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
local lost = redis.call('EXISTS', KEYS[2])`;

/** One beat: what a script that begins with `BEAT` takes, and the number that the counter then has. */
export type Beat = { keys: readonly string[]; parameters: readonly string[]; number: number };

/**
 * Notices that Redis lost data, as by FLUSHALL, a restart without its last writes, or a failover to a replica that
 * lags. This replica has a counter in Redis, which it raises by a beat every second and with each durable write. After a
 * loss the counter is gone or has gone back. The beat that finds that sets a mark, which every replica sees, also after a
 * restart.
 */
export class LossDetector {
  readonly #key = `${PREFIX}sentinel:${randomUUID()}`;
  #sent = 0;
  #confirmed = -1;
  #confirmedAt = -Infinity;
  #isLost = false;

  /** Whether the mark was there at the last beat. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** The next beat. */
  next(): Beat {
    this.#sent += 1;
    // A counter that may have expired since proves nothing.
    const expected = performance.now() < this.#confirmedAt + TTL_MS ? this.#confirmed : -1;
    return {
      keys: [this.#key, LOST_MARK],
      parameters: [expected, this.#sent, TTL_MS].map(String),
      number: this.#sent,
    };
  }

  /** Redis has carried out a beat. `isLost`: whether its script found the mark. */
  confirm({ number }: Beat, isLost: boolean): void {
    this.#confirmed = Math.max(this.#confirmed, number);
    this.#confirmedAt = performance.now();
    this.#isLost = isLost;
  }
}
