import { runOver } from './run-script.ts';

/** A dangerous change breaks some clients, for example a new enum value that they do not know. */
export type Change = { message: string; level: 'BREAKING' | 'DANGEROUS' | 'NON_BREAKING' };

/** Returns the changes that GraphQL Inspector finds between two schemas, both given as SDL. */
export async function diffSchemas(before: string, after: string): Promise<Change[]> {
  return JSON.parse(await runOver('diff-schemas.js', { 'before.graphql': before, 'after.graphql': after }));
}
