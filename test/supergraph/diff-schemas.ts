import { runOver } from './run-script.ts';

/** Dangerous is what breaks some clients: a new value of an enum, say, that they do not know. */
export type Change = { message: string; level: 'BREAKING' | 'DANGEROUS' | 'NON_BREAKING' };

/** What GraphQL Inspector says of the way from one schema to another, both given as SDL. */
export async function diffSchemas(before: string, after: string): Promise<Change[]> {
  return JSON.parse(await runOver('diff-schemas.js', { 'before.graphql': before, 'after.graphql': after }));
}
