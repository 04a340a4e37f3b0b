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
  /** How large the request's body was. */
  bodyBytes: number;
};
