import type { Person } from '../../domain/person.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import type { Process, ProcessKey, ProcessSource } from '../../domain/process.ts';
import type { UserError } from '../../domain/user-error.ts';

/** The result of `createProcess`. */
export type CreateProcessOutcome = {
  /** The process as Unico returned it; `null` where it was created before, and is read as far as it is selected. */
  createdProcess: Process | null;
  /** `null` where nothing was created. */
  key: (ProcessKey & { source: ProcessSource }) | null;
  /** Whether the process was created by an earlier request with the same idempotency key. */
  replayed: boolean;
  userErrors: UserError[];
};

/** The result of `setProcessDocument`; other fields of the process are read only when they are selected. */
export type SetProcessDocumentOutcome = {
  /** `null` where nothing was sent. */
  id: ProcessId | null;
  /** The person as Unico returned it; `null` where the response has none. */
  person: Person | null;
  userErrors: UserError[];
};

/** The result of `forgetProcess`. */
export type ForgetProcessOutcome = {
  /** `null` where nothing was removed. */
  processId: ProcessId | null;
  /** Whether Unico still holds the process; calls Unico once, however often it is called. */
  heldByUnico: () => Promise<boolean | null>;
  userErrors: UserError[];
};
