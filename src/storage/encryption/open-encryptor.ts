import { unreachable } from '../../lib/unreachable.ts';
import { dataKeyInFile, randomDataKey } from './data-key.ts';
import { createEncryptor, type Encryptor } from './encryptor.ts';

/** The data keys themselves, the file of a key that is created where it is missing, or a key for the life of the process. */
export type DataKeySource =
  | { kind: 'given'; keys: readonly [Uint8Array, ...Uint8Array[]] }
  | { kind: 'file'; file: string }
  | { kind: 'passing' };

/** The encryptor of a tenant's data. `scope` names environment and tenant. Throws `StoreIncompatible` for an unusable key file. */
export function openEncryptor(source: DataKeySource, scope: string): Encryptor {
  switch (source.kind) {
    case 'given':
      return createEncryptor(source.keys, scope);
    case 'file':
      return createEncryptor([dataKeyInFile(source.file)], scope);
    case 'passing':
      return createEncryptor([randomDataKey()], scope);
    default:
      return unreachable(source, 'data key');
  }
}
