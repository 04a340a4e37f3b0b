import { runOver } from './run-script.ts';

/** `rule` is `null` where the schema cannot be parsed. */
export type Finding = { rule: string | null; line: number; message: string };

/** Returns the problems that graphql-eslint finds in a schema, given as SDL. */
export async function lintSchema(sdl: string): Promise<Finding[]> {
  return JSON.parse(await runOver('lint-schema.js', { 'schema.graphql': sdl }));
}
