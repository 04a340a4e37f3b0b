import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from 'redis';
import { expect, onTestFinished } from 'vitest';
import { unreachable } from '../../src/lib/unreachable.ts';
import type { StoreAddress } from '../../src/storage/open-storage.ts';
import { openRedis } from '../../src/storage/redis/open-redis.ts';
import { SqliteStore } from '../../src/storage/sqlite/sqlite-store.ts';
import { IN_MEMORY } from '../../src/storage/sqlite/sqlite-file.ts';
import type { Store, WriteOptions } from '../../src/storage/store.ts';
import { startRedis, type RedisServer } from './redis.ts';
import type { Calls } from './store-process.ts';

/** A time to live that no test exceeds. */
export const LONG_MS = 60_000;
export const LONG: WriteOptions = { ttlMs: LONG_MS };

/** The bytes of a text. */
export function bytes(text: string): Buffer {
  return Buffer.from(text);
}

/** A stored value as text, which compares equal whatever class the bytes are of. */
export function textOf(value: Uint8Array | null): string | null {
  return value === null ? null : Buffer.from(value).toString('latin1');
}

/** A directory for one test. */
export function tempDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'store-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The path of a file for one test; the file does not exist yet. */
export function tempFile(): string {
  return join(tempDirectory(), 'store.sqlite');
}

/** A store of the kind that the address names, without verification of its data keys, for one test. */
export async function openTestStore(address: StoreAddress): Promise<Store> {
  const store = await open(address);
  onTestFinished(() => store.close());
  return store;
}

async function open(address: StoreAddress): Promise<Store> {
  switch (address.kind) {
    case 'memory':
      return new SqliteStore(IN_MEMORY);
    case 'sqlite':
      return new SqliteStore(address.file);
    case 'redis':
      return (await openRedis(address.url)).store;
    default:
      return unreachable(address, 'address of a store');
  }
}

/** A store that behaves like another one, except for the properties in `overrides`. */
export function overrideStore(store: Store, overrides: Partial<Store>): Store {
  const get = overrides.get ?? ((key: string) => store.get(key));
  return {
    shared: store.shared,
    get,
    getMany: (keys) => Promise.all(keys.map(get)),
    set: (...args) => store.set(...args),
    add: (...args) => store.add(...args),
    remove: (...args) => store.remove(...args),
    health: () => store.health(),
    close: () => store.close(),
    ...overrides,
  };
}

/** Waits until a store answers again and is healthy. */
export async function waitUntilHealthy(store: Store): Promise<void> {
  await expect.poll(() => store.get('a key that no test writes'), { timeout: 8_000 }).toBeNull();
  expect(store.health()).toBeNull();
}

/** A Redis for one test, which may kill or freeze it. */
export async function startOwnRedis(): Promise<RedisServer> {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  return redis;
}

function createRawClient(url: string) {
  // It ends with its Redis, and errors reach the test through the calls it makes.
  return createClient({ url, socket: { reconnectStrategy: false } }).on('error', () => {});
}

/** A plain client, to read and write Redis without the store. */
export async function rawRedis(url: string): Promise<ReturnType<typeof createRawClient>> {
  const client = createRawClient(url);
  await client.connect();
  onTestFinished(() => {
    if (client.isOpen) client.destroy();
  });
  return client;
}

/** Another process with a SQLite store. */
export type StoreProcess = {
  /** Calls one of its functions and waits for the result. */
  call<Name extends keyof Calls>(
    name: Name,
    ...args: Parameters<Calls[Name]>
  ): Promise<Awaited<ReturnType<Calls[Name]>>>;
  /** Kills it (SIGKILL). */
  kill(): Promise<void>;
  /** The exit code, once it has ended by itself. */
  ended: Promise<unknown>;
};

/** Starts a process with a SQLite store for one test. `shell` is a command that the shell runs just before. */
export async function startStoreProcess(shell = ''): Promise<StoreProcess> {
  const script = fileURLToPath(new URL('store-process.ts', import.meta.url));
  const child = spawn('sh', ['-c', `${shell} exec "$@"`, 'sh', process.execPath, script], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const ended = once(child, 'exit').then(([code]: unknown[]) => code);
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(kill);
  const ready = once(child, 'message');
  await ready;

  return {
    async call(name, ...args) {
      const response = once(child, 'message');
      child.send({ name, args });
      const [{ result, error }] = await response;
      if (error !== undefined) throw new Error(error);
      return result;
    },
    kill,
    ended,
  };
}
