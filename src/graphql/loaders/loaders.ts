import DataLoader from 'dataloader';
import type { Services } from '../../services/services.ts';
import type { OperationBudget } from '../../services/operation-budget.ts';
import type { ReusableDocument, ReusableDocumentsKey } from '../../domain/reusable-document.ts';
import { batchByKey } from './batch-by-key.ts';
import { createProcessLoader, type ProcessLoader } from './process-loader.ts';

/** What one request has asked for already. Never shared between requests: callers may see different things. */
export type Loaders = {
  process: ProcessLoader;
  /** By CPF or CURP, and kind of document. */
  reusableDocuments: DataLoader<ReusableDocumentsKey, ReusableDocument[], string>;
};

function createReusableDocumentsLoader(
  access: Services,
  operation: OperationBudget,
): Loaders['reusableDocuments'] {
  return new DataLoader(
    batchByKey((key) => access.reusableDocuments.find(key, operation.forRead())),
    { name: 'reusableDocuments', cacheKeyFn: ({ code, type }) => `${code} ${type}` },
  );
}

/**
 * Each is made when it is first used, because most requests use none. It is a class for the sake of memory: V8 keeps the getters
 * of an object literal with its shape, and with them all that they know of a request, until old garbage is collected.
 */
class LoadersOfRequest implements Loaders {
  readonly #access: Services;
  readonly #operation: OperationBudget;
  #process: Loaders['process'] | null = null;
  #reusableDocuments: Loaders['reusableDocuments'] | null = null;

  constructor(access: Services, operation: OperationBudget) {
    this.#access = access;
    this.#operation = operation;
  }

  get process(): Loaders['process'] {
    return (this.#process ??= createProcessLoader(this.#access.processReader, this.#operation));
  }

  get reusableDocuments(): Loaders['reusableDocuments'] {
    return (this.#reusableDocuments ??= createReusableDocumentsLoader(this.#access, this.#operation));
  }
}

/** Makes the loaders of one request, whose calls have the patience of its operation. */
export function createLoaders(access: Services, operation: OperationBudget): Loaders {
  return new LoadersOfRequest(access, operation);
}
