import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreIncompatible } from '../store.ts';
import { DATA_KEY_BYTES } from './encryptor.ts';

/**
 * Parses a data key in base64, as in `DATA_KEY` and the key file, with or without spaces around it; `null` for other
 * text.
 */
export function parseDataKey(text: string): Uint8Array | null {
  const trimmed = text.trim();
  const key = Buffer.from(trimmed, 'base64');
  // Decoding skips characters that are not base64. Only a text that encodes to itself was read completely.
  return key.length === DATA_KEY_BYTES && key.toString('base64') === trimmed ? key : null;
}

/** A new data key. */
export function randomDataKey(): Buffer {
  return randomBytes(DATA_KEY_BYTES);
}

/** Creates the key file, readable by its owner only, unless it exists. */
function createKeyFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  // Written to a temporary file and linked into place: a process that starts at the same time never reads half a key.
  const temporary = `${file}.${randomUUID()}`;
  try {
    writeFileSync(temporary, randomDataKey().toString('base64'), { flag: 'wx', mode: 0o600, flush: true });
    linkSync(temporary, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Calls `call`, and throws `StoreIncompatible` with the action and the file where it fails. */
function accessKeyFile<T>(action: 'create' | 'read', file: string, call: () => T): T {
  try {
    return call();
  } catch {
    const advice = 'check the permissions of the file and its directory, or set DATA_KEY or STORE_URL';
    throw new StoreIncompatible(`DATA_KEY: cannot ${action} the key file ${file}: ${advice}`);
  }
}

/** The data key in a file, which is created where it is missing. Throws `StoreIncompatible`. */
export function readOrCreateDataKey(file: string): Uint8Array {
  if (!existsSync(file)) accessKeyFile('create', file, () => createKeyFile(file));
  const key = parseDataKey(accessKeyFile('read', file, () => readFileSync(file, 'utf8')));
  if (key !== null) return key;
  throw new StoreIncompatible(
    `DATA_KEY: expected ${DATA_KEY_BYTES} bytes in base64 in the key file ${file}, got something else: restore the file, or set DATA_KEY`,
  );
}
