import { join, dirname } from 'node:path';
import type { EnvReader } from './env-reader.ts';
import { parseDataKey } from '../storage/encryption/data-key.ts';
import type { StoreAddress } from '../storage/open-store.ts';

/** Where things are kept, and what seals them. */
export type StoreConfig = {
  address: StoreAddress;
  dataKey: DataKeyConfig;
};

/** The data keys themselves, the file of one that is made where there is none, or one for the life of the process. */
export type DataKeyConfig =
  | { kind: 'given'; keys: [Uint8Array, ...Uint8Array[]] }
  | { kind: 'file'; file: string }
  | { kind: 'passing' };

/** In the folder that the program runs in; `.gitignore` knows it. */
const DEFAULT_FILE = join('data', 'identity-subgraph.sqlite');

function readAddress(env: EnvReader): StoreAddress {
  const url = env.text('STORE_URL') ?? 'sqlite:';
  if (url === 'memory:') return { kind: 'memory' };
  if (url.startsWith('sqlite:')) return { kind: 'sqlite', file: url.slice('sqlite:'.length) || DEFAULT_FILE };
  if (/^rediss?:\/\//.test(url) && URL.canParse(url)) return { kind: 'redis', url };
  // The value may hold a password.
  env.problem('STORE_URL', 'expected sqlite:<file>, memory:, redis://… or rediss://…, got something else');
  return { kind: 'memory' };
}

function readDataKey(env: EnvReader, address: StoreAddress, production: boolean): DataKeyConfig {
  const given = env.text('DATA_KEY');
  if (given !== null) {
    const keys = given.split(',').map(parseDataKey);
    const [first, ...others] = keys.filter((key) => key !== null);
    if (first !== undefined && others.length + 1 === keys.length)
      return { kind: 'given', keys: [first, ...others] };
    const expected = 'expected 32 bytes in base64, or several with commas between, the one that seals first';
    env.problem('DATA_KEY', `${expected}; got something else (\`openssl rand -base64 32\` makes one)`);
  } else if (production || address.kind === 'redis') {
    const why = production ? 'this is production' : 'STORE_URL is a Redis';
    env.problem('DATA_KEY', `expected 32 bytes in base64, because ${why}; it is not set`);
  }
  if (address.kind !== 'sqlite') return { kind: 'passing' };
  return { kind: 'file', file: join(dirname(address.file), 'data-key') };
}

/** Reads where things are kept; in production what seals it has to be given. */
export function readStore(env: EnvReader, production: boolean): StoreConfig {
  const address = readAddress(env);
  return { address, dataKey: readDataKey(env, address, production) };
}
