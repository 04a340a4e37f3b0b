import type { Brand } from '../lib/brand.ts';

/** The caller's key for one creation: requests with the same key create at most one process. */
export type IdempotencyKey = Brand<string, 'IdempotencyKey'>;

/** 1 to 128 visible ASCII characters: enough for a UUID, a ULID or a composed key, and without spaces no free text. */
const KEY = /^[\x21-\x7e]{1,128}$/;

/** Checks a key; `null` when it is malformed. */
export function parseIdempotencyKey(value: string): IdempotencyKey | null {
  return KEY.test(value) ? (value as IdempotencyKey) : null;
}
