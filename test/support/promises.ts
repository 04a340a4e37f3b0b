import type { RecordedPromises } from '../../src/services/creations/recorded-promises.ts';

/** Promises of a deployment that knows nothing of what a creation is to establish. */
export const NO_PROMISES: Pick<RecordedPromises, 'promiseOf' | 'record' | 'find'> = {
  promiseOf: () => ({ promise: null, references: [] }),
  record: async () => {},
  find: async () => null,
};
