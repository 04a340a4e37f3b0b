import type { Person } from '../../domain/person.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import type { UserError } from '../../domain/user-error.ts';

/** What `setProcessDocument` came to; the process's other fields are read only when they are selected. */
export type SetProcessDocumentOutcome = {
  id: ProcessId | null;
  /** The person as Unico answered; `null` where it did not say. */
  person: Person | null;
  userErrors: UserError[];
};
