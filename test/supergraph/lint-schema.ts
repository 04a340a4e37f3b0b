import { runOver } from './run-script.ts';

/** `rule` is `null` where the schema can not be read at all. */
export type Finding = { rule: string | null; line: number; message: string };

/** What graphql-eslint finds wrong with a schema, given as SDL. */
export async function lintSchema(sdl: string): Promise<Finding[]> {
  return JSON.parse(await runOver('lint-schema.js', { 'schema.graphql': sdl }));
}
