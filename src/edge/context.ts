import type { Access } from '../access/access.ts';
import type { Operation } from '../access/operation.ts';
import type { Loaders } from '../loaders/loaders.ts';

/** What a resolver may touch. Made anew for each operation. */
export type Context = {
  access: Access;
  loaders: Loaders;
  operation: Operation;
};
