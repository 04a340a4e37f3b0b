import { createHash } from 'node:crypto';
import type { Encryptor } from '../../storage/encryption/encryptor.ts';
import type { Pseudonym } from './authenticate-caller.ts';

/**
 * Replaces a caller's name by an HMAC under the data key, so that the name cannot be found by trying all that exist.
 * The label `caller ` and the length are part of the audit log's format: the same caller keeps its pseudonym.
 */
export function callerPseudonym(encryptor: Encryptor): Pseudonym {
  return (name) => {
    const fingerprint = encryptor.fingerprint(`caller ${name}`);
    return `hmac:${createHash('sha256').update(fingerprint).digest('hex').slice(0, 32)}`;
  };
}
