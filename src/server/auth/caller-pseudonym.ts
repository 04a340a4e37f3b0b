import type { Encryptor } from '../../storage/encryption/encryptor.ts';
import { pseudonymOf } from '../../storage/encryption/pseudonym.ts';
import type { Pseudonym } from './authenticate-caller.ts';

/** Replaces a caller's name by its pseudonym. */
export function callerPseudonym(encryptor: Encryptor): Pseudonym {
  return (name) => pseudonymOf(encryptor, 'caller', name);
}
