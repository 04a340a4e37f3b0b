import { unreachable } from '../../lib/unreachable.ts';
import { randomDataKey, readOrCreateDataKey } from './data-key.ts';
import { Encryptor } from './encryptor.ts';

/**
 * The data keys themselves, the file of a key that is created where it is missing, or a key for the life of the
 * process.
 */
export type DataKeySource =
  | { kind: 'given'; keys: readonly [Uint8Array, ...Uint8Array[]] }
  | { kind: 'file'; file: string }
  | { kind: 'ephemeral' };

/**
 * The encryptor of a tenant. `scope` names environment and tenant. Throws `StoreIncompatible` for an unusable key file.
 */
export function openEncryptor(source: DataKeySource, scope: string): Encryptor {
  switch (source.kind) {
    case 'given':
      return new Encryptor(source.keys, scope);
    case 'file':
      return new Encryptor([readOrCreateDataKey(source.file)], scope);
    case 'ephemeral':
      return new Encryptor([randomDataKey()], scope);
    default:
      return unreachable(source, 'data key');
  }
}
