import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreRefused } from './store.ts';
import { DATA_KEY_BYTES } from './vault.ts';

/** A data key in base64, as `DATA_KEY` and its file have it; `null` for what is none. */
export function parseDataKey(text: string): Uint8Array | null {
  const trimmed = text.trim();
  const key = Buffer.from(trimmed, 'base64');
  // Decoding skips what is not base64, so only what is written back alike was read rightly.
  return key.length === DATA_KEY_BYTES && key.toString('base64') === trimmed ? key : null;
}

/** A data key for as long as the process lives. */
export function randomDataKey(): Buffer {
  return randomBytes(DATA_KEY_BYTES);
}

/** The data key in a file, which is made where there is none, for its owner alone. Throws `StoreRefused`. */
export function dataKeyInFile(file: string): Uint8Array {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, randomDataKey().toString('base64'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (!exists) throw new StoreRefused(`DATA_KEY: ${file} can not be written; set DATA_KEY or STORE_URL`);
  }
  const key = parseDataKey(readKey(file));
  if (key !== null) return key;
  throw new StoreRefused(
    `DATA_KEY: expected ${DATA_KEY_BYTES} bytes in base64 in ${file}, got something else`,
  );
}

function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new StoreRefused(`DATA_KEY: ${file} can not be read; set DATA_KEY or STORE_URL`);
  }
}
