import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from 'redis';
import { expect, onTestFinished } from 'vitest';
import { openStore, type StoreAddress } from '../../src/storage/open-store.ts';
import type { Store } from '../../src/storage/store.ts';
import { startRedis, type RedisServer } from './redis.ts';
import type { Calls } from './store-process.ts';

/** A life that no test outlives. */
export const LONG_MS = 60_000;

export function bytes(text: string): Buffer {
  return Buffer.from(text);
}

/** What was kept, as text that can be compared, whatever class the bytes are of. */
export function textOf(value: Uint8Array | null): string | null {
  return value === null ? null : Buffer.from(value).toString('latin1');
}

/** A folder for one test. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A file for one test, which is not there yet. */
export function tempFile(): string {
  return join(tempFolder(), 'store.sqlite');
}

/** A store for one test. */
export async function opened(address: StoreAddress): Promise<Store> {
  const store = await openStore(address);
  onTestFinished(() => store.close());
  return store;
}

/** Waits until a store answers again, and sees that it has no trouble then. */
export async function recovered(store: Store): Promise<void> {
  await expect.poll(() => store.get('nobody writes this'), { timeout: 8_000 }).toBeNull();
  expect(store.health()).toBeNull();
}

/** A Redis for one test, which may kill or freeze it. */
export async function ownRedis(): Promise<RedisServer> {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  return redis;
}

function createRawClient(url: string) {
  // So that it ends with its Redis, and says so only where it is asked.
  return createClient({ url, socket: { reconnectStrategy: false } }).on('error', () => {});
}

/** Redis itself, to look behind the store's back. */
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
  /** Has it do something, and waits until it is done. */
  call<Name extends keyof Calls>(
    name: Name,
    ...args: Parameters<Calls[Name]>
  ): Promise<Awaited<ReturnType<Calls[Name]>>>;
  /** Kills it (SIGKILL). */
  kill(): Promise<void>;
  /** The exit code, once it has ended by itself. */
  ended: Promise<unknown>;
};

/** Starts a process with a SQLite store; `shell` is what a shell does just before. */
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
      const answered = once(child, 'message');
      child.send({ name, args });
      const [{ result, error }] = await answered;
      if (error !== undefined) throw new Error(error);
      return result;
    },
    kill,
    ended,
  };
}
