import { createHash } from 'node:crypto';
import type { Encryptor } from './encryptor.ts';

/**
 * Replaces a text by an HMAC under the data key: equal texts have equal pseudonyms, and the text cannot be found by
 * trying all that exist. `label` says what it is, such as `caller`: the same text as something else has another
 * pseudonym. Label and length are part of the log's format, so that a pseudonym stays the same for as long as the key.
 */
export function pseudonymOf(encryptor: Encryptor, label: string, text: string): string {
  const fingerprint = encryptor.fingerprint(`${label} ${text}`);
  return `hmac:${createHash('sha256').update(fingerprint).digest('hex').slice(0, 32)}`;
}
