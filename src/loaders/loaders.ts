import DataLoader from 'dataloader';
import type { Access } from '../access/access.ts';
import type { Process, ProcessKey } from '../domain/process.ts';
import type { ReusableDocument, ReusableDocumentsKey } from '../domain/reusable-document.ts';
import { batchByKey } from './batch-by-key.ts';

/** What one request has asked for already. Never shared between requests: callers may see different things. */
export type Loaders = {
  /** By id and source; `null` where no contract knows the id. */
  process: DataLoader<ProcessKey, Process | null, string>;
  /** By CPF or CURP, and kind of document. */
  reusableDocuments: DataLoader<ReusableDocumentsKey, ReusableDocument[], string>;
};

/** Makes the loaders of one request; `signal` ends their calls when the request has ended. */
export function createLoaders(access: Access, signal: AbortSignal): Loaders {
  return {
    process: new DataLoader(
      batchByKey((key) => access.reader.read(key, signal)),
      {
        name: 'process',
        // Where the contract is known anyway, an id with its source and one without are the same question.
        cacheKeyFn: (key) => `${key.id} ${access.reader.knownSource(key) ?? ''}`,
      },
    ),
    reusableDocuments: new DataLoader(
      batchByKey((key) => access.reusableDocuments(key, signal)),
      { name: 'reusableDocuments', cacheKeyFn: ({ code, type }) => `${code} ${type}` },
    ),
  };
}
