import { setTimeout as sleep } from 'node:timers/promises';
import { LOST, StoreIncompatible, StoreLost, StoreUnavailable } from '../store.ts';
import { readEviction } from './eviction.ts';
import { BEAT, LOST_MARK, LossDetector } from './loss-detector.ts';
import {
  CONNECT_TIMEOUT_MS,
  createRedisClient,
  TIMED_OUT,
  withTimeout,
  type RedisClient,
} from './redis-client.ts';
import { claimVersion, FORMER_REPLICA_TTL_MS, formerReplicas, formerReplicasRun } from './redis-version.ts';

/** By default, in milliseconds: see `checkIntervalMs`. */
const CHECK_INTERVAL_MS = 1_000;
const UNREACHABLE = 'Redis is unreachable';
const REJECTS_COMMANDS = 'Redis rejects commands';
const OTHER_VERSION = 'Redis has keys of another version';

/** The keys and parameters of a durable write; `isClaim`: it claims a key, and is refused after a loss of data. */
export type DurableWrite = { keys: string[]; parameters: Buffer[]; isClaim: boolean };

/** How Redis is used. */
export type RedisOptions = {
  /** Whether the operator accepts that Redis lost data, as the first check may find. */
  acceptsLoss?: boolean;
  /** How often Redis is checked, and one that failed is checked again, in milliseconds. */
  checkIntervalMs?: number;
};

/** Whether Redis has lost data, and what the script of the beat returned. */
type BeatResult = { isLost: boolean; result: unknown };

/** A connection to Redis that reconnects when it breaks. It sends nothing to a Redis with keys of another version. */
export class RedisConnection {
  readonly #redis: RedisClient;
  readonly #checkIntervalMs: number;
  /** Whether the keys behind the current connection are of this version, and it answers in time. */
  #isUsable = false;
  /** Why the connection is not usable, or the last fault of a usable one; `null` without a fault. */
  #fault: string | null = UNREACHABLE;
  #evictionFault: string | null = null;
  #evicted: number | null = null;
  readonly #lossDetector = new LossDetector();
  /** Whether the operator accepts a loss that the next check finds. */
  #acceptsLoss: boolean;
  #probing: NodeJS.Timeout | undefined;
  #isClosed = false;
  #wasConnected = false;
  #reconnectedAt = -Infinity;
  readonly #timers: NodeJS.Timeout[] = [];

