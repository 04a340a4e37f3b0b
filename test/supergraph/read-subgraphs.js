import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'graphql';

/** The subgraphs of a folder, one `<name>.graphql` each, in the form that both JavaScript composers take. */
export function readSubgraphs(folder) {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => ({
      name: file.replace('.graphql', ''),
      url: `http://${file}.invalid/`,
      typeDefs: parse(readFileSync(join(folder, file), 'utf8')),
    }));
}
