import type { ProcessId } from '../domain/process-id.ts';
import type { ProcessSource } from '../domain/process.ts';
import type { UserError } from '../domain/user-error.ts';

/** What `forgetProcess` came to. */
export type ForgetProcessOutcome = {
  processId: ProcessId | null;
  /** The contract that held it, where that was known. */
  source: ProcessSource | null;
  userErrors: UserError[];
};
