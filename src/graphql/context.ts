import type { Services } from '../services/services.ts';
import type { OperationBudget } from '../services/operation-budget.ts';
import type { Caller } from '../domain/caller.ts';
import type { Loaders } from './loaders/loaders.ts';
import type { FailureLog } from '../observability/failure-log.ts';
import type { AuditLog } from '../observability/audit-log.ts';
import type { MutationLog } from '../observability/mutation-log.ts';

/** What a resolver may use, created for each operation: reads go through `loaders`, writes through `services`. */
export type Context = {
  services: Pick<Services, 'contracts' | 'processWriter' | 'processEraser' | 'verdictPolicy'>;
  loaders: Loaders;
  budget: OperationBudget;
  caller: Caller;
  audit: AuditLog;
  /** Logs a failure of Unico that becomes data, a user error, instead of an entry of `errors`. */
  failureLog: Pick<FailureLog, 'report'>;
  /** Counts how mutations end, and logs creations with an unknown outcome. */
  mutationLog: Pick<MutationLog, 'creationEnded' | 'userError' | 'outcomeUnknown'>;
  /** Whether a mutation of the operation has returned user errors. */
  hasUserErrors: boolean;
  /** How many processes the operation has requested so far. */
  processCount: { total: number };
  /** How many more fields the response may have. */
  responseBudget: { left: number };
  /** The size of the request's body, in bytes. */
  bodyBytes: number;
};
