import type { ProcessId } from '../domain/process-id.ts';
import type { ProcessSource } from '../domain/process.ts';

/** What outlives a request. */
export type Store = {
  /** The contract that holds a process; `null` while it is not known. */
  sourceOf(id: ProcessId): ProcessSource | null;
  /** Remembers which contract holds a process: it never changes. */
  rememberSource(id: ProcessId, source: ProcessSource): void;
};
