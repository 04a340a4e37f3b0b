import { readdir, readFile } from 'node:fs/promises';

const SCHEMA_FOLDER = new URL('../../../schema/', import.meta.url);

/** The SDL of this subgraph: the files of schema/ in alphabetical order, with schema.graphql first. */
export async function readSdl(): Promise<string> {
  const names = (await readdir(SCHEMA_FOLDER)).filter(
    (name) => name.endsWith('.graphql') && name !== 'schema.graphql',
  );
  const files = ['schema.graphql', ...names.toSorted()].map((name) =>
    readFile(new URL(name, SCHEMA_FOLDER), 'utf8'),
  );
  return (await Promise.all(files)).join('\n');
}