  private constructor(redis: RedisClient, options: RedisOptions) {
    this.#redis = redis;
    this.#checkIntervalMs = options.checkIntervalMs ?? CHECK_INTERVAL_MS;
    this.#acceptsLoss = options.acceptsLoss ?? false;
    // The command that fails and `health` report every failure. Without a listener the process would end.
    redis.on('error', () => {
      this.#isUsable = false;
      this.#fault = UNREACHABLE;
    });
    redis.on('ready', () => {
      if (this.#wasConnected) this.#reconnectedAt = performance.now();
      this.#wasConnected = true;
      void this.#probe();
    });
  }

  /**
   * Connects, and keeps trying until it is closed: a Redis that is unreachable at the start does not prevent the start.
   * Throws `StoreIncompatible` where `url` is not the address of a Redis, or Redis has keys of another version.
   */
  static async connect(url: string, options: RedisOptions = {}): Promise<RedisConnection> {
    const connection = new RedisConnection(createRedisClient(url), options);
    await connection.#connect();
    connection.clearOnClose(setInterval(() => connection.#recheck(), connection.#checkIntervalMs).unref());
    return connection;
  }

  /**
   * Sends a command and waits for its result. Throws `StoreUnavailable`: after a timeout, or at once while not usable.
   */
  async run<T>(command: (redis: RedisClient) => Promise<T>): Promise<T> {
    if (!this.#redis.isReady || !this.#isUsable) throw new StoreUnavailable(this.#fault ?? UNREACHABLE);
    try {
      return await withTimeout(command(this.#redis));
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /**
   * Runs the script of a durable write, as `run` does, unless data was lost, which the same script finds out. The keys
   * of the script begin with `KEYS[3]`, its parameters with `ARGV[4]`. Throws `StoreUnavailable`; `StoreLost` for a
   * claim after a loss: a claim of a key is worth nothing where the claims before it may be missing.
   */
  async runDurably(script: string, { keys, parameters, isClaim }: DurableWrite): Promise<unknown> {
    if (isClaim && this.#evictionFault !== null) throw new StoreUnavailable(this.#evictionFault);
    const guard = isClaim ? 'if lost == 1 then return {lost} end' : '';
    const { isLost, result } = await this.run(() => this.#beat(`${guard}\n${script}`, keys, parameters));
    if (isClaim && isLost) throw new StoreLost();
    return result;
  }

  /** What is wrong at the moment; `null` while everything works. */
  health(): string | null {
    if (this.#lossDetector.isLost) return LOST;
    return this.#redis.isReady ? (this.#fault ?? this.#evictionFault) : UNREACHABLE;
  }

  /** When the client last reconnected, by the clock of `performance`; `-Infinity` on the first connection. */
  get reconnectedAt(): number {
    return this.#reconnectedAt;
  }

  /** Stops an interval when the connection closes. */
  clearOnClose(interval: NodeJS.Timeout): void {
    this.#timers.push(interval);
  }

  /**
   * Closes the connection; it does not reconnect. A usable one is checked once more: the next start could not tell a Redis
   * that lost its data in this moment from a new one.
   */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#probing);
    if (this.#redis.isReady && this.#isUsable) await this.#probe();
    this.#redis.destroy();
  }

  async #connect(): Promise<void> {
    await Promise.race([
      this.#redis.connect().catch(() => {}),
      sleep(CONNECT_TIMEOUT_MS, undefined, { ref: false }),
    ]);
    if (!this.#redis.isReady) return;
    try {
      await this.#awaitFormerReplicas();
      await this.#check();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Waits until replicas of the former release that have just stopped are no longer counted as running. */
  async #awaitFormerReplicas(): Promise<void> {
    const until = performance.now() + FORMER_REPLICA_TTL_MS;
    while ((await formerReplicasRun(this.#redis).catch(() => false)) && performance.now() < until)
      await sleep(this.#checkIntervalMs);
  }

  /**
   * Checks that Redis has keys of this version, has lost nothing, and can be written. Throws `StoreIncompatible` where it
   * has keys of another version. A Redis that rejects writes, such as a full one, is still read: it knows the keys of
   * earlier creations.
   */
  async #check(): Promise<void> {
    try {
      if (await formerReplicasRun(this.#redis)) throw formerReplicas();
      await claimVersion(this.#redis);
    } catch (error) {
      this.#isUsable = false;
      if (!(error instanceof StoreIncompatible)) return void this.#fail(error);
      this.#fault = OTHER_VERSION;
      this.#probeSoon();
      throw error;
    }
    this.#isUsable = true;
    try {
      if (this.#acceptsLoss) await withTimeout(this.#redis.del(LOST_MARK));
      this.#acceptsLoss = false;
      await withTimeout(this.#beat('return {lost}', [], []));
      // The Redis user may have no permission for INFO. Then the policy is assumed to be as docs/operating.md requires.
      await withTimeout(this.#checkEviction()).catch(() => {});
      this.#fault = null;
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Sends a script with a beat of the counter of this replica. The script returns `{lost}` or `{lost, result}`. */
  async #beat(script: string, keys: string[], parameters: Buffer[]): Promise<BeatResult> {
    const beat = this.#lossDetector.next();
    const reply = await this.#redis.eval(`${BEAT}\n${script}`, {
      keys: [...beat.keys, ...keys],
      arguments: [...beat.parameters, ...parameters],
    });
    const [lost, result]: unknown[] = Array.isArray(reply) ? reply : [];
    const isLost = lost === 1;
    this.#lossDetector.confirm(beat, isLost);
    return { isLost, result };
  }

  /** Reads the eviction policy. A key that was evicted since the last check may be that of a creation. */
  async #checkEviction(): Promise<void> {
    const { fault, evicted } = await readEviction(this.#redis);
    this.#evictionFault = fault;
    if (this.#evicted !== null && evicted > this.#evicted) await this.#redis.set(LOST_MARK, '1');
    this.#evicted = evicted;
  }

  /** Checks a Redis that works: one that failed is probed already. */
  #recheck(): void {
    if (this.#redis.isReady && this.#isUsable) void this.#probe();
  }

  async #probe(): Promise<void> {
    try {
      await this.#check();
    } catch {
      // `health` reports it.
    }
  }

  #probeSoon(): void {
    clearTimeout(this.#probing);
    if (!this.#isClosed) this.#probing = setTimeout(() => void this.#probe(), this.#checkIntervalMs).unref();
  }

  #fail(error: unknown): StoreUnavailable {
    const timedOut = error instanceof StoreUnavailable;
    this.#fault = timedOut ? TIMED_OUT : REJECTS_COMMANDS;
    // After a timeout the next commands fail at once. A rejected command says nothing about other commands.
    if (timedOut) this.#isUsable = false;
    // This server has become a replica. The address now leads to the new primary, over a new connection.
    if (error instanceof Error && error.message.startsWith('READONLY')) void this.#reconnect();
    this.#probeSoon();
    // The message of Redis stays out: it may name keys or the address.
    return timedOut ? error : new StoreUnavailable('Redis failed, or the connection to it broke');
  }

  /** Makes the server close the connection, so that the client opens a new one. */
  async #reconnect(): Promise<void> {
    try {
      await this.#redis.sendCommand(['QUIT']);
    } catch {
      // The connection is closed already.
    }
  }
}
