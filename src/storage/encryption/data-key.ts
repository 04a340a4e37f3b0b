import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreIncompatible } from '../store.ts';
import { DATA_KEY_BYTES } from './encryptor.ts';

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

/** Puts a new data key into a file, for its owner alone, unless there is one. */
function makeKeyFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  // Written aside and linked into its place, so that nobody who starts at the same time ever reads half a key.
  const aside = `${file}.${randomUUID()}`;
  try {
    writeFileSync(aside, randomDataKey().toString('base64'), { flag: 'wx', mode: 0o600, flush: true });
    linkSync(aside, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** What a file system call gives, or a refusal that says what could not be done with the file. */
function orRefuse<T>(file: string, done: string, work: () => T): T {
  try {
    return work();
  } catch {
    throw new StoreIncompatible(`DATA_KEY: ${file} can not be ${done}; set DATA_KEY or STORE_URL`);
  }
}

/** The data key in a file, which is made where there is none. Throws `StoreRefused`. */
export function dataKeyInFile(file: string): Uint8Array {
  if (!existsSync(file)) orRefuse(file, 'written', () => makeKeyFile(file));
  const key = parseDataKey(orRefuse(file, 'read', () => readFileSync(file, 'utf8')));
  if (key !== null) return key;
  throw new StoreIncompatible(
    `DATA_KEY: expected ${DATA_KEY_BYTES} bytes in base64 in ${file}, got something else`,
  );
}
