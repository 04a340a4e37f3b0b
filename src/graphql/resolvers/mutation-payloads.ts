import type { Process, ProcessKey, ProcessSource } from '../../domain/process.ts';
import type { UserError } from '../../domain/user-error.ts';

/** What `createProcess` came to. */
export type CreateProcessOutcome = {
  /** The process as Unico answered; `null` where it was created before, and is read as far as it is selected. */
  createdProcess: Process | null;
  key: (ProcessKey & { source: ProcessSource }) | null;
  replayed: boolean;
  userErrors: UserError[];
};
