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

/** Makes the loaders of one request, whose calls have the patience of its operation. */
export function createLoaders(access: Access, operation: Operation): Loaders {
  return {
    process: createProcessLoader(access.reader, operation),
    reusableDocuments: new DataLoader(
      batchByKey((key) => access.reusableDocuments(key, operation.read())),
      { name: 'reusableDocuments', cacheKeyFn: ({ code, type }) => `${code} ${type}` },
    ),
  };
}
