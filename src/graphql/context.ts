import type { Services } from '../services/services.ts';
import type { OperationBudget } from '../services/operation-budget.ts';
import type { Caller } from '../domain/caller.ts';
import type { Loaders } from './loaders/loaders.ts';
import type { AuditLog } from '../observability/audit-log.ts';

/** Everything that a resolver may use. Each operation gets its own. */
export type Context = {
  services: Services;
  loaders: Loaders;
  budget: OperationBudget;
  caller: Caller;
  audit: AuditLog;
  /** How many processes the operation has requested so far. */
  processCount: { processes: number };
  /** How many more fields the response may have. */
  responseBudget: { left: number };
  /** The size of the request's body, in bytes. */
  bodyBytes: number;
};
