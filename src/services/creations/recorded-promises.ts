import type { SignalPromise } from '../../domain/capability.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import type { ProcessCreation } from '../../domain/process-creation.ts';
import { promiseOfCreation, referencesOfCreation, type Capabilities } from '../../domain/verdict/promise.ts';
import { EncryptedCollection } from '../../storage/encrypted-collection.ts';
import type { Encryptor } from '../../storage/encryption/encryptor.ts';
import type { Store } from '../../storage/store.ts';

/** The kind of the records: a store format, which also stands for their shape. */
const PROMISE_KIND = 'promise.1';

/**
 * What a creation was to establish (`null` where that is unknown), and the earlier processes that it refers to. Not
 * personal: neither the input nor the idempotency key is in it. An erasure keeps it, as it keeps the record of the key:
 * otherwise it could turn a RETRY into an APPROVED.
 */
export type CreationPromise = { promise: SignalPromise | null; references: ProcessId[] };

/** How long a record is stored: 400 days, as long as the history of a process is to be. */
const RETENTION_MS = 400 * 24 * 60 * 60 * 1000;

/**
 * The promises of the processes that were created here, by process id. Unico reports neither, and the APIKEY that created
 * a process cannot be told from its response. A process without a record counts as made elsewhere.
 */
export class RecordedPromises {
  readonly #records: EncryptedCollection<CreationPromise>;
  readonly #capabilities: Capabilities;

  constructor(store: Store, encryptor: Encryptor, capabilities: Capabilities) {
    this.#records = new EncryptedCollection(store, encryptor, { kind: PROMISE_KIND });
    this.#capabilities = capabilities;
  }

  /** What a creation promises under the capabilities of this deployment. */
  promiseOf(creation: ProcessCreation): CreationPromise {
    return {
      promise: promiseOfCreation(creation, this.#capabilities),
      references: referencesOfCreation(creation),
    };
  }

  /** Records the promise of a process that was created. Rejects with `StoreUnavailable`. */
  async record(id: ProcessId, promise: CreationPromise): Promise<void> {
    if (promise.promise === null && promise.references.length === 0) return;
    await this.#records.set(id, promise, RETENTION_MS);
  }

  /** The promise of a process; `null` for one that was made elsewhere. Rejects with `StoreUnavailable`. */
  find(id: ProcessId): Promise<CreationPromise | null> {
    return this.#records.get(id);
  }
}
