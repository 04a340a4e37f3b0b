import DataLoader from 'dataloader';
import type { Access } from '../access/access.ts';
import type { Operation } from '../access/operation.ts';
import type { ReusableDocument, ReusableDocumentsKey } from '../domain/reusable-document.ts';
import { batchByKey } from './batch-by-key.ts';
import { createProcessLoader, type ProcessLoader } from './process-loader.ts';

/** What one request has asked for already. Never shared between requests: callers may see different things. */
export type Loaders = {
  process: ProcessLoader;
  /** By CPF or CURP, and kind of document. */
  reusableDocuments: DataLoader<ReusableDocumentsKey, ReusableDocument[], string>;
};

function createReusableDocumentsLoader(access: Access, operation: Operation): Loaders['reusableDocuments'] {
  return new DataLoader(
    batchByKey((key) => access.reusableDocuments(key, operation.read())),
    { name: 'reusableDocuments', cacheKeyFn: ({ code, type }) => `${code} ${type}` },
  );
}

/**
 * Makes the loaders of one request, whose calls have the patience of its operation; each when it is first used, because most
 * requests use none.
 */
export function createLoaders(access: Access, operation: Operation): Loaders {
  let process: Loaders['process'] | null = null;
  let reusableDocuments: Loaders['reusableDocuments'] | null = null;
  return {
    get process() {
      return (process ??= createProcessLoader(access.reader, operation));
    },
    get reusableDocuments() {
      return (reusableDocuments ??= createReusableDocumentsLoader(access, operation));
    },
  };
}
