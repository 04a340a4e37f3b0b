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
import { startStoreProcess, tempDirectory } from '../../../support/stores.ts';

/** A key whose base64 has both characters that base64url replaces. */
const KEY = Buffer.alloc(DATA_KEY_BYTES, 0xfb);
KEY.writeUInt8(0xff, 1);
KEY.writeUInt8(0xff, 2);
const TEXT = KEY.toString('base64');

const keyFile = (): string => join(tempDirectory(), 'data', 'data-key');

test.each([
  ['plain', TEXT],
  ['with the newline that openssl and editors add', `${TEXT}\n`],
  ['with space around the key', ` \t${TEXT}\r\n`],
])('a data key is read from base64: %s', (_, text) => {
  expect(Buffer.compare(parseDataKey(text) ?? Buffer.alloc(0), KEY)).toBe(0);
});

test.each([
  ['empty text', ''],
  ['space', ' \n'],
  ['31 bytes', KEY.subarray(1).toString('base64')],
  ['33 bytes', Buffer.concat([KEY, Buffer.alloc(1)]).toString('base64')],
  ['hexadecimal', KEY.toString('hex')],
  ['base64url', KEY.toString('base64url')],
  ['base64 without the =', TEXT.replace('=', '')],
  ['base64 in two lines', `${TEXT.slice(0, 20)}\n${TEXT.slice(20)}`],
  ['base64 in quotes', `"${TEXT}"`],
  ['two keys', `${TEXT},${TEXT}`],
  ['base64 with unused bits that are not 0', TEXT.replace(/.=$/, 'z=')],
  ['32 characters', 'a'.repeat(32)],
])('text that is not a data key is not read as one: %s', (_, text) => {
  expect(parseDataKey(text)).toBeNull();
});

test('every new data key is different', () => {
  const keys = Array.from({ length: 100 }, () => randomDataKey());
  for (const key of keys) expect(key).toHaveLength(DATA_KEY_BYTES);
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(100);
});

test('a missing key file is created, readable by its owner only, and used from then on', () => {
  const file = keyFile();
  const key = readOrCreateDataKey(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const written = readFileSync(file, 'utf8');
  expect(parseDataKey(written)).toEqual(Buffer.from(key));
  expect(readOrCreateDataKey(file)).toEqual(key);
  expect(readFileSync(file, 'utf8')).toBe(written);
});

test('two processes that create a key file at the same time get the same data key', async () => {
  const directory = tempDirectory();
  // Very many, because the moment in which a file is incomplete is short.
  const files = Array.from({ length: 5_000 }, (_, n) => join(directory, `data-key-${n}`));
  const processes = [await startStoreProcess(), await startStoreProcess()];
  const [first, second] = await Promise.all(processes.map((process) => process.call('dataKeyOfEach', files)));
  expect(first).toHaveLength(files.length);
  expect(first).toEqual(second);
});

test('data that was encrypted with the data key of a file is decrypted after a restart', () => {
  const file = keyFile();
  const label = { kind: 'creation.1', id: 'key' };
  const encrypted = new Encryptor([readOrCreateDataKey(file)], 'scope').encrypt(label, 'text');
  expect(new Encryptor([readOrCreateDataKey(file)], 'scope').decrypt(label, encrypted)).toBe('text');
});

test('an existing key file is used and not changed', () => {
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
])('a file without a data key is refused and not changed: %s', (_, text) => {
  const file = keyFile();
  mkdirSync(dirname(file));
  writeFileSync(file, text);
  expect(() => readOrCreateDataKey(file)).toThrow(StoreIncompatible);
  expect(() => readOrCreateDataKey(file)).toThrow(
    `DATA_KEY: expected 32 bytes in base64 in the key file ${file}, got something else: restore the file, or set DATA_KEY`,
  );
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('the refusal of a key file does not quote its content', () => {
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
  ['the key file is a directory', (file: string) => mkdirSync(file, { recursive: true })],
  ['the directory of the key file is a file', (file: string) => writeFileSync(dirname(file), '')],
  [
    'the parent of the directory is a file',
    (file: string) => {
      writeFileSync(dirname(file), '');
      return join(file, 'deeper', 'data-key');
    },
  ],
])(
  'a key file that can neither be read nor created is refused with the variables to set: %s',
  (_, prepare) => {
    const file = keyFile();
    const path = prepare(file) ?? file;
    expect(() => readOrCreateDataKey(path)).toThrow(StoreIncompatible);
    expect(() => readOrCreateDataKey(path)).toThrow(
      /^DATA_KEY: cannot (read|create) the key file .*, or set DATA_KEY or STORE_URL$/,
    );
  },
);
