import { dirname, join } from 'node:path';
import { z } from 'zod';
import { parseDataKey } from '../storage/encryption/data-key.ts';
import type { DataKeySource } from '../storage/encryption/open-encryptor.ts';
import type { StoreAddress } from '../storage/open-storage.ts';
import { eachOf, list, parsed, variable, type Variables } from './variables.ts';

/** Where the store is, and which keys encrypt its values. */
export type StoreConfig = { address: StoreAddress; dataKey: DataKeySource };

/** In the folder that the program runs in; `.gitignore` lists it. */
const DEFAULT_FILE = join('data', 'identity-subgraph.sqlite');

function parseStoreUrl(url: string): StoreAddress | null {
  // The second is SQLite's own name for it.
  if (url === 'memory:' || url === 'sqlite::memory:') return { kind: 'memory' };
  if (url.startsWith('sqlite:')) return { kind: 'sqlite', file: url.slice('sqlite:'.length) || DEFAULT_FILE };
  return /^rediss?:\/\//.test(url) && URL.canParse(url) ? { kind: 'redis', url } : null;
}

const STORE_URL = parsed(parseStoreUrl);
const OPTIONAL_STORE_URL = STORE_URL.default({ kind: 'sqlite', file: DEFAULT_FILE });
const LASTING_STORE_URL = STORE_URL.refine(({ kind }) => kind !== 'memory');

/**
 * The variable `STORE_URL`. Production has to choose: with a store of its own, each replica would create a process that
 * another one has created, and a store in memory forgets what was created.
 */
function storeUrl(production: boolean) {
  if (!production)
    return variable('STORE_URL', 'sqlite:<file>, memory:, redis://… or rediss://…', OPTIONAL_STORE_URL);
  const what =
    'redis://… or rediss://… (several replicas), or sqlite:<file> (one replica, on a disk that outlives it), because ' +
    'production must not lose the idempotency keys of creations, as memory: does';
  return variable('STORE_URL', what, LASTING_STORE_URL);
}

const KEY = parsed(parseDataKey);
const DATA_KEY = list.pipe(z.tuple([KEY], KEY)).transform((keys): DataKeySource => ({ kind: 'given', keys }));

function defaultDataKey(address: StoreAddress | undefined): DataKeySource {
  if (address?.kind !== 'sqlite') return { kind: 'ephemeral' };
  return { kind: 'file', file: join(dirname(address.file), 'data-key') };
}

/**
 * Reads `StoreConfig`. `STORE_URL` is required in production; the data key too, and where replicas share a store in
 * Redis.
 */
export function storeSchema(variables: Variables, production: boolean): z.ZodType<StoreConfig> {
  const address = OPTIONAL_STORE_URL.safeParse(variables['STORE_URL']).data;
  // Also where the address of the Redis is invalid.
  const isRequired = production || /^redis/i.test(variables['STORE_URL'] ?? '');
  const command = '`openssl rand -base64 32` creates one; required in production and with a Redis';
  return eachOf({
    address: storeUrl(production),
    dataKey: variable(
      'DATA_KEY',
      `32 bytes in base64, or several keys with commas between, the one that encrypts first (${command})`,
      isRequired ? DATA_KEY : DATA_KEY.default(defaultDataKey(address)),
    ),
  });
}
