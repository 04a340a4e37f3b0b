import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { serviceSdl } from '../../src/graphql/schema/subgraph-schema.ts';
import { writeOrCheck } from '../../scripts/write-or-check.ts';
import installSupergraph from '../support/install-supergraph.ts';
import { composeView, viewFile, VIEWS } from './compose.ts';
import { diffSchemas } from './diff-schemas.ts';

/*
 * Generates docs/public.graphql and docs/partner.graphql, the views that callers of the graph have of this subgraph:
 * `npm run views` writes the files. It writes a change that breaks callers only with `npm run views -- --breaking`.
 */

await installSupergraph();
const identity = await serviceSdl();

for (const view of VIEWS) {
  const file = viewFile(view);
  const sdl = await composeView(view, { identity });
  const changes = existsSync(file) ? await diffSchemas(await readFile(file, 'utf8'), sdl) : [];
  const breaking = changes.filter(({ level }) => level === 'BREAKING').map(({ message }) => message);
  if (breaking.length > 0 && !process.argv.includes('--breaking')) {
    console.error(`docs/${view}.graphql is not written, because these changes break callers:`);
    for (const message of breaking) console.error(`- ${message}`);
    console.error('If the changes are intended, run `npm run views -- --breaking`.');
    process.exitCode = 1;
  } else {
    await writeOrCheck(file, 'views', sdl);
  }
}
