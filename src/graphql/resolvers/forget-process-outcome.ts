import type { ProcessId } from '../../domain/process-id.ts';
import type { UserError } from '../../domain/user-error.ts';

/** What `forgetProcess` came to. */
export type ForgetProcessOutcome = {
  processId: ProcessId | null;
  /** Asks whether Unico still answers for it, once for all who want to know. */
  heldByUnico: () => Promise<boolean | null>;
  userErrors: UserError[];
};
