import type { Access } from '../services/services.ts';
import type { Operation } from '../services/operation-budget.ts';
import type { Caller } from '../domain/caller.ts';
import type { Loaders } from './loaders/loaders.ts';
import type { Audit } from '../observability/audit-log.ts';

/** What a resolver may touch. Made anew for each operation. */
export type Context = {
  access: Access;
  loaders: Loaders;
  operation: Operation;
  caller: Caller;
  audit: Audit;
  /** How many processes the operation has asked for so far. */
  asked: { processes: number };
  /** How much more may be answered. */
  answered: { left: number };
  /** How large the request's body was. */
  bodyBytes: number;
};
