import type { Access } from '../access/access.ts';
import type { Operation } from '../access/operation.ts';
import type { Caller } from '../domain/caller.ts';
import type { Loaders } from '../loaders/loaders.ts';
import type { Audit } from './audit.ts';

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
