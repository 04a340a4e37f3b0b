import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, RESP_TYPES } from 'redis';
import { inject } from 'vitest';

/** A text or bytes that a test searches: where they are, their occasion, and the marks that may be there. */
export type Place = { place: string; what: string; text: string | Buffer; own: readonly string[] };

/** A store of the program whose contents a test can read. */
export type WatchedStore = { url: string; contents(): Promise<Place[]>; close(): Promise<void> };

/** A SQLite store in a folder of its own. */
export async function watchSqlite(): Promise<WatchedStore> {
  const folder = mkdtempSync(join(tmpdir(), 'privacy-leaks-'));
  return {
    url: `sqlite:${join(folder, 'store.sqlite')}`,
    contents: async () =>
      readdirSync(folder).map((file) => ({
        place: 'the store',
        what: file,
        text: readFileSync(join(folder, file)),
        own: [],
      })),
    close: async () => rmSync(folder, { recursive: true }),
  };
}

/** A command as MONITOR reports it, with bytes written as `\x0a`. */
const asSent = (command: string): string =>
  command.replaceAll(/\\x([0-9a-f]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );

/**
 * A database in the Redis that all tests share, by its number, and every command that is sent to it. Files of tests run
 * concurrently: each needs a number of its own.
 */
export async function watchRedis(database = 11): Promise<WatchedStore> {
  const url = new URL(inject('redisUrl'));
  url.pathname = `/${database}`;
  const redis = createClient({ url: url.href }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  const listener = createClient({ url: url.href });
  // An error rejects the command that waits for it.
  for (const client of [redis, listener]) client.on('error', () => {});
  await Promise.all([redis.connect(), listener.connect()]);
  await redis.flushDb();
  const commands: string[] = [];
  await listener.monitor((command) => void commands.push(asSent(String(command))));

  async function valueOf(key: Buffer): Promise<Buffer[]> {
    switch (String(await redis.type(key))) {
      case 'string':
        return [(await redis.get(key)) ?? Buffer.alloc(0)];
      case 'list':
        return redis.lRange(key, 0, -1);
      case 'zset':
        return redis.zRange(key, 0, -1);
      case 'hash':
        return Object.entries(await redis.hGetAll(key))
          .flat()
          .map((each) => Buffer.from(each));
      default:
        throw new Error('a key of a type that this test cannot read');
    }
  }
  return {
    url: url.href,
    async contents() {
      const keys = await redis.keys('*');
      const values = await Promise.all(keys.map(valueOf));
      const entries = keys.flatMap((key, at) => [key, ...(values[at] ?? [])]);
      const place = { place: 'the store', own: [] };
      return [
        {
          ...place,
          what: 'keys and values',
          text: Buffer.concat(entries.flatMap((entry) => [entry, Buffer.from('\n')])),
        },
        { ...place, what: 'commands', text: Buffer.from(commands.join('\n'), 'latin1') },
      ];
    },
    async close() {
      await redis.flushDb();
      redis.destroy();
      listener.destroy();
    },
  };
}
