import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import {
  readOrCreateDataKey,
  parseDataKey,
  randomDataKey,
} from '../../../../src/storage/encryption/data-key.ts';
import { StoreIncompatible } from '../../../../src/storage/store.ts';
import { Encryptor, DATA_KEY_BYTES } from '../../../../src/storage/encryption/encryptor.ts';
import { startStoreProcess, tempFolder } from '../../../support/stores.ts';

/** A key whose base64 has both letters that base64url writes differently. */
const KEY = Buffer.alloc(DATA_KEY_BYTES, 0xfb);
KEY.writeUInt8(0xff, 1);
KEY.writeUInt8(0xff, 2);
const TEXT = KEY.toString('base64');

const keyFile = (): string => join(tempFolder(), 'data', 'data-key');

test.each([
  ['plain', TEXT],
  ['with the newline that openssl and editors put after it', `${TEXT}\n`],
  ['with space around it', ` \t${TEXT}\r\n`],
])('reads a data key in base64: %s', (_, text) => {
  expect(Buffer.compare(parseDataKey(text) ?? Buffer.alloc(0), KEY)).toBe(0);
});

test.each([
  ['nothing', ''],
  ['space', ' \n'],
  ['31 bytes', KEY.subarray(1).toString('base64')],
  ['33 bytes', Buffer.concat([KEY, Buffer.alloc(1)]).toString('base64')],
  ['hexadecimal', KEY.toString('hex')],
  ['base64url', KEY.toString('base64url')],
  ['base64 without its =', TEXT.replace('=', '')],
  ['base64 in two lines', `${TEXT.slice(0, 20)}\n${TEXT.slice(20)}`],
  ['base64 in quotes', `"${TEXT}"`],
  ['two keys', `${TEXT},${TEXT}`],
  ['base64 with bits that stand for nothing', TEXT.replace(/.=$/, 'z=')],
  ['32 letters', 'a'.repeat(32)],
])('takes nothing else for a data key, and guesses none: %s', (_, text) => {
  expect(parseDataKey(text)).toBeNull();
});

test('makes a different data key each time', () => {
  const keys = Array.from({ length: 100 }, () => randomDataKey());
  for (const key of keys) expect(key).toHaveLength(DATA_KEY_BYTES);
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(100);
});

test('makes the file of a data key where there is none, for its owner alone, and uses it from then on', () => {
  const file = keyFile();
  const key = readOrCreateDataKey(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const written = readFileSync(file, 'utf8');
  expect(parseDataKey(written)).toEqual(Buffer.from(key));
  expect(readOrCreateDataKey(file)).toEqual(key);
  expect(readFileSync(file, 'utf8')).toBe(written);
});

test('gives two processes that start for the first time side by side the same data key', async () => {
  const folder = tempFolder();
  // Very many, because the moment in which one is half made is short.
  const files = Array.from({ length: 5_000 }, (_, n) => join(folder, `data-key-${n}`));
  const processes = [await startStoreProcess(), await startStoreProcess()];
  const [ones, others] = await Promise.all(processes.map((process) => process.call('dataKeyOfEach', files)));
  expect(ones).toHaveLength(files.length);
  expect(ones).toEqual(others);
});

test('opens after a restart what was sealed before with the data key of a file', () => {
  const file = keyFile();
  const label = { kind: 'creation.1', id: 'key' };
  const sealed = new Encryptor([readOrCreateDataKey(file)], 'scope').encrypt(label, 'text');
  expect(new Encryptor([readOrCreateDataKey(file)], 'scope').decrypt(label, sealed)).toBe('text');
});

test('uses a file that somebody has written, and changes nothing of it', () => {
  const file = keyFile();
  mkdirSync(dirname(file));
  writeFileSync(file, `${TEXT}\n`);
  chmodSync(file, 0o440);
  expect(Buffer.compare(readOrCreateDataKey(file), KEY)).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe(`${TEXT}\n`);
  expect(statSync(file).mode & 0o777).toBe(0o440);
});

test.each([
  ['empty', ''],
  ['cut short', TEXT.slice(0, 30)],
  ['no key', 'change me'],
])('refuses a file that has no data key in it, and leaves it as it is: %s', (_, text) => {
  const file = keyFile();
  mkdirSync(dirname(file));
  writeFileSync(file, text);
  expect(() => readOrCreateDataKey(file)).toThrow(StoreIncompatible);
  expect(() => readOrCreateDataKey(file)).toThrow(
    `DATA_KEY: expected 32 bytes in base64 in ${file}, got something else`,
  );
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('never says what is in a file that it refuses', () => {
  const file = keyFile();
  mkdirSync(dirname(file));
  writeFileSync(file, `${TEXT},${TEXT}`);
  const refusal = ((): string => {
    try {
      return String(readOrCreateDataKey(file));
    } catch (error) {
      return String(error);
    }
  })();
  expect(refusal).toContain('DATA_KEY: expected');
  expect(refusal).not.toContain(TEXT.slice(0, 8));
});

test.each([
  ['a folder stands in its place', (file: string) => mkdirSync(file, { recursive: true })],
  ['its folder is a file', (file: string) => writeFileSync(dirname(file), '')],
  [
    'the folder of its folder is a file',
    (file: string) => {
      writeFileSync(dirname(file), '');
      return join(file, 'deeper', 'data-key');
    },
  ],
])('refuses, with what to set, where a file can neither be read nor made: %s', (_, prepare) => {
  const file = keyFile();
  const asked = prepare(file) ?? file;
  expect(() => readOrCreateDataKey(asked)).toThrow(StoreIncompatible);
  expect(() => readOrCreateDataKey(asked)).toThrow(
    /^DATA_KEY: .* can not be (read|written); set DATA_KEY or STORE_URL$/,
  );
});
