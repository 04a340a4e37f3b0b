import type { Brand } from '../lib/brand.ts';

/** The caller's name for one creation: the same name never creates twice. */
export type IdempotencyKey = Brand<string, 'IdempotencyKey'>;

/** 1 to 128 visible ASCII characters: fits a UUID, a ULID or a composed key, and no personal text with spaces. */
const KEY = /^[\x21-\x7e]{1,128}$/;

/** A checked key; `null` for what is no key. */
export function parseIdempotencyKey(value: string): IdempotencyKey | null {
  return KEY.test(value) ? (value as IdempotencyKey) : null;
}
