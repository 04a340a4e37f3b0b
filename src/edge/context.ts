import type { Access } from '../access/access.ts';
import type { Loaders } from '../loaders/loaders.ts';

/** What a resolver may touch. Made anew for each operation. */
export type Context = {
  access: Access;
  loaders: Loaders;
  /** Ends when the operation's time is over. Writes run under it: a caller that leaves does not stop them. */
  deadline: AbortSignal;
};
