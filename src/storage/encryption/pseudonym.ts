import { createHash } from 'node:crypto';
import type { Encryptor } from './encryptor.ts';

/** What a pseudonym stands for. A label is part of the log's format. */
export const PSEUDONYM_LABELS = ['caller', 'idempotency-key', 'client-reference'] as const;
/** One of `PSEUDONYM_LABELS`. */
export type PseudonymLabel = (typeof PSEUDONYM_LABELS)[number];

/**
 * Replaces a text by an HMAC under the data key: equal texts have equal pseudonyms, and the text cannot be found by
 * trying all that exist. The same text under another `label` has another pseudonym. Label and length are part of the
 * log's format, so that a pseudonym stays the same for as long as the key.
 */
export function pseudonymOf(encryptor: Encryptor, label: PseudonymLabel, text: string): string {
  const fingerprint = encryptor.fingerprint(`${label} ${text}`);
  return `hmac:${createHash('sha256').update(fingerprint).digest('hex').slice(0, 32)}`;
}
